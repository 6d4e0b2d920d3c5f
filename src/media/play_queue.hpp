#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/engine.hpp"

namespace skyn3t::media {

// What a stream plays: prompts and silences one after the other, read as payload of the codec in
// use. Reading copies octets and nothing else.
class PlayQueue {
  public:
    static constexpr std::size_t kCutOctets = 2 * kFrameOctets;

    void start(PlayId play, std::vector<PlayItem> items, Repeat repeat);
    // More to be played after what is active; beyond a bound it is left out.
    void append(std::vector<PlayItem> items);
    bool is_active() const { return active_; }
    bool is_at_end() const { return active_ && index_ >= items_.size(); }
    // Fills `out` with the next octets, and with silence after the end.
    void read(Codec codec, std::span<std::uint8_t> out);
    // Stops, and says what was played; `stream` and the way it ended are the caller's to add.
    PlayEnded stop();
    // What to send after stopping a G.722 prompt in mid-speech, so that the next one joins without
    // a click: 20 ms of fade-out and 20 ms of silence from an encoder warmed on the last 100 ms
    // (speech-media.md, section 4: a decoder that meets a fresh encoder errs by up to -6 dBFS).
    // Nothing when no prompt is being cut. Costs 0.2 ms of CPU.
    std::optional<std::array<std::uint8_t, kCutOctets>> g722_cut() const;

  private:
    std::size_t item_octets(const PlayItem& item) const;
    void skip_finished_items();

    bool active_ = false;
    PlayId play_ = 0;
    Repeat repeat_ = Repeat::once;
    std::vector<PlayItem> items_;
    std::size_t index_ = 0;
    std::size_t offset_ = 0;  // octets of the current item that were read
    std::uint64_t octets_read_ = 0;
};

}  // namespace skyn3t::media
