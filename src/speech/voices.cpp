#include "speech/voices.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace skyn3t::speech {
namespace {

constexpr int kUnknownVoice = 13511;  // errors.md: Say voice

struct Named {
    std::string_view name;  // without "-Neural" or "-Generative"
    std::string_view language;
    Gender gender;
};
constexpr auto kPolly = std::to_array<Named>({
    {"conchita", "es-ES", Gender::female}, {"lucia", "es-ES", Gender::female},
    {"enrique", "es-ES", Gender::male},    {"sergio", "es-ES", Gender::male},
    {"mia", "es-419", Gender::female},     {"andres", "es-419", Gender::male},
    {"lupe", "es-419", Gender::female},    {"penelope", "es-419", Gender::female},
    {"miguel", "es-419", Gender::male},    {"pedro", "es-419", Gender::male},
    {"joanna", "en-US", Gender::female},   {"salli", "en-US", Gender::female},
    {"kendra", "en-US", Gender::female},   {"kimberly", "en-US", Gender::female},
    {"ivy", "en-US", Gender::female},      {"ruth", "en-US", Gender::female},
    {"danielle", "en-US", Gender::female}, {"matthew", "en-US", Gender::male},
    {"joey", "en-US", Gender::male},       {"justin", "en-US", Gender::male},
    {"kevin", "en-US", Gender::male},      {"stephen", "en-US", Gender::male},
    {"amy", "en-GB", Gender::female},      {"emma", "en-GB", Gender::female},
    {"brian", "en-GB", Gender::male},      {"arthur", "en-GB", Gender::male},
    {"camila", "pt-BR", Gender::female},   {"vitoria", "pt-BR", Gender::female},
    {"ricardo", "pt-BR", Gender::male},    {"thiago", "pt-BR", Gender::male},
    {"lea", "fr-FR", Gender::female},      {"celine", "fr-FR", Gender::female},
    {"mathieu", "fr-FR", Gender::male},    {"remi", "fr-FR", Gender::male},
    {"marlene", "de-DE", Gender::female},  {"vicki", "de-DE", Gender::female},
    {"hans", "de-DE", Gender::male},       {"daniel", "de-DE", Gender::male},
    {"carla", "it-IT", Gender::female},    {"bianca", "it-IT", Gender::female},
    {"giorgio", "it-IT", Gender::male},    {"adriano", "it-IT", Gender::male},
});

// Our language for a BCP 47 tag; nothing for one that we have no voice of.
std::optional<std::string> local_language(std::string_view tag) {
    const std::string language = lower(tag.substr(0, tag.find_first_of("-_")));
    const bool british = iequals(tag, "en-GB") || iequals(tag, "en-AU") || iequals(tag, "en-IE");
    const bool castilian = iequals(tag, "es-ES");
    if (language == "es") return castilian ? "es-ES" : "es-419";
    if (language == "en") return british ? "en-GB" : "en-US";
    if (language == "fr") return "fr-FR";
    if (language == "de") return "de-DE";
    if (language == "it") return "it-IT";
    if (language == "pt") return "pt-BR";
    return std::nullopt;
}

std::optional<Voice> polly(std::string_view name) {
    const std::string bare = lower(name.substr(0, name.find('-')));
    const auto* found = std::find_if(kPolly.begin(), kPolly.end(),
                                     [&](const Named& voice) { return voice.name == bare; });
    if (found == kPolly.end()) return std::nullopt;
    return Voice{std::string(found->language), found->gender};
}

// Google.<language>-<region>-<model>-<letter>. Which letters are men differs by language; these
// hold for Spanish (ES, US) and English (US), and a wrong guess is a voice of the other gender, not
// a failure.
std::optional<Voice> google(std::string_view name) {
    const auto region = name.find('-');
    if (region == name.npos) return std::nullopt;
    const auto locale = name.substr(0, name.find('-', region + 1));
    auto language = local_language(locale);
    if (!language) return std::nullopt;
    const char letter = to_lower(name.back());
    const bool single = name.size() > 2 && name[name.size() - 2] == '-';
    const bool male = single && (letter == 'b' || (*language == "es-419" && letter == 'c') ||
                                 (*language == "en-US" && (letter == 'a' || letter == 'd')));
    return Voice{*language, male ? Gender::male : Gender::female};
}

}  // namespace

VoiceChoice choose_voice(std::string_view voice, std::string_view language) {
    VoiceChoice choice;
    if (!language.empty()) {
        const auto local = local_language(language);
        if (local)
            choice.voice.language = *local;
        else
            choice.warning = kUnknownVoice;
    }
    if (voice.empty() || iequals(voice, "woman") || iequals(voice, "alice")) return choice;
    if (iequals(voice, "man")) {
        choice.voice.gender = Gender::male;
        return choice;
    }
    const auto dot = voice.find('.');
    const auto provider = voice.substr(0, dot);
    const auto name = dot == voice.npos ? std::string_view{} : voice.substr(dot + 1);
    const auto named = iequals(provider, "Polly")    ? polly(name)
                       : iequals(provider, "Google") ? google(name)
                                                     : std::nullopt;
    // A named voice implies its language, whatever `language` says (twiml.md, section 2).
    if (named) return {*named, std::nullopt};
    choice.warning = kUnknownVoice;
    return choice;
}

}  // namespace skyn3t::speech
