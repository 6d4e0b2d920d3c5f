#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skyn3t::provision {

// A scalar that YAML cannot misread: JSON's string is one.
[[nodiscard]] inline std::string yaml_text(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace skyn3t::provision
