#include "rest/actor.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace skyn3t::rest {

std::string actor_of(const http::Request& request) {
    const auto named = request.headers.find("X-Skyn3t-Actor");
    if (!named || named->size() > 100 || !is_valid_utf8(*named))
        return "api " + request.remote_address;
    return fmt::format("{} {}", *named, request.remote_address);
}

}  // namespace skyn3t::rest
