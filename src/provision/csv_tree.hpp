#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/finding.hpp"
#include "provision/yaml_tree.hpp"

namespace skyn3t::provision {

// A matrix of communities, one in each row, as the tree of a communities.yaml, so that both are
// read by the same rules; each value's place is its cell's. The header row names the columns, in
// Spanish or English: código, nombre, número, tipo; idioma, destino, contraseñas, caller_id when
// wanted; and for each role "ROL tecla" and "ROL etiqueta". RFC 4180, separated by ',' or ';', with
// or without a byte order mark.
[[nodiscard]] YamlNode parse_csv(std::string_view text, const std::string& file,
                                 std::vector<Finding>& findings);
[[nodiscard]] bool is_csv_name(std::string_view file);

}  // namespace skyn3t::provision
