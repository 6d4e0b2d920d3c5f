#pragma once

#include <string>
#include <string_view>

namespace skyn3t::twiml {

// Text as it may stand in an element or an attribute of XML 1.0. What XML has no way to write is
// left out: control characters, and octets that are no UTF-8.
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace skyn3t::twiml
