#include "server/own_documents.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/community.hpp"
#include "twiml/bin_template.hpp"
#include "twiml/community_documents.hpp"
#include "twiml/moving_documents.hpp"

namespace skyn3t::server {
namespace {

std::string parameter(const http::Params& params, std::string_view name) {
    return std::string(params.find(name).value_or(""));
}

std::optional<std::string> dial_status(const http::Params& params) {
    const auto status = params.find("DialCallStatus");
    return status ? std::optional<std::string>(*status) : std::nullopt;
}

// "sip:+56229145248-office@a.cl" or "+56229145248-office".
std::string user_of(std::string_view address) {
    if (address.starts_with("sip:")) address.remove_prefix(4);
    return std::string(address.substr(0, address.find('@')));
}

// The router has put into From whose credentials these are.
bool is_from_twilio(const call::Tenant& tenant, const http::Params& params) {
    return user_of(parameter(params, "From")) == model::gateway_username(tenant.community.number) ||
           params.has(fmt::format("SipHeader_{}", twiml::kCallerHeader));
}

std::string menu_of(const call::Tenant& tenant, const twiml::CommunityIvr& ivr,
                    const http::Params& params) {
    const auto& own = tenant.community.main_document;
    return own ? own->xml
               : twiml::main_document(ivr, twiml::menu_attempt(parameter(params, "attempt")));
}

twiml::RouteRequest route_request(const twiml::CommunityIvr& ivr, const http::Params& params) {
    twiml::RouteRequest request;
    request.digits =
        params.has("no_input") ? twiml::key_without_input(ivr) : parameter(params, "Digits");
    request.attempt = twiml::menu_attempt(parameter(params, "attempt"));
    request.dial_call_status = dial_status(params);
    return request;
}

std::string filled(const StoredDocument& document, const http::Params& params) {
    return twiml::fill_template(document.content,
                                [&](std::string_view name) { return params.find(name); });
}

}  // namespace

OwnDocuments::OwnDocuments(const Published<call::Directory>& directory,
                           const Published<StoredDocuments>& stored,
                           model::EmergencyNumbers emergency, Moving moving)
    : directory_(directory),
      stored_(stored),
      emergency_(std::move(emergency)),
      moving_(std::move(moving)) {}

Result<call::TenantPtr> OwnDocuments::tenant(std::string_view code) const {
    if (auto found = directory_.get()->of_document_code(code)) return found;
    return fail(Errc::not_found, fmt::format("there is no community {}", code));
}

std::optional<model::Migration> OwnDocuments::migration_of(const call::Tenant& tenant) const {
    return moving_.board ? moving_.board->of(tenant.community.sid) : std::nullopt;
}

// Its phones are where the community lives.
twiml::CommunityIvr OwnDocuments::ivr_at_twilio(const call::Tenant& tenant) const {
    auto ivr = tenant.ivr;
    if (tenant.community.target == model::Target::twilio) ivr.domain = moving_.twilio_domain;
    return ivr;
}

// Seen from Twilio.
twiml::PhonePlace OwnDocuments::place(const call::Tenant& tenant, const model::Migration& migration,
                                      model::Target target, Passwords passwords) const {
    const std::string name(to_string(target));
    if (target == model::Target::twilio) return {name, moving_.twilio_domain, {}, {}};
    return {name, moving_.sip_address, model::gateway_username(tenant.community.number),
            passwords == Passwords::given ? migration.gateway_password.reveal() : std::string()};
}

std::vector<twiml::PhonePlace> OwnDocuments::places(const call::Tenant& tenant,
                                                    const model::Migration& migration,
                                                    const twiml::CommunityRole& role,
                                                    Passwords passwords) const {
    const auto& community = tenant.community;
    // Who lives here has its phones here in every stage: also when Twilio's number asks already,
    // and a step that failed or was cut has gone back to the beginning.
    const bool has_phones_here = community.target == model::Target::local || migration.is_at_both();
    const auto is_left_out = [&](model::Target target) {
        return target == model::Target::local &&
               !(has_phones_here && moving_.is_registered &&
                 moving_.is_registered(community.sid,
                                       model::username(community.number, role.role)));
    };
    std::vector<twiml::PhonePlace> places;
    for (const auto target :
         model::dial_order(migration.to, migration.stage, model::Target::twilio))
        if (!is_left_out(target)) places.push_back(place(tenant, migration, target, passwords));
    return places;
}

// ---- As Twilio fetches them ----

Result<std::string> OwnDocuments::main(std::string_view code, const http::Params& params) {
    return main_for(code, params, Passwords::given);
}

Result<std::string> OwnDocuments::route(std::string_view code, const http::Params& params) {
    return route_for(code, params, Passwords::given);
}

Result<std::string> OwnDocuments::main_for(std::string_view code, const http::Params& params,
                                           Passwords passwords) {
    const auto found = tenant(code);
    if (!found) return tl::unexpected(found.error());
    const auto status = dial_status(params);
    const bool is_over = params.has("handover") && status;
    if (is_over && !model::is_hand_over_lost(*status)) return twiml::hang_up_document();
    const auto ivr = ivr_at_twilio(**found);
    const auto migration = migration_of(**found);
    if (migration && model::hands_over(migration->to, migration->stage) && !is_over &&
        !params.has("attempt"))
        return twiml::hand_over_document(
            ivr, place(**found, *migration, model::Target::local, passwords),
            parameter(params, "From"));
    return menu_of(**found, ivr, params);
}

Result<std::string> OwnDocuments::route_for(std::string_view code, const http::Params& params,
                                            Passwords passwords) {
    const auto found = tenant(code);
    if (!found) return tl::unexpected(found.error());
    const auto ivr = ivr_at_twilio(**found);
    const auto migration = migration_of(**found);
    if (!migration) return twiml::route_document(ivr, route_request(ivr, params));
    twiml::MovingRoute route;
    route.request = route_request(ivr, params);
    route.places = [&](const twiml::CommunityRole& role) {
        return places(**found, *migration, role, passwords);
    };
    route.role = parameter(params, "role");
    route.place = parameter(params, "place");
    return twiml::moving_route_document(ivr, route);
}

Result<std::string> OwnDocuments::domain(const http::Params& params) {
    return domain_of({}, params);
}

Result<std::string> OwnDocuments::stored(std::string_view sid, const http::Params& params) {
    const auto table = stored_.get();
    const auto found = table->find(sid);
    if (found != table->end()) return filled(*found->second, params);
    return fail(Errc::not_found, fmt::format("there is no document {}", skyn3t::quoted(sid, 64)));
}

// ---- As people look at them ----

Result<std::string> OwnDocuments::WithoutPasswords::main(std::string_view code,
                                                         const http::Params& params) {
    return own.main_for(code, params, Passwords::left_out);
}

Result<std::string> OwnDocuments::WithoutPasswords::route(std::string_view code,
                                                          const http::Params& params) {
    return own.route_for(code, params, Passwords::left_out);
}

// ---- As calls of this server run them ----

Result<std::string> OwnDocuments::Here::main(std::string_view code, const http::Params& params) {
    const auto found = own.tenant(code);
    if (!found) return tl::unexpected(found.error());
    return menu_of(**found, (*found)->ivr, params);
}

Result<std::string> OwnDocuments::Here::route(std::string_view code, const http::Params& params) {
    const auto found = own.tenant(code);
    if (!found) return tl::unexpected(found.error());
    const auto& ivr = (*found)->ivr;
    return twiml::route_document(ivr, route_request(ivr, params));
}

Result<std::string> OwnDocuments::View::domain(const http::Params& params) {
    return own.domain(params);
}

Result<std::string> OwnDocuments::View::stored(std::string_view sid, const http::Params& params) {
    return own.stored(sid, params);
}

Result<std::string> OwnDocuments::domain_of(const CommunitySid& community,
                                            const http::Params& params) {
    const bool is_emergency = emergency_.classify(params.find("To").value_or("")).has_value();
    const auto caller = directory_.get()->of_sid(community);
    if (caller && !caller->community.code.empty() && !is_emergency) {
        const std::string dialled = user_of(parameter(params, "To"));
        const bool from_twilio = is_from_twilio(*caller, params);
        if (moving_.came && from_twilio) moving_.came(community, dialled);
        if (auto internal =
                twiml::internal_document(caller->ivr, {dialled, dial_status(params), from_twilio}))
            return *internal;
    }
    return twiml::domain_document(is_emergency ? twiml::DialledNumber::emergency
                                               : twiml::DialledNumber::ordinary);
}

// A community's key may write any address into what it has: another community's documents are as
// unknown to its calls as those that do not exist.
bool OwnDocuments::may_run(std::string_view code, const CommunitySid& community) const {
    const auto owner = directory_.get()->of_document_code(code);
    return owner && (owner->community.sid == community || community == model::account_community());
}

Result<std::string> OwnDocuments::by_path(std::string_view path, const http::Params& params,
                                          const CommunitySid& community) {
    constexpr std::string_view kStored = "/twiml/documents/";
    if (path.starts_with(kStored)) {
        const auto table = stored_.get();
        const auto found = table->find(path.substr(kStored.size()));
        const auto is_for = [&](const CommunitySid& owner) {
            return owner == community || owner == model::account_community();
        };
        if (found != table->end() && is_for(found->second->community))
            return filled(*found->second, params);
    }
    constexpr std::string_view kPrefix = "/twiml/";
    if (path.starts_with(kPrefix)) {
        const auto rest = path.substr(kPrefix.size());
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos && rest == "domain")
            return domain_of(community, params);
        const auto code = rest.substr(0, slash);
        if (slash != std::string_view::npos && may_run(code, community)) {
            if (rest.substr(slash) == "/main") return here_.main(code, params);
            if (rest.substr(slash) == "/route") return here_.route(code, params);
        }
    }
    return fail(Errc::not_found, fmt::format("there is no document {}", path));
}

}  // namespace skyn3t::server
