#include "media/dtmf_receiver.hpp"

#include <spandsp.h>

#include <algorithm>
#include <string_view>

#include "base/handle.hpp"
#include "media/rtp_packet.hpp"

namespace skyn3t::media {

using std::chrono::milliseconds;

namespace {
constexpr std::string_view kDigits = "0123456789*#ABCD";  // RFC 4733, section 3.2
constexpr std::uint32_t kSegment = 0xffff;
// No network holds a packet back for longer; after a day the numbers have gone round.
constexpr std::chrono::seconds kReordering{1};

template <std::size_t Size>
std::optional<ReceivedDigit> take_first(std::array<ReceivedDigit, Size>& digits,
                                        std::size_t& count) {
    if (count == 0) return std::nullopt;
    const ReceivedDigit first = digits[0];
    std::shift_left(digits.begin(), digits.end(), 1);
    --count;
    return first;
}
}  // namespace

void DtmfReceiver::on_event(const RtpPacketView& packet, SteadyTime now) {
    const auto payload = packet.payload();
    if (!is_digit(payload)) return;
    const std::uint8_t code = payload[0];
    const bool end = (payload[1] & 0x80) != 0;
    const std::uint16_t duration = be16(payload, 2);
    const std::uint32_t timestamp = packet.timestamp();

    const auto ahead =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(packet.sequence_number() - newest_));
    const bool overtaken = ahead <= 0 && now - newest_at_ < kReordering;
    if (!overtaken) {
        newest_ = packet.sequence_number();
        newest_at_ = now;
    }
    const bool goes_on = current_ && current_->code == code && current_->timestamp == timestamp;
    if (overtaken && !goes_on) return;  // of an event that has ended
    if (!current_ && finished_ && finished_->code == code && finished_->timestamp == timestamp) {
        const bool begins = packet.marker() && !end;
        if (!begins) return;  // a repeated end
    }
    if (current_ && !goes_on) {
        if (code == current_->code && timestamp - current_->timestamp == kSegment) {
            current_->timestamp = timestamp;  // a long event's next segment
            current_->earlier += kSegment;
            current_->duration = 0;
        } else {
            finish();  // its end was lost
        }
    }
    if (!current_) current_ = Event{code, timestamp, 0, 0, now};
    current_->duration = std::max(current_->duration, duration);
    current_->last_heard = now;
    if (end) finish();
}

void DtmfReceiver::on_tick(SteadyTime now) {
    if (current_ && now - current_->last_heard >= kLostEnd) finish();
}

void DtmfReceiver::restart() {
    if (current_) finish();
    finished_.reset();
    newest_at_ = {};
}

void DtmfReceiver::finish() {
    const milliseconds length((current_->earlier + current_->duration) / 8);
    if (ended_count_ < ended_.size()) ended_[ended_count_++] = {kDigits[current_->code], length};
    finished_ = Finished{current_->code, current_->timestamp};
    current_.reset();
}

std::optional<ReceivedDigit> DtmfReceiver::take() { return take_first(ended_, ended_count_); }

struct InbandDtmf::State {
    Handle<dtmf_rx_state_t, dtmf_rx_free> detector;
    char sounding = 0;
    std::uint64_t heard = 0;  // samples in all
    std::uint64_t began = 0;
    std::array<ReceivedDigit, 4> ended{};
    std::size_t ended_count = 0;

    void on_change(char digit) noexcept {
        // The detector is sure after two of its blocks of 102 samples, so the digit began that much
        // earlier.
        constexpr std::uint64_t kDelay = 204;
        if (sounding != 0 && digit != sounding && ended_count < ended.size())
            ended[ended_count++] = {sounding, milliseconds((heard - began) / 8)};
        if (digit != 0 && digit != sounding) began = heard > kDelay ? heard - kDelay : 0;
        sounding = digit;
    }
};

InbandDtmf::InbandDtmf() : state_(std::make_unique<State>()) {
    state_->detector.reset(dtmf_rx_init(nullptr, nullptr, nullptr));
    dtmf_rx_set_realtime_callback(
        state_->detector.get(),
        [](void* self, int code, int, int) noexcept {
            static_cast<State*>(self)->on_change(static_cast<char>(code));
        },
        state_.get());
}
InbandDtmf::~InbandDtmf() = default;

void InbandDtmf::feed(std::span<const std::int16_t> samples) {
    constexpr std::size_t kBlock = 102;  // the detector's own, so that lengths are right to 13 ms
    while (!samples.empty()) {
        const auto block = samples.first(std::min(kBlock, samples.size()));
        state_->heard += block.size();
        dtmf_rx(state_->detector.get(), block.data(), static_cast<int>(block.size()));
        samples = samples.subspan(block.size());
    }
}
std::optional<ReceivedDigit> InbandDtmf::take() {
    return take_first(state_->ended, state_->ended_count);
}

}  // namespace skyn3t::media
