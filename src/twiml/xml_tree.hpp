#pragma once

#include <pugixml.hpp>
#include <string_view>
#include <tl/expected.hpp>

#include "twiml/document.hpp"

namespace skyn3t::twiml {

// Fills `tree` and returns its <Response>. Fails as parse_document() does.
[[nodiscard]] tl::expected<pugi::xml_node, Finding> load_response(std::string_view xml,
                                                                  pugi::xml_document& tree);

}  // namespace skyn3t::twiml
