#pragma once

#include <string_view>

namespace skyn3t::log {

enum class Language { es, en };

// The Spanish words of a line, with the same values in the same order; empty when it has none. What
// stands behind key= is the same in both languages: programs read it.
[[nodiscard]] std::string_view spanish_of(std::string_view line);

}  // namespace skyn3t::log
