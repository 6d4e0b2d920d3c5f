#include "call/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "call/call_parties.hpp"
#include "model/migration.hpp"
#include "twiml/moving_documents.hpp"

namespace skyn3t::call {
namespace {

// Whom a phone dials: another phone of its domain by that one's user name, else a number.
std::string dialled_by_phone(const sip::Message& request, const std::string& domain,
                             const Directory& directory) {
    const auto uri = sip::UriView::parse(request.request_uri());
    if (!uri) return {};
    std::string user = sip::unescaped(uri->user);
    return directory.of_user(domain, user) ? user : sip::named_party(*uri);
}

bool is_e164(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

// What a document gets as SipHeader_...: X- headers and User-to-User (webhooks.md, 1.2).
std::vector<twiml::Parameter> passed_headers(const sip::Message& request) {
    std::vector<twiml::Parameter> passed;
    for (std::size_t i = 0; i < request.field_count(); ++i) {
        const auto field = request.field(i);
        if (iequals(field.name.substr(0, 2), "x-") || field.id == sip::HeaderId::user_to_user)
            passed.push_back({std::string(field.name), std::string(field.value)});
    }
    return passed;
}

// Whom Twilio calls for, when a call that runs there is given to this server. Nobody else can say
// it: only Twilio has that user's password.
std::optional<std::string> caller_behind_twilio(const twiml::CallInfo::Sip& sip,
                                                const sip::KnownAddress& who,
                                                const model::Community& community) {
    if (who.user != model::gateway_username(community.number)) return std::nullopt;
    for (const auto& [name, value] : sip.headers)
        if (iequals(name, twiml::kCallerHeader) && is_e164(value)) return value;
    return std::nullopt;
}

}  // namespace

Router::Router(Services& services, Calls& calls, sip::Origin& origin, sip::Registrar& registrar)
    : services_(services),
      calls_(calls),
      origin_(origin),
      registrar_(registrar),
      strangers_(services, calls) {}

void Router::expect_probe(std::string sip_call_id, std::string visibility) {
    probes_[std::move(sip_call_id)] = std::move(visibility);
}

void Router::on_request(sip::IncomingRequest request) {
    const auto decision = origin_.decide(request.message(), request.flow());
    if (const auto* challenge = std::get_if<sip::Challenge>(&decision.sender)) {
        request.respond_once(challenge->reply);
        return note_stranger(request.message(), decision.source, challenge->reply.status);
    }
    if (const auto* refuse = std::get_if<sip::Refuse>(&decision.sender)) {
        log::warn("request refused method={} source={} status={}",
                  quoted(request.message().method_name()), decision.source.peer.str(),
                  refuse->reply.status);
        request.respond_once(refuse->reply);
        return note_stranger(request.message(), decision.source, refuse->reply.status);
    }
    if (request.message().method() == sip::Method::register_) {
        // Whoever sends a REGISTER must show a phone's credentials (Origin), so this is a phone.
        const auto& phone = std::get<sip::Phone>(decision.sender);
        return request.respond(registrar_.process(request.message(), decision.source, phone.aor, {},
                                                  phone.generation));
    }
    if (!std::holds_alternative<sip::Trunk>(decision.sender))
        strangers_.on_shown(request.message().call_id(), decision.source.peer.host());
    if (const auto* phone = std::get_if<sip::Phone>(&decision.sender)) {
        const auto& aor = phone->aor;
        return call_from_domain(std::move(request), decision.source,
                                sip::KnownAddress{aor.community, aor.domain, aor.user},
                                phone->visibility);
    }
    if (const auto* known = std::get_if<sip::KnownAddress>(&decision.sender))
        return call_from_domain(std::move(request), decision.source, *known, {});
    call_from_trunk(std::move(request), decision.source, std::get<sip::Trunk>(decision.sender));
}

// A phone that calls under its own name asks first without credentials, and is no stranger.
void Router::note_stranger(const sip::Message& message, const sip::Source& source, int status) {
    if (message.method() != sip::Method::invite || message.has(sip::HeaderId::authorization) ||
        message.has(sip::HeaderId::proxy_authorization))
        return;
    const Directory& directory = *services_.directory;
    const auto* number = directory.of_number(dialled_in(message));
    const auto from = message.from();
    const auto caller = from ? sip::UriView::parse(from->uri) : fail(Errc::not_found);
    if (number == nullptr || !caller ||
        directory.of_user(directory.sip_domain(), sip::unescaped(caller->user)))
        return;
    Incoming call = incoming(message, source, number->tenant);
    call.record.from = call.caller = caller_in(message);
    call.record.to = number->number;
    call.story = {{"from", call.record.from}, {"to", call.record.to}, {"source", call.source}};
    strangers_.note(message, std::move(call), status);
}

Incoming Router::incoming(const sip::Message& request, const sip::Source& source,
                          TenantPtr tenant) const {
    Incoming incoming;
    incoming.tenant = std::move(tenant);
    incoming.record.sid = CallSid::generate();
    if (incoming.tenant) incoming.record.community = incoming.tenant->community.sid;
    incoming.record.direction = model::Direction::inbound;
    incoming.record.node = services_.settings.node;
    incoming.source = source.peer.host();
    if (source.via_edge) incoming.behind_edge = source.peer;
    if (const auto probe = probes_.find(std::string(request.call_id())); probe != probes_.end())
        incoming.visibility = probe->second;
    return incoming;
}

// Without an address there is nothing to run: the interpreter says so (11100), and the caller hears
// that the application has failed.
twiml::StartingPoint Router::start_of(const Voice& voice) {
    return {voice.document.value_or(twiml::DocumentAddress{}), voice.fallback};
}

void Router::call_from_trunk(sip::IncomingRequest request, const sip::Source& source,
                             const sip::Trunk& trunk) {
    const sip::Message& message = request.message();
    const std::string dialled = dialled_in(message);
    const VoiceNumber* number = services_.directory->of_number(dialled);
    Incoming call = incoming(message, source, number ? number->tenant : nullptr);
    call.record.from = call.caller = caller_in(message);
    call.forwarded_from = forwarded_from(message);
    call.record.to = number ? number->number : dialled;
    call.story = {{"from", call.record.from}, {"to", call.record.to}, {"trunk", trunk.name}};
    if (!call.forwarded_from.empty())
        call.story.emplace_back("forwarded_from", call.forwarded_from);
    if (!number)
        return calls_.refuse(std::move(request), std::move(call),
                             {model::EndReason::unknown_number, 404});
    if (!number->voice.document)
        log::warn("the called number has no VoiceUrl number={} sid={}", number->number,
                  number->sid.str());
    call.status_callback = number->voice.status_callback;
    auto start = start_of(number->voice);
    calls_.begin(std::move(request), std::move(call), std::move(start));
}

// From a phone, or from an address that needs no credentials.
void Router::call_from_domain(sip::IncomingRequest request, const sip::Source& source,
                              const sip::KnownAddress& who, const std::string& visibility) {
    const sip::Message& message = request.message();
    const TenantPtr tenant = services_.directory->of_sid(who.community);
    if (!tenant) return request.respond(403);  // removed a moment ago
    Incoming call = incoming(message, source, tenant);
    if (call.visibility.empty()) call.visibility = visibility;
    const std::string dialled = dialled_by_phone(message, who.domain, *services_.directory);
    // Who calls is what its credentials or its flow say, never what From claims.
    call.record.from = fmt::format("sip:{}@{}", who.user, who.domain);
    call.record.to = fmt::format("sip:{}@{}", dialled, who.domain);
    const std::string& shown = tenant->community.number.str();
    call.caller = shown.empty() ? who.user : shown;
    twiml::CallInfo::Sip sip;
    sip.domain = who.domain;
    sip.call_id = message.call_id();
    sip.source_ip = source.peer.host();
    sip.headers = passed_headers(message);
    if (auto caller = caller_behind_twilio(sip, who, tenant->community))
        call.record.from = call.caller = std::move(*caller);
    call.sip = std::move(sip);
    call.story = {{"from", call.record.from}, {"to", call.record.to}, {"phone", who.user}};
    const VoiceDomain* domain = services_.directory->of_domain(who.domain);
    if (!domain) return request.respond(403);  // removed a moment ago
    if (!domain->voice.document)
        log::warn("the domain of the phone that calls has no VoiceUrl domain={} sid={}",
                  domain->name, domain->sid.str());
    call.sip->domain_sid = domain->sid;
    call.status_callback = domain->voice.status_callback;
    auto start = start_of(domain->voice);
    calls_.begin(std::move(request), std::move(call), std::move(start));
}

}  // namespace skyn3t::call
