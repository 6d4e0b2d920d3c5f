#include "provision/survey.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/side_by_side.hpp"

namespace skyn3t::provision {
namespace {

using twilio::Answer;

// The domain goes with the last community that goes, when nothing of anybody else is mapped to it:
// its mappings would go with it, and who calls or registers by them is not ours to turn away.
Answer<void> choose_last(twilio::Client& client, std::vector<Wanted>& wanted,
                         const std::vector<Answer<Actual>>& actual, const Snapshot& snapshot) {
    std::set<std::string> going;
    Wanted* last = nullptr;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!wanted[i].is_last) continue;
        wanted[i].is_last = false;
        last = &wanted[i];
        for (const auto& list : actual[i]->old_lists)
            if (list.is_all_of(wanted[i].old)) going.insert(list.list.sid);
    }
    if (!last || !snapshot.domain || !snapshot.is_mapped_only_to(going)) return {};
    const auto addresses =
        client.mappings(snapshot.domain->sid, twilio::MappingPlace::call_addresses);
    if (!addresses) return tl::unexpected<twilio::Failure>(addresses.error());
    last->is_last = addresses->empty();
    return {};
}

}  // namespace

Answer<std::vector<CommunitySteps>> survey(twilio::Client& client, const TargetSettings& target,
                                           const Memory& memory, std::vector<Wanted> wanted,
                                           unsigned parallel,
                                           std::vector<twilio::IncomingNumber> to_be_bought) {
    auto snapshot = read_snapshot(client, target.domain);
    if (!snapshot) return tl::unexpected<twilio::Failure>(snapshot.error());
    std::move(to_be_bought.begin(), to_be_bought.end(), std::back_inserter(snapshot->numbers));
    std::vector<Answer<Actual>> actual(wanted.size());
    side_by_side(wanted.size(), parallel,
                 [&](std::size_t i) { actual[i] = read_actual(client, *snapshot, wanted[i]); });
    for (const auto& each : actual)
        if (!each) return tl::unexpected<twilio::Failure>(each.error());
    if (const auto chosen = choose_last(client, wanted, actual, *snapshot); !chosen)
        return tl::unexpected<twilio::Failure>(chosen.error());
    std::vector<CommunitySteps> all;
    bool has_domain_step = false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CommunitySteps each{std::move(wanted[i]), std::move(*actual[i]), {}, {}};
        each.steps = difference(each.wanted, each.actual, target, memory);
        each.strangers = strangers(each.wanted, each.actual);
        const auto is_domain = [](const Step& step) {
            return step.subject == Subject::domain && step.verb != Verb::remove;
        };
        if (has_domain_step) std::erase_if(each.steps, is_domain);
        has_domain_step =
            has_domain_step || std::any_of(each.steps.begin(), each.steps.end(), is_domain);
        all.push_back(std::move(each));
    }
    return all;
}

}  // namespace skyn3t::provision
