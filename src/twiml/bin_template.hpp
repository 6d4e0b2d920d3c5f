#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "twiml/document.hpp"

// Documents with the variables of Twilio's TwiML Bins: "{{From}}" stands for the request's
// parameter of that name. Of their template language it is the variables alone; a section
// ("{{#e164}}") or a variable without escaping ("{{{From}}}") is refused when the document is
// written, rather than spoken.
namespace skyn3t::twiml {

// The first "{{" that is no variable; a 12100. Nothing when the template can be filled.
[[nodiscard]] std::optional<Finding> find_template_fault(std::string_view content);

// Each name once, in the order of the document.
[[nodiscard]] std::vector<std::string> template_variables(std::string_view content);

// Nothing: the variable is unknown, and becomes empty.
using VariableLookup = std::function<std::optional<std::string_view>(std::string_view name)>;
// Values are escaped, so that they stay text: a well-formed document stays one. Comments are left
// as they are.
[[nodiscard]] std::string fill_template(std::string_view content, const VariableLookup& value_of);

}  // namespace skyn3t::twiml
