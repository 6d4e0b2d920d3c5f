// UserAgentCore's other half: what it answers by itself, and the checks of RFC 3261 §8.2 in their
// order.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/message_body.hpp"
#include "sip/session_timer.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::string_view kSupported = "timer, path";

// The options that a request requires and we do not know; empty when there are none.
std::string unsupported_options(const Message& request) {
    std::string unsupported;
    for (const auto option : request.values(HeaderId::require)) {
        if (iequals(option, "timer") || iequals(option, "path")) continue;
        if (!unsupported.empty()) unsupported += ", ";
        unsupported += option;
    }
    return unsupported;
}

bool accepts_sdp(const Message& request) {
    if (!request.has(HeaderId::accept)) return true;
    for (const auto value : request.values(HeaderId::accept)) {
        const auto type = MediaType::parse(value);
        if (!type) continue;
        if (type->is("application", "sdp") || type->is("application", "*") || type->is("*", "*"))
            return true;
    }
    return false;
}

// Requests to a sips: Contact must go by TLS (RFC 3261 §8.1.2). Behind a proxy that stays in the
// path they go to that proxy.
bool wants_tls_back(const Message& request) {
    const auto field = request.first(HeaderId::contact);
    const auto contact = field ? NameAddr::parse(*field) : fail(Errc::not_found);
    const auto uri = contact ? UriView::parse(contact->uri) : fail(Errc::not_found);
    return uri && uri->scheme == Scheme::sips && !request.has(HeaderId::record_route);
}

}  // namespace

MessageBuilder UserAgentCore::response(const Message& request, int status, std::string_view reason,
                                       std::string_view tag) const {
    auto response = MessageBuilder::response_to(request, status, reason, tag);
    response.header(HeaderId::server, config_.product);
    return response;
}

void UserAgentCore::respond(ServerTransaction& transaction, const Message& request, int status,
                            std::string_view reason, std::string_view tag) const {
    const auto made = tag.empty() ? new_tag() : std::string(tag);
    transaction.respond(status, response(request, status, reason, made).build());
}

MessageBuilder UserAgentCore::refusal(const Message& request, int status,
                                      std::string_view reason) const {
    const auto tag = request.to_tag().empty() ? stateless_tag(request) : std::string();
    auto refusal = response(request, status, reason, tag);
    if (status == 503)
        refusal.header(HeaderId::retry_after,
                       static_cast<std::uint64_t>(config_.retry_after.count()));
    return refusal;
}

// Without a transaction, so that what is wrong or too much costs no memory.
void UserAgentCore::respond_stateless(const Message& request, const Flow& flow, int status,
                                      std::string_view reason) {
    if (request.method() == Method::ack) return;
    layer_.reply(reply_path(request, flow), refusal(request, status, reason).build());
}

bool UserAgentCore::is_allowed(Method method) const {
    return method == Method::options || method == Method::invite ||
           std::ranges::find(config_.methods, method) != config_.methods.end();
}

bool UserAgentCore::refuse(const NewRequest& request) {
    const Message& message = request.message;
    const auto refuse_with = [&](int status, std::string_view reason = {}) {
        request.transaction.respond_once(refusal(message, status, reason).build());
        return true;
    };
    const Method method = message.method();
    if (method == Method::bye || method == Method::info || method == Method::update ||
        method == Method::prack)
        return refuse_with(481);
    if (!is_allowed(method)) {
        // §8.2.1: 405 for a method that we know; §21.5.2: 501 for one that we do not.
        const int status = method == Method::other ? 501 : 405;
        auto refused = refusal(message, status, {});
        refused.header(HeaderId::allow, allow_);
        request.transaction.respond_once(refused.build());
        return true;
    }
    const auto uri = UriView::parse(message.request_uri());
    if (!uri) return refuse_with(400);
    if (!uri->is_sip() && uri->scheme != Scheme::tel) return refuse_with(416);
    // RFC 3261 §26.2.2: a sips: URI wants TLS on every hop, and none of our transports has it.
    if (uri->scheme == Scheme::sips) return refuse_with(416);
    if (method == Method::invite && wants_tls_back(message))
        return refuse_with(400, "SIPS Contact Without TLS");
    if (request.is_merged) return refuse_with(482);
    // Registrar and OPTIONS are the last hop, so zero is enough for them; a call would go on.
    if (method == Method::invite && message.max_forwards() == 0) return refuse_with(483);
    if (refuse_content(request.transaction, message)) return true;
    const bool is_full = method == Method::invite && dialogs_.size() >= config_.max_dialogs;
    if (!is_full && !(draining_ && method == Method::invite)) return false;
    ++counters_.refused_by_limit;
    return refuse_with(503);
}

bool UserAgentCore::refuse_content(ServerTransaction& transaction, const Message& request) const {
    const auto send = [&](int status, HeaderId id, std::string_view value) {
        auto refused = refusal(request, status, {});
        refused.header(id, value);
        if (request.to_tag().empty())
            transaction.respond_once(refused.build());
        else
            transaction.respond(status, refused.build());
        return true;
    };
    const auto unsupported = unsupported_options(request);
    if (!unsupported.empty()) return send(420, HeaderId::unsupported, unsupported);
    const Method method = request.method();
    if (method != Method::invite && method != Method::update) return false;
    if (is_interval_too_small(request))
        return send(422, HeaderId::min_se, fmt::format("{}", kSmallestMinSe.count()));
    switch (MessageBody::read(request).fault) {
        case MessageBody::Fault::encoding:
            return send(415, HeaderId::accept_encoding, "identity");
        case MessageBody::Fault::type:
            return send(415, HeaderId::accept, kAcceptedBodies);
        case MessageBody::Fault::malformed:
            return send(400, HeaderId::accept, kAcceptedBodies);
        case MessageBody::Fault::none:
            break;
    }
    // §21.4.7: our answer could only be SDP.
    if (!accepts_sdp(request)) return send(406, HeaderId::accept, "application/sdp");
    return false;
}

void UserAgentCore::answer_options(ServerTransaction& transaction, const Message& request,
                                   std::string_view tag) const {
    int status = 200;
    const bool in_dialog = !request.to_tag().empty();
    if (config_.options_status) status = config_.options_status(request, transaction.flow());
    if (draining_ && !in_dialog) status = 503;
    auto answer =
        response(request, status, {}, in_dialog ? std::string(tag) : stateless_tag(request));
    answer.header(HeaderId::allow, allow_);
    answer.header(HeaderId::accept, kAcceptedBodies);
    answer.header(HeaderId::supported, kSupported);
    // Anybody may ask, and a copy is answered alike.
    if (in_dialog)
        transaction.respond(status, answer.build());
    else
        transaction.respond_once(answer.build());
}

std::string UserAgentCore::via(const Flow& flow, std::string_view branch) const {
    const auto shown = config_.advertised ? config_.advertised(flow) : flow.local;
    return fmt::format("SIP/2.0/{} {};rport;branch={}", via_name(flow.transport), shown.str(),
                       branch);
}

std::string UserAgentCore::contact(const Flow& flow) const {
    const auto shown = config_.advertised ? config_.advertised(flow) : flow.local;
    const auto* transport = flow.transport == TransportKind::tcp ? ";transport=tcp" : "";
    return fmt::format("<sip:{}{}>", shown.str(), transport);
}

}  // namespace skyn3t::sip
