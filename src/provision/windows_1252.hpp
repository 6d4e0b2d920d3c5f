#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace skyn3t::provision {

// Windows-1252, in which spreadsheets save a CSV, as UTF-8. Nothing when the text holds an octet
// that this encoding does not have, or a NUL: then it is something else, UTF-16 for example.
[[nodiscard]] std::optional<std::string> from_windows_1252(std::string_view text);

}  // namespace skyn3t::provision
