#pragma once

#include <list>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sip/packed_binding.hpp"

namespace skyn3t::sip {

// The registrar's bindings and the ways to find them: by address-of-record, by the flow and by the
// address they came from, by expiry. It has no rules of its own; Registrar owns it. Entries stay
// where they are until erased.
class BindingTable {
  public:
    struct Entry {
        PackedBinding binding;
        const AddressOfRecord* aor;  // the key in aors_, which stays in place
        std::multimap<SteadyTime, Entry*>::iterator expiry{};
        Reachability reachability{};
        SteadyTime ask_at{};                   // whether it answers; probes of verify are not asked
        std::list<Entry*>::iterator asking{};  // its place in by_ask_

        // As a value, with all that is known of it.
        Binding value() const {
            auto value = binding.unpacked();
            value.reachability = reachability;
            return value;
        }

        SteadyTime deadline() const { return expiry->first; }
        bool is_probe() const { return binding.is_probe(); }
    };

    // `ask_at`: when it is asked first.
    void insert(const AddressOfRecord& aor, const Binding& binding, SteadyTime deadline,
                SteadyTime ask_at);
    void update(Entry& entry, const Binding& binding, SteadyTime deadline);
    void erase(Entry& entry);

    // Whose turn it is to be asked; null: there is nobody.
    Entry* next_to_ask() const { return by_ask_.empty() ? nullptr : by_ask_.front(); }
    void ask_last(Entry& entry, SteadyTime at);  // not before all the others
    void ask_first(Entry& entry, SteadyTime at);

    std::vector<Entry*> of(const AddressOfRecord& aor) const;
    // All that registered over the flow of this source.
    std::vector<Entry*> over_flow(const Source& source) const;
    bool has_phone_at(const Endpoint& address) const;
    bool has_phone_at(const Endpoint& address, const CommunitySid& community) const;
    bool has_flow(const Source& source) const { return by_flow_.contains(flow_key(source)); }
    std::vector<Entry*> all() const;
    const std::multimap<SteadyTime, Entry*>& by_expiry() const { return by_expiry_; }
    std::size_t size() const { return by_expiry_.size(); }

  private:
    // What tells the flows of phones apart. Behind an edge the connection is the edge's, and all
    // its phones share it.
    static Flow flow_key(const Source& source);
    static Endpoint address_key(Endpoint endpoint) {
        endpoint.port = 0;
        return endpoint;
    }
    static std::uint64_t home_key(const Endpoint& address, const CommunitySid& community) {
        return std::hash<Endpoint>{}(address_key(address)) * 0x9e3779b97f4a7c15 ^
               std::hash<std::string>{}(community.str());
    }
    // Hashes of entries are those of their flows: a key of its own would cost 64 octets per
    // binding.
    struct FlowHash {
        using is_transparent = void;
        std::size_t operator()(const Flow& flow) const { return std::hash<Flow>{}(flow); }
        std::size_t operator()(const Entry* entry) const {
            return (*this)(flow_key(entry->binding.source()));
        }
    };
    struct SameFlow {
        using is_transparent = void;
        bool operator()(const Entry* a, const Entry* b) const {
            return flow_key(a->binding.source()) == flow_key(b->binding.source());
        }
        bool operator()(const Flow& flow, const Entry* entry) const {
            return flow == flow_key(entry->binding.source());
        }
        bool operator()(const Entry* entry, const Flow& flow) const { return (*this)(flow, entry); }
    };

    void index(Entry& entry);
    void unindex(Entry& entry);

    std::unordered_map<AddressOfRecord, std::vector<std::unique_ptr<Entry>>> aors_;
    std::multimap<SteadyTime, Entry*> by_expiry_;
    std::list<Entry*> by_ask_;  // all are asked again after the same time, so in the order of that
    std::unordered_multiset<Entry*, FlowHash, SameFlow> by_flow_;
    // Probes not counted.
    std::unordered_map<Endpoint, std::size_t> phones_at_;
    // The same by address and community, hashed together: two that meet in one hash would only
    // spare each other a block.
    std::unordered_map<std::uint64_t, std::size_t> communities_at_;
};

}  // namespace skyn3t::sip
