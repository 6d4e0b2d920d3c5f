#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/phone_number.hpp"

namespace skyn3t::model {

// "56" for "CL"; empty for what is no country.
[[nodiscard]] std::string calling_code_of(const std::string& country);

// The manifest's words: local, mobile, national, toll-free.
[[nodiscard]] std::string_view to_string(NumberType type);
[[nodiscard]] std::optional<NumberType> parse_number_type(std::string_view word);

}  // namespace skyn3t::model
