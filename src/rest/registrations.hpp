#pragma once

#include "rest/json.hpp"
#include "rest/services.hpp"

namespace skyn3t::rest {

[[nodiscard]] Json to_json(const RegistrationView& view);
[[nodiscard]] Json to_json(const FailedLoginView& view);

}  // namespace skyn3t::rest
