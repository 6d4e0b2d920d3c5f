#pragma once

#include <asio/ip/address.hpp>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "media/engine.hpp"

namespace skyn3t::media {

// Symmetric RTP: decides whose packets are the peer's, and so where ours go. A phone behind NAT
// sends from an address that its SDP does not know, but from the one that its signalling comes
// from: a NAT gives all of a host's flows one address (RFC 6888, REQ-1). A stranger, who can only
// guess our port, must not get in (RFC 7362, section 5). Yet some peers with several addresses send
// from a third one: where nothing else comes, that is taken for the time being.
class SourceLatch {
  public:
    static constexpr std::chrono::seconds kWindow{5};
    static constexpr std::chrono::seconds kSilence{2};
    static constexpr std::chrono::seconds kProbation{1};

    enum class Verdict : std::uint8_t { accepted, moved, stranger };

    // The SDP names `signalled`, which came from the host `signalling_peer` (unspecified: not
    // known). The first valid packet from either address, whatever its port, settles the source;
    // within the next 5 s one from the very port that the SDP names takes its place. After another
    // SDP the earlier source stays accepted, and another one of these addresses replaces it if the
    // address changed or it fell silent. A third host that begins in these 5 s and sends for a
    // second, while the peer's have never sent, is the source until one of them does.
    void expect(const Address& signalled, const asio::ip::address& signalling_peer, SteadyTime now);
    // For each valid packet. `moved`: target() is another one now.
    Verdict judge(const Address& from, std::uint32_t ssrc, SteadyTime now);
    // Whether packets from there may be the peer's at all.
    bool trusts(const asio::ip::address& host) const;
    const Address& target() const { return target_; }
    const std::optional<Address>& source() const { return source_; }

  private:
    Verdict take(const Address& from, std::uint32_t ssrc, SteadyTime now);
    bool may_replace(const Address& from, std::uint32_t ssrc, SteadyTime now) const;
    bool passes_probation(const Address& from, std::uint32_t ssrc, SteadyTime now);

    Address signalled_;
    asio::ip::address signalling_peer_;
    Address target_;
    std::optional<Address> source_;
    bool settled_ = false;     // source_ is the one for this SDP
    bool peer_known_ = false;  // a trusted host has sent, under whatever SDP
    bool heard_since_expect_ = false;
    SteadyTime expected_at_{};
    SteadyTime last_heard_{};
    std::uint32_t ssrc_ = 0;

    struct Candidate {
        Address from;
        std::uint32_t ssrc;
        SteadyTime since;
        SteadyTime last_heard;
    };
    std::optional<Candidate> candidate_;
};

}  // namespace skyn3t::media
