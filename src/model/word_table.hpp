#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace skyn3t::model {

// An enum and its words, in both directions. Every value is in the table.
template <class Enum, std::size_t N>
struct WordTable {
    std::array<std::pair<Enum, std::string_view>, N> rows;

    constexpr std::string_view word(Enum value) const {
        for (const auto& [key, text] : rows)
            if (key == value) return text;
        return {};
    }
    constexpr std::optional<Enum> find(std::string_view word) const {
        for (const auto& [key, text] : rows)
            if (text == word) return key;
        return std::nullopt;
    }
};
template <class Enum, std::size_t N>
constexpr WordTable<Enum, N> words(const std::pair<Enum, std::string_view> (&rows)[N]) {
    return {std::to_array(rows)};
}

}  // namespace skyn3t::model
