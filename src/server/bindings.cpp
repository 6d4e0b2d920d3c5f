#include "server/bindings.hpp"

#include <charconv>
#include <utility>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

constexpr std::chrono::milliseconds kFlushDelay{500};

std::optional<sip::Endpoint> endpoint_of(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    unsigned port = 0;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    return sip::Endpoint::parse(std::string_view(text).substr(0, colon),
                                static_cast<std::uint16_t>(port));
}

sip::TransportKind transport_of(std::string_view word) {
    return word == "tcp" ? sip::TransportKind::tcp : sip::TransportKind::udp;
}

std::optional<sip::Source> source_of(const store::StoredBinding& stored) {
    const auto local = endpoint_of(stored.flow_local), remote = endpoint_of(stored.flow_remote),
               peer = endpoint_of(stored.peer);
    if (!local || !remote || !peer) return std::nullopt;
    sip::Source source;
    source.flow = {transport_of(stored.flow_transport), *local, *remote, 0};
    source.peer = *peer;
    source.transport = transport_of(stored.peer_transport);
    source.via_edge = stored.via_edge;
    return source;
}

}  // namespace

std::string_view removal_word(sip::RemovalReason reason) {
    switch (reason) {
        case sip::RemovalReason::unregistered:
            return "unregistered";
        case sip::RemovalReason::flow_lost:
            return "connection-lost";
        case sip::RemovalReason::forgotten:
            return "forgotten";
        default:
            return "expired";
    }
}

store::StoredBinding to_stored(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    const auto& source = binding.source;
    store::StoredBinding stored;
    stored.id = binding.id;
    stored.community = aor.community;
    stored.user = aor.user;
    stored.domain = aor.domain;
    stored.role = aor.role;
    stored.contact = binding.contact;
    stored.q_thousandths = binding.q;
    stored.reg_id = binding.reg_id;
    stored.instance = binding.instance;
    stored.path = binding.path;
    stored.flow_transport = uri_name(source.flow.transport);
    stored.flow_local = source.flow.local.str();
    stored.flow_remote = source.flow.remote.str();
    stored.peer = source.peer.str();
    stored.peer_transport = uri_name(source.transport);
    stored.via_edge = source.via_edge;
    stored.sip_call_id = binding.sip_call_id;
    stored.cseq = binding.cseq;
    stored.registered = binding.registered;
    stored.refreshed = binding.refreshed;
    stored.expires = binding.expires;
    stored.user_agent = binding.user_agent;
    stored.node = binding.node;
    stored.generation = binding.generation;
    return stored;
}

std::optional<sip::RegisteredBinding> from_stored(const store::StoredBinding& stored) {
    const auto source = source_of(stored);
    if (!source) return std::nullopt;
    sip::RegisteredBinding restored;
    restored.aor = {stored.community, stored.user, stored.domain, stored.role};
    sip::Binding& binding = restored.binding;
    binding.id = stored.id;
    binding.contact = stored.contact;
    binding.q = static_cast<std::uint16_t>(stored.q_thousandths);
    binding.reg_id = static_cast<std::uint16_t>(stored.reg_id);
    binding.instance = stored.instance;
    binding.path = stored.path;
    binding.source = *source;
    binding.sip_call_id = stored.sip_call_id;
    binding.cseq = stored.cseq;
    binding.registered = stored.registered;
    binding.refreshed = stored.refreshed;
    binding.expires = stored.expires;
    binding.user_agent = stored.user_agent;
    binding.node = stored.node;
    binding.generation = stored.generation;
    return restored;
}

Bindings::Bindings(TimerWheel& wheel, store::BindingStore& store)
    : clock_(wheel.clock()), store_(store), flush_(wheel, [this] { flush(); }) {}

void Bindings::flush_soon() {
    if (!flush_.is_running()) flush_.start_after(kFlushDelay);
}

void Bindings::flush() {
    store_.flush();
    if (store_.waiting() > 0) flush_soon();
}

void Bindings::added(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    log::info("phone registered user={} contact={} source={}", skyn3t::quoted(aor.user),
              skyn3t::quoted(binding.contact), binding.source.peer.str());
    refreshed(aor, binding);
}

std::optional<Bindings::Absence> Bindings::absence(const sip::AddressOfRecord& aor) const {
    const auto found = absences_.find(aor);
    return found == absences_.end() ? std::nullopt : std::optional(found->second);
}

void Bindings::refreshed(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    absences_.erase(aor);
    if (!store_.put(to_stored(aor, binding)))
        log::warn("binding kept in memory only, the database is behind user={}",
                  skyn3t::quoted(aor.user));
    flush_soon();
}

void Bindings::reachability_changed(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    const auto& reachability = binding.reachability;
    if (reachability.is_dead())
        log::warn("phone does not answer user={} contact={} source={} cause={} status={}",
                  skyn3t::quoted(aor.user), skyn3t::quoted(binding.contact),
                  binding.source.peer.str(), cause_word(reachability), reachability.status);
    else
        log::info("phone answers again user={} contact={} source={}", skyn3t::quoted(aor.user),
                  skyn3t::quoted(binding.contact), binding.source.peer.str());
}

void Bindings::removed(const sip::AddressOfRecord& aor, const sip::Binding& binding,
                       sip::RemovalReason reason) {
    constexpr std::string_view kReasons[] = {"expired", "unregistered", "replaced", "flow_lost",
                                             "forgotten"};
    log::info("phone no longer registered user={} contact={} reason={}", skyn3t::quoted(aor.user),
              skyn3t::quoted(binding.contact), kReasons[static_cast<std::size_t>(reason)]);
    if (reason == sip::RemovalReason::forgotten)
        absences_.erase(aor);  // the user itself is gone, or new
    else if (reason != sip::RemovalReason::replaced)
        absences_.insert_or_assign(aor, Absence{clock_.wall(), reason});
    if (!store_.remove(aor.community, binding.id))
        log::warn("binding's removal not recorded, the database is behind user={}",
                  skyn3t::quoted(aor.user));
    flush_soon();
}

}  // namespace skyn3t::server
