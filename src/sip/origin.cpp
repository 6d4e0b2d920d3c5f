#include "sip/origin.hpp"

#include <algorithm>

#include "sip/message.hpp"

namespace skyn3t::sip {
namespace {

bool any_matches(const std::vector<AddressPattern>& patterns, const Endpoint& source,
                 TransportKind transport) {
    return std::ranges::any_of(
        patterns, [&](const AddressPattern& p) { return p.matches(source, transport); });
}

// Who a proxy got the request from, as it wrote into that one's Via (RFC 3261 section 18.2.1, RFC
// 3581).
std::optional<Endpoint> sender_in(const Via& via) {
    const auto port = via.rport.value_or(via.port_or_default());
    return Endpoint::parse(via.received.value_or(via.host), port);
}

std::string from_user(const Message& request) {
    const auto from = request.from();
    const auto uri = from ? UriView::parse(from->uri) : fail(Errc::parse_error);
    return uri ? unescaped(uri->user) : std::string();
}

// sip-interop.md, 8: not in the list.
Refuse refusal_of_address() {
    return {{.status = 403,
             .reason = {},
             .headers = {{"X-Twilio-Error", "32201 source address is not allowed to call"}}}};
}

bool may_call_from(const Domain* domain, const Source& source) {
    return domain != nullptr && (!domain->calls_need_address ||
                                 domain->find_address(source.peer, source.transport) != nullptr);
}

}  // namespace

Source Origin::source_of(const Message& request, const Flow& flow) const {
    Source source{.flow = flow, .peer = flow.remote, .transport = flow.transport};
    bool own = true;  // the first Via is that of whoever sent it to us, which the flow tells better
    for (const auto value : request.values(HeaderId::via)) {
        if (own) {
            own = false;
            continue;
        }
        // Edges may stand behind one another; the first that is none of ours is the source.
        if (!any_matches(settings_.edges, source.peer, source.transport)) break;
        const auto via = Via::parse(value);
        const auto sender = via ? sender_in(*via) : std::nullopt;
        if (!sender) break;
        source.peer = *sender;
        source.transport =
            via->transport == Transport::udp ? TransportKind::udp : TransportKind::tcp;
        source.via_edge = true;
    }
    return source;
}

Origin::Acquaintance Origin::acquaintance(const Flow& flow) const {
    const Source source{.flow = flow, .peer = flow.remote, .transport = flow.transport};
    if (registrar_.is_live_flow(source) ||
        any_matches(settings_.edges, flow.remote, flow.transport) || trunk_of(source) != nullptr)
        return Acquaintance::known;
    return registrar_.is_live(flow.remote) ? Acquaintance::neighbour : Acquaintance::stranger;
}

const TrunkSource* Origin::trunk_of(const Source& source) const {
    const auto found = std::ranges::find_if(settings_.trunks, [&](const TrunkSource& trunk) {
        return source.transport == trunk.transport.value_or(source.transport) &&
               any_matches(trunk.hosts, source.peer, source.transport);
    });
    return found == settings_.trunks.end() ? nullptr : &*found;
}

Decision Origin::decide(const Message& request, const Flow& flow) {
    Decision decision{source_of(request, flow), Challenge{}};
    decision.sender = sender_of(request, decision.source);
    return decision;
}

Sender Origin::sender_of(const Message& request, const Source& source) {
    const bool registers = request.method() == Method::register_;
    if (registers) return by_credentials(request, source, Purpose::registration);
    if (digest_.has_credentials(request)) return caller_of(request, source);
    // The list may be mapped to registrations only, or the user gone since.
    if (auto phone = registrar_.find_by_flow(source, from_user(request));
        phone && digest_.allows(phone->aor, Purpose::call) &&
        may_call_from(digest_.domain_of(request), source))
        return Phone{std::move(phone->aor), std::move(phone->binding.visibility),
                     phone->binding.generation};
    if (const auto* trunk = trunk_of(source)) return Trunk{trunk->name};
    return caller_of(request, source);
}

Sender Origin::caller_of(const Message& request, const Source& source) {
    const Domain* domain = digest_.domain_of(request);
    if (domain == nullptr) return Refuse{{.status = 404}};
    if (!may_call_from(domain, source)) return refusal_of_address();
    if (domain->calls_need_credentials) return by_credentials(request, source, Purpose::call);
    const auto* allowed = domain->find_address(source.peer, source.transport);
    if (allowed == nullptr) return refusal_of_address();  // nothing is mapped
    return KnownAddress{allowed->community, domain->name, from_user(request)};
}

Sender Origin::by_credentials(const Message& request, const Source& source, Purpose purpose) {
    auto result = digest_.check(request, purpose, source.peer, [&](const CommunitySid& community) {
        return registrar_.is_live(source.peer, community);
    });
    if (auto* challenge = std::get_if<Challenge>(&result)) return std::move(*challenge);
    if (auto* refuse = std::get_if<Refuse>(&result)) return std::move(*refuse);
    const auto& [domain, credential, generation] = std::get<DigestServer::Accepted>(result);
    Phone phone{
        {credential->community, credential->user, domain->name, credential->role}, {}, generation};
    if (purpose == Purpose::call)
        if (auto bound = registrar_.find_by_flow(source, phone.aor.user);
            bound && bound->aor == phone.aor)
            phone.visibility = std::move(bound->binding.visibility);
    return phone;
}

}  // namespace skyn3t::sip
