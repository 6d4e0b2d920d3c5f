#pragma once

#include <string_view>

namespace skyn3t {

// Which program this is. Written by the build (cmake/Skyn3tVersion.cmake).
struct Version {
    std::string_view number;  // "0.1.0"
    std::string_view commit;  // of git, "-dirty" when the tree had changes; "unknown" without git
    std::string_view build_type;  // "Release", "Release (address,undefined)" ...
};
extern const Version kVersion;

}  // namespace skyn3t
