#include "call/call_limits.hpp"

namespace skyn3t::call {
namespace {

using Subject = CallLimits::Subject;
constexpr std::chrono::hours kBetweenAlerts{1};

std::string count_key(Subject subject, const std::string& name) {
    switch (subject) {
        case Subject::community:
            return "community " + name;
        case Subject::number:
            return "number " + name;
        case Subject::phone:
            return "phone " + name;
        case Subject::server:
            break;
    }
    return {};
}

struct Wanted {
    Subject subject;
    std::string name;
    std::size_t most;
};

// The narrowest first: of a number that is full the community need not hear that it is, too.
std::vector<Wanted> wanted_places(const PlaceTaker& who, const CallCaps& caps) {
    std::vector<Wanted> wanted;
    if (!who.number.empty()) wanted.push_back({Subject::number, who.number, caps.calls_of_number});
    if (!who.phone.empty()) wanted.push_back({Subject::phone, who.phone, caps.calls_of_phone});
    wanted.push_back({Subject::community, who.community.str(), caps.legs_of_community});
    wanted.push_back({Subject::server, {}, caps.legs});
    return wanted;
}

}  // namespace

void CallLimits::Places::give_back() {
    CallLimits* limits = std::exchange(limits_, nullptr);
    if (limits == nullptr) return;
    for (const auto& key : counted_) {
        const auto found = limits->counts_.find(key);
        if (--found->second == 0) limits->counts_.erase(found);
    }
}

std::size_t CallLimits::of(const std::string& key) const {
    const auto found = counts_.find(key);
    return found == counts_.end() ? 0 : found->second;
}

tl::expected<CallLimits::Places, CallLimits::Full> CallLimits::take(const PlaceTaker& who,
                                                                    const CallCaps& caps) {
    Places places;
    for (auto& each : wanted_places(who, caps)) {
        auto key = count_key(each.subject, each.name);
        if (of(key) >= each.most)
            return tl::unexpected(Full{each.subject, std::move(each.name), each.most});
        places.counted_.push_back(std::move(key));
    }
    for (const auto& key : places.counted_) ++counts_[key];
    places.limits_ = this;
    return places;
}

bool CallLimits::has_room(const CommunitySid& community, const CallCaps& caps) const {
    return legs() < caps.legs &&
           of(count_key(Subject::community, community.str())) < caps.legs_of_community;
}

bool CallLimits::is_news(const Full& full, SteadyTime now) {
    std::erase_if(told_, [&](const auto& each) { return now - each.second >= kBetweenAlerts; });
    return told_.emplace(count_key(full.subject, full.name), now).second;
}

}  // namespace skyn3t::call
