#include "model/emergency.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/community.hpp"
#include "model/telephone_subscriber.hpp"

namespace skyn3t::model {
namespace {

using Kind = EmergencyClass;

bool matches(std::string_view pattern, std::string_view digits) {
    if (pattern.size() != digits.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] != 'x' && pattern[i] != digits[i]) return false;
    return true;
}

// The part of a URI that names whom to reach: "sip:133;npdi@host;user=phone" -> "133;npdi".
std::string_view user_part(std::string_view text) {
    for (std::string_view scheme : {"sip:", "sips:", "tel:"})
        if (text.size() >= scheme.size() && iequals(text.substr(0, scheme.size()), scheme)) {
            text.remove_prefix(scheme.size());
            break;
        }
    return text.substr(0, text.find_first_of("@?"));
}

// RFC 3986, section 2.1: "%31" is "1" too, and hides nothing.
std::string unescaped(std::string_view text) {
    const auto value = [](char c) {
        return is_digit(c)                                ? c - '0'
               : to_lower(c) >= 'a' && to_lower(c) <= 'f' ? to_lower(c) - 'a' + 10
                                                          : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && value(text[i + 1]) >= 0 &&
            value(text[i + 2]) >= 0) {
            out += static_cast<char>(value(text[i + 1]) * 16 + value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

EmergencyNumbers EmergencyNumbers::chile() {
    // 112 is what mobile phones dial for "emergency" everywhere (3GPP TS 22.101, section 10.1).
    return EmergencyNumbers({{"131", Kind::emergency},
                             {"132", Kind::emergency},
                             {"133", Kind::emergency},
                             {"911", Kind::emergency},
                             {"112", Kind::emergency},
                             {"100", Kind::expanded},
                             {"130", Kind::expanded},
                             {"134", Kind::expanded},
                             {"135", Kind::expanded},
                             {"136", Kind::expanded},
                             {"137", Kind::expanded},
                             {"138", Kind::expanded},
                             {"139", Kind::expanded},
                             {"140x", Kind::expanded},
                             {"147", Kind::expanded},
                             {"149", Kind::expanded}});
}

EmergencyNumbers::EmergencyNumbers(std::vector<Entry> entries, std::string country_code)
    : entries_(std::move(entries)), country_code_(std::move(country_code)) {}

std::optional<EmergencyClass> EmergencyNumbers::classify(std::string_view dialled) const {
    const std::string_view written = user_part(trim(dialled));
    const auto subscriber = TelephoneSubscriber::parse(written);
    const std::string user =
        subscriber ? subscriber->number : unescaped(written.substr(0, written.find(';')));
    std::string digits;
    for (char c : user) {
        if (is_digit(c)) digits += c;
        // Letters make it a name ("edificio133"), not something dialled.
        if (is_alpha(c)) return std::nullopt;
    }
    // With nothing, the trunk 0, an international prefix and the country code wrongly before it; in
    // any order.
    std::string_view rest = digits;
    for (;;) {
        for (const Entry& entry : entries_)
            if (matches(entry.pattern, rest)) return entry.kind;
        if (rest.starts_with('0'))
            rest.remove_prefix(1);
        else if (!country_code_.empty() && rest.starts_with(country_code_))
            rest.remove_prefix(country_code_.size());
        else
            return std::nullopt;
    }
}

Result<TestTarget> TestTarget::from(std::string_view text, const EmergencyNumbers& numbers) {
    if (numbers.classify(text))
        return fail(Errc::forbidden,
                    "an emergency number is never a test's target: " + quoted(text, 40));
    const auto dash = text.find('-');
    const std::string_view number = text.substr(0, dash);
    if (dash != std::string_view::npos && !is_role_name(text.substr(dash + 1)))
        return fail(Errc::invalid_argument, "not a phone's user name: " + quoted(text, 40));
    // Short numbers are not E.164, so none passes here, whether the list knows it or not.
    auto parsed = PhoneNumber::parse_e164(number);
    if (!parsed) return tl::unexpected(parsed.error());
    return TestTarget(std::string(text));
}

}  // namespace skyn3t::model
