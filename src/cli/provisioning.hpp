#pragma once

#include <string>

#include "cli/commands.hpp"

// What an apply does at the targets of communities, as people see it.
namespace skyn3t::cli {

// The steps for each community that has any; what differs is shown field by field.
[[nodiscard]] std::string render_targets(const Json& communities, const Style& style);

// Follows the provisioning that `applied` names to its end, with a line for each step, and prints
// how it ended: `done` when all of it was done. With --json the last answer only.
[[nodiscard]] Exit follow(const Session& session, Json applied, const char* done);

}  // namespace skyn3t::cli
