#include "sip/binding_table.hpp"

#include <algorithm>

namespace skyn3t::sip {

Flow BindingTable::flow_key(const Source& source) {
    if (!source.via_edge) return source.flow;
    auto edge = source.flow.remote;
    if (source.flow.transport == TransportKind::tcp) edge.port = 0;  // another after each reconnect
    return {.transport = source.transport, .local = edge, .remote = source.peer, .connection = 0};
}

void BindingTable::index(Entry& entry) {
    by_flow_.insert(&entry);
    if (entry.is_probe()) return;
    const Endpoint& peer = entry.binding.source().peer;
    ++phones_at_[address_key(peer)];
    ++communities_at_[home_key(peer, entry.aor->community)];
}

void BindingTable::unindex(Entry& entry) {
    const auto [first, last] = by_flow_.equal_range(&entry);
    by_flow_.erase(std::find(first, last, &entry));
    if (entry.is_probe()) return;
    const auto at = phones_at_.find(address_key(entry.binding.source().peer));
    if (--at->second == 0) phones_at_.erase(at);
    const auto home =
        communities_at_.find(home_key(entry.binding.source().peer, entry.aor->community));
    if (--home->second == 0) communities_at_.erase(home);
}

void BindingTable::insert(const AddressOfRecord& aor, const Binding& binding, SteadyTime deadline,
                          SteadyTime ask_at) {
    const auto place = aors_.try_emplace(aor).first;
    auto& entries = place->second;
    entries.reserve(entries.size() + 1);  // most have one; doubling would waste more
    entries.push_back(std::make_unique<Entry>(Entry{PackedBinding(binding), &place->first}));
    Entry& entry = *entries.back();
    entry.expiry = by_expiry_.emplace(deadline, &entry);
    index(entry);
    if (entry.is_probe()) return;
    entry.ask_at = ask_at;
    entry.asking = by_ask_.insert(by_ask_.end(), &entry);
}

void BindingTable::ask_last(Entry& entry, SteadyTime at) {
    entry.ask_at = at;
    by_ask_.splice(by_ask_.end(), by_ask_, entry.asking);
}

void BindingTable::ask_first(Entry& entry, SteadyTime at) {
    entry.ask_at = at;
    by_ask_.splice(by_ask_.begin(), by_ask_, entry.asking);
}

void BindingTable::update(Entry& entry, const Binding& binding, SteadyTime deadline) {
    const bool same_place = flow_key(entry.binding.source()) == flow_key(binding.source);
    if (!same_place) unindex(entry);
    entry.binding = PackedBinding(binding);
    if (!same_place) index(entry);
    auto node = by_expiry_.extract(entry.expiry);
    node.key() = deadline;
    entry.expiry = by_expiry_.insert(std::move(node));
}

void BindingTable::erase(Entry& entry) {
    unindex(entry);
    if (!entry.is_probe()) by_ask_.erase(entry.asking);
    by_expiry_.erase(entry.expiry);
    const auto place = aors_.find(*entry.aor);
    std::erase_if(place->second, [&](const auto& owned) { return owned.get() == &entry; });
    if (place->second.empty()) aors_.erase(place);
}

std::vector<BindingTable::Entry*> BindingTable::of(const AddressOfRecord& aor) const {
    std::vector<Entry*> out;
    const auto place = aors_.find(aor);
    if (place == aors_.end()) return out;
    out.reserve(place->second.size());
    for (const auto& entry : place->second) out.push_back(entry.get());
    return out;
}

std::vector<BindingTable::Entry*> BindingTable::over_flow(const Source& source) const {
    const auto [first, last] = by_flow_.equal_range(flow_key(source));
    return {first, last};
}

bool BindingTable::has_phone_at(const Endpoint& address) const {
    return phones_at_.contains(address_key(address));
}

bool BindingTable::has_phone_at(const Endpoint& address, const CommunitySid& community) const {
    return communities_at_.contains(home_key(address, community));
}

std::vector<BindingTable::Entry*> BindingTable::all() const {
    std::vector<Entry*> out;
    out.reserve(size());
    for (const auto& [deadline, entry] : by_expiry_) out.push_back(entry);
    return out;
}

}  // namespace skyn3t::sip
