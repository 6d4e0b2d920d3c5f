#pragma once

#include <string>

#include "provision/finding.hpp"

namespace skyn3t::server {

// What a start tells people, in the language of their environment.
[[nodiscard]] inline std::string in_words(std::string es, std::string en) {
    return provision::lang_of_environment() == provision::Lang::en ? std::move(en) : std::move(es);
}

}  // namespace skyn3t::server
