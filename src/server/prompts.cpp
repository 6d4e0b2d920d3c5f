#include "server/prompts.hpp"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <charconv>
#include <utility>

#include "provision/spoken_words.hpp"
#include "twiml/community_documents.hpp"

namespace skyn3t::server {
namespace {

constexpr std::size_t kMaxSoundBytes = 20u << 20;

// SSML's rate: a word, or a percentage of the voice's own pace.
double rate_of(std::string_view rate) {
    constexpr std::pair<std::string_view, double> kWords[] = {
        {"x-slow", 0.5}, {"slow", 0.8}, {"medium", 1.0}, {"fast", 1.25}, {"x-fast", 1.6}};
    for (const auto& [word, value] : kWords)
        if (rate == word) return value;
    double percent = 0;
    if (!rate.ends_with('%')) return 1.0;
    const auto [end, error] = std::from_chars(rate.data(), rate.data() + rate.size() - 1, percent);
    return error == std::errc() && percent > 0 ? percent / 100 : 1.0;
}

twiml::Say say_of(const std::string& text, const std::string& language) {
    twiml::Say say;
    say.voice = "alice";
    say.language = language;
    say.segments.emplace_back(twiml::SpokenText{text, {}});
    return say;
}

}  // namespace

speech::SayRequest say_request(const twiml::Say& say, const std::string& community) {
    speech::SayRequest request;
    request.voice = say.voice;
    request.language = say.language;
    request.community = community;
    for (const auto& segment : say.segments) {
        if (const auto* pause = std::get_if<twiml::SpeechBreak>(&segment)) {
            request.utterance.segments.emplace_back(speech::Break{pause->length});
            continue;
        }
        const auto& spoken = std::get<twiml::SpokenText>(segment);
        request.utterance.segments.emplace_back(
            speech::Text{spoken.text, provision::say_as_of(spoken.style.interpret_as),
                         spoken.style.format, rate_of(spoken.style.rate)});
    }
    return request;
}

std::optional<std::string> own_recording_name(std::string_view url, const std::string& base_url,
                                              const std::string& community) {
    const std::string own = base_url + "/recordings/" + community + "/";
    constexpr std::string_view kWav = ".wav";
    if (community.empty() || !url.starts_with(own) || !url.ends_with(kWav)) return std::nullopt;
    return std::string(url.substr(own.size(), url.size() - own.size() - kWav.size()));
}

std::vector<speech::PublishedPrompt> prompts_of(const twiml::CommunityIvr& community) {
    std::vector<speech::PublishedPrompt> prompts;
    for (const auto& prompt : twiml::community_prompts(community))
        prompts.push_back(
            {say_request(say_of(prompt.text, community.language), community.code), prompt.name});
    // What is said on behalf of any community is rendered once, since a render is known by what it
    // says; it is published with each, since each may have a recording in its place.
    for (const auto& prompt : twiml::common_prompts())
        prompts.push_back({say_request(say_of(prompt.text, "es-MX"), community.code), prompt.name});
    return prompts;
}

Prompts::Prompts(asio::any_io_executor executor, speech::PromptLibrary& library,
                 HttpTransport transport, std::string base_url)
    : executor_(std::move(executor)),
      library_(library),
      transport_(std::move(transport)),
      base_url_(std::move(base_url)) {}

speech::PromptLibrary::Callback Prompts::posted(Answer answer) const {
    return [executor = executor_, answer = std::move(answer)](Result<speech::PromptPtr> sound) {
        asio::post(executor, [answer, sound = std::move(sound)] { answer(sound); });
    };
}

media::PromptPtr Prompts::find(const twiml::Say& say, const std::string& community) {
    return library_.find(say_request(say, community));
}

void Prompts::render(const twiml::Say& say, const std::string& community, Answer answer) {
    const auto taken = library_.render(say_request(say, community), posted(answer));
    if (!taken) answer(tl::unexpected(taken.error()));
}

void Prompts::fetch_sound(const std::string& url, const std::string& community, Answer answer) {
    if (url.starts_with(base_url_ + "/recordings/")) {
        // Another community's recording is not there, as far as this call can tell.
        auto name = own_recording_name(url, base_url_, community);
        if (!name)
            return answer(fail(Errc::not_found, "no such recording of this community: " + url));
        speech::RecordingRequest request{community, std::move(*name)};
        const auto taken = library_.render(std::move(request), posted(answer));
        if (!taken) answer(tl::unexpected(taken.error()));
        return;
    }
    if (!on_their_way_.take(community))
        return answer(fail(Errc::too_many,
                           fmt::format("{} sounds of this community are fetched already: its web "
                                       "server answers too slowly",
                                       kMostOfOne)));
    http::ClientRequest fetch;
    fetch.url = url;
    fetch.max_body = kMaxSoundBytes;
    auto done = [this, executor = executor_, community, answer](http::FetchResult result) {
        asio::post(executor, [this, community, answer,
                              result = http::require_success(std::move(result))]() mutable {
            on_their_way_.give_back(community);
            if (!result) return answer(fail(result.error().errc, result.error().detail));
            const auto type = result->headers.find("Content-Type").value_or("");
            if (!type.starts_with("audio/"))
                return answer(fail(Errc::unsupported, "not a sound: " + std::string(type)));
            render_file(std::move(result->body), std::move(answer));
        });
    };
    if (const auto sent = transport_(std::move(fetch), std::move(done)); !sent) {
        on_their_way_.give_back(community);
        answer(tl::unexpected(sent.error()));
    }
}

void Prompts::decode_sound(const std::string& bytes, Answer answer) {
    render_file(bytes, std::move(answer));
}

void Prompts::render_file(std::string bytes, Answer answer) {
    const auto taken = library_.render_file({bytes.begin(), bytes.end()}, posted(answer));
    if (!taken) answer(tl::unexpected(taken.error()));
}

}  // namespace skyn3t::server
