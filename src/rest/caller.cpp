#include "rest/caller.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace skyn3t::rest {

const Caller& caller_of(const http::Request& request) {
    return std::any_cast<const Caller&>(request.caller);
}

std::string actor_of(const http::Request& request) {
    const std::string& key = caller_of(request).key;
    const std::string who = key.empty() ? "api" : "key " + key;
    const auto named = request.headers.find("X-Skyn3t-Actor");
    if (named && request.remote_address.empty()) return std::string(*named);  // ours
    if (!named || named->size() > 100 || !is_valid_utf8(*named))
        return fmt::format("{} {}", who, request.remote_address);
    // A key is always named, and none that was not used: whoever asks may claim any terminal.
    const bool is_of_account = key.empty() && !named->starts_with("key ");
    return is_of_account ? fmt::format("{} {}", *named, request.remote_address)
                         : fmt::format("{} {} {}", who, *named, request.remote_address);
}

}  // namespace skyn3t::rest
