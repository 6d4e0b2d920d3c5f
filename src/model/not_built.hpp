#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/warning.hpp"

namespace skyn3t::model {

// Something of Twilio's that a document or a request may ask for and that this server does not do.
// The one list of it: a call's story, its alerts, `lint`, previews and docs/twiml.md say it in
// these words, under Twilio's 13750.
struct NotBuilt {
    std::string_view place;     // the element; "Calls": a parameter of the API that places calls
    std::string_view name;      // the attribute or parameter; empty: the element itself
    std::string_view harmless;  // values that ask for nothing, separated by '|'
    const char* es;
    const char* en;
};
inline constexpr int kNotBuiltCode = 13750;

[[nodiscard]] std::span<const NotBuilt> not_built();
// Nothing when it is built, or when this value of it asks for nothing.
[[nodiscard]] const NotBuilt* find_not_built(std::string_view place, std::string_view name,
                                             std::string_view value);

// The words for a warning whose detail may say more: for 13750, the sentence of what the detail
// shows, <Dial record>, <Conference>, or Record of a request; else find_warning's.
[[nodiscard]] std::optional<WarningText> explain_warning(int code, std::string_view detail);

}  // namespace skyn3t::model
