#pragma once

#include <string_view>

#include "model/secret.hpp"

namespace skyn3t::store {

// H(username:realm:password) of RFC 7616, section 3.4.2, in lower-case hexadecimal.
struct Ha1 {
    model::Secret md5, sha256;
};
[[nodiscard]] Ha1 make_ha1(std::string_view username, std::string_view realm,
                           const model::Secret& password);

}  // namespace skyn3t::store
