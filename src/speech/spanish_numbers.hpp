#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Numbers as Spanish words. Pure.
namespace skyn3t::speech::spanish {

// Before a masculine noun "uno" loses its last vowel: un piso, veintiún pisos.
enum class Form { standalone, masculine, feminine };

constexpr std::uint64_t kMaxCardinal = 999'999'999'999;

// 0 to kMaxCardinal; above, digit by digit.
[[nodiscard]] std::string cardinal(std::uint64_t number, Form form = Form::standalone);
// 1 to 99; otherwise the cardinal. Masculine means before a noun: primer, tercer.
[[nodiscard]] std::string ordinal(std::uint64_t number, Form form = Form::standalone);
// Each digit of `digits` as a word; other characters are skipped.
[[nodiscard]] std::string digit_by_digit(std::string_view digits);
// The decimals after "coma": leading zeros, then a cardinal; digit by digit when there are more
// than three.
[[nodiscard]] std::string decimals(std::string_view digits);
// The name of a letter, lower or upper case; empty when `letter` (one UTF-8 character) is not one.
[[nodiscard]] std::string_view letter_name(std::string_view letter);
// 1 to 12; empty otherwise.
[[nodiscard]] std::string_view month_name(unsigned month);

}  // namespace skyn3t::speech::spanish
