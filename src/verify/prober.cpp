#include "verify/prober.hpp"

#include <fmt/format.h>

#include <utility>

#include "sip/udp_transport.hpp"
#include "sip/uri.hpp"

namespace skyn3t::verify {
namespace {

// As the call log shows who called.
constexpr const char* kCallerName = "verificación";
constexpr const char* kTrunkName = "verificación";

// Where a server that listens on every interface is reached from this machine.
sip::Endpoint reachable(sip::Endpoint server) {
    if (!server.is_unspecified()) return server;
    return sip::Endpoint::parse(server.is_v6 ? "::1" : "127.0.0.1", server.port).value();
}

}  // namespace

Result<std::unique_ptr<Prober>> Prober::open(asio::io_context& io, const sip::Endpoint& server,
                                             const call::Services& services) {
    const sip::Endpoint target = reachable(server);
    sip::Endpoint any_port = target;
    any_port.port = 0;
    auto caller = sip::UdpTransport::bind(io, any_port);
    if (!caller) return tl::unexpected(caller.error());
    auto phone = sip::UdpTransport::bind(io, any_port);
    if (!phone) return tl::unexpected(phone.error());
    const sip::Endpoint caller_address = (*caller)->local(), phone_address = (*phone)->local();
    auto transports = std::make_unique<sip::TransportSet>();
    transports->add(std::move(*caller));  // first, so that calls are placed from it
    transports->add(std::move(*phone));
    return std::unique_ptr<Prober>(
        new Prober(target, caller_address, phone_address, std::move(transports), services));
}

Prober::Prober(const sip::Endpoint& server, const sip::Endpoint& caller, const sip::Endpoint& phone,
               std::unique_ptr<sip::TransportSet> transports, const call::Services& services)
    : server_address_(server),
      caller_address_(caller),
      phone_address_(phone),
      transports_(std::move(transports)),
      user_agent_(std::make_unique<sip::UserAgent>(*transports_, services.wheel,
                                                   sip::UserAgentConfig{},
                                                   static_cast<sip::RequestHandler&>(*this))),
      services_{services.executor,  services.wheel,    services.media,     *user_agent_,
                services.registrar, services.records,  services.documents, services.callbacks,
                services.prompts,   services.settings, services.directory} {
    services_.settings.shown_address = [](const sip::Flow& flow) { return flow.local.host(); };
}

sip::TrunkSource Prober::trunk() const {
    // UDP alone: a port in a pattern says nothing about who connects by TCP.
    return {
        kTrunkName, {*sip::AddressPattern::parse(caller_address_.str())}, sip::TransportKind::udp};
}

Result<std::unique_ptr<ProbeLeg>> Prober::call(const model::TestTarget& number,
                                               const std::string& media_key, Signal& changed) {
    const auto flow = user_agent_->open(sip::TransportKind::udp, server_address_);
    if (!flow) return tl::unexpected(flow.error());
    sip::OutgoingInvite invite;
    invite.target = fmt::format("sip:{}@{}", number.str(), server_address_.str());
    invite.from = fmt::format("\"{}\" <sip:{}@{}>", kCallerName, sip::escaped_user(kCallerName),
                              caller_address_.uri_host());
    invite.flow = *flow;
    auto leg = std::make_unique<ProbeLeg>(services_, media_key, changed);
    if (const auto called = leg->call(std::move(invite)); !called)
        return tl::unexpected(called.error());
    legs_.emplace(leg->stream().value, leg.get());
    return leg;
}

void Prober::listen(const std::string& contact_user, Ringing ringing) {
    phones_.insert_or_assign(contact_user, std::move(ringing));
}

Result<std::unique_ptr<ProbeLeg>> Prober::take(sip::IncomingRequest request,
                                               const std::string& media_key, Signal& changed) {
    auto leg = std::make_unique<ProbeLeg>(services_, media_key, changed);
    if (const auto refusal = leg->take(request)) {
        if (refusal->status != 0) request.respond(refusal->status);
        return fail(Errc::not_acceptable, fmt::format("{} {}", refusal->status, refusal->detail));
    }
    legs_.emplace(leg->stream().value, leg.get());
    return leg;
}

void Prober::release(std::unique_ptr<ProbeLeg>& leg) {
    if (leg) legs_.erase(leg->stream().value);
    leg.reset();
}

void Prober::on_media(media::MediaEvent& event) {
    services_.legs.dispatch(event);
    const auto stream = std::visit([](const auto& kind) { return kind.stream; }, event);
    if (const auto found = legs_.find(stream.value); found != legs_.end())
        found->second->on_media(event);
}

void Prober::on_request(sip::IncomingRequest request) {
    const auto uri = sip::UriView::parse(request.message().request_uri());
    const auto phone = uri ? phones_.find(sip::unescaped(uri->user)) : phones_.end();
    if (request.message().method() != sip::Method::invite || phone == phones_.end())
        return request.respond(404);
    phone->second(std::move(request));
}

}  // namespace skyn3t::verify
