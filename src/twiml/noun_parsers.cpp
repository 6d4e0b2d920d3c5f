#include <algorithm>

#include "base/text.hpp"
#include "twiml/sip_target.hpp"
#include "twiml/verb_parsers.hpp"

// The nouns that ring somebody: <Number> and <Sip>.
namespace skyn3t::twiml {

namespace {

constexpr std::size_t kMaxCredential = 256;

bool is_send_digit(char c) { return is_digit(c) || c == '*' || c == '#' || c == 'w' || c == 'W'; }

void parse_credentials(ElementReader& reader, Sip& sip) {
    const auto username = reader.text("username").value_or("");
    const auto password = reader.text("password").value_or("");
    const auto is_bad = [](std::string_view text) {
        return text.size() > kMaxCredential || text.find_first_of("\r\n\t\"") != std::string::npos;
    };
    if (is_bad(username) || is_bad(password) || (username.empty() && !password.empty())) {
        // The value stays out of the log: it may be the password.
        reader.warn(13249, "<Sip>");
        return;
    }
    sip.username = username;
    sip.password = password;
}

}  // namespace

std::optional<std::string> normalise_number(std::string_view written) {
    std::string digits;
    const bool international = written.starts_with('+');
    for (const char c : written.substr(international ? 1 : 0)) {
        if (is_digit(c))
            digits += c;
        else if (std::string_view(" -.()").find(c) == std::string_view::npos)
            return std::nullopt;
    }
    // twiml.md, 7.1: ten digits without a plus are taken as a number of the USA.
    if (!international && digits.size() == 10) return "+1" + digits;
    // E.164: at most 15 digits; the shortest numbers in use have 7 with their country code.
    if (!international || digits.size() < 7 || digits.size() > 15 || digits[0] == '0')
        return std::nullopt;
    return "+" + digits;
}

std::optional<Screening> parse_screening(ElementReader& reader, int method_code) {
    const auto url = reader.text("url");
    const Method method = reader.method("method", method_code);
    if (!url || url->empty()) return std::nullopt;
    return Screening{*url, method};
}

std::optional<StatusCallback> parse_status_callback(ElementReader& reader, int method_code) {
    StatusCallback callback;
    const auto url = reader.text("statusCallback");
    callback.method = reader.method("statusCallbackMethod", method_code);
    if (const auto events = reader.text("statusCallbackEvent")) {
        callback.completed = false;
        std::string_view rest = *events;
        while (!(rest = trim(rest)).empty()) {
            const auto end = std::min(rest.find(' '), rest.size());
            const auto event = rest.substr(0, end);
            rest.remove_prefix(end);
            if (event == "initiated")
                callback.initiated = true;
            else if (event == "ringing")
                callback.ringing = true;
            else if (event == "answered")
                callback.answered = true;
            else if (event == "completed")
                callback.completed = true;
            else
                reader.warn(12200, "statusCallbackEvent: " + quoted(event, 60));
        }
    }
    if (!url || url->empty()) return std::nullopt;
    callback.url = *url;
    return callback;
}

std::optional<Number> parse_number(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Number number;
    if (const auto digits = reader.text("sendDigits")) {
        if (std::all_of(digits->begin(), digits->end(), is_send_digit))
            number.send_digits = *digits;
        else
            reader.warn_value(13222, "sendDigits");
    }
    number.screening = parse_screening(reader, 13221);
    number.status_callback = parse_status_callback(reader, 13221);
    reader.finish();
    const std::string written = reader.body();
    auto normal = normalise_number(written);
    if (!normal) {
        reader.warn(13223, shown_text(node, written));
        return std::nullopt;
    }
    number.number = std::move(*normal);
    return number;
}

std::optional<Sip> parse_sip(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Sip sip;
    parse_credentials(reader, sip);
    sip.screening = parse_screening(reader, 13241);
    sip.status_callback = parse_status_callback(reader, 13241);
    reader.finish();
    auto target = parse_sip_target(reader.body(), [&reader](int code, std::string detail) {
        reader.warn(code, std::move(detail));
    });
    if (!target) return std::nullopt;
    sip.uri = std::move(target->uri);
    sip.headers = std::move(target->headers);
    return sip;
}

}  // namespace skyn3t::twiml
