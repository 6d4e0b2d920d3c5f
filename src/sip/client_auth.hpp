#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/digest.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

struct Credentials {
    std::string username;
    std::string password;
};

// Answers the challenges that our requests meet (RFC 3261 §22): once per realm, again only when the
// nonce was stale.
class ClientAuth {
  public:
    explicit ClientAuth(Credentials credentials) : credentials_(std::move(credentials)) {}

    // Whether the request of this 401 or 407 is worth sending again, with add_to().
    [[nodiscard]] bool accept(const Message& challenge);
    // A request got through: a later challenge is a new one.
    void on_success();
    // The credentials for every realm that has asked.
    void add_to(MessageBuilder& request, std::string_view method, std::string_view uri);

  private:
    struct Realm {
        DigestChallenge challenge;
        std::uint32_t nonce_count = 0;
        unsigned refusals = 0;
    };
    Credentials credentials_;
    std::vector<Realm> realms_;
};

}  // namespace skyn3t::sip
