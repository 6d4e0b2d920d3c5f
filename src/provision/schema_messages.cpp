#include "provision/schema_messages.hpp"

#include "base/text.hpp"
#include "provision/document_messages.hpp"
#include "provision/suggestion.hpp"

namespace skyn3t::provision {
namespace {

using twiml::SchemaFault;
using twiml::ValueKind;
using FaultKind = SchemaFault::Kind;

struct FaultWords {
    std::string es, en;
};

std::string list_of(std::string_view allowed) {
    std::string list;
    for (const char c : allowed) {
        if (c == '|')
            list += ", ";
        else
            list += c;
    }
    return list;
}

// "5-600" and "1-|auto" in words.
FaultWords range_of(std::string_view allowed) {
    const auto bar = allowed.find('|');
    const std::string_view range = allowed.substr(0, bar);
    const auto dash = range.find('-');
    const std::string least(range.substr(0, dash)), most(range.substr(dash + 1));
    FaultWords words =
        most.empty() ? FaultWords{"un número entero desde " + least, "a whole number from " + least}
                     : FaultWords{"un número entero de " + least + " a " + most,
                                  "a whole number from " + least + " to " + most};
    if (bar != std::string_view::npos) {
        const std::string other(allowed.substr(bar + 1));
        words.es += " o «" + other + "»";
        words.en += " or \"" + other + "\"";
    }
    return words;
}

FaultWords allowed_words(const SchemaFault& fault) {
    const std::string list = list_of(fault.allowed);
    switch (fault.value_kind) {
        case ValueKind::url:
            return {"una URL http o https, o una relativa",
                    "an http or https URL, or a relative one"};
        case ValueKind::callback:
            return {"una URL http o https cuyo servidor no tenga «_»",
                    "an http or https URL whose host has no \"_\""};
        case ValueKind::stream:
            return {"una URL wss:// sin «?»", "a wss:// URL without \"?\""};
        case ValueKind::flag:
            return {"true o false", "true or false"};
        case ValueKind::word:
            return {"uno de: " + list, "one of: " + list};
        case ValueKind::words:
            return {"algunos de: " + list + ", separados por espacios",
                    "some of: " + list + ", separated by blanks"};
        case ValueKind::number:
            return range_of(fault.allowed);
        case ValueKind::one_key:
            return {"una sola tecla (0-9, * o #), o nada", "one key (0-9, * or #), or nothing"};
        case ValueKind::keys:
            return {"teclas: 0-9, * y #", "keys: 0-9, * and #"};
        case ValueKind::tones:
            return {"0-9, A-D, * y #, con w y W para esperar",
                    "0-9, A-D, * and #, with w and W to wait"};
        case ValueKind::send_keys:
            return {"0-9, * y #, con w y W para esperar", "0-9, * and #, with w and W to wait"};
        case ValueKind::voice:
            return {
                "man, woman, una Polly (Polly.Mia-Neural) o una Google (Google.es-US-Neural2-A)",
                "man, woman, a Polly (Polly.Mia-Neural) or a Google voice "
                "(Google.es-US-Neural2-A)"};
        case ValueKind::language:
            return {"una etiqueta de idioma como es-MX", "a language tag such as es-MX"};
        case ValueKind::caller_id:
            return {"letras sin tilde, dígitos y + - _ . (máximo 64)",
                    "ASCII letters, digits and + - _ . (at most 64)"};
        case ValueKind::hints:
            return {"hasta 500 frases de hasta 100 caracteres, separadas por comas",
                    "up to 500 phrases of up to 100 characters, separated by commas"};
        case ValueKind::rate:
            return {"uno de: " + list + ", o un porcentaje",
                    "one of: " + list + ", or a percentage"};
        case ValueKind::decibel:
            return {"uno de: " + list + ", o decibeles como +6dB",
                    "one of: " + list + ", or decibels such as +6dB"};
        default:
            return {"otro valor", "another value"};
    }
}

// A name in the wrong case is the likeliest mistake, and may be far away in letters: "GATHER".
std::optional<std::string_view> meant(std::string_view written,
                                      const std::vector<std::string_view>& known) {
    for (const auto name : known)
        if (iequals(name, written)) return name;
    return closest(written, known);
}

Finding unknown_element(const SchemaFault& fault, Where where) {
    const std::string name = shown(fault.element);
    const auto like = meant(fault.element, twiml::known_elements(fault.subject));
    if (fault.kind == FaultKind::unknown_verb)
        return like ? make_finding(messages::kUnknownVerbLike, std::move(where), name, *like)
                    : make_finding(messages::kUnknownVerb, std::move(where), name);
    return like ? make_finding(messages::kUnknownElementLike, std::move(where), name, fault.subject,
                               *like)
                : make_finding(messages::kUnknownElement, std::move(where), name, fault.subject);
}

Finding unknown_attribute(const SchemaFault& fault, Where where) {
    const auto like = meant(fault.subject, twiml::known_attributes(fault.element));
    return like ? make_finding(messages::kUnknownAttributeLike, std::move(where), fault.element,
                               shown(fault.subject), *like)
                : make_finding(messages::kUnknownAttribute, std::move(where), fault.element,
                               shown(fault.subject));
}

}  // namespace

std::string shown(std::string_view text) {
    const std::string in_quotes = quoted(text, 80);
    return in_quotes.substr(1, in_quotes.size() - 2);
}

Finding finding_of(const SchemaFault& fault, Where where) {
    switch (fault.kind) {
        case FaultKind::unknown_verb:
        case FaultKind::unknown_element:
            return unknown_element(fault, std::move(where));
        case FaultKind::not_allowed_here:
            return make_finding(messages::kNesting, std::move(where), fault.element, fault.subject);
        case FaultKind::unknown_attribute:
            return unknown_attribute(fault, std::move(where));
        case FaultKind::bad_value: {
            const FaultWords allowed = allowed_words(fault);
            return make_finding(messages::kBadValue, std::move(where), fault.element, fault.subject,
                                shown(fault.value), fault.code, allowed.es, allowed.en);
        }
        case FaultKind::stray_text:
            return make_finding(messages::kStrayText, std::move(where), fault.element);
        case FaultKind::empty_say:
            return make_finding(messages::kEmptySay, std::move(where));
        case FaultKind::long_say:
            return make_finding(messages::kLongSay, std::move(where), fault.value, fault.allowed);
        case FaultKind::nothing_to_play:
            return make_finding(messages::kEmptyPlay, std::move(where));
        case FaultKind::nobody_to_dial:
            return make_finding(messages::kEmptyDial, std::move(where));
        case FaultKind::bad_number:
            return make_finding(messages::kBadDialledNumber, std::move(where), shown(fault.value));
        case FaultKind::bad_sip_address:
            return make_finding(messages::kBadSipAddress, std::move(where), shown(fault.value),
                                fault.code);
        case FaultKind::bad_room_name:
            return make_finding(messages::kBadRoomName, std::move(where));
        case FaultKind::bad_queue_name:
            return make_finding(messages::kBadQueueName, std::move(where), fault.element);
        case FaultKind::mixed_nouns:
            return make_finding(messages::kMixedNouns, std::move(where));
        default:
            return make_finding(messages::kTooManyNouns, std::move(where));
    }
}

}  // namespace skyn3t::provision
