#include "sip/dialog.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skyn3t::sip {
namespace {

std::string party(const Message& message, HeaderId id) {
    return std::string(message.first(id).value_or(""));
}

std::optional<std::string> contact_uri(const Message& message) {
    for (const auto value : message.values(HeaderId::contact)) {
        // One that cannot be called is no reason to pass over the next.
        const auto contact = NameAddr::parse(value);
        const auto uri = contact ? UriView::parse(contact->uri) : fail(Errc::parse_error);
        if (uri && uri->is_sip() && !uri->host.empty()) return std::string(contact->uri);
    }
    return std::nullopt;
}

std::vector<std::string> record_routes(const Message& message) {
    std::vector<std::string> routes;
    for (const auto value : message.values(HeaderId::record_route)) routes.emplace_back(value);
    return routes;
}

// The URI of a Route value; empty when it has none.
std::string_view route_uri(std::string_view route) {
    const auto parsed = NameAddr::parse(route);
    return parsed ? parsed->uri : std::string_view{};
}

bool is_loose(std::string_view route) {
    const auto uri = UriView::parse(route_uri(route));
    return uri && uri->is_loose_route();
}

// RFC 1918, 6598, 3927, loopback; IPv6 unique-local and link-local.
bool is_private(const Endpoint& endpoint) {
    const auto& a = endpoint.address;
    if (endpoint.is_v6) return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
    return a[0] == 10 || a[0] == 127 || (a[0] == 172 && (a[1] & 0xf0) == 16) ||
           (a[0] == 192 && a[1] == 168) || (a[0] == 100 && (a[1] & 0xc0) == 64) ||
           (a[0] == 169 && a[1] == 254);
}

struct Hop {
    TransportKind transport;
    Endpoint endpoint;
};

// An address literal as a hop; a name gives none.
std::optional<Hop> literal_hop(std::string_view uri_text) {
    const auto uri = UriView::parse(uri_text);
    if (!uri || !uri->is_sip()) return std::nullopt;
    const auto named = uri->params.find("transport");
    const auto transport = named ? transport_of(*named) : Transport::udp;
    if (transport != Transport::udp && transport != Transport::tcp) return std::nullopt;
    const auto endpoint = Endpoint::parse(uri->host, uri->port.value_or(5060));
    if (!endpoint) return std::nullopt;
    return Hop{transport == Transport::tcp ? TransportKind::tcp : TransportKind::udp, *endpoint};
}

bool same_address(const Endpoint& a, const Endpoint& b) {
    return a.is_v6 == b.is_v6 && a.address == b.address;
}

}  // namespace

Result<Dialog> Dialog::from_request(const Message& request, std::string tag, const Flow& flow) {
    const auto target = contact_uri(request);
    if (!target) return fail(Errc::parse_error, "Missing or bad Contact");
    Dialog dialog;
    dialog.call_id = request.call_id();
    dialog.local_party = party(request, HeaderId::to);
    if (request.to_tag().empty()) dialog.local_party += ";tag=" + tag;
    dialog.remote_party = party(request, HeaderId::from);
    dialog.local_tag = std::move(tag);
    dialog.remote_tag = request.from_tag();
    dialog.remote_target = *target;
    dialog.routes = record_routes(request);
    if (const auto cseq = request.cseq()) dialog.remote_cseq = cseq->number;
    // Ours start anywhere below 2^31 (§8.1.1.5); 1 makes traces readable.
    dialog.local_cseq = 0;
    dialog.flow = flow;
    dialog.stay_on_flow = is_behind_nat(request, flow);
    return dialog;
}

Dialog Dialog::from_response(const Message& response, Dialog ours) {
    Dialog dialog = std::move(ours);
    dialog.remote_tag = response.to_tag();
    dialog.remote_party = party(response, HeaderId::to);
    dialog.refresh_target(response);
    dialog.routes = record_routes(response);
    std::ranges::reverse(dialog.routes);
    dialog.remote_cseq.reset();
    return dialog;
}

bool Dialog::has(const Message& request) const {
    return request.call_id() == call_id && request.from_tag() == remote_tag;
}

void Dialog::refresh_target(const Message& message) {
    if (auto target = contact_uri(message)) remote_target = std::move(*target);
}

std::string_view Dialog::request_uri() const {
    const bool has_strict_router = !routes.empty() && !is_loose(routes.front());
    return has_strict_router ? route_uri(routes.front()) : std::string_view(remote_target);
}

MessageBuilder Dialog::request(Method method, std::uint32_t cseq, std::string_view via) const {
    auto builder = MessageBuilder::request(method, request_uri());
    builder.header(HeaderId::via, via);
    // §12.2.1.1: a strict router takes the Request-URI's place, and the target goes to the end of
    // the route.
    const bool has_strict_router = !routes.empty() && !is_loose(routes.front());
    for (std::size_t i = has_strict_router ? 1 : 0; i < routes.size(); ++i)
        builder.header(HeaderId::route, routes[i]);
    if (has_strict_router) builder.header(HeaderId::route, "<" + remote_target + ">");
    builder.header(HeaderId::max_forwards, 70u);
    builder.header(HeaderId::from, local_party);
    builder.header(HeaderId::to, remote_party);
    builder.header(HeaderId::call_id, call_id);
    builder.header(HeaderId::cseq, fmt::format("{} {}", cseq, name_of(method)));
    return builder;
}

Flow next_hop(const Dialog& dialog, TransportLayer& transport) {
    const auto wanted = dialog.routes.empty() ? std::string_view(dialog.remote_target)
                                              : route_uri(dialog.routes.front());
    const Flow& flow = dialog.flow;
    const auto hop = literal_hop(wanted);
    const bool flow_is_alive = transport.is_alive(flow);
    if (!hop) return flow;
    const bool is_source = same_address(hop->endpoint, flow.remote);
    if (is_source && hop->transport == flow.transport) {
        if (flow.transport == TransportKind::tcp && flow_is_alive) return flow;
        if (hop->endpoint == flow.remote && flow_is_alive) return flow;
    }
    // A dead connection is the only case in which an address that is not to be believed is worth a
    // try.
    const bool is_lost = flow.transport == TransportKind::tcp && !flow_is_alive && is_source;
    if (dialog.stay_on_flow && !is_lost) return flow;
    if (!is_source && is_private(hop->endpoint) && !is_private(flow.remote)) return flow;
    return transport.open(hop->transport, hop->endpoint).value_or(flow);
}

bool is_behind_nat(const Message& request, const Flow& flow) {
    const auto via = request.top_via();
    if (!via) return true;
    const auto sent_by = Endpoint::parse(via->host, via->port_or_default());
    if (!sent_by || !same_address(*sent_by, flow.remote)) return true;
    return flow.transport == TransportKind::udp && via->wants_rport &&
           sent_by->port != flow.remote.port;
}

}  // namespace skyn3t::sip
