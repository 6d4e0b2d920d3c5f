#include "media/source_latch.hpp"

namespace skyn3t::media {

namespace {

// An IPv4 peer of an IPv6 socket is ::ffff:a.b.c.d there.
asio::ip::address plain(const asio::ip::address& host) {
    if (host.is_v6() && host.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6());
    return host;
}

}  // namespace

void SourceLatch::expect(const Address& signalled, const asio::ip::address& signalling_peer,
                         SteadyTime now) {
    if (signalled != signalled_) {
        settled_ = false;
        target_ = signalled;
    }
    signalled_ = signalled;
    signalling_peer_ = signalling_peer;
    heard_since_expect_ = false;
    expected_at_ = now;
}

bool SourceLatch::trusts(const asio::ip::address& host) const {
    const auto names = [&](const asio::ip::address& trusted) {
        return !trusted.is_unspecified() && plain(trusted) == plain(host);
    };
    return names(signalled_.address()) || names(signalling_peer_);
}

SourceLatch::Verdict SourceLatch::take(const Address& from, std::uint32_t ssrc, SteadyTime now) {
    source_ = from;
    settled_ = trusts(from.address());
    peer_known_ = peer_known_ || settled_;
    heard_since_expect_ = true;
    last_heard_ = now;
    ssrc_ = ssrc;
    if (target_ == from) return Verdict::accepted;
    target_ = from;
    return Verdict::moved;
}

// A trusted address that is not the source's.
bool SourceLatch::may_replace(const Address& from, std::uint32_t ssrc, SteadyTime now) const {
    if (!settled_) return true;
    // Many NATs keep the port. Of two hosts behind one NAT only the phone knows the one in its SDP.
    const bool is_the_signalled =
        from.port() == signalled_.port() && source_->port() != signalled_.port();
    const bool in_window = now - expected_at_ < kWindow;
    if (in_window && (is_the_signalled || from == signalled_ || !heard_since_expect_)) return true;
    return now - last_heard_ >= kSilence && ssrc == ssrc_;  // its NAT gave it another port
}

// Of a host that is not trusted. One candidate at a time, until it makes a pause.
bool SourceLatch::passes_probation(const Address& from, std::uint32_t ssrc, SteadyTime now) {
    constexpr std::chrono::milliseconds kPauseOfCandidate{200};
    if (peer_known_ || source_) return false;
    const bool is_free = !candidate_ || now - candidate_->last_heard > kPauseOfCandidate;
    if (is_free)
        candidate_ = Candidate{from, ssrc, now, now};
    else if (candidate_->from != from || candidate_->ssrc != ssrc)
        return false;
    candidate_->last_heard = now;
    return candidate_->since - expected_at_ < kWindow && now - candidate_->since >= kProbation;
}

SourceLatch::Verdict SourceLatch::judge(const Address& from, std::uint32_t ssrc, SteadyTime now) {
    // Packets of the earlier source may still be on their way when the SDP names another address;
    // one that goes on for so long is the peer that did not move after all.
    constexpr std::chrono::milliseconds kInFlight{500};
    if (source_ == from) {
        if (!settled_ && from != signalled_ && now - expected_at_ < kInFlight) {
            last_heard_ = now;
            return Verdict::accepted;
        }
        return take(from, ssrc, now);
    }
    const bool may =
        trusts(from.address()) ? may_replace(from, ssrc, now) : passes_probation(from, ssrc, now);
    return may ? take(from, ssrc, now) : Verdict::stranger;
}

}  // namespace skyn3t::media
