#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>

#include "media/codec.hpp"

namespace skyn3t::media {

// Makes an even stream of 8000 Hz audio from packets that come unevenly: reorders, decodes,
// conceals what is missing, and keeps as little delay as the last seconds needed. It grows by
// waiting when it runs dry, and otherwise changes by one pitch period at a time (time_stretch.hpp),
// so a drifting clock leaves no gap. It needs no clock: time passes by pull(). Some 20 kB; made
// only for a stream that is decoded. Allocates only for a change of codec.
class JitterBuffer {
  public:
    static constexpr std::size_t kFrame = 160;       // 20 ms
    static constexpr std::size_t kMaxPayload = 480;  // 60 ms

    struct Packet {
        std::uint16_t sequence_number = 0;
        std::uint32_t timestamp = 0;
        Codec codec = Codec::pcmu;
        std::span<const std::uint8_t> payload;
        std::chrono::microseconds since_pull{0};  // from the last pull() to this packet's arrival
    };

    JitterBuffer();
    ~JitterBuffer();
    JitterBuffer(const JitterBuffer&) = delete;
    JitterBuffer& operator=(const JitterBuffer&) = delete;

    // A payload over kMaxPayload is dropped; one that comes too late is counted.
    void put(const Packet& packet);
    // Comfort noise (RFC 3389): `level` in -dBov.
    void put_comfort_noise(std::uint16_t sequence_number, std::uint32_t timestamp,
                           std::uint8_t level);
    // This number went to something that is not audio (a telephone-event): nothing is missing.
    void put_other(std::uint16_t sequence_number);
    // The next 20 ms. Call every 20 ms.
    void pull(std::span<std::int16_t, kFrame> out);
    // Another source begins.
    void reset();

    // How long the packet that came latest, of the last seconds, waited to be played.
    std::chrono::milliseconds delay() const;
    std::uint64_t frames_decoded() const { return decoded_ / kFrame; }
    std::uint64_t frames_concealed() const { return concealed_ / kFrame; }
    std::uint64_t packets_late() const { return late_; }

  private:
    enum class Kind : std::uint8_t { none, audio, comfort_noise, other };
    struct Slot {
        Kind kind = Kind::none;
        Codec codec = Codec::pcmu;
        std::uint16_t sequence_number = 0;
        std::uint16_t size = 0;
        std::uint32_t timestamp = 0;
        std::array<std::uint8_t, kMaxPayload> payload;
    };
    struct Dsp;
    static constexpr std::size_t kSlots = 32;
    static constexpr int kNothing = std::numeric_limits<int>::max();

    Slot* place(std::uint16_t sequence_number, std::uint32_t timestamp,
                std::chrono::microseconds since_pull);
    Slot& slot(std::uint16_t sequence_number) { return slots_[sequence_number % kSlots]; }
    bool holds(std::uint16_t sequence_number, Kind kind) {
        return slot(sequence_number).kind == kind &&
               slot(sequence_number).sequence_number == sequence_number;
    }
    void resume_at(std::uint16_t sequence_number, std::uint32_t timestamp);
    void step();
    void play(Slot& packet);
    void skip_to_next();
    void run_dry();
    void conceal(std::size_t samples);
    void push_noise(std::size_t samples);
    void push_adapted(std::span<const std::int16_t> samples);
    void push(std::span<const std::int16_t> samples);
    // How early packets come, in samples: the least of a quarter second.
    struct Earliness {
        int slack = kNothing;  // from arrival to the pull that needs the packet
        int spare = kNothing;  // the same if the buffer were shorter by the longest period
        int delay = kNothing;  // from arrival to the packet's first sample
    };
    void note(int samples_before, std::chrono::microseconds since_pull);
    void shift(int samples);
    Earliness worst() const;
    void forget();
    void rotate(std::size_t samples);

    std::array<Slot, kSlots> slots_;
    std::size_t queued_ = 0;  // slots with audio or comfort noise
    std::array<std::int16_t, 1280> fifo_{};
    std::size_t fifo_size_ = 0;
    bool started_ = false;
    std::uint16_t next_sequence_ = 0;
    std::uint32_t next_timestamp_ = 0;
    std::size_t dry_ = 0;  // samples given since the last packet
    std::optional<std::uint8_t> noise_level_;
    std::uint32_t noise_seed_ = 1;

    std::array<Earliness, 12> bins_{};
    std::size_t bin_ = 0;
    std::size_t bins_filled_ = 0;
    std::size_t in_bin_ = 0;
    std::size_t since_change_ = 0;
    int jitter_ = 0;  // the delay that the last seconds needed, for the next talk spurt
    std::size_t refusals_ = 0;

    std::uint64_t decoded_ = 0;
    std::uint64_t concealed_ = 0;
    std::uint64_t late_ = 0;
    std::unique_ptr<Dsp> dsp_;
};

}  // namespace skyn3t::media
