#include "http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace skyn3t::http {
namespace {

constexpr std::string_view kMoreInfo = "https://www.twilio.com/docs/errors/";

std::string escape_xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (static_cast<unsigned char>(c) >= ' ')  // XML 1.0 has no way to write the others
            out += c;
    }
    return out;
}

bool wants_xml(std::string_view path) {
    return path.starts_with("/2010-04-01/") && !path.ends_with(".json");
}

}  // namespace

void Headers::add(std::string_view name, std::string value) {
    fields_.emplace_back(name, std::move(value));
}

void Headers::set(std::string_view name, std::string value) {
    fields_.erase(std::remove_if(fields_.begin(), fields_.end(),
                                 [&](const Field& field) { return iequals(field.first, name); }),
                  fields_.end());
    add(name, std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (iequals(key, name)) return value;
    return std::nullopt;
}

Response error_response(int status, int code, std::string_view message, std::string_view path) {
    Response response;
    response.status = status;
    response.headers.add("X-Twilio-Error-Code", std::to_string(code));
    if (status == 401) response.headers.add("WWW-Authenticate", "Basic realm=\"Twilio API\"");
    const std::string more_info = fmt::format("{}{}", kMoreInfo, code);
    if (wants_xml(path)) {
        response.content_type = "application/xml";
        response.body = fmt::format(
            "<?xml version='1.0' "
            "encoding='UTF-8'?>\n<TwilioResponse><RestException><Code>{}</Code><Message>{}</"
            "Message>"
            "<MoreInfo>{}</MoreInfo><Status>{}</Status></RestException></TwilioResponse>",
            code, escape_xml(message), more_info, status);
        return response;
    }
    const nlohmann::ordered_json body{
        {"code", code}, {"message", message}, {"more_info", more_info}, {"status", status}};
    response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return response;
}

}  // namespace skyn3t::http
