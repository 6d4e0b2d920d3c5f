#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace skyn3t::provision {

// The known word that a mistyped one most likely stands for: at most two letters away, and fewer
// than it has.
[[nodiscard]] std::optional<std::string_view> closest(std::string_view written,
                                                      const std::vector<std::string_view>& known);

}  // namespace skyn3t::provision
