#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sip/address_pattern.hpp"
#include "sip/digest_server.hpp"
#include "sip/registrar.hpp"

namespace skyn3t::sip {

struct TrunkSource {
    std::string name;
    std::vector<AddressPattern> hosts;
    std::optional<TransportKind> transport{};  // no other; absent: any
};
struct OriginSettings {
    std::vector<AddressPattern> edges;  // our own proxies
    std::vector<TrunkSource> trunks;    // the first that matches
};

// A phone, known by its credentials or by the flow it registered over.
struct Phone {
    AddressOfRecord aor;
    std::string visibility;        // of the binding whose flow it is; empty for a phone proper
    std::uint32_t generation = 0;  // of the password that it showed, if it did
};
// A caller without credentials, whose address is in a list that is mapped to the domain.
struct KnownAddress {
    CommunitySid community;  // the list's
    std::string domain;
    std::string user;  // as From says: nothing proves it
};
// A carrier: it reaches numbers and nothing else.
struct Trunk {
    std::string name;
};
using Sender = std::variant<Phone, KnownAddress, Trunk, Challenge, Refuse>;

struct Decision {
    Source source;
    Sender sender;
};

// Who sent a request outside of a dialog, by the four rules of DESIGN.md section 6; a domain's IP
// access control lists stand beside its credentials. On the signalling thread.
class Origin {
  public:
    Origin(OriginSettings settings, DigestServer& digest, const Registrar& registrar)
        : settings_(std::move(settings)), digest_(digest), registrar_(registrar) {}

    // For anything but ACK and CANCEL, which follow their INVITE. `flow` is the one it arrived on.
    [[nodiscard]] Decision decide(const Message& request, const Flow& flow);
    // Rule 1 alone: the source, looking through our edges.
    [[nodiscard]] Source source_of(const Message& request, const Flow& flow) const;
    // How well the sender of whatever arrives over this flow is known, before it is read.
    enum class Acquaintance : std::uint8_t {
        stranger,
        neighbour,  // a phone is registered from the same address
        known,      // an edge, a trunk, or a phone's own flow
    };
    [[nodiscard]] Acquaintance acquaintance(const Flow& flow) const;
    void configure(OriginSettings settings) { settings_ = std::move(settings); }

  private:
    const TrunkSource* trunk_of(const Source& source) const;
    Sender sender_of(const Message& request, const Source& source);
    Sender by_credentials(const Message& request, const Source& source, Purpose purpose);
    Sender caller_of(const Message& request, const Source& source);

    OriginSettings settings_;
    DigestServer& digest_;
    const Registrar& registrar_;
};

}  // namespace skyn3t::sip
