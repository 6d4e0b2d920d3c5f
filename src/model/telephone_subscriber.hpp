#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skyn3t::model {

// A telephone number as signalling carries it: the telephone-subscriber of RFC 3966 section 3,
// which stands in a tel: URI and in the user part of a SIP URI (RFC 3261 section 19.1.6), with what
// carriers write behind it ("+56229145248;npdi;rn=+56221110000", "+56987654321;cpc=ordinary"). The
// only reader of that text.
struct TelephoneSubscriber {
    std::string number;          // without visual separators: "+56229145248", "133", "*67"
    std::string extension;       // ;ext=
    std::string subaddress;      // ;isub=
    std::string phone_context;   // of a local number: a domain, or the digits of a global prefix
    std::string routing_number;  // ;rn= of RFC 4694: where a ported number is reached
    bool is_global() const { return number.starts_with('+'); }

    // `text` as it stands in the URI, escapes included: what is before '@', or all of a tel: URI
    // after its scheme. Nothing: it is a name ("+56229145248-office", "conserje"), or no number at
    // all.
    [[nodiscard]] static std::optional<TelephoneSubscriber> parse(std::string_view text);
};

}  // namespace skyn3t::model
