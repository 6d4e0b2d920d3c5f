#pragma once

#include <array>
#include <string>
#include <string_view>

#include "provision/finding.hpp"

namespace skyn3t::provision {

// One thing that a check can find. Ids are stable: scripts and people refer to them.
struct Rule {
    std::string_view id;
    Level level;
    std::string_view es, en;
};

// In the order in which they are listed.
inline constexpr auto kRules = std::to_array<Rule>({
    // The file.
    {"unreadable", Level::error, "El archivo no se puede leer.", "The file cannot be read."},
    {"too-large", Level::error, "El archivo es demasiado grande.", "The file is too large."},
    {"not-utf8", Level::error, "El archivo no está en UTF-8.", "The file is not UTF-8."},
    {"yaml-syntax", Level::error, "No es YAML válido.", "It is not valid YAML."},
    {"yaml-alias", Level::error, "Hay anclas o alias de YAML.",
     "There are YAML anchors or aliases."},
    {"many-documents", Level::error, "Hay más de un documento YAML.",
     "There is more than one YAML document."},
    {"csv-syntax", Level::error, "Comillas mal puestas en el CSV.", "Wrong quotes in the CSV."},
    {"csv-missing-column", Level::error, "Falta una columna en el CSV.",
     "A column is missing in the CSV."},
    {"csv-unknown-column", Level::error, "Una columna del CSV que no se conoce.",
     "A column of the CSV that is unknown."},
    {"csv-duplicate-column", Level::error, "Una columna del CSV repetida.",
     "A column of the CSV given twice."},
    {"csv-extra-value", Level::error, "Un valor del CSV sin columna.",
     "A value of the CSV without a column."},
    {"wrong-type", Level::error, "Se esperaba otra cosa: una lista, un texto, claves.",
     "Something else was expected: a list, a text, keys."},
    {"unknown-key", Level::error, "Una clave que no existe.", "A key that does not exist."},
    {"duplicate-key", Level::error, "Una clave repetida.", "A key given twice."},
    {"missing-key", Level::error, "Falta una clave necesaria.", "A required key is missing."},
    {"empty-value", Level::error, "Un valor vacío.", "An empty value."},
    {"unknown-word", Level::error, "Un valor que no está entre los admitidos.",
     "A value that is not among those allowed."},
    {"too-long", Level::error, "Un texto más largo de lo que Twilio admite.",
     "A text longer than Twilio allows."},
    {"control-character", Level::error, "Un salto de línea o carácter de control.",
     "A line break or control character."},
    // Values.
    {"bad-code", Level::error, "Un código con otros caracteres que A-Z, 0-9 y «_».",
     "A code with other characters than A-Z, 0-9 and \"_\"."},
    {"bad-language", Level::error, "Algo que no es un idioma.", "Something that is no language."},
    {"bad-number", Level::error, "Algo que no es un número telefónico.",
     "Something that is no telephone number."},
    {"not-e164", Level::error, "Un número que no está en formato internacional (+56...).",
     "A number that is not in international form (+56...)."},
    {"emergency-number", Level::error, "Un número de emergencia como número de una comunidad.",
     "An emergency number as the number of a community."},
    {"number-not-valid", Level::warning, "Un número posible que ningún operador tiene.",
     "A possible number that no operator has."},
    {"duplicate-code", Level::error, "Dos comunidades con el mismo código.",
     "Two communities with the same code."},
    {"duplicate-number", Level::error, "Dos comunidades con el mismo número.",
     "Two communities with the same number."},
    {"no-roles", Level::error, "Una comunidad sin roles: ninguna tecla llama a nadie.",
     "A community without roles: no key rings anybody."},
    {"too-many-roles", Level::error, "Más roles que teclas.", "More roles than keys."},
    {"bad-role", Level::error, "Un rol con otros caracteres que a-z, 0-9, «-» y «_».",
     "A role with other characters than a-z, 0-9, \"-\" and \"_\"."},
    {"long-username", Level::error,
     "Un usuario de más de 32 caracteres, que Twilio rechaza (21240).",
     "A user name longer than 32 characters, which Twilio refuses (21240)."},
    {"duplicate-role", Level::error, "Un rol repetido en una comunidad.",
     "A role given twice in a community."},
    {"bad-digit", Level::error, "Algo que no es una tecla.", "Something that is no key."},
    {"duplicate-digit", Level::error, "Una tecla para dos roles.", "One key for two roles."},
    {"weak-password", Level::error,
     "Una contraseña que Twilio rechaza: menos de 12 caracteres, o sin mayúscula, minúscula o "
     "dígito.",
     "A password that Twilio refuses: shorter than 12 characters, or without a capital, a small "
     "letter or a digit."},
    {"document-unreadable", Level::error, "Un documento que el archivo nombra no se puede leer.",
     "A document that the file names cannot be read."},
    {"document-too-large", Level::error, "Un documento de más de 64 kB (11750).",
     "A document larger than 64 kB (11750)."},
    {"formula-passwords", Level::warning,
     "Contraseñas de una fórmula pública: cualquiera las calcula (falla 6 de la guía).",
     "Passwords of a public formula: anybody can compute them (the guide's fault 6)."},
    {"password-in-file", Level::info, "Una contraseña escrita en el archivo.",
     "A password written in the file."},
    {"duplicate-label", Level::warning, "Dos roles que se anuncian igual.",
     "Two roles that are announced alike."},
    // TwiML: what makes a document fail as a whole.
    {"twiml-not-xml", Level::error, "El documento no es XML válido (12100).",
     "The document is not valid XML (12100)."},
    {"twiml-root", Level::error, "La raíz del documento no es <Response> (12102).",
     "The document's root is not <Response> (12102)."},
    {"twiml-too-large", Level::error, "El documento supera 64 kB (11750).",
     "The document is larger than 64 kB (11750)."},
    // TwiML: the faults of the hand-made guide.
    {"twiml-route-ignores-digits", Level::error,
     "El documento que recibe la tecla no la mira: toda tecla llama al mismo teléfono (falla 1).",
     "The document that gets the key does not look at it: every key rings the same phone (fault "
     "1)."},
    {"twiml-say-before-gather", Level::error,
     "El saludo está antes de <Gather>: se pierden las teclas marcadas mientras suena (falla 2).",
     "The greeting is before <Gather>: keys pressed while it speaks are lost (fault 2)."},
    {"twiml-say-after-dial", Level::error,
     "La frase que sigue a <Dial> sin action también se oye tras una buena llamada (falla 7).",
     "The sentence behind a <Dial> without action is heard after a good call, too (fault 7)."},
    {"twiml-emergency-number", Level::error,
     "El documento llama a un número de emergencia (falla 9).",
     "The document dials an emergency number (fault 9)."},
    // TwiML: what is left out when it runs.
    {"twiml-unknown-verb", Level::error, "Un verbo que no existe: se salta (12200).",
     "A verb that does not exist: it is skipped (12200)."},
    {"twiml-unknown-element", Level::error, "Un elemento que no existe: se salta (12200).",
     "An element that does not exist: it is skipped (12200)."},
    {"twiml-nesting", Level::error,
     "Un elemento donde no puede estar: se salta (12200, 13215, 13320).",
     "An element where it may not be: it is skipped (12200, 13215, 13320)."},
    {"twiml-unknown-attribute", Level::warning,
     "Un atributo que no existe: no tiene efecto (12200).",
     "An attribute that does not exist: it has no effect (12200)."},
    {"twiml-bad-value", Level::warning,
     "Un valor que el atributo no admite: se usa el de omisión (13xxx).",
     "A value that the attribute does not allow: its default is used (13xxx)."},
    {"twiml-stray-text", Level::warning, "Texto donde no puede haberlo (12200).",
     "Text where there may be none (12200)."},
    {"twiml-empty-say", Level::warning, "Un <Say> sin texto (13520).",
     "A <Say> without text (13520)."},
    {"twiml-long-say", Level::warning, "Un <Say> con más texto del que la voz lee (13521).",
     "A <Say> with more text than the voice reads (13521)."},
    {"twiml-empty-play", Level::error, "Un <Play> sin audio (11100).",
     "A <Play> without audio (11100)."},
    {"twiml-empty-dial", Level::error, "Un <Dial> que no llama a nadie (13223).",
     "A <Dial> that calls nobody (13223)."},
    {"twiml-bad-number", Level::error, "Un número que no está en E.164 (13223).",
     "A number that is not in E.164 (13223)."},
    {"twiml-bad-sip-address", Level::error,
     "Una dirección SIP inválida, o una parte de ella (13243, 13253, 32110 a 32114).",
     "An invalid SIP address, or part of one (13243, 13253, 32110 to 32114)."},
    {"twiml-sip-edge", Level::error,
     "La dirección de un teléfono registrado lleva el nombre de un borde de Twilio (32220).",
     "The address of a registered phone has the name of one of Twilio's edges (32220)."},
    {"twiml-sip-no-user", Level::error,
     "La dirección de un dominio de Twilio no dice a quién llamar (32223).",
     "The address of a domain of Twilio's does not say whom to call (32223)."},
    {"twiml-bad-room-name", Level::error,
     "Un <Conference> sin nombre, o con uno muy largo (13237).",
     "A <Conference> without a name, or with one too long (13237)."},
    {"twiml-bad-queue-name", Level::error,
     "Una cola sin nombre, o con uno de más de 64 caracteres (14205, 14212).",
     "A queue without a name, or with one longer than 64 characters (14205, 14212)."},
    {"twiml-mixed-nouns", Level::error,
     "<Conference> o <Queue> junto a otros en un mismo <Dial> (13000).",
     "<Conference> or <Queue> beside others in one <Dial> (13000)."},
    {"twiml-too-many-nouns", Level::error, "Un <Dial> a más de 10 a la vez (13250).",
     "A <Dial> to more than 10 at once (13250)."},
    {"twiml-reject-not-first", Level::error,
     "Un <Reject> que no es el primer verbo: no rechaza nada.",
     "A <Reject> that is not the first verb: it rejects nothing."},
    // TwiML: what runs, and not as was meant.
    {"twiml-unreachable", Level::warning, "Verbos después de uno que no vuelve: nunca se ejecutan.",
     "Verbs behind one that does not return: they never run."},
    {"twiml-dial-without-action", Level::warning,
     "Un <Dial> sin action: si nadie contesta, la llamada se corta sin decir nada.",
     "A <Dial> without action: when nobody answers, the call ends without a word."},
    {"twiml-gather-without-action", Level::warning,
     "Un <Gather> sin action: la tecla vuelve a este mismo documento, que se repite.",
     "A <Gather> without action: the key comes back to this same document, which repeats."},
    {"twiml-silence-after-gather", Level::warning,
     "No hay nada después de <Gather>: si nadie marca, la llamada se corta sin decir nada.",
     "Nothing stands behind <Gather>: when no key is pressed, the call ends without a word."},
    {"twiml-voice-language", Level::warning,
     "La voz y el idioma de un <Say> no calzan; Twilio puede no leerlo.",
     "The voice and the language of a <Say> do not match; Twilio may not read it."},
    {"twiml-not-here", Level::warning,
     "TwiML válido en Twilio que este servidor no ejecuta (13750).",
     "Valid at Twilio, and not run by this server (13750)."},
});

[[nodiscard]] constexpr const Rule* find_rule(std::string_view id) {
    for (const Rule& each : kRules)
        if (each.id == id) return &each;
    return nullptr;
}

// The list as people read it on a terminal, and as docs/lint.md.
[[nodiscard]] std::string rules_text(Lang lang);
[[nodiscard]] std::string rules_markdown();

}  // namespace skyn3t::provision
