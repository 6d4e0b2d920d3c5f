#include "media/digit_sender.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace skyn3t::media {
namespace {
constexpr int kTicksPerSecond = 50;
constexpr int kEndPackets = 3;    // RFC 4733, section 2.5.1.4
constexpr int kPauseBetween = 3;  // with the repeated ends, 100 ms between two digits
constexpr int kLongest = 400;     // 8 s: within one segment's 16 bits of duration
}  // namespace

void DigitSender::start(std::string digits, std::chrono::milliseconds length) {
    constexpr std::size_t kMostWaiting = 64;
    if (active_) {
        digits_.erase(0, next_);
        next_ = 0;
        digits_.append(digits, 0, kMostWaiting - std::min(kMostWaiting, digits_.size()));
        return;
    }
    digits_ = std::move(digits);
    next_ = 0;
    length_ = std::clamp(static_cast<int>(length.count() / 20), 2, kLongest);
    active_ = true;
    next_digit();
}

void DigitSender::next_digit() {
    constexpr std::string_view kDigits = "0123456789*#ABCD";
    pause_ = 0;
    elapsed_ = 0;
    while (next_ < digits_.size()) {
        const char digit = digits_[next_++];
        if (const auto event = kDigits.find(digit); event != std::string_view::npos) {
            event_ = static_cast<std::uint8_t>(event);
            return;
        }
        if (digit == 'w' || digit == 'W') {
            pause_ = digit == 'w' ? kTicksPerSecond / 2 : kTicksPerSecond;
            return;
        }
    }
    active_ = false;
}

std::optional<DigitSender::Packet> DigitSender::tick() {
    if (!active_) return std::nullopt;
    if (pause_ > 0) {
        if (--pause_ == 0) next_digit();
        return std::nullopt;
    }
    ++elapsed_;
    const bool end = elapsed_ >= length_;
    const int duration = std::min(elapsed_, length_) * 160;
    constexpr std::uint8_t kEnd = 0x80;
    constexpr std::uint8_t kVolume = 10;  // -10 dBm0
    const Packet packet{
        {event_, static_cast<std::uint8_t>((end ? kEnd : 0) | kVolume),
         static_cast<std::uint8_t>(duration >> 8), static_cast<std::uint8_t>(duration)},
        elapsed_ == 1};
    if (elapsed_ == length_ + kEndPackets - 1) pause_ = kPauseBetween;
    return packet;
}

}  // namespace skyn3t::media
