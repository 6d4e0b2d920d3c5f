#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/sid.hpp"

namespace skyn3t::store {

struct AuditEntry {
    WallTime time{};
    std::string actor;       // "cli root@host", "api AC..."
    std::string action;      // "community.create", "secrets.show", ...
    CommunitySid community;  // empty for the platform itself
    std::string detail;      // for people; never a secret
    // Of an entry that stands for itself (AuditStore::add), so that it is written once however
    // often it is tried. Empty for one that is committed with what it is about.
    std::string id{};
};

}  // namespace skyn3t::store
