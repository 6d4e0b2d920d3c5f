#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "media/engine.hpp"

namespace skyn3t::media {

// Symmetric RTP: decides whose packets are the peer's, and so where ours go. A phone behind NAT
// sends from an address that its SDP does not know; a stranger must not get in.
class SourceLatch {
  public:
    static constexpr std::chrono::seconds kWindow{5};
    static constexpr std::chrono::seconds kSilence{2};

    enum class Verdict : std::uint8_t { accepted, moved, stranger };

    // The SDP names `signalled`: the first valid source in the next 5 s is the peer. After another
    // SDP the earlier source stays accepted, and the first other one replaces it if the address
    // changed or it fell silent.
    void expect(const Address& signalled, SteadyTime now);
    // For each valid packet. `moved`: target() is another one now.
    Verdict judge(const Address& from, std::uint32_t ssrc, SteadyTime now);
    const Address& target() const { return target_; }
    const std::optional<Address>& source() const { return source_; }

  private:
    Verdict take(const Address& from, std::uint32_t ssrc, SteadyTime now);

    Address signalled_;
    Address target_;
    std::optional<Address> source_;
    bool settled_ = false;  // source_ is the one for this SDP
    bool heard_since_expect_ = false;
    SteadyTime expected_at_{};
    SteadyTime last_heard_{};
    std::uint32_t ssrc_ = 0;
};

}  // namespace skyn3t::media
