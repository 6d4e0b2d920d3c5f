#include "provision/actual.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::provision {
namespace {

using twilio::Answer;
using twilio::MappingPlace;

tl::unexpected<twilio::Failure> failed(const twilio::Failure& failure) {
    return tl::unexpected<twilio::Failure>(failure);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

Answer<std::vector<std::string>> mapped(twilio::Client& client, const std::string& domain,
                                        MappingPlace place) {
    const auto mappings = client.mappings(domain, place);
    if (!mappings) return failed(mappings.error());
    std::vector<std::string> lists;
    for (const auto& each : *mappings) lists.push_back(each.list);
    return lists;
}

Answer<ActualList> read_list(twilio::Client& client, const Snapshot& snapshot,
                             const twilio::CredentialList& list) {
    auto credentials = client.credentials(list.sid);
    if (!credentials) return failed(credentials.error());
    return ActualList{list, std::move(*credentials),
                      snapshot.is_mapped(list.sid, MappingPlace::calls),
                      snapshot.is_mapped(list.sid, MappingPlace::registrations)};
}

}  // namespace

bool Snapshot::is_mapped(const std::string& list, MappingPlace place) const {
    return has(place == MappingPlace::calls ? calls : registrations, list);
}

bool Snapshot::is_mapped_only_to(const std::set<std::string>& known) const {
    const auto is_known = [&](const std::string& list) { return known.contains(list); };
    return std::all_of(calls.begin(), calls.end(), is_known) &&
           std::all_of(registrations.begin(), registrations.end(), is_known);
}

bool ActualList::is_all_of(const OldNames& names) const {
    return std::all_of(credentials.begin(), credentials.end(),
                       [&](const auto& each) { return has(names.usernames, each.username); });
}

Answer<Snapshot> read_snapshot(twilio::Client& client, const std::string& domain) {
    Snapshot snapshot;
    auto lists = client.credential_lists();
    if (!lists) return failed(lists.error());
    snapshot.lists = std::move(*lists);
    auto numbers = client.numbers();
    if (!numbers) return failed(numbers.error());
    snapshot.numbers = std::move(*numbers);
    const auto domains = client.domains();
    if (!domains) return failed(domains.error());
    for (const auto& each : *domains)
        if (iequals(each.name, domain)) snapshot.domain = each;
    if (!snapshot.domain) return snapshot;
    auto calls = mapped(client, snapshot.domain->sid, MappingPlace::calls);
    if (!calls) return failed(calls.error());
    snapshot.calls = std::move(*calls);
    auto registrations = mapped(client, snapshot.domain->sid, MappingPlace::registrations);
    if (!registrations) return failed(registrations.error());
    snapshot.registrations = std::move(*registrations);
    return snapshot;
}

Answer<Actual> read_actual(twilio::Client& client, const Snapshot& snapshot, const Wanted& wanted) {
    Actual actual;
    actual.domain = snapshot.domain;
    for (const auto& each : snapshot.numbers) {
        if (wanted.desired && each.number == wanted.desired->number.number)
            actual.number = each;
        else if (has(wanted.old.numbers, each.number))
            actual.old_numbers.push_back(each);
    }
    for (const auto& each : snapshot.lists) {
        const bool is_todays = wanted.desired && each.friendly_name == wanted.desired->list;
        if (!is_todays && !has(wanted.old.lists, each.friendly_name)) continue;
        auto list = read_list(client, snapshot, each);
        if (!list) return failed(list.error());
        if (is_todays)
            actual.list = std::move(*list);
        else
            actual.old_lists.push_back(std::move(*list));
    }
    if (wanted.desired && !actual.list && !actual.old_lists.empty()) {
        actual.list = std::move(actual.old_lists.front());
        actual.old_lists.erase(actual.old_lists.begin());
    }
    return actual;
}

}  // namespace skyn3t::provision
