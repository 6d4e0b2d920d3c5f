#include "provision/spoken_words.hpp"

#include <utility>
#include <variant>

#include "base/text.hpp"
#include "speech/text_normalizer.hpp"

namespace skyn3t::provision {
namespace {

// Case, spaces and stops are not heard.
std::string heard_characters(std::string_view text) {
    constexpr std::string_view kSigns = "&#/'$%@+*=";
    std::string heard;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80 || is_alpha(c) || is_digit(c) ||
            kSigns.find(c) != std::string_view::npos)
            heard += to_lower(c);
    return heard;
}

// Single digits are left out of both sides: "presione 1" and "presione uno" are alike.
std::string without_keys(std::string_view text) {
    std::string kept;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_single = is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1])) &&
                               (i + 1 == text.size() || !is_digit(text[i + 1]));
        if (!is_single) kept += text[i];
    }
    return kept;
}

}  // namespace

speech::SayAs say_as_of(std::string_view interpret_as) {
    constexpr std::pair<std::string_view, speech::SayAs> kWords[] = {
        {"cardinal", speech::SayAs::cardinal},
        {"number", speech::SayAs::cardinal},
        {"ordinal", speech::SayAs::ordinal},
        {"digits", speech::SayAs::digits},
        {"characters", speech::SayAs::characters},
        {"spell-out", speech::SayAs::characters},
        {"telephone", speech::SayAs::telephone},
        {"date", speech::SayAs::date},
        {"time", speech::SayAs::time}};
    for (const auto& [word, meaning] : kWords)
        if (interpret_as == word) return meaning;
    return speech::SayAs::automatic;
}

std::string other_words(const twiml::Say& say) {
    speech::Utterance utterance;
    for (const auto& segment : say.segments)
        if (const auto* spoken = std::get_if<twiml::SpokenText>(&segment))
            utterance.segments.emplace_back(speech::Text{
                spoken->text, say_as_of(spoken->style.interpret_as), spoken->style.format});
    std::string words;
    for (const auto& phrase : speech::normalize(utterance, say.language))
        words.append(words.empty() ? "" : " ").append(phrase.words);
    return heard_characters(words) == heard_characters(say.text()) ? std::string() : words;
}

std::string spoken_words(std::string_view text, std::string_view language) {
    return speech::normalize_text(text, language);
}

bool is_spoken_otherwise(std::string_view text, std::string_view language) {
    const std::string kept = without_keys(text);
    return heard_characters(spoken_words(kept, language)) != heard_characters(kept);
}

}  // namespace skyn3t::provision
