#include "media/source_latch.hpp"

namespace skyn3t::media {

void SourceLatch::expect(const Address& signalled, SteadyTime now) {
    if (signalled != signalled_) {
        settled_ = false;
        target_ = signalled;
    }
    signalled_ = signalled;
    heard_since_expect_ = false;
    expected_at_ = now;
}

SourceLatch::Verdict SourceLatch::take(const Address& from, std::uint32_t ssrc, SteadyTime now) {
    source_ = from;
    settled_ = true;
    heard_since_expect_ = true;
    last_heard_ = now;
    ssrc_ = ssrc;
    if (target_ == from) return Verdict::accepted;
    target_ = from;
    return Verdict::moved;
}

SourceLatch::Verdict SourceLatch::judge(const Address& from, std::uint32_t ssrc, SteadyTime now) {
    // Packets of the earlier source may still be on their way when the SDP names another address;
    // one that goes on for so long is the peer that did not move after all.
    constexpr std::chrono::milliseconds kInFlight{500};
    const bool in_window = now - expected_at_ < kWindow;

    if (source_ == from) {
        if (!settled_ && from != signalled_ && now - expected_at_ < kInFlight) {
            last_heard_ = now;
            return Verdict::accepted;
        }
        return take(from, ssrc, now);
    }
    if (!settled_)
        return in_window || from == signalled_ ? take(from, ssrc, now) : Verdict::stranger;
    const bool renegotiated = in_window && (!heard_since_expect_ || from == signalled_);
    const bool same_stream_moved = now - last_heard_ >= kSilence && ssrc == ssrc_;
    return renegotiated || same_stream_moved ? take(from, ssrc, now) : Verdict::stranger;
}

}  // namespace skyn3t::media
