#include "server/failed_logins.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace skyn3t::server {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestAgent = 100;
constexpr std::chrono::minutes kLogAgain{1};

}  // namespace

void FailedLogins::note(const sip::FailedProof& failed) {
    ++totals_[static_cast<std::size_t>(failed.wrong)];
    CommunitySid community = failed.community;
    // "+56229145248-oficina" is a mistake of the community with that number.
    if (community.empty()) community = owner_of_(failed.user.substr(0, failed.user.find('-')));
    Failures& failures = failures_[community];
    Key key{std::string(failed.user.substr(0, kLongestName)), failed.source.host()};
    auto known = failures.find(key);
    const auto now = clock_.now();
    if (known == failures.end()) {
        make_room(failures, community.empty() ? kOfNobody : kOfACommunity);
        known = failures.emplace(key, Failure{}).first;
        known->second.first = clock_.wall();
    }
    Failure& failure = known->second;
    const bool is_new = failure.count == 0 || now - failure.last_steady > kLogAgain;
    failure.community = std::move(community);
    failure.user = std::move(key.first);
    failure.address = std::move(key.second);
    failure.domain = failed.domain.substr(0, kLongestName);
    failure.user_agent = failed.user_agent.substr(0, kLongestAgent);
    failure.wrong = failed.wrong;
    failure.purpose = failed.purpose;
    failure.last = clock_.wall();
    failure.last_steady = now;
    ++failure.count;
    if (is_new)
        log::warn("wrong credentials wrong={} source={} user={} domain={} user_agent={}",
                  sip::name_of(failure.wrong), failure.address, skyn3t::quoted(failure.user),
                  skyn3t::quoted(failure.domain), skyn3t::quoted(failure.user_agent));
}

void FailedLogins::make_room(Failures& failures, std::size_t most) const {
    const auto from = clock_.now() - kKept;
    std::erase_if(failures, [&](const auto& each) { return each.second.last_steady < from; });
    if (failures.size() < most) return;
    failures.erase(std::ranges::min_element(
        failures, {}, [](const auto& each) { return each.second.last_steady; }));
}

std::vector<FailedLogins::Failure> FailedLogins::list(
    const std::optional<CommunitySid>& community) const {
    const auto from = clock_.now() - kKept;
    std::vector<Failure> out;
    for (const auto& [sid, failures] : failures_) {
        if (community && sid != *community) continue;
        for (const auto& [key, failure] : failures)
            if (failure.last_steady >= from) out.push_back(failure);
    }
    std::ranges::stable_sort(out, std::ranges::greater{}, &Failure::last_steady);
    return out;
}

rest::FailedLoginView to_view(const FailedLogins::Failure& failure, std::string community_code) {
    return {std::move(community_code),
            failure.user,
            failure.domain,
            failure.address,
            failure.user_agent,
            std::string(sip::name_of(failure.wrong)),
            failure.purpose == sip::Purpose::call ? "call" : "registration",
            failure.count,
            failure.first,
            failure.last};
}

}  // namespace skyn3t::server
