#include "call/dial_targets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "call/dial_permission.hpp"
#include "model/not_built.hpp"
#include "sip/uri.hpp"

namespace skyn3t::call {
namespace {

using model::EndReason;

// For our own phones alone: a carrier has no business with our account and call ids.
sip::ExtraHeaders twilio_headers(const Caller& caller, const Services& services) {
    return {{"X-Twilio-CallSid", caller.call.str()},
            {"X-Twilio-AccountSid", services.settings.account.str()},
            {"X-Twilio-ApiVersion", "2010-04-01"}};
}

std::string from_field(const std::string& shown, const std::string& domain) {
    return fmt::format("<sip:{}@{}>", sip::escaped_user(shown), domain);
}

// RFC 3261, 25.1: a quoted-string, which may be UTF-8 and holds no control characters. A concierge
// of several buildings sees for which one the call is.
std::string display_name(const Tenant& tenant) {
    std::string quoted_name;
    for (const char c : tenant.community.name) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x20 || octet == 0x7f) continue;
        if (c == '"' || c == '\\') quoted_name += '\\';
        quoted_name += c;
    }
    return quoted_name.empty() ? std::string() : "\"" + quoted_name + "\" ";
}

DialTargets nobody(std::string to, DialTargets::Nobody why) {
    return {std::move(to), {}, {}, std::move(why)};
}

// Where to ring a phone: at the contacts that answer, or have not been asked yet. One that is known
// to be dead is rung only when there is no other, since some phones take calls and answer no
// OPTIONS.
std::vector<sip::Binding> contacts_to_ring(std::vector<sip::Binding> bound) {
    const auto is_dead = [](const sip::Binding& binding) { return binding.reachability.is_dead(); };
    if (!std::ranges::all_of(bound, is_dead)) std::erase_if(bound, is_dead);
    return bound;
}

// A phone of the caller's own community.
DialTargets resolve_phone(const std::string& domain, const std::string& user,
                          const twiml::Sip& noun, const Caller& caller, Services& services) {
    const TenantPtr owner = services.directory->of_user(domain, user);
    DialTargets::Nobody absent{EndReason::not_registered, 480, 32009, user};
    if (!owner || owner->community.sid != caller.tenant->community.sid) {
        if (owner)
            log::error(
                "a document of one community dials a phone of another, refused call_sid={} "
                "community={} user={}",
                caller.call.str(), caller.tenant->community.code, skyn3t::quoted(user));
        return nobody(noun.uri, std::move(absent));
    }
    const sip::AddressOfRecord aor{owner->community.sid, user, domain, {}};
    DialTargets targets{noun.uri, {}, {}, std::nullopt};
    for (auto& binding : contacts_to_ring(services.registrar.lookup(aor, caller.visibility))) {
        sip::OutgoingInvite invite;
        invite.target = binding.contact;
        invite.from = display_name(*caller.tenant) + from_field(caller.caller_id, domain);
        invite.to = fmt::format("<sip:{}@{}>", sip::escaped_user(user), domain);
        invite.flow = binding.source.flow;
        if (binding.source.via_edge) invite.peer = binding.source.peer;
        invite.route = std::move(binding.path);
        invite.headers = twilio_headers(caller, services);
        for (const auto& [name, value] : noun.headers) invite.headers.push_back({name, value});
        targets.invites.push_back(std::move(invite));
    }
    if (targets.invites.empty()) return nobody(noun.uri, std::move(absent));
    return targets;
}

DialTargets resolve(const twiml::Sip& noun, const Caller& caller, Services& services) {
    const auto uri = sip::UriView::parse(noun.uri);
    if (!uri || !uri->is_sip())
        return nobody(noun.uri, {EndReason::refused, 404, 13243, skyn3t::quoted(noun.uri)});
    if (const auto* domain = services.directory->of_domain(uri->host)) {
        if (uri->user.empty())
            return nobody(noun.uri, {EndReason::refused, 404, 32223, skyn3t::quoted(noun.uri)});
        return resolve_phone(domain->name, sip::unescaped(uri->user), noun, caller, services);
    }
    // Another domain's phones would be reached from our address, with what our firewall lets us
    // reach.
    return nobody(noun.uri, {EndReason::not_supported, 404, 32002, skyn3t::quoted(uri->host)});
}

DialTargets::Nobody not_allowed(const model::DialVerdict& verdict, const twiml::Number& noun,
                                const Caller& caller) {
    if (verdict.refused == 13214)
        return {EndReason::caller_id_not_allowed, 403, 13214, skyn3t::quoted(caller.caller_id)};
    std::string detail = noun.number;
    if (verdict.kind) detail += fmt::format(" ({})", to_string(*verdict.kind));
    return {EndReason::destination_not_allowed, 403, verdict.refused, std::move(detail)};
}

DialTargets resolve(const twiml::Number& noun, const Caller& caller, Services& services) {
    const auto verdict =
        judge_dialling({noun.number, caller.caller_id, caller.is_caller_chosen, caller.by},
                       *caller.tenant, *services.directory, services.settings.emergency);
    if (verdict.refused != 0) {
        log::warn(
            "a call may not dial this number call_sid={} community={} number={} shown={} "
            "code={}",
            caller.call.str(), caller.tenant->community.code, skyn3t::quoted(noun.number),
            skyn3t::quoted(caller.caller_id), verdict.refused);
        return nobody(noun.number, not_allowed(verdict, noun, caller));
    }
    if (services.settings.trunks.empty())
        return nobody(noun.number, {EndReason::unreachable, 503, 32010, {}});
    const TrunkRoute& trunk = services.settings.trunks.front();
    const auto flow = services.user_agent.open(trunk.transport, trunk.destination);
    if (!flow)
        return nobody(noun.number, {EndReason::unreachable, 503, 32011, flow.error().detail});
    sip::OutgoingInvite invite;
    invite.target = fmt::format("sip:{}@{}", noun.number, trunk.destination.str());
    invite.from = from_field(verdict.shown, services.directory->sip_domain());
    invite.flow = *flow;
    invite.stay_on_flow = false;
    DialTargets targets{noun.number, {}, {}, std::nullopt};
    if (verdict.shown != caller.caller_id) targets.shown = verdict.shown;
    targets.invites.push_back(std::move(invite));
    return targets;
}

std::string_view name_of(const twiml::Client&) { return "<Client>"; }
std::string_view name_of(const twiml::Conference&) { return "<Conference>"; }
std::string_view name_of(const twiml::Queue&) { return "<Queue>"; }

template <class Other>
DialTargets resolve(const Other& noun, const Caller&, Services&) {
    return nobody(
        {}, {EndReason::not_supported, 501, model::kNotBuiltCode, std::string(name_of(noun))});
}

}  // namespace

DialTargets resolve(const twiml::Noun& noun, const Caller& caller, Services& services) {
    return std::visit([&](const auto& kind) { return resolve(kind, caller, services); }, noun);
}

}  // namespace skyn3t::call
