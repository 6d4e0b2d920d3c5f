#include <fmt/format.h>

#include "sip/grammar.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

std::size_t expected_response_size(const Message& request) {
    return request.text().size() - request.body().size() + 256;
}

}  // namespace

std::string_view default_reason(int status) {
    struct Entry {
        int status;
        std::string_view reason;
    };
    static constexpr Entry kReasons[] = {
        {100, "Trying"},
        {180, "Ringing"},
        {181, "Call Is Being Forwarded"},
        {182, "Queued"},
        {183, "Session Progress"},
        {199, "Early Dialog Terminated"},
        {200, "OK"},
        {202, "Accepted"},
        {204, "No Notification"},
        {300, "Multiple Choices"},
        {301, "Moved Permanently"},
        {302, "Moved Temporarily"},
        {305, "Use Proxy"},
        {380, "Alternative Service"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {410, "Gone"},
        {412, "Conditional Request Failed"},
        {413, "Request Entity Too Large"},
        {414, "Request-URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Unsupported URI Scheme"},
        {420, "Bad Extension"},
        {421, "Extension Required"},
        {422, "Session Interval Too Small"},
        {423, "Interval Too Brief"},
        {469, "Bad Info Package"},
        {480, "Temporarily Unavailable"},
        {481, "Call/Transaction Does Not Exist"},
        {482, "Loop Detected"},
        {483, "Too Many Hops"},
        {484, "Address Incomplete"},
        {485, "Ambiguous"},
        {486, "Busy Here"},
        {487, "Request Terminated"},
        {488, "Not Acceptable Here"},
        {489, "Bad Event"},
        {491, "Request Pending"},
        {493, "Undecipherable"},
        {500, "Server Internal Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Server Time-out"},
        {505, "Version Not Supported"},
        {513, "Message Too Large"},
        {600, "Busy Everywhere"},
        {603, "Decline"},
        {604, "Does Not Exist Anywhere"},
        {606, "Not Acceptable"},
    };
    for (const auto& entry : kReasons)
        if (entry.status == status) return entry.reason;
    return "Unknown";
}

MessageBuilder MessageBuilder::request(Method method, std::string_view request_uri) {
    return request(name_of(method), request_uri);
}

MessageBuilder MessageBuilder::request(std::string_view method, std::string_view request_uri) {
    MessageBuilder builder;
    builder.text_.reserve(1024);
    builder.append_clean(method);
    builder.text_ += ' ';
    for (const char c : request_uri) {
        if (static_cast<unsigned char>(c) <= 0x20)
            fmt::format_to(std::back_inserter(builder.text_), "%{:02X}", static_cast<unsigned>(c));
        else
            builder.text_ += c;
    }
    builder.text_ += ' ';
    builder.text_ += kVersion;
    builder.text_ += "\r\n";
    return builder;
}

MessageBuilder MessageBuilder::response_to(const Message& request, int status,
                                           std::string_view reason, std::string_view to_tag) {
    MessageBuilder builder;
    std::string& text = builder.text_;
    text.reserve(expected_response_size(request));
    fmt::format_to(std::back_inserter(text), "{} {} ", kVersion, status);
    builder.append_clean(reason.empty() ? default_reason(status) : reason);
    text += "\r\n";
    bool is_top_via = true;
    for (const auto& field : request.fields_) {
        if (field.id != HeaderId::via) continue;
        text += "Via: ";
        if (is_top_via)
            request.append_stamped_top_via(text);
        else
            text += request.view(field.value);
        text += "\r\n";
        is_top_via = false;
    }
    // The first of each: a request that repeats them is answered all the same.
    const auto copy_first = [&](HeaderId id) {
        if (const auto value = request.first(id)) builder.header(id, *value);
    };
    copy_first(HeaderId::from);
    copy_first(HeaderId::to);
    if (!to_tag.empty() && request.has(HeaderId::to) && request.to_tag().empty()) {
        text.resize(text.size() - 2);
        text += ";tag=";
        builder.append_clean(to_tag);
        text += "\r\n";
    }
    copy_first(HeaderId::call_id);
    copy_first(HeaderId::cseq);
    if (status == 100) copy_first(HeaderId::timestamp);
    return builder;
}

void MessageBuilder::append_clean(std::string_view value) {
    const std::size_t start = text_.size();
    text_ += value;
    if (value.find('\r') == value.npos && value.find('\n') == value.npos) return;
    for (std::size_t i = start; i < text_.size(); ++i)
        if (text_[i] == '\r' || text_[i] == '\n') text_[i] = ' ';
}

MessageBuilder& MessageBuilder::header(HeaderId id, std::string_view value) {
    return header(name_of(id), value);
}

MessageBuilder& MessageBuilder::header(HeaderId id, std::uint64_t number) {
    return header(name_of(id), fmt::format_int(number).c_str());
}

MessageBuilder& MessageBuilder::header(std::string_view name, std::string_view value) {
    if (!is_token(name)) return *this;
    text_ += name;
    text_ += ": ";
    append_clean(value);
    text_ += "\r\n";
    return *this;
}

MessageBuilder& MessageBuilder::copy(const Message& from, HeaderId id) {
    for (const auto& field : from.fields_)
        if (field.id == id) header(id, from.view(field.value));
    return *this;
}

std::string MessageBuilder::body(std::string_view content_type, std::string_view body) {
    header(HeaderId::content_type, content_type);
    header(HeaderId::content_length, body.size());
    text_ += "\r\n";
    text_ += body;
    return std::move(text_);
}

std::string MessageBuilder::build() {
    text_ += "Content-Length: 0\r\n\r\n";
    return std::move(text_);
}

}  // namespace skyn3t::sip
