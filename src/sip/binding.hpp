#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Where a request came from, once our own edges are looked through (DESIGN.md section 6).
struct Source {
    Flow flow;      // where answers and later requests go: the edge's, behind an edge
    Endpoint peer;  // who sent it: flow.remote, or what the edge saw
    TransportKind transport = TransportKind::udp;  // between the peer and us, or the edge
    bool via_edge = false;
};

// RFC 3261 section 10, keyed with its community: nothing can be asked of the registrar without one.
struct AddressOfRecord {
    CommunitySid community;
    std::string user;    // unescaped
    std::string domain;  // the SIP domain resource's name
    std::string role;    // not part of the key; for lists and logs

    bool operator==(const AddressOfRecord& other) const {
        return user == other.user && community == other.community && domain == other.domain;
    }
};

// Whether a contact answers what we send it. A registration only says that it did when it
// registered, up to an hour ago.
struct Reachability {
    enum class State : std::uint8_t {
        unknown,  // not asked yet
        answers,
        no_answer,
        not_sent,  // its connection is gone, or the network refuses
        refused,   // somebody answers there that this is not the contact, or its edge cannot reach
                   // it
    };
    State state = State::unknown;
    std::uint16_t status = 0;  // of the response, when there was one
    WallTime since{};          // when the state began

    bool is_dead() const { return state > State::answers; }
};
// "no-answer", "connection-closed", "refused": as the API says why; empty while it is not dead.
[[nodiscard]] std::string_view cause_word(const Reachability& reachability);

// One contact of an address-of-record, as a value.
struct Binding {
    std::uint64_t id = 0;      // 63 random bits: the same for as long as the contact is refreshed
    std::string contact;       // the URI as the phone wrote it, without angle brackets
    std::uint16_t q = 1000;    // thousandths
    std::uint16_t reg_id = 0;  // RFC 5626; 0 when absent
    std::string instance;      // +sip.instance without its quotes: "<urn:uuid:...>"
    std::vector<std::string> path;  // RFC 3327: Route values, the nearest to us first
    Source source;
    std::string sip_call_id;
    std::uint32_t cseq = 0;
    WallTime registered{};  // when the contact was first bound
    WallTime refreshed{};
    WallTime expires{};
    std::string user_agent;        // cut after 100 octets
    std::string node;              // which of our nodes took it
    std::uint32_t generation = 0;  // of the password that it was made with (Credential)
    std::string visibility;        // empty: a phone. Else only a lookup with the same token sees it
    Reachability reachability{};

    // Does it end with its TCP connection? An edge can be connected to again.
    bool needs_connection() const {
        return source.flow.transport == TransportKind::tcp && !source.via_edge;
    }
};

struct RegisteredBinding {
    AddressOfRecord aor;
    Binding binding;
};

enum class RemovalReason : std::uint8_t { expired, unregistered, replaced, flow_lost, forgotten };

// Where bindings are recorded. Called on the signalling thread with each change; it takes copies
// and does not block (the store writes behind). Probe bindings are never recorded.
class BindingRecords {
  public:
    virtual ~BindingRecords() = default;
    virtual void added(const AddressOfRecord& aor, const Binding& binding) = 0;
    virtual void refreshed(const AddressOfRecord& aor, const Binding& binding) = 0;
    virtual void removed(const AddressOfRecord& aor, const Binding& binding,
                         RemovalReason reason) = 0;
    // It has begun to answer, or ceased to (`binding.reachability`). Nothing that outlives a
    // restart.
    virtual void reachability_changed(const AddressOfRecord&, const Binding&) {}
};

}  // namespace skyn3t::sip

template <>
struct std::hash<skyn3t::sip::AddressOfRecord> {
    std::size_t operator()(const skyn3t::sip::AddressOfRecord& aor) const noexcept {
        const std::hash<std::string> of;
        return of(aor.user) ^ (of(aor.community.str()) * 31) ^ (of(aor.domain) * 17);
    }
};
