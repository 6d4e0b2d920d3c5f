#include "sip/reason.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kMostReasons = 4;
constexpr std::size_t kLongestReasonText = 128;

// As people may see it: bounded, one line, quotes and escapes resolved.
std::string readable_reason(std::string_view value) {
    std::string text = unquoted(value).substr(0, kLongestReasonText);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

}  // namespace

Result<Reason> Reason::parse(std::string_view value) {
    const auto read = ValueWithParams::parse(value);
    if (!is_token(read.value) || read.value.size() > kLongestReasonText)
        return fail(Errc::parse_error, "Reason without a protocol");
    Reason reason{std::string(read.value), std::nullopt, {}};
    if (const auto cause = read.params.find("cause"))
        if (const auto number = parse_number(*cause, 999))
            reason.cause = static_cast<unsigned>(*number);
    if (const auto text = read.params.find("text")) reason.text = readable_reason(*text);
    return reason;
}

std::string Reason::field() const {
    std::string value = protocol;
    if (cause) value += fmt::format(";cause={}", *cause);
    if (!text.empty()) value += ";text=" + quoted_string(text);
    return value;
}

std::string Reason::str() const {
    std::string line = protocol;
    if (cause) line += fmt::format(" {}", *cause);
    if (!text.empty()) line += ' ' + text;
    return line;
}

bool Reason::is_completed_elsewhere() const { return iequals(protocol, "SIP") && cause == 200; }

std::vector<Reason> reasons_of(const Message& message) {
    std::vector<Reason> reasons;
    for (const auto value : message.values(HeaderId::reason)) {
        if (reasons.size() == kMostReasons) break;
        if (auto reason = Reason::parse(value)) reasons.push_back(*std::move(reason));
    }
    return reasons;
}

std::string told_reason(std::string_view known, const Message& message) {
    std::string told(known);
    for (const auto& reason : reasons_of(message))
        told += (told.empty() ? "" : "; ") + reason.str();
    return told;
}

}  // namespace skyn3t::sip
