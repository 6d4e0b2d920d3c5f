#include "cli/environment.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace skyn3t::cli {

Lang Environment::lang() const {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (const auto value = variable(name); value && !value->empty())
            return value->starts_with("en") ? Lang::en : Lang::es;
    return Lang::es;
}

bool Environment::has_colour() const {
    const auto refused = variable("NO_COLOR");
    return out_is_terminal && (!refused || refused->empty());
}

namespace {

// How wide the terminal is; 0 when the output is none.
std::size_t terminal_width() {
    winsize size{};
    if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

}  // namespace

Environment process_environment() {
    return {std::cout,
            std::cerr,
            std::cin,
            isatty(STDIN_FILENO) == 1,
            isatty(STDOUT_FILENO) == 1,
            [](const char* name) -> std::optional<std::string> {
                const char* value = std::getenv(name);
                if (value == nullptr) return std::nullopt;
                return value;
            },
            std::chrono::milliseconds(500),
            terminal_width()};
}

}  // namespace skyn3t::cli
