#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace skyn3t::model {

// A number in E.164 with its plus sign, that the numbering plan holds possible. Never a short or
// emergency number: those are not E.164. An empty one is "none".
class PhoneNumber {
  public:
    PhoneNumber() = default;
    // Only what is E.164 already: plus sign, country code, digits. Errc::invalid_argument.
    [[nodiscard]] static Result<PhoneNumber> parse_e164(std::string_view text);

    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const PhoneNumber&) const = default;

  private:
    friend struct NumberReading;
    explicit PhoneNumber(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// What a person wrote, understood (chile.md, D.1).
struct NumberReading {
    PhoneNumber number;
    bool valid =
        true;  // false: possible, yet no range of the plan holds it; a warning, not an error
    bool old_form = false;  // written as before 2016: eight digits, or a leading 0 or 09

    // Understands every form that people write: "+56 2 2914 5248", "(2) 2914 5248", "9 8765 4321",
    // "0056...", the old ones. `region` is that of numbers without a country code.
    // Errc::invalid_argument with the reason.
    [[nodiscard]] static Result<NumberReading> parse(std::string_view text,
                                                     std::string_view region = "CL");
};

// As people read it: "+56 2 2914 5248"; Twilio's `to_formatted`.
[[nodiscard]] std::string format_international(const PhoneNumber& number);

// "56229145248", which many write for "+56229145248", with its plus sign; other text as it is.
[[nodiscard]] std::string with_plus(std::string_view text);

// What kind of number the plan holds it to be, in the words of Twilio's lists.
enum class NumberType { local, mobile, toll_free, national };  // national: of no place
[[nodiscard]] NumberType type_of(const PhoneNumber& number);
// The country, "CL"; empty for a number of none, such as +800.
[[nodiscard]] std::string country_of(const PhoneNumber& number);

}  // namespace skyn3t::model
