#pragma once

#include <string>

#include "cli/json.hpp"
#include "cli/render.hpp"

namespace skyn3t::cli {

// A call as a short story, from /v1/Calls/{Sid}/Events: who called, what was said and pressed, who
// rang, how it ended, and the audio measured on each leg. An event of a kind that is not known here
// is shown with its details as they are.
[[nodiscard]] std::string render_story(const Json& story, const Style& style);

}  // namespace skyn3t::cli
