#include "media/play_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace skyn3t::media {

void PlayQueue::start(PlayId play, std::vector<PlayItem> items, Repeat repeat) {
    play_ = play;
    items_ = std::move(items);
    // For ever nothing would never end.
    const bool empty = std::all_of(items_.begin(), items_.end(),
                                   [&](const auto& item) { return item_octets(item) == 0; });
    repeat_ = empty ? Repeat::once : repeat;
    index_ = 0;
    offset_ = 0;
    octets_read_ = 0;
    active_ = true;
    skip_finished_items();
}

void PlayQueue::append(std::vector<PlayItem> items) {
    constexpr std::size_t kMostItems = 256;
    items.resize(std::min(items.size(), kMostItems - std::min(kMostItems, items_.size())));
    std::move(items.begin(), items.end(), std::back_inserter(items_));
    skip_finished_items();
}

std::size_t PlayQueue::item_octets(const PlayItem& item) const {
    if (const auto* prompt = std::get_if<PromptPtr>(&item))
        return *prompt ? (*prompt)->payload(Codec::pcmu).size() : 0;
    const auto length =
        std::max<std::chrono::milliseconds::rep>(0, std::get<Silence>(item).length.count());
    return (static_cast<std::size_t>(length) * kOctetsPerMillisecond + kFrameOctets - 1) /
           kFrameOctets * kFrameOctets;
}

void PlayQueue::skip_finished_items() {
    while (index_ < items_.size() && offset_ >= item_octets(items_[index_])) {
        offset_ = 0;
        ++index_;
        if (index_ == items_.size() && repeat_ == Repeat::forever) index_ = 0;
    }
}

void PlayQueue::read(Codec codec, std::span<std::uint8_t> out) {
    const auto silence = silence_frame(codec);
    while (!out.empty()) {
        std::size_t count = std::min(out.size(), silence.size());
        if (!active_ || index_ >= items_.size()) {
            std::copy_n(silence.begin(), count, out.begin());
        } else {
            const PlayItem& item = items_[index_];
            count = std::min(count, item_octets(item) - offset_);
            if (const auto* prompt = std::get_if<PromptPtr>(&item))
                std::copy_n(
                    (*prompt)->payload(codec).begin() + static_cast<std::ptrdiff_t>(offset_), count,
                    out.begin());
            else
                std::copy_n(silence.begin(), count, out.begin());
            offset_ += count;
            octets_read_ += count;
            skip_finished_items();
        }
        out = out.subspan(count);
    }
}

PlayEnded PlayQueue::stop() {
    PlayEnded ended;
    ended.play = play_;
    ended.end = is_at_end() ? PlayEnd::finished : PlayEnd::stopped;
    ended.played = std::chrono::milliseconds(octets_read_ / kOctetsPerMillisecond);
    ended.items = std::exchange(items_, {});
    active_ = false;
    return ended;
}

std::optional<std::array<std::uint8_t, PlayQueue::kCutOctets>> PlayQueue::g722_cut() const {
    if (!active_ || index_ >= items_.size() || offset_ == 0) return std::nullopt;
    const auto* prompt = std::get_if<PromptPtr>(&items_[index_]);
    if (prompt == nullptr) return std::nullopt;

    constexpr std::size_t kWarmUp = 1600;
    constexpr std::size_t kFade = 320;
    const auto master = (*prompt)->master();
    const std::size_t at = 2 * offset_;  // in samples of the master
    const std::size_t from = at - std::min(at, kWarmUp);
    Encoder encoder(Codec::g722, 16000);
    std::array<std::uint8_t, kWarmUp / 2> discarded;
    encoder.encode(master.subspan(from, at - from), discarded);

    std::array<std::int16_t, 2 * kFade> tail{};
    const auto rest = master.subspan(at, std::min(kFade, master.size() - at));
    for (std::size_t i = 0; i < rest.size(); ++i)
        tail[i] = static_cast<std::int16_t>(rest[i] * static_cast<int>(kFade - i) /
                                            static_cast<int>(kFade));
    std::array<std::uint8_t, kCutOctets> cut;
    encoder.encode(tail, cut);
    return cut;
}

}  // namespace skyn3t::media
