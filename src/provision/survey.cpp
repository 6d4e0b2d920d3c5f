#include "provision/survey.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace skyn3t::provision {
namespace {

using twilio::Answer;

// Calls `work(i)` for each index below `count`, some at a time.
template <class Work>
void side_by_side(std::size_t count, unsigned parallel, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(parallel, count); ++i)
        others.emplace_back(run);
    run();
    for (auto& each : others) each.join();
}

}  // namespace

Answer<std::vector<CommunitySteps>> survey(twilio::Client& client, const TargetSettings& target,
                                           const Memory& memory, std::vector<Wanted> wanted,
                                           unsigned parallel) {
    const auto snapshot = read_snapshot(client, target.domain);
    if (!snapshot) return tl::unexpected<twilio::Failure>(snapshot.error());
    std::vector<Answer<Actual>> actual(wanted.size());
    side_by_side(wanted.size(), parallel,
                 [&](std::size_t i) { actual[i] = read_actual(client, *snapshot, wanted[i]); });
    std::vector<CommunitySteps> all;
    bool has_domain_step = false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!actual[i]) return tl::unexpected<twilio::Failure>(actual[i].error());
        CommunitySteps each{std::move(wanted[i]), std::move(*actual[i]), {}, {}};
        each.steps = difference(each.wanted, each.actual, target, memory);
        each.strangers = strangers(each.wanted, each.actual);
        const auto is_domain = [](const Step& step) { return step.subject == Subject::domain; };
        if (has_domain_step) std::erase_if(each.steps, is_domain);
        has_domain_step =
            has_domain_step || std::any_of(each.steps.begin(), each.steps.end(), is_domain);
        all.push_back(std::move(each));
    }
    return all;
}

}  // namespace skyn3t::provision
