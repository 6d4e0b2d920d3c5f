#pragma once

#include <string>
#include <string_view>

#include "provision/finding.hpp"
#include "twiml/schema.hpp"

namespace skyn3t::provision {

// A fault of a document's form, as people read it.
[[nodiscard]] Finding finding_of(const twiml::SchemaFault& fault, Where where);
// A document's text in a message: one line, and not too long.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace skyn3t::provision
