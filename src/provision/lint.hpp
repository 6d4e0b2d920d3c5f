#pragma once

#include <vector>

#include "provision/finding.hpp"
#include "provision/manifest.hpp"

namespace skyn3t::provision {

// What is allowed and yet wrong, or likely to be: the faults of hand-made set-ups (DESIGN.md,
// section 2) in a manifest and in the operator's own documents. Together with the manifest's
// findings, in the order of the file.
[[nodiscard]] std::vector<Finding> lint(const Manifest& manifest);

// The rules on one document; `where` is the manifest's key that names it.
[[nodiscard]] std::vector<Finding> lint_document(const std::string& xml, const Where& where);

}  // namespace skyn3t::provision
