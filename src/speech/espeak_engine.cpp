#include "speech/espeak_engine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "speech/audio_file.hpp"
#include "speech/child_process.hpp"

namespace skyn3t::speech {
namespace {

constexpr int kWordsPerMinute = 150;  // the engine's own 175 is hurried for names on a telephone
constexpr int kAmplitude = 70;  // of 100: at 100 its peaks touch full scale (speech-media.md, 3)

std::string variant(const Voice& voice) {
    const std::string language = voice.language == "es-ES"   ? "es"
                                 : voice.language == "fr-FR" ? "fr-fr"
                                 : voice.language == "de-DE" ? "de"
                                 : voice.language == "it-IT" ? "it"
                                                             : lower(voice.language);
    return language + (voice.gender == Gender::female ? "+f3" : "+m3");
}

}  // namespace

EspeakEngine::EspeakEngine(std::filesystem::path program, std::chrono::milliseconds time_limit)
    : program_(std::move(program)), time_limit_(time_limit) {
    const ChildCommand ask{program_, {"--version"}, time_limit_, 4096};
    if (const auto answer = run_child(ask, {})) {
        const std::string text(answer->begin(), answer->end());
        version_ = text.substr(0, text.find("  Data"));
    }
}

std::string EspeakEngine::identity(const Voice& voice) const {
    return fmt::format("espeak-ng|{}|{}|{} wpm", version_, variant(voice), kWordsPerMinute);
}

Result<Clip> EspeakEngine::synthesize(const TtsRequest& request) {
    const auto pace = std::lround(kWordsPerMinute * request.rate);
    const ChildCommand command{program_,
                               {"-v", variant(request.voice), "-s", std::to_string(pace), "-a",
                                std::to_string(kAmplitude), "-b", "1", "-z", "--stdin", "--stdout"},
                               time_limit_};
    auto wave = run_child(command, request.words);
    if (!wave && wave.error().code == Errc::unavailable) {
        log::warn("speech engine failed, trying again program={} error={}", program_.string(),
                  skyn3t::quoted(wave.error().detail));
        wave = run_child(command, request.words);
    }
    if (!wave) return tl::unexpected(wave.error());
    auto clip = decode_audio(*wave);
    if (!clip && clip.error().code == Errc::parse_error)
        return fail(Errc::unavailable,
                    program_.string() + " made no sound: " + clip.error().detail);
    return clip;
}

}  // namespace skyn3t::speech
