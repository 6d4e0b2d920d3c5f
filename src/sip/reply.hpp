#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skyn3t::sip {

class Message;

// What a registrar or an authenticator answers, before it is made a response: the status and the
// header fields of its own. Via, From, To, Call-ID and CSeq are the request's.
struct Reply {
    int status = 500;
    std::string reason{};  // empty: the standard's phrase
    // Names are literals.
    std::vector<std::pair<std::string_view, std::string>> headers{};

    // The value of the first field of that name; empty when there is none.
    std::string_view header(std::string_view name) const;
};

// The response as it goes out. Empty `tag`: a To tag is made for it.
[[nodiscard]] std::string response_text(const Message& request, const Reply& reply,
                                        std::string_view tag = {});
// The To tag of a response that is sent without keeping anything: the same for every copy of the
// request (RFC 3261 §8.2.7), and not to be guessed.
[[nodiscard]] std::string stateless_tag(const Message& request);

// Asks for credentials (401 or 407). Not for ACK and CANCEL, which cannot be sent again.
struct Challenge {
    Reply reply;
    bool stale = false;  // the credentials were fine but for their nonce
};
// Says no, and asking again with other credentials is of no use now.
struct Refuse {
    Reply reply;
};

}  // namespace skyn3t::sip
