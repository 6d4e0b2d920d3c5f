#pragma once

#include <string>
#include <vector>

#include "cli/json.hpp"
#include "cli/render.hpp"

namespace skyn3t::cli {

// A community's sheet for whoever sets up its phones, at most 80 columns wide: all that a phone has
// to be told, its password too. With a `device` it names the fields as that phone's pages do.
// `community` and `secrets` are what the API answers of them.
[[nodiscard]] std::string phone_sheet(const Json& community, const Json& secrets,
                                      const std::string& device, const Style& style);
// The devices whose pages are known: "grandstream", "yealink", ...
[[nodiscard]] std::vector<std::string> device_words();

}  // namespace skyn3t::cli
