#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace skyn3t::media {

// Counts one source's packets as RFC 3550 does (appendices A.1, A.3 and A.8), and says where each
// belongs.
class ReceptionStats {
  public:
    enum class Placement : std::uint8_t {
        newest,     // the next, or later ones are missing before it
        reordered,  // fills a gap
        duplicate,  // had already, or too old to tell
        jump,       // far away: not counted, the next one decides whether the source restarted
        restarted,  // the second packet in sequence after a jump: a new beginning
    };

    Placement on_packet(std::uint16_t sequence_number, std::uint32_t timestamp, SteadyTime arrival);
    // A new SSRC begins: its numbers have nothing to do with the earlier ones, whose losses stay
    // counted.
    void restart();

    std::uint64_t received() const { return received_; }
    std::uint64_t duplicated() const { return duplicated_; }
    std::uint64_t expected() const { return finished_expected_ + current_expected(); }
    // Of the source that sends now.
    std::uint64_t expected_of_source() const { return current_expected(); }
    std::uint64_t lost() const { return expected() > received_ ? expected() - received_ : 0; }
    std::uint32_t extended_highest() const { return static_cast<std::uint32_t>(highest_); }
    std::uint32_t jitter() const { return jitter_ >> 4; }  // in timestamp units
    // The share lost since the last call, in 1/256 (RFC 3550, section 6.4.1).
    std::uint8_t take_fraction_lost();

  private:
    void begin(std::uint16_t sequence_number);
    std::uint64_t current_expected() const { return begun_ ? highest_ - base_ + 1 : 0; }
    void update_jitter(std::uint32_t timestamp, SteadyTime arrival);

    bool begun_ = false;
    std::uint64_t base_ = 0;
    std::uint64_t highest_ = 0;  // extended by the number of wraps
    std::uint64_t seen_ = 0;     // bit n: highest_ - n has come
    std::uint32_t expected_after_jump_ = kNone;
    std::uint64_t finished_expected_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t duplicated_ = 0;
    std::uint64_t reported_expected_ = 0;
    std::uint64_t reported_received_ = 0;
    bool has_transit_ = false;
    std::uint32_t transit_ = 0;
    std::uint32_t jitter_ = 0;  // scaled by 16

    static constexpr std::uint32_t kNone = 0x10000;
};

}  // namespace skyn3t::media
