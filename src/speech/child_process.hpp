#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skyn3t::speech {

struct ChildCommand {
    std::filesystem::path program;  // absolute: there is no shell and no search
    std::vector<std::string> arguments;
    std::chrono::milliseconds time_limit{5000};
    std::size_t output_limit = 8u << 20;
};

// Runs a program to its end, `input` on its standard input, and returns its standard output. It has
// an environment of its own, no other descriptor of ours, its own process group, and default
// signals; at a limit the group is killed. The calling thread waits. timeout, too_large,
// unavailable (not started, killed by a signal, exit status not zero).
Result<std::vector<std::uint8_t>> run_child(const ChildCommand& command, std::string_view input);

// The program of this name in the usual directories; empty when there is none.
[[nodiscard]] std::filesystem::path find_program(std::string_view name);

}  // namespace skyn3t::speech
