#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sip/message.hpp"
#include "sip/reply.hpp"

namespace skyn3t::sip {

// A contact that a REGISTER asks to bind or to remove; views into the request.
struct RequestedContact {
    UriView uri;
    std::optional<seconds> expires;  // the contact's own, or the Expires field's
    std::uint16_t q = 1000;          // thousandths
    std::uint16_t reg_id = 0;        // 0 when absent
    std::string instance;            // without its quotes; empty when absent
};

// What a registrar reads of a REGISTER (RFC 3261 section 10.2); views into the request.
struct RegisterRequest {
    bool removes_all = false;  // Contact: * with Expires: 0
    std::vector<RequestedContact> contacts;
    std::vector<std::string_view> path;  // RFC 3327; the nearest to us first
    std::string_view sip_call_id;
    std::uint32_t cseq = 0;
    std::string_view user_agent;
    std::string to_user;  // unescaped
    bool supports_path = false;

    // Or what to answer instead: 400, 420.
    [[nodiscard]] static tl::expected<RegisterRequest, Reply> parse(const Message& request);
};

}  // namespace skyn3t::sip
