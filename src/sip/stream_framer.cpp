#include "sip/stream_framer.hpp"

#include "base/text.hpp"
#include "sip/grammar.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::string_view kEndOfFields = "\r\n\r\n";
constexpr std::size_t kLargestLength = 0xffffffff;  // above it is no length, but an attempt

// The value of Content-Length in the fields of one message; not_found without one. Two that differ
// are an error: the next message would start where an attacker likes.
Result<std::size_t> content_length(std::string_view head) {
    std::optional<std::size_t> found;
    for (std::size_t start = head.find('\n'); start != std::string_view::npos;
         start = head.find('\n', start + 1)) {
        const auto line = head.substr(start + 1, head.find('\n', start + 1) - start - 1);
        if (line.empty() || (to_lower(line.front()) != 'c' && to_lower(line.front()) != 'l'))
            continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos ||
            header_id(grammar::trimmed(line.substr(0, colon))) != HeaderId::content_length)
            continue;
        std::string_view value = line.substr(colon + 1);
        // The value may stand on the next line, folded.
        if (grammar::trimmed(value).empty()) {
            const std::size_t fold = start + 1 + line.size() + 1;
            if (fold < head.size() && grammar::is_blank(head[fold]))
                value = head.substr(fold, head.find('\n', fold) - fold);
        }
        const auto number = parse_number(value, kLargestLength);
        if (!number) return tl::unexpected(number.error());
        if (found && *found != *number)
            return fail(Errc::parse_error, "two different Content-Length fields");
        found = *number;
    }
    if (!found) return fail(Errc::not_found, "no Content-Length");
    return *found;
}

}  // namespace

void StreamFramer::feed(std::string_view bytes) {
    if (error_) return;
    if (consumed_ == buffer_.size()) {
        buffer_.clear();
        consumed_ = 0;
    } else if (consumed_ > MessageLimits::kBytes) {
        buffer_.erase(0, consumed_);
        consumed_ = 0;
    }
    buffer_ += bytes;
}

Result<std::optional<StreamFramer::Frame>> StreamFramer::next() {
    if (error_) return tl::unexpected(*error_);
    const std::string_view pending = std::string_view(buffer_).substr(consumed_);
    if (pending.empty()) return std::nullopt;
    if (pending.front() != '\r') return next_message();
    if (pending.size() == 1) return std::nullopt;
    if (pending[1] != '\n') return broken(Errc::parse_error, "a CR without its LF");
    // RFC 5626 §3.5.1: two CRLFs between messages are a ping, however TCP cut them; one by itself
    // is a pong. Every second one of a row is answered, so nothing has to wait for what may follow.
    if (!half_ping_ && pending.starts_with(kEndOfFields)) {
        consumed_ += 4;
        return Frame{Kind::ping, {}};
    }
    consumed_ += 2;
    half_ping_ = !half_ping_;
    return Frame{half_ping_ ? Kind::pong : Kind::ping, {}};
}

Result<std::optional<StreamFramer::Frame>> StreamFramer::next_message() {
    const std::string_view pending = std::string_view(buffer_).substr(consumed_);
    const std::size_t end = pending.find(kEndOfFields, scanned_);
    if (end == std::string_view::npos) {
        if (pending.size() > MessageLimits::kBytes)
            return broken(Errc::too_large, "header fields of more than 64 KiB");
        scanned_ = pending.size() < 3 ? 0 : pending.size() - 3;
        return std::nullopt;
    }
    scanned_ = end;
    const std::size_t head = end + kEndOfFields.size();
    const auto length = content_length(pending.substr(0, head));
    if (!length) return broken(Errc::parse_error, length.error().detail);
    if (head + *length > MessageLimits::kBytes)
        return broken(Errc::too_large, "message of more than 64 KiB");
    if (pending.size() < head + *length) return std::nullopt;
    Frame frame{Kind::message, std::string(pending.substr(0, head + *length))};
    consumed_ += head + *length;
    scanned_ = 0;
    half_ping_ = false;
    return frame;
}

tl::unexpected<Error> StreamFramer::broken(Errc code, std::string detail) {
    error_ = Error{code, std::move(detail)};
    return tl::unexpected<Error>(*error_);
}

std::string StreamFramer::broken_head() const {
    const std::string_view pending = std::string_view(buffer_).substr(consumed_);
    const auto end = pending.find(kEndOfFields);
    const auto size = end == std::string_view::npos ? pending.size() : end + kEndOfFields.size();
    return std::string(pending.substr(0, std::min(size, MessageLimits::kBytes)));
}

}  // namespace skyn3t::sip
