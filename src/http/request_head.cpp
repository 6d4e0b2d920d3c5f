#include "http/request_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "http/message.hpp"

namespace skyn3t::http {
namespace {

using Checked = tl::expected<void, HeadFault>;

tl::unexpected<HeadFault> fault(HeadFault what) { return tl::unexpected(what); }

struct FaultAnswer {
    HeadFault fault;
    int status;
    std::string_view reason;  // of the status line
    int code;
    std::string_view text;
};
constexpr std::array<FaultAnswer, 16> kFaultAnswers{{
    {HeadFault::request_line, 400, "Bad Request", 20400, "The request line is malformed"},
    {HeadFault::bare_line_end, 400, "Bad Request", 20400,
     "A line of the request does not end with CR LF"},
    {HeadFault::bad_octet, 400, "Bad Request", 20400,
     "There is a control character in the head of the request"},
    {HeadFault::field, 400, "Bad Request", 20400, "A header field is malformed"},
    {HeadFault::folded_field, 400, "Bad Request", 20400,
     "A header field goes on in the next line, which RFC 9112 forbids"},
    {HeadFault::host, 400, "Bad Request", 20400, "A request has exactly one valid Host field"},
    {HeadFault::length, 400, "Bad Request", 20400,
     "Content-Length and Transfer-Encoding do not tell one length of the body"},
    {HeadFault::chunk, 400, "Bad Request", 20400, "A chunk of the body is malformed"},
    {HeadFault::version, 505, "HTTP Version Not Supported", 20505, "HTTP/1.1 is spoken here"},
    {HeadFault::method, 501, "Not Implemented", 20501, "The method of the request is unknown"},
    {HeadFault::coding, 501, "Not Implemented", 20501,
     "The only Transfer-Encoding that is understood is chunked"},
    {HeadFault::expectation, 417, "Expectation Failed", 20417,
     "The only expectation that is met is 100-continue"},
    {HeadFault::target_too_long, 414, "URI Too Long", 20414, "The address has over 8192 octets"},
    {HeadFault::field_too_long, 431, "Request Header Fields Too Large", 20431,
     "A header field has over 8192 octets"},
    {HeadFault::too_many_fields, 431, "Request Header Fields Too Large", 20431,
     "The request has too many header fields"},
    {HeadFault::body_too_large, 413, "Payload Too Large", 20413, "The request body is too large"},
}};

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alpha(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
    });
}

// Up to the next CR LF, which is taken as well.
std::string_view take_head_line(std::string_view& rest) {
    const auto end = std::min(rest.find("\r\n"), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    return line;
}

// RFC 9112, section 3: method SP request-target SP HTTP-version.
tl::expected<bool, HeadFault> is_http_1_1(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return fault(HeadFault::request_line);
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    const bool is_target = !target.empty() && target.find_first_of(" \t") == std::string::npos;
    if (!is_token(method) || !is_target || !version.starts_with("HTTP/"))
        return fault(HeadFault::request_line);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return fault(HeadFault::version);
    constexpr std::array<std::string_view, 7> kMethods{"GET",    "HEAD",    "POST", "PUT",
                                                       "DELETE", "OPTIONS", "PATCH"};
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end())
        return fault(HeadFault::method);
    if (target.size() > kMaxTarget) return fault(HeadFault::target_too_long);
    return version == "HTTP/1.1";
}

// uri-host and port (RFC 3986, section 3.2), or nothing.
bool is_authority(std::string_view text) {
    constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:[]";
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alpha(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
    });
}

std::optional<std::uint64_t> read_length(std::string_view digits) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return length;
}

// The fields that decide where a request ends and whom it is for.
class FieldReader {
  public:
    explicit FieldReader(bool is_1_1) : is_1_1_(is_1_1) {}

    Checked take(std::string_view line) {
        if (line.front() == ' ' || line.front() == '\t') return fault(HeadFault::folded_field);
        if (!is_field_line(line)) return fault(HeadFault::field);
        if (++fields_ > kMaxFields) return fault(HeadFault::too_many_fields);
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        const auto value = trim(line.substr(colon + 1));
        if (value.size() > kMaxField || name.size() > kMaxFieldName)
            return fault(HeadFault::field_too_long);
        if (iequals(name, "Host")) return take_host(value);
        if (iequals(name, "Content-Length")) return take_length(value);
        if (iequals(name, "Transfer-Encoding")) return take_coding(value);
        if (iequals(name, "Expect")) return take_expectation(value);
        return {};
    }

    tl::expected<RequestHead, HeadFault> finish() {
        if (is_1_1_ && hosts_ != 1) return fault(HeadFault::host);
        // RFC 9112, section 6.3: both together are how requests are smuggled.
        if (head_.is_chunked && lengths_ > 0) return fault(HeadFault::length);
        head_.wants_continue &= head_.is_chunked || head_.length > 0;
        return head_;
    }

  private:
    static constexpr std::size_t kMaxFieldName = 256;

    Checked take_host(std::string_view value) {
        if (++hosts_ > 1 || !is_authority(value)) return fault(HeadFault::host);
        return {};
    }
    Checked take_length(std::string_view value) {
        const auto length = read_length(value);
        if (++lengths_ > 1 || !length) return fault(HeadFault::length);
        head_.length = *length;
        return {};
    }
    Checked take_coding(std::string_view value) {
        // RFC 9112, section 6.1: HTTP/1.0 knows no Transfer-Encoding, so another reads it
        // otherwise.
        if (!is_1_1_ || head_.is_chunked) return fault(HeadFault::length);
        if (!iequals(value, "chunked")) return fault(HeadFault::coding);
        head_.is_chunked = true;
        return {};
    }
    // RFC 9110, section 10.1.1: of HTTP/1.0 it is not looked at.
    Checked take_expectation(std::string_view value) {
        if (!is_1_1_) return {};
        if (!iequals(value, "100-continue")) return fault(HeadFault::expectation);
        head_.wants_continue = true;
        return {};
    }

    const bool is_1_1_;
    RequestHead head_;
    std::size_t fields_ = 0, hosts_ = 0, lengths_ = 0;
};

}  // namespace

bool is_field_line(std::string_view line) {
    const auto colon = line.find(':');
    return colon != std::string_view::npos && is_token(line.substr(0, colon));
}

tl::expected<RequestHead, HeadFault> check_head(std::string_view head) {
    const auto is_1_1 = is_http_1_1(take_head_line(head));
    if (!is_1_1) return tl::unexpected(is_1_1.error());
    FieldReader fields(*is_1_1);
    for (auto line = take_head_line(head); !line.empty(); line = take_head_line(head))
        if (const auto taken = fields.take(line); !taken) return tl::unexpected(taken.error());
    return fields.finish();
}

std::string refusal_of_head(HeadFault fault) {
    const auto found =
        std::find_if(kFaultAnswers.begin(), kFaultAnswers.end(),
                     [fault](const FaultAnswer& each) { return each.fault == fault; });
    const FaultAnswer& answer = found == kFaultAnswers.end() ? kFaultAnswers.front() : *found;
    const auto body = error_response(answer.status, answer.code, answer.text).body;
    return fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{}",
        answer.status, answer.reason, body.size(), body);
}

}  // namespace skyn3t::http
