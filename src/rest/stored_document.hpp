#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/finding.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {

// What of a document's text may not be stored (Twilio's number, line and column), or what may be
// and is still worth knowing: lint's findings.
[[nodiscard]] Checked<std::vector<provision::Finding>> check_document(const std::string& name,
                                                                      const std::string& content);

}  // namespace skyn3t::rest
