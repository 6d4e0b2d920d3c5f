#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "speech/spanish_numbers.hpp"

// What the rules know of single Spanish words, with Chilean usage. Look-ups take lower case (see
// lower_latin).
namespace skyn3t::speech::spanish {

// ASCII and the accented letters of Latin-1.
[[nodiscard]] std::string lower_latin(std::string_view text);

// "presione 1", "piso 21": after these a number is a name and agrees with nothing.
[[nodiscard]] bool takes_number_as_name(std::string_view word);
// Prepositions, conjunctions, adverbs, verbs of menus: a number before them has no noun.
[[nodiscard]] bool is_function_word(std::string_view word);
// "Para", "Presione": words that begin a sentence of ours, so that a dot before them ends one.
[[nodiscard]] bool begins_a_sentence(std::string_view word);
// The sound of "i" at its beginning, before which "y" becomes "e".
[[nodiscard]] bool begins_with_i(std::string_view word);
// By ending, with the exceptions that matter in a community.
[[nodiscard]] bool is_feminine(std::string_view noun);

// before_number: with its dot; before_digits: with or without.
enum class AbbreviationUse { anywhere, with_dot, before_number, before_digits };
struct Abbreviation {
    std::string_view words;
    AbbreviationUse use;
};
[[nodiscard]] std::optional<Abbreviation> find_abbreviation(std::string_view word);
// After a number: "hrs" are "horas". With its gender, for the number.
struct Unit {
    std::string_view singular;
    std::string_view plural;
    Form form;
};
[[nodiscard]] std::optional<Unit> find_unit(std::string_view word);
// How to write a word so that an engine says it as Chileans do; empty when as it is.
[[nodiscard]] std::string_view find_respelling(std::string_view word);
[[nodiscard]] std::optional<unsigned> find_month(std::string_view word);

}  // namespace skyn3t::speech::spanish
