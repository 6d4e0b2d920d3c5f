#include "twiml/voices.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"
#include "twiml/verb_parsers.hpp"

namespace skyn3t::twiml {

namespace {

constexpr std::size_t kPollyLimit = 3000;

// Amazon's voices without their engine suffix: Spanish, and those of the languages around it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 44> kPollyVoices{{
    {"Conchita", "es-ES"}, {"Lucia", "es-ES"},  {"Enrique", "es-ES"},  {"Sergio", "es-ES"},
    {"Mia", "es-MX"},      {"Andres", "es-MX"}, {"Lupe", "es-US"},     {"Miguel", "es-US"},
    {"Penelope", "es-US"}, {"Pedro", "es-US"},  {"Joanna", "en-US"},   {"Matthew", "en-US"},
    {"Ivy", "en-US"},      {"Joey", "en-US"},   {"Justin", "en-US"},   {"Kendra", "en-US"},
    {"Kimberly", "en-US"}, {"Salli", "en-US"},  {"Danielle", "en-US"}, {"Gregory", "en-US"},
    {"Kevin", "en-US"},    {"Ruth", "en-US"},   {"Stephen", "en-US"},  {"Amy", "en-GB"},
    {"Brian", "en-GB"},    {"Emma", "en-GB"},   {"Arthur", "en-GB"},   {"Nicole", "en-AU"},
    {"Russell", "en-AU"},  {"Olivia", "en-AU"}, {"Camila", "pt-BR"},   {"Vitoria", "pt-BR"},
    {"Ricardo", "pt-BR"},  {"Thiago", "pt-BR"}, {"Ines", "pt-PT"},     {"Cristiano", "pt-PT"},
    {"Celine", "fr-FR"},   {"Lea", "fr-FR"},    {"Mathieu", "fr-FR"},  {"Marlene", "de-DE"},
    {"Vicki", "de-DE"},    {"Hans", "de-DE"},   {"Carla", "it-IT"},    {"Bianca", "it-IT"},
}};

std::optional<VoiceTraits> find_polly(std::string_view name) {
    for (const std::string_view engine : {"-Neural", "-Generative"})
        if (name.ends_with(engine)) name.remove_suffix(engine.size());
    for (const auto& [known, language] : kPollyVoices)
        if (name == known) return VoiceTraits{std::string(language), kPollyLimit};
    return std::nullopt;
}

// "es-US-Neural2-A": the first two parts are the language.
std::optional<VoiceTraits> find_google(std::string_view name) {
    const auto region = name.find('-');
    if (region == std::string_view::npos) return std::nullopt;
    const auto kind = name.find('-', region + 1);
    const auto language = name.substr(0, kind);
    if (kind == std::string_view::npos || !is_language_tag(language)) return std::nullopt;
    return VoiceTraits{std::string(language)};
}

}  // namespace

std::optional<VoiceTraits> find_voice(std::string_view name) {
    for (const std::string_view basic : {"man", "woman", "alice"})
        if (iequals(name, basic)) return VoiceTraits{};
    if (name.starts_with("Polly.")) return find_polly(name.substr(6));
    if (name.starts_with("Google.")) return find_google(name.substr(7));
    return std::nullopt;
}

}  // namespace skyn3t::twiml
