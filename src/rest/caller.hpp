#pragma once

#include <optional>
#include <string>

#include "base/sid.hpp"
#include "http/message.hpp"

namespace skyn3t::rest {

// Who asks, as the guard found out: the account by its token, one of its keys, or Twilio's cloud
// by a signature. Every handler finds it in its request.
struct Caller {
    enum class Kind { account, standard_key, community_key, webhook };
    Kind kind = Kind::account;
    std::string key{};  // SK, of a key
    // Of a community's key or signature, which sees nothing else.
    std::optional<CommunitySid> community{};
    std::string community_code{};  // of that community

    // What belongs to another community looks like what does not exist.
    bool sees(const CommunitySid& owner) const { return !community || *community == owner; }
    bool sees_code(std::string_view code) const { return !community || community_code == code; }
    bool is_limited() const { return community.has_value(); }
};

// Of a request that has passed the guard.
[[nodiscard]] const Caller& caller_of(const http::Request& request);
// Its name for the audit; the command line says whose terminal it is.
[[nodiscard]] std::string actor_of(const http::Request& request);

}  // namespace skyn3t::rest
