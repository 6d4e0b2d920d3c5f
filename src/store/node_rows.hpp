#pragma once

#include <string>

#include "base/result.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// What a node has left under one name becomes another's: its bindings, and the calls that were in
// progress. How a server that was known by its host's name goes on under its id.
Result<void> rename_node(Database& database, const std::string& from, const std::string& to);

}  // namespace skyn3t::store
