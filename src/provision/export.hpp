#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/community.hpp"

namespace skyn3t::provision {

// Communities as the file that declares them: applied again, it changes nothing. Passwords are left
// out, since one that exists is kept.
struct Exported {
    std::string yaml;
    std::map<std::string, std::string> documents;  // by the names that the file gives them
};
[[nodiscard]] Exported export_communities(const std::vector<model::Community>& communities);
// One entry of the list, two spaces in.
[[nodiscard]] std::string yaml_entry(const model::Community& community);

}  // namespace skyn3t::provision
