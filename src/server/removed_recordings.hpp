#pragma once

#include <string>

#include "base/sid.hpp"

namespace skyn3t::server {

// Where the recordings of a removed community wait: a code that no community has, made of its SID.
[[nodiscard]] inline std::string shelf_of(const CommunitySid& community) {
    std::string shelf = community.str();
    for (char& c : shelf)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return shelf;
}

}  // namespace skyn3t::server
