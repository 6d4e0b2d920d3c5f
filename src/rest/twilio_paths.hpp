#pragma once

#include <string_view>

namespace skyn3t::rest {

// Whether Twilio's API has something at this path, of those that this server has not built. Asked
// of paths that no route takes, so that a client learns whether it mistyped or is ahead of us.
[[nodiscard]] bool is_path_of_twilio(std::string_view path);

}  // namespace skyn3t::rest
