#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skyn3t::sip {

// Cuts a TCP or TLS stream into messages (RFC 3261 §18.3: Content-Length is mandatory there) and
// keep-alive pings (RFC 5626 §4.4.1). One for each connection, owned by it.
class StreamFramer {
  public:
    enum class Kind : std::uint8_t {
        message,
        ping,  // CRLFCRLF, to be answered with CRLF
        pong,  // a CRLF, which the next one may still make a ping
    };
    struct Frame {
        Kind kind = Kind::message;
        std::string text;  // for Message::parse; empty for ping and pong
    };

    // Bytes as they came. After an error they are ignored.
    void feed(std::string_view bytes);
    // The next whole frame; nullopt when it needs more bytes. too_large (answer 513) and
    // parse_error (400) are final: answer what broken_head() gives, then close the connection.
    [[nodiscard]] Result<std::optional<Frame>> next();
    // After an error: the start of the message that caused it, up to the end of its fields when
    // these came whole. Message::parse() of it may give a request that can be answered.
    [[nodiscard]] std::string broken_head() const;
    // A message has begun and not ended: what a half-message time-out watches.
    [[nodiscard]] bool in_message() const { return buffer_.size() > consumed_; }

  private:
    [[nodiscard]] Result<std::optional<Frame>> next_message();
    [[nodiscard]] tl::unexpected<Error> broken(Errc code, std::string detail);

    std::string buffer_;
    std::size_t consumed_ = 0;  // of buffer_, by frames already given
    std::size_t scanned_ = 0;   // from consumed_: no end of the fields before this
    bool half_ping_ = false;    // the last frame was a CRLF that no other had made a ping
    std::optional<Error> error_;
};

}  // namespace skyn3t::sip
