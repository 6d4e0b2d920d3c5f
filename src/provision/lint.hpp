#pragma once

#include <vector>

#include "provision/finding.hpp"
#include "provision/manifest.hpp"

namespace skyn3t::provision {

// What is allowed and yet wrong, or likely to be: the faults of hand-made set-ups (DESIGN.md,
// section 2) in a manifest and in the operator's own documents that it names. Together with the
// manifest's findings, file by file, in the order of each.
[[nodiscard]] std::vector<Finding> lint(const Manifest& manifest);

}  // namespace skyn3t::provision
