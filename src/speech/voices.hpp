#pragma once

#include <optional>
#include <string>
#include <string_view>

// TwiML's voices as voices of this machine (twiml.md, section 2).
namespace skyn3t::speech {

enum class Gender { female, male };

struct Voice {
    std::string language =
        "es-419";  // BCP 47: es-419, es-ES, en-US, en-GB, fr-FR, de-DE, it-IT, pt-BR
    Gender gender = Gender::female;

    bool operator==(const Voice&) const = default;
};

struct VoiceChoice {
    Voice voice;
    std::optional<int> warning;  // 13511: the voice or the language is unknown, the default speaks
};

// The `voice` and `language` attributes of Say as written; empty means absent. Without a language
// the voice's own counts (Polly.Mia is Mexican), then Latin American Spanish. Alice is female.
[[nodiscard]] VoiceChoice choose_voice(std::string_view voice, std::string_view language);

}  // namespace skyn3t::speech
