#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/request_head.hpp"

namespace skyn3t::http {

// Cuts what comes on a connection into requests, so that every head is judged as a whole before the
// HTTP library sees its first octet. What is handed out never reaches from one request into the
// next. One thread at a time.
class RequestFraming {
  public:
    // A larger body is refused before it is sent.
    explicit RequestFraming(std::uint64_t max_body) : max_body_(max_body) {}

    void feed(std::string_view octets) { held_ += octets; }

    enum class Next {
        octets,        // `size` of them were written
        more,          // feed() first
        say_continue,  // the client waits for 100 (Continue); it is asked for once
        refuse,        // fault() says why; nothing comes any more
    };
    struct Step {
        Next next = Next::more;
        std::size_t size = 0;
    };
    [[nodiscard]] Step take(char* into, std::size_t room);
    HeadFault fault() const { return fault_.value_or(HeadFault::request_line); }

  private:
    enum class State { head, body, chunk_line, chunk, chunk_end, trailer };

    void advance();
    bool step();  // false: more octets are needed, or one request is whole
    bool read_head();
    bool read_chunk_line();
    bool read_chunk_end();
    bool read_trailer();
    bool pass_on(State then);
    bool refuse(HeadFault fault);
    std::optional<std::string_view> next_line(std::size_t longest, HeadFault too_long);
    void keep_line(std::string_view line) { ready_ += line.size() + 2; }
    bool look_for_bad_octets();

    const std::uint64_t max_body_;
    std::string held_;
    std::size_t ready_ = 0;    // octets at the front that may be handed out
    std::size_t checked_ = 0;  // octets of a head that have been looked at
    State state_ = State::head;
    std::uint64_t left_ = 0;       // octets of the body or chunk that have not come
    std::uint64_t body_size_ = 0;  // of the chunks so far
    std::size_t trailer_size_ = 0;
    bool owes_continue_ = false;
    bool is_whole_ = false;  // what is ready ends a request
    std::optional<HeadFault> fault_;
};

}  // namespace skyn3t::http
