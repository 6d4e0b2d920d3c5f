#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "rest/services.hpp"
#include "sip/digest_server.hpp"

namespace skyn3t::server {

// Wrong users, domains and passwords of the last day, for operators: a phone that was set up wrong
// sees nothing but a 401. Bounded for each community, and for the names that no community has; what
// is full forgets the one that failed longest ago. In memory only. Signalling thread.
class FailedLogins {
  public:
    static constexpr std::chrono::hours kKept{24};
    static constexpr std::size_t kOfACommunity = 50;
    static constexpr std::size_t kOfNobody = 200;

    // Whose number it is; empty: nobody's.
    using OwnerOf = std::function<CommunitySid(std::string_view number)>;
    FailedLogins(const Clock& clock, OwnerOf owner_of)
        : clock_(clock), owner_of_(std::move(owner_of)) {}

    struct Failure {
        CommunitySid community;  // empty: nobody's
        std::string user, domain, address, user_agent;
        sip::FailedProof::Wrong wrong{};
        sip::Purpose purpose{};
        std::size_t count = 0;
        WallTime first{}, last{};
        SteadyTime last_steady{};
    };

    void note(const sip::FailedProof& failed);
    // The latest first; without a community those of all and of nobody.
    [[nodiscard]] std::vector<Failure> list(const std::optional<CommunitySid>& community) const;
    // Since the start.
    [[nodiscard]] std::uint64_t total(sip::FailedProof::Wrong wrong) const {
        return totals_[static_cast<std::size_t>(wrong)];
    }

  private:
    using Key = std::pair<std::string, std::string>;  // user, address
    using Failures = std::map<Key, Failure>;

    void make_room(Failures& failures, std::size_t most) const;

    const Clock& clock_;
    OwnerOf owner_of_;
    std::map<CommunitySid, Failures> failures_;
    std::array<std::uint64_t, 4> totals_{};
};

[[nodiscard]] rest::FailedLoginView to_view(const FailedLogins::Failure& failure,
                                            std::string community_code);

}  // namespace skyn3t::server
