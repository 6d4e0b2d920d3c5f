#pragma once

#include <optional>
#include <string_view>

namespace skyn3t::model {

// What Twilio's codes of warnings and errors (errors.md) mean here, for people: words that stand
// before the detail, which is the document's or the peer's own text. Every code that a call can
// raise is in the table; tools/check_warnings.py sees to it.
struct WarningText {
    int code;
    const char* es;
    const char* en;
};
[[nodiscard]] std::optional<WarningText> find_warning(int code);

}  // namespace skyn3t::model
