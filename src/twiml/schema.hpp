#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "twiml/outline.hpp"

namespace skyn3t::twiml {

// What an attribute may be.
enum class ValueKind {
    text,
    url,       // http or https, or relative
    callback,  // a URL whose host has no underscore
    stream,    // wss, without a query
    flag,
    word,       // one of `allowed`, separated by '|'
    words,      // some of `allowed`, separated by blanks
    number,     // "least-most", "least-"; then words: "1-|auto"
    one_key,    // 0-9 * #, or nothing
    keys,       // any of them
    tones,      // Play's digits
    send_keys,  // Number's sendDigits
    voice,
    language,
    caller_id,
    hints,
    rate,    // of <prosody>: a word, or a percentage
    decibel  // of <prosody>: a word, or "+6dB"
};

// What Twilio's own rules say against a document (reference/twiml.md), whatever this server runs of
// it. `code` is Twilio's number.
struct SchemaFault {
    enum class Kind {
        unknown_verb,       // of the Response
        not_allowed_here,   // a known element under a parent that may not hold it
        unknown_element,    // none of TwiML
        unknown_attribute,  // subject: its name
        bad_value,          // subject: the attribute; value; allowed
        stray_text,         // text where none may be
        empty_say,
        long_say,  // value: its characters; allowed: the most
        nothing_to_play,
        nobody_to_dial,
        bad_number,       // value
        bad_sip_address,  // value; also of a header or parameter of it
        bad_queue_name,
        bad_room_name,
        mixed_nouns,
        too_many_nouns,
    };
    Kind kind;
    int code = 0;
    std::string element;  // its name
    std::string subject, value;
    ValueKind value_kind{};
    std::string allowed;  // as in the schema: "GET|POST", "5-600"
    unsigned line = 0, column = 0;
};

// In the order of the document; the first kMaxFaults. Values with a TwiML Bin's variable,
// {{Digits}}, are not judged.
inline constexpr std::size_t kMaxSchemaFaults = 100;
[[nodiscard]] std::vector<SchemaFault> check_schema(const Element& response);

// What Twilio knows, for suggestions.
[[nodiscard]] std::vector<std::string_view> known_elements(std::string_view parent);
[[nodiscard]] std::vector<std::string_view> known_attributes(std::string_view element);

}  // namespace skyn3t::twiml
