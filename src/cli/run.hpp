#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.hpp"

namespace skyn3t::cli {

struct ServeOptions {
    // --config, else ./skyn3t.yaml or /etc/skyn3t/skyn3t.yaml if there is one; nothing: the
    // defaults.
    std::optional<std::filesystem::path> config;
};
// Runs the server until it is told to stop; its result is the exit code.
using Serve = std::function<int(const ServeOptions&)>;

// The whole command line: parses `arguments` (without the program's name), does it, prints; the
// exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, const Environment& environment,
                      const Serve& serve);

}  // namespace skyn3t::cli
