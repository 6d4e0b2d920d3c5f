#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace skyn3t::media {

// Digits as telephone-events (RFC 4733), one packet a tick: updates while the key is down, then the
// end three times, then a pause.
class DigitSender {
  public:
    struct Packet {
        std::array<std::uint8_t, 4> payload;
        bool begins;  // the first of its event: marker, and a new timestamp
    };

    // Characters that are neither a digit nor w / W are left out. Each is at least 40 ms. While
    // digits are being sent more of them follow, with the first one's length.
    void start(std::string digits, std::chrono::milliseconds length);
    void stop() { active_ = false; }
    bool is_active() const { return active_; }
    bool in_event() const { return active_ && pause_ == 0; }
    // What to send in this 20 ms, if anything; call once a tick while active.
    std::optional<Packet> tick();

  private:
    void next_digit();

    bool active_ = false;
    std::string digits_;
    std::size_t next_ = 0;
    std::uint8_t event_ = 0;
    int length_ = 5;  // in ticks
    int elapsed_ = 0;
    int pause_ = 0;
};

}  // namespace skyn3t::media
