#include <fmt/format.h>

#include <bitset>
#include <cstring>
#include <initializer_list>

#include "base/text.hpp"
#include "sip/grammar.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

// Reads one message in one pass over its lines, then judges what it found. A fault is noted once,
// the first.
class MessageParser {
  public:
    explicit MessageParser(std::string text) { message_.text_ = std::move(text); }

    Result<Message> run() {
        if (message_.text_.size() > MessageLimits::kBytes)
            return fail(Errc::too_large, "message of more than 64 KiB");
        if (auto line = parse_start_line(); !line) return tl::unexpected(line.error());
        parse_fields();
        if (auto via = check_via(); !via) return tl::unexpected(via.error());
        check_version_and_uri();
        check_mandatory();
        check_single_values();
        if (message_.is_request()) check_optional();
        cut_body();
        if (message_.is_response() && message_.defect_)
            return fail(Errc::parse_error, "response: " + message_.defect_->reason);
        return std::move(message_);
    }

  private:
    using Span = Message::Span;

    void defect(int status, std::string reason) {
        if (!message_.defect_) message_.defect_ = Defect{status, std::move(reason)};
    }
    void bad_header(HeaderId id, std::string_view why = {}) {
        defect(400,
               fmt::format("Bad {} header field{}{}", name_of(id), why.empty() ? "" : ": ", why));
    }
    [[nodiscard]] Span span_of(std::string_view part) const {
        return {static_cast<std::uint32_t>(part.data() - message_.text_.data()),
                static_cast<std::uint32_t>(part.size())};
    }

    // The next line without its end, folded lines joined by blanks. False at the end of the text.
    bool next_line(std::string_view& line, bool may_fold);
    Result<void> parse_start_line();
    Result<void> parse_request_line(std::string_view line);
    Result<void> parse_status_line(std::string_view line);
    void parse_fields();
    void add_field(std::string_view line);
    Result<void> check_via();
    void check_version_and_uri();
    void check_mandatory();
    void check_address(HeaderId id);
    void check_single_values();
    void check_optional();
    void cut_body();

    Message message_;
    std::size_t position_ = 0;
    bool bad_line_end_ = false;
    std::bitset<128> seen_;
    std::bitset<128> repeated_;
    std::string_view version_;
};

bool MessageParser::next_line(std::string_view& line, bool may_fold) {
    std::string& text = message_.text_;
    const std::size_t start = position_;
    if (start >= text.size()) return false;
    for (;;) {
        const void* found = std::memchr(text.data() + position_, '\n', text.size() - position_);
        if (found == nullptr) {  // the last line has no end
            bad_line_end_ = true;
            line = std::string_view(text).substr(start);
            position_ = text.size();
            return true;
        }
        const auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
        position_ = feed + 1;
        const bool has_return = feed > start && text[feed - 1] == '\r';
        if (!has_return) bad_line_end_ = true;
        const std::size_t end = has_return ? feed - 1 : feed;
        const bool folds = may_fold && end > start && position_ < text.size() &&
                           (text[position_] == ' ' || text[position_] == '\t');
        if (!folds) {
            line = std::string_view(text).substr(start, end - start);
            return true;
        }
        // RFC 3261 §7.3.1: a fold is a blank. The bytes are ours, so the value stays in one piece.
        text[end] = ' ';
        text[feed] = ' ';
    }
}

Result<void> MessageParser::parse_start_line() {
    const auto begin = message_.text_.find_first_not_of("\r\n");  // RFC 3261 §7.5
    if (begin == std::string::npos) return fail(Errc::parse_error, "empty message");
    position_ = begin;
    std::string_view line;
    next_line(line, false);
    if (line.size() >= 4 && iequals(line.substr(0, 4), "SIP/")) return parse_status_line(line);
    return parse_request_line(line);
}

Result<void> MessageParser::parse_status_line(std::string_view line) {
    const auto blank = std::min(line.size(), line.find(' '));
    version_ = line.substr(0, blank);
    std::string_view rest = line.substr(blank);
    grammar::skip_blanks(rest);
    const auto code = parse_number(rest.substr(0, std::min(rest.size(), rest.find(' '))), 699);
    if (!code || *code < 100) return fail(Errc::parse_error, "response with a bad status code");
    if (!iequals(version_, "SIP/2.0"))
        return fail(Errc::parse_error, "response of another version");
    message_.status_ = static_cast<int>(*code);
    rest.remove_prefix(3);
    message_.reason_ = span_of(grammar::trimmed(rest));
    return {};
}

Result<void> MessageParser::parse_request_line(std::string_view line) {
    const std::string_view untrimmed = line;
    line = grammar::trimmed(line);
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos) return fail(Errc::parse_error, "no SIP message");
    version_ = line.substr(last + 1);
    if (version_.size() < 4 || !iequals(version_.substr(0, 4), "SIP/"))
        return fail(Errc::parse_error, "no SIP message");
    const auto method = line.substr(0, first);
    if (!is_token(method)) return fail(Errc::parse_error, "request with a bad method");
    message_.method_name_ = span_of(method);
    message_.method_ = method_of(method);
    if (first < last) message_.request_uri_ = span_of(line.substr(first + 1, last - first - 1));
    // RFC 4475 §3.1.2.8-10: one blank, and only one, between the parts.
    if (untrimmed.size() != line.size()) defect(400, "White space around the request line");
    return {};
}

void MessageParser::parse_fields() {
    message_.fields_.reserve(16);
    std::string_view line;
    while (next_line(line, true)) {
        if (line.empty()) {
            if (bad_line_end_) defect(400, "Line that does not end with CRLF");
            return;
        }
        if (message_.fields_.size() == MessageLimits::kHeaders) {
            defect(400, "Too many header fields");
            position_ = message_.text_.size();
            return;
        }
        add_field(line);
    }
    defect(400, "No blank line after the header fields");
}

void MessageParser::add_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return defect(400, "Header field without a colon");
    const auto name = grammar::trimmed(line.substr(0, colon));
    if (!is_token(name)) return defect(400, "Header field with a bad name");
    const auto value = grammar::trimmed(line.substr(colon + 1));
    if (value.find('\r') != std::string_view::npos)
        return defect(400, "Header field with a bare CR");
    const HeaderId id = header_id(name);
    message_.fields_.push_back({span_of(name), span_of(value), id});
    const auto index = static_cast<std::size_t>(id);
    if (seen_[index]) repeated_.set(index);
    seen_.set(index);
}

// Without a readable top Via there is nowhere to send an answer (RFC 3261 §18.2.2).
Result<void> MessageParser::check_via() {
    std::size_t count = 0;
    for (const auto value : message_.values(HeaderId::via)) {
        const auto via = Via::parse(value);
        if (!via && count == 0) return tl::unexpected(via.error());
        if (!via) bad_header(HeaderId::via, via.error().detail);
        if (via && !via->params.well_formed()) bad_header(HeaderId::via, "bad parameter");
        if (++count > MessageLimits::kVias) {
            defect(400, "Too many Via header fields");
            break;
        }
    }
    if (count == 0) return fail(Errc::parse_error, "message without a Via");
    return {};
}

void MessageParser::check_version_and_uri() {
    if (message_.is_response()) return;
    if (!iequals(version_, "SIP/2.0")) return defect(505, "Version Not Supported");
    const auto uri = UriView::parse(message_.request_uri());
    if (!uri) return defect(400, "Bad Request-URI: " + uri.error().detail);
    if (uri->scheme == Scheme::other) return defect(416, "Unsupported URI Scheme");
    if (!uri->params.well_formed()) return defect(400, "Bad Request-URI: bad parameter");
    // RFC 3261 §19.1.1, table 1: headers are not allowed here.
    if (!uri->headers.empty()) return defect(400, "Bad Request-URI: it has headers");
}

void MessageParser::check_address(HeaderId id) {
    const auto value = message_.first(id);
    if (!value) return;  // check_mandatory names it
    const auto address = NameAddr::parse(*value);
    if (!address) return bad_header(id, address.error().detail);
    if (const auto uri = UriView::parse(address->uri); !uri) bad_header(id, uri.error().detail);
}

void MessageParser::check_mandatory() {
    for (const auto id : {HeaderId::from, HeaderId::to, HeaderId::call_id, HeaderId::cseq})
        if (!seen_[static_cast<std::size_t>(id)])
            defect(400, fmt::format("Missing {} header field", name_of(id)));
    check_address(HeaderId::from);
    check_address(HeaderId::to);
    const auto call_id = message_.first(HeaderId::call_id);
    if (call_id && (call_id->empty() || call_id->find_first_of(" \t") != std::string_view::npos))
        bad_header(HeaderId::call_id);
    if (!message_.has(HeaderId::cseq)) return;
    const auto cseq = message_.cseq();
    if (!cseq) return bad_header(HeaderId::cseq, cseq.error().detail);
    if (message_.is_response()) {
        message_.method_ = method_of(cseq->method);
        message_.method_name_ = span_of(cseq->method);
    } else if (cseq->method != message_.method_name()) {
        bad_header(HeaderId::cseq, "its method is not the request's");
    }
}

void MessageParser::check_single_values() {
    if (repeated_.none()) return;
    const auto check = [this](std::initializer_list<HeaderId> ids) {
        for (const auto id : ids)
            if (repeated_[static_cast<std::size_t>(id)])
                defect(400, fmt::format("Repeated {} header field", name_of(id)));
    };
    // What decides to whom a message belongs and where it ends.
    check({HeaderId::from, HeaderId::to, HeaderId::call_id, HeaderId::cseq,
           HeaderId::content_length});
    // Nobody can be told what is wrong with a response, and without it a call would be lost: the
    // first of each counts there.
    if (message_.is_response()) return;
    check({HeaderId::max_forwards, HeaderId::content_type, HeaderId::content_disposition,
           HeaderId::expires, HeaderId::event, HeaderId::session_expires, HeaderId::min_se,
           HeaderId::refer_to});
}

// A malformed expiry is no fault: it counts as 3600 (RFC 3261 §10.2.1.1), which is the registrar's
// to do.
void MessageParser::check_optional() {
    if (message_.has(HeaderId::max_forwards) && !message_.max_forwards())
        bad_header(HeaderId::max_forwards);
    for (const auto value : message_.values(HeaderId::contact)) {
        if (value == "*") continue;
        const auto address = NameAddr::parse(value);
        if (!address) return bad_header(HeaderId::contact, address.error().detail);
        if (const auto uri = UriView::parse(address->uri); !uri)
            return bad_header(HeaderId::contact, uri.error().detail);
    }
}

// RFC 3261 §18.3: octets after Content-Length are discarded, missing ones are an error. Without it
// a datagram's body is all the rest.
void MessageParser::cut_body() {
    std::string_view body = std::string_view(message_.text_).substr(position_);
    if (const auto value = message_.first(HeaderId::content_length)) {
        const auto length = parse_number(*value, MessageLimits::kBytes);
        if (!length)
            bad_header(HeaderId::content_length);
        else if (*length > body.size())
            bad_header(HeaderId::content_length, "longer than the body");
        else
            body = body.substr(0, *length);
    }
    message_.body_ = span_of(body);
}

Result<Message> Message::parse(std::string text) { return MessageParser(std::move(text)).run(); }

}  // namespace skyn3t::sip
