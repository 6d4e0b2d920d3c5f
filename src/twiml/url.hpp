#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skyn3t::twiml {

// RFC 3986 §5.2: `reference` as an absolute http(s) URL. An empty reference is the base itself.
// Without a base only absolute references resolve. Errc::invalid_argument: no scheme or host,
// another scheme, or bad characters.
[[nodiscard]] Result<std::string> resolve_url(std::string_view reference,
                                              const std::optional<std::string>& base);

}  // namespace skyn3t::twiml
