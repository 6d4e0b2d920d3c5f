#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "twiml/document.hpp"

namespace skyn3t::twiml {

// What pugixml lets pass and XML 1.0 does not: stray '&' and '<', unknown entities, control
// characters, other encodings than UTF-8, a declaration that is not first. Also refuses
// declarations of entities and bounds the nesting. A 12100 for the first fault; nothing when it may
// be parsed.
[[nodiscard]] std::optional<Finding> find_xml_fault(std::string_view xml);

[[nodiscard]] unsigned line_at(std::string_view xml, std::size_t offset);  // from 1

}  // namespace skyn3t::twiml
