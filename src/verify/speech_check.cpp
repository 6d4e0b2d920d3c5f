#include "verify/speech_check.hpp"

#include <algorithm>

#include "media/g711.hpp"
#include "twiml/document.hpp"

namespace skyn3t::verify {

std::optional<twiml::Say> first_words(std::string_view xml) {
    const auto document = twiml::parse_document(xml);
    if (!document) return std::nullopt;
    for (const auto& verb : document->verbs) {
        if (const auto* say = std::get_if<twiml::Say>(&verb)) return *say;
        if (const auto* gather = std::get_if<twiml::Gather>(&verb))
            for (const auto& prompt : gather->prompts)
                if (const auto* say = std::get_if<twiml::Say>(&prompt)) return *say;
    }
    return std::nullopt;
}

std::vector<std::int16_t> as_heard(const media::Prompt& prompt) {
    const auto payload = prompt.payload(media::Codec::pcmu);
    std::vector<std::int16_t> samples(payload.size());
    std::transform(payload.begin(), payload.end(), samples.begin(),
                   media::g711::linear_from_mu_law);
    return samples;
}

std::vector<Likeness> compare(const std::vector<std::int16_t>& heard,
                              const std::vector<NamedSound>& prompts) {
    std::vector<Likeness> found;
    for (const auto& [community, prompt] : prompts)
        found.push_back({community, speech::match_prompt(heard, as_heard(*prompt))});
    return found;
}

}  // namespace skyn3t::verify
