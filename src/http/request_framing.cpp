#include "http/request_framing.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace skyn3t::http {
namespace {

constexpr std::size_t kMaxChunkLine = 256;
constexpr std::size_t kMaxTrailer = 8 * 1024;

bool is_control(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\t') || octet == 0x7f;
}

// RFC 9112, section 7.1: the size, and extensions that nobody reads.
std::optional<std::uint64_t> read_chunk_size(std::string_view line) {
    const auto digits = line.substr(0, std::min(line.find_first_of("; "), line.size()));
    std::uint64_t size = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return size;
}

// RFC 9112, section 6.5: what decides where a request ends is not said after its end.
bool is_framing_field(std::string_view line) {
    const auto name = line.substr(0, line.find(':'));
    return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") ||
           iequals(name, "Host");
}

}  // namespace

RequestFraming::Step RequestFraming::take(char* into, std::size_t room) {
    advance();
    if (owes_continue_) {
        owes_continue_ = false;
        return {Next::say_continue, 0};
    }
    if (ready_ > 0) {
        const auto size = std::min(ready_, room);
        std::memcpy(into, held_.data(), size);
        held_.erase(0, size);
        ready_ -= size;
        return {Next::octets, size};
    }
    return {fault_ ? Next::refuse : Next::more, 0};
}

void RequestFraming::advance() {
    if (ready_ == 0) is_whole_ = false;
    while (!is_whole_ && !fault_ && step()) continue;
}

bool RequestFraming::step() {
    switch (state_) {
        case State::head:
            return read_head();
        case State::body:
            return pass_on(State::head);
        case State::chunk_line:
            return read_chunk_line();
        case State::chunk:
            return pass_on(State::chunk_end);
        case State::chunk_end:
            return read_chunk_end();
        case State::trailer:
            return read_trailer();
    }
    return false;
}

bool RequestFraming::refuse(HeadFault fault) {
    fault_ = fault;
    return false;
}

// As they come: what is no HTTP at all would otherwise wait for the end of its head.
bool RequestFraming::look_for_bad_octets() {
    for (; checked_ < held_.size(); ++checked_) {
        const char c = held_[checked_];
        if (!is_control(c)) continue;
        const bool follows_cr = checked_ > ready_ && held_[checked_ - 1] == '\r';
        if (c == '\n') {
            if (!follows_cr) return !refuse(HeadFault::bare_line_end);
            if (checked_ >= ready_ + 3 && held_[checked_ - 2] == '\n') {
                ++checked_;
                return false;  // the head ends here
            }
        } else if (c != '\r') {
            return !refuse(HeadFault::bad_octet);
        } else if (checked_ + 1 == held_.size()) {
            return true;  // what follows the CR decides
        } else if (held_[checked_ + 1] != '\n') {
            return !refuse(HeadFault::bare_line_end);
        }
    }
    return true;
}

bool RequestFraming::read_head() {
    // RFC 9112, section 2.2: an empty line before a request is passed over.
    if (ready_ == 0 && held_.starts_with("\r\n")) {
        held_.erase(0, 2);
        checked_ = 0;
        return true;
    }
    if (ready_ > 0) return false;  // of the request before
    const bool goes_on = look_for_bad_octets();
    if (fault_) return false;
    if (goes_on || checked_ > kMaxHead) {
        if (held_.size() <= kMaxHead) return false;
        return refuse(held_.find("\r\n") > kMaxHead ? HeadFault::target_too_long
                                                    : HeadFault::field_too_long);
    }
    const auto head = check_head(std::string_view(held_).substr(0, checked_));
    if (!head) return refuse(head.error());
    if (head->length > max_body_) return refuse(HeadFault::body_too_large);
    ready_ = std::exchange(checked_, 0);
    left_ = head->length;
    body_size_ = 0;
    state_ = head->is_chunked ? State::chunk_line : left_ > 0 ? State::body : State::head;
    is_whole_ = state_ == State::head;
    // RFC 9110, section 10.1.1: not when some of the body is here already.
    owes_continue_ = head->wants_continue && held_.size() == ready_;
    return !is_whole_;
}

bool RequestFraming::pass_on(State then) {
    const auto here = std::min<std::uint64_t>(left_, held_.size() - ready_);
    ready_ += static_cast<std::size_t>(here);
    left_ -= here;
    if (left_ > 0) return false;
    state_ = then;
    is_whole_ = then == State::head;
    return !is_whole_;
}

// Without its end. It is ready to be handed out once keep_line() says that it is right.
std::optional<std::string_view> RequestFraming::next_line(std::size_t longest, HeadFault too_long) {
    const std::string_view rest = std::string_view(held_).substr(ready_);
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end == std::string_view::npos ? rest.size() : end);
    if (line.size() > longest) {
        refuse(too_long);
        return std::nullopt;
    }
    if (end == std::string_view::npos) return std::nullopt;
    const auto text = line.substr(0, line.size() - (line.empty() ? 0 : 1));
    if (!line.ends_with('\r') || std::any_of(text.begin(), text.end(), is_control)) {
        refuse(too_long);
        return std::nullopt;
    }
    return text;
}

bool RequestFraming::read_chunk_line() {
    const auto line = next_line(kMaxChunkLine, HeadFault::chunk);
    if (!line) return false;
    const auto size = read_chunk_size(*line);
    if (!size) return refuse(HeadFault::chunk);
    // Before it is added: a size may be anything.
    if (*size > max_body_ - body_size_) return refuse(HeadFault::body_too_large);
    keep_line(*line);
    left_ = *size;
    body_size_ += left_;
    trailer_size_ = 0;
    state_ = left_ > 0 ? State::chunk : State::trailer;
    return true;
}

bool RequestFraming::read_chunk_end() {
    const std::string_view rest = std::string_view(held_).substr(ready_);
    if (rest.size() < 2 && std::string_view("\r\n").starts_with(rest)) return false;
    if (!rest.starts_with("\r\n")) return refuse(HeadFault::chunk);
    ready_ += 2;
    state_ = State::chunk_line;
    return true;
}

bool RequestFraming::read_trailer() {
    const auto line = next_line(kMaxTrailer, HeadFault::chunk);
    if (!line) return false;
    trailer_size_ += line->size();
    if (line->empty()) {
        keep_line(*line);
        state_ = State::head;
        is_whole_ = true;
        return false;
    }
    if (!is_field_line(*line) || is_framing_field(*line) || trailer_size_ > kMaxTrailer)
        return refuse(HeadFault::chunk);
    keep_line(*line);
    return true;
}

}  // namespace skyn3t::http
