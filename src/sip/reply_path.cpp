#include "sip/reply_path.hpp"

namespace skyn3t::sip {

ReplyPath reply_path(const Message& request, const Flow& flow) {
    ReplyPath path{flow, flow.remote};
    const auto via = request.top_via();
    if (!via) return path;
    if (flow.transport == TransportKind::tcp) {
        path.fallback.port = via->port_or_default();
        return path;
    }
    const bool is_source = Endpoint::parse(via->host, flow.remote.port) == flow.remote;
    if (!via->wants_rport && is_source) path.flow.remote.port = via->port_or_default();
    return path;
}

}  // namespace skyn3t::sip
