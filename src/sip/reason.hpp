#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

// Why a CANCEL or BYE was sent, or how a response came about (RFC 3326, RFC 6432): in SIP's status
// codes, in those of the telephone network (Q.850), or in words.
struct Reason {
    std::string protocol;  // "SIP", "Q.850"
    std::optional<unsigned> cause;
    std::string text;

    [[nodiscard]] static Result<Reason> parse(std::string_view value);
    [[nodiscard]] std::string field() const;  // as a Reason field's value
    [[nodiscard]] std::string str() const;    // for people: "SIP 200 Call completed elsewhere"
    // Another phone took the call: no missed call here.
    [[nodiscard]] bool is_completed_elsewhere() const;
};

// Those of all Reason fields, a few at most; what cannot be read is left out.
[[nodiscard]] std::vector<Reason> reasons_of(const Message& message);
// All of them for people, after what is known already; empty when there is nothing.
[[nodiscard]] std::string told_reason(std::string_view known, const Message& message);

}  // namespace skyn3t::sip
