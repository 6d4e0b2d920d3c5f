#pragma once

#include "rest/json.hpp"
#include "rest/services.hpp"

// Parts of answers that several resources have.
namespace skyn3t::rest {

[[nodiscard]] Json to_json(const Check& check);          // verifications.cpp
[[nodiscard]] Json to_json(const PhoneSettings& phone);  // communities.cpp; with its password

}  // namespace skyn3t::rest
