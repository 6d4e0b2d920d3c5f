#pragma once

#include <chrono>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "provision/finding.hpp"

namespace skyn3t::cli {

using provision::Lang;

// What the command line sees of the process; a test gives its own.
struct Environment {
    std::ostream& out;
    std::ostream& err;
    std::istream& in;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    std::function<std::optional<std::string>(const char* name)> variable;
    std::chrono::milliseconds poll{500};  // between two looks at long work
    std::size_t width = 0;                // of the terminal, in columns; 0: not a terminal

    Lang lang() const;        // LC_ALL, LC_MESSAGES, LANG: English for "en...", Spanish otherwise
    bool has_colour() const;  // a terminal, and no NO_COLOR (no-color.org)
    bool is_interactive() const { return in_is_terminal && out_is_terminal; }
    // The text in the reader's language.
    const char* say(const char* es, const char* en) const { return lang() == Lang::en ? en : es; }
};

// The process' own streams and variables.
[[nodiscard]] Environment process_environment();

// sysexits.h for wrong usage; the rest is ours (DESIGN.md, section 6).
enum class Exit { done = 0, failed = 1, not_empty = 2, usage = 64 };

}  // namespace skyn3t::cli
