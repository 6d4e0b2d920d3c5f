#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/phone_number.hpp"

namespace skyn3t::model {

enum class EmergencyClass {
    emergency,  // ambulance, fire, police: free, always put through
    expanded,   // other services of the state: forest fire, drugs, children, ...
};

// The emergency and state short numbers of a country. Configuration, since a law that makes it one
// number is pending.
class EmergencyNumbers {
  public:
    struct Entry {
        std::string pattern;  // digits; a final 'x' stands for one more digit
        EmergencyClass kind;
    };
    [[nodiscard]] static EmergencyNumbers chile();  // chile.md, D.2
    // `country_code` is what people wrongly put in front of a short number ("+56133").
    explicit EmergencyNumbers(std::vector<Entry> entries, std::string country_code = "56");

    // What a dialled text reaches, however it is written: "133", "1-3-3", "+56133", "0133",
    // "sip:133@host".
    [[nodiscard]] std::optional<EmergencyClass> classify(std::string_view dialled) const;

  private:
    std::vector<Entry> entries_;
    std::string country_code_;
};

// Whom a test call may reach. There is no way to make one that holds an emergency number, nor any
// short number: tests of the set-up before us have dialled the police.
class TestTarget {
  public:
    // An E.164 number, or a phone's user name such as "+56229145248-office". Errc::forbidden for
    // anything that could be an emergency or a short number, Errc::invalid_argument for what is
    // neither.
    [[nodiscard]] static Result<TestTarget> from(std::string_view text,
                                                 const EmergencyNumbers& numbers);

    const std::string& str() const { return text_; }

  private:
    explicit TestTarget(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace skyn3t::model
