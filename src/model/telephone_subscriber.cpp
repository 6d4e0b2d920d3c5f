#include "model/telephone_subscriber.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::model {
namespace {

constexpr std::size_t kLongestSubscriber = 1024;  // as any URI of ours
constexpr std::size_t kLongestShortNumber = 6;    // "133", "1404", "600xxx"

int hex_digit_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower_case = to_lower(c);
    return lower_case >= 'a' && lower_case <= 'f' ? lower_case - 'a' + 10 : -1;
}

std::string with_escapes_resolved(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() &&
                            hex_digit_value(text[i + 1]) >= 0 && hex_digit_value(text[i + 2]) >= 0;
        if (!escape) {
            plain += text[i];
            continue;
        }
        plain +=
            static_cast<char>(hex_digit_value(text[i + 1]) * 16 + hex_digit_value(text[i + 2]));
        i += 2;
    }
    return plain;
}

bool is_visual_separator(char c) {
    return std::string_view("-.()").find(c) != std::string_view::npos;
}

// global-number-digits and local-number-digits, without their visual separators. `extra` is what
// stands for a digit besides 0 to 9. Empty: it is not one.
std::string number_digits(std::string_view text, std::string_view extra) {
    std::string digits;
    const bool is_global = text.starts_with('+');
    if (is_global) {
        digits = '+';
        text.remove_prefix(1);
        extra = {};
    }
    const std::size_t sign = digits.size();
    for (const char c : text) {
        if (is_visual_separator(c)) continue;
        if (!is_digit(c) && extra.find(c) == std::string_view::npos) return {};
        digits += c;
    }
    return digits.size() == sign ? std::string() : digits;
}

// pname = 1*(alphanum / "-").
bool is_parameter_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return is_digit(c) || is_alpha(c) || c == '-';
    });
}

std::string* place_for(TelephoneSubscriber& subscriber, std::string_view name) {
    if (iequals(name, "ext")) return &subscriber.extension;
    if (iequals(name, "isub")) return &subscriber.subaddress;
    if (iequals(name, "phone-context")) return &subscriber.phone_context;
    if (iequals(name, "rn")) return &subscriber.routing_number;
    return nullptr;  // npdi, cic, cpc, oli and whatever else a carrier writes say nothing to us
}

bool read_parameters(std::string_view rest, TelephoneSubscriber& subscriber) {
    while (!rest.empty()) {
        const auto parameter = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
        if (parameter.empty() && rest.empty()) break;  // a ';' at the very end
        const auto equals = std::min(parameter.size(), parameter.find('='));
        if (!is_parameter_name(parameter.substr(0, equals))) return false;
        auto* place = place_for(subscriber, parameter.substr(0, equals));
        if (place == nullptr || !place->empty()) continue;  // the first of several counts
        *place = with_escapes_resolved(parameter.substr(std::min(parameter.size(), equals + 1)));
    }
    return true;
}

// A local number is valid within its context. A context that is a country's code makes a national
// number a global one; a longer one names a private numbering plan, and a short number is dialled
// as it is.
void apply_context(TelephoneSubscriber& subscriber) {
    if (subscriber.is_global() || !subscriber.phone_context.starts_with('+')) return;
    const std::string prefix = number_digits(subscriber.phone_context, {});
    if (prefix.empty()) return;
    subscriber.phone_context = prefix;
    const bool is_country = prefix.size() <= 4;
    if (is_country && subscriber.number.size() > kLongestShortNumber &&
        std::all_of(subscriber.number.begin(), subscriber.number.end(), is_digit))
        subscriber.number.insert(0, prefix);
}

}  // namespace

std::optional<TelephoneSubscriber> TelephoneSubscriber::parse(std::string_view text) {
    if (text.size() > kLongestSubscriber) return std::nullopt;
    // Some gateways escape the ';' in front of the parameters, too.
    std::string plain;
    if (text.find(';') == std::string_view::npos) text = plain = with_escapes_resolved(text);
    const auto semicolon = std::min(text.size(), text.find(';'));
    TelephoneSubscriber subscriber;
    if (!read_parameters(text.substr(std::min(text.size(), semicolon + 1)), subscriber))
        return std::nullopt;
    // Letters stand for digits only where the context says that it is a number ("dad" is a name).
    const std::string_view extra = subscriber.phone_context.empty() ? "*#" : "*#ABCDEFabcdef";
    subscriber.number = number_digits(with_escapes_resolved(text.substr(0, semicolon)), extra);
    if (subscriber.number.empty()) return std::nullopt;
    apply_context(subscriber);
    return subscriber;
}

}  // namespace skyn3t::model
