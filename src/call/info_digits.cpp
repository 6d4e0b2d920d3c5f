#include "call/info_digits.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace skyn3t::call {
namespace {

// What follows `Signal=` in an application/dtmf-relay body: one line of several.
std::string_view signal_of(std::string_view body) {
    while (!body.empty()) {
        const auto line = body.substr(0, body.find_first_of("\r\n"));
        body.remove_prefix(std::min(line.size() + 1, body.size()));
        const auto equals = line.find('=');
        if (equals != std::string_view::npos && iequals(trim(line.substr(0, equals)), "signal"))
            return trim(line.substr(equals + 1));
    }
    return {};
}

}  // namespace

std::optional<char> digit_of_info(const sip::Message& request) {
    const auto type = request.first(sip::HeaderId::content_type).value_or("");
    std::string_view text;
    if (iequals(type.substr(0, 22), "application/dtmf-relay"))
        text = signal_of(request.body());
    else if (iequals(type.substr(0, 16), "application/dtmf"))
        text = trim(request.body());
    if (text == "10") return '*';
    if (text == "11") return '#';
    if (text.size() != 1) return std::nullopt;
    const char digit =
        text[0] >= 'a' && text[0] <= 'd' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    if (std::string_view("0123456789*#ABCD").find(digit) == std::string_view::npos)
        return std::nullopt;
    return digit;
}

std::string dtmf_relay(char digit, std::chrono::milliseconds length) {
    return "Signal=" + std::string(1, digit) + "\r\nDuration=" + std::to_string(length.count()) +
           "\r\n";
}

}  // namespace skyn3t::call
