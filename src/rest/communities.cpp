#include <fmt/format.h>

#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

using provision::CommunityChange;
using provision::PhoneConsequence;

Json to_json(const CommunityView& view) {
    const model::Community& community = view.community;
    Json roles = Json::array();
    for (std::size_t i = 0; i < community.roles.size(); ++i) {
        const model::Role& role = community.roles[i];
        Json entry{
            {"role", role.role}, {"digit", std::string(1, role.digit)}, {"label", role.label}};
        if (i < view.phones.size()) {
            entry["username"] = view.phones[i].username;
            entry["contacts"] = view.phones[i].contacts;
            const auto& since = view.phones[i].offline_since;
            entry["offline_since"] = since ? Json(iso8601(*since)) : Json(nullptr);
            entry["offline_reason"] = text_or_null(view.phones[i].offline_reason);
        }
        roles.push_back(std::move(entry));
    }
    return {{"sid", community.sid.str()},
            {"code", community.code},
            {"name", community.name},
            {"number", community.number.str()},
            {"number_formatted", model::format_international(community.number)},
            {"type", to_string(community.type)},
            {"language", community.language},
            {"target", to_string(community.target)},
            {"passwords", to_string(community.passwords)},
            {"caller_id", to_string(community.caller_id)},
            {"credential_list_sid", text_or_null(view.credential_list.str())},
            {"main_document",
             community.main_document ? Json(community.main_document->file) : Json(nullptr)},
            {"roles", roles},
            {"url", "/v1/Communities/" + community.code}};
}

std::string_view to_word(PhoneConsequence::Kind kind) {
    switch (kind) {
        case PhoneConsequence::Kind::set_up:
            return "set-up";
        case PhoneConsequence::Kind::set_again:
            return "set-again";
        case PhoneConsequence::Kind::stops:
            return "stops";
    }
    return "";
}

Json to_json(const CommunityChange& change) {
    Json fields = Json::array();
    for (const auto& field : change.fields)
        fields.push_back({{"field", field.field}, {"from", field.from}, {"to", field.to}});
    Json phones = Json::array();
    for (const auto& phone : change.phones)
        phones.push_back({{"kind", to_word(phone.kind)},
                          {"username", phone.username},
                          {"old_username", text_or_null(phone.old_username)},
                          {"password_changes", phone.password_changes}});
    return {{"action", to_string(change.action)},
            {"code", change.community.code},
            {"name", change.community.name},
            {"number", change.community.number.str()},
            {"fields", fields},
            {"phones", phones},
            {"recordings", change.recordings}};
}

Json to_json(const provision::Plan& plan) {
    Json changes = Json::array();
    for (const auto& change : plan.changes) changes.push_back(to_json(change));
    return changes;
}

Json to_json(const provision::Finding& finding) {
    return {{"rule", finding.rule},           {"level", to_string(finding.level)},
            {"file", finding.where.file},     {"line", finding.where.line},
            {"column", finding.where.column}, {"key", finding.where.key},
            {"text_es", finding.es},          {"text_en", finding.en}};
}

http::Response apply_response(const Result<ApplyOutcome>& outcome, bool dry_run) {
    if (!outcome) return error_response(outcome.error());
    Json findings = Json::array();
    for (const auto& finding : outcome->findings) findings.push_back(to_json(finding));
    if (provision::has_errors(outcome->findings)) {
        auto refused =
            http::error_response(400, 20422, "The manifest has errors; nothing was changed");
        Json body = Json::parse(refused.body);
        body["findings"] = findings;
        refused.body = json_response(body).body;
        return refused;
    }
    return json_response({{"dry_run", dry_run},
                          {"applied", outcome->applied},
                          {"is_empty", outcome->plan.is_empty()},
                          {"changes", to_json(outcome->plan)},
                          {"findings", findings}});
}

// Manifest: the YAML; File: its name in messages; Document.NAME: the text of a document that it
// names; DryRun, Prune.
Result<ApplyRequest> apply_request(const http::Request& request) {
    ApplyRequest wanted;
    const auto manifest = request.form.find("Manifest");
    if (!manifest) return fail(Errc::invalid_argument, "Parameter Manifest is missing");
    wanted.manifest = *manifest;
    if (const auto file = request.form.find("File")) wanted.file = *file;
    constexpr std::string_view kDocument = "Document.";
    for (const auto& [name, value] : request.form)
        if (name.starts_with(kDocument))
            wanted.documents.emplace(name.substr(kDocument.size()), value);
    wanted.dry_run = is_true(request.form.find("DryRun"));
    wanted.prune =
        is_true(request.form.find("Prune")) ? provision::Prune::yes : provision::Prune::no;
    wanted.actor = actor_of(request);
    return wanted;
}

Json to_json(const PhoneSettings& phone) {
    return {{"role", phone.role},           {"label", phone.label},
            {"username", phone.username},   {"password", phone.password.reveal()},
            {"domain", phone.domain},       {"server", phone.server},
            {"transport", phone.transport}, {"expiry", phone.expiry.count()}};
}

void remove(Communities& communities, const http::Request& request,
            const http::Responder& responder) {
    const bool dry_run =
        is_true(request.query.find("DryRun")) || is_true(request.form.find("DryRun"));
    communities.remove(
        request.path_value("Code"), dry_run, actor_of(request),
        [responder, dry_run](const Result<provision::Plan>& plan) {
            if (!plan) return responder.respond(error_response(plan.error()));
            responder.respond(json_response(
                {{"dry_run", dry_run}, {"applied", !dry_run}, {"changes", to_json(*plan)}}));
        });
}

http::Response secrets(Communities& communities, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto phones = communities.secrets(code, actor_of(request));
    if (!phones) return error_response(phones.error());
    Json list = Json::array();
    for (const auto& phone : *phones) list.push_back(to_json(phone));
    auto response = json_response({{"code", code}, {"phones", list}});
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_communities(http::Router& router, const ApiServices& services) {
    Communities& communities = services.communities;
    router.add_sync("GET", "/v1/Communities", [&communities](const http::Request& request) {
        const auto views = communities.list();
        if (!views) return error_response(views.error());
        Json list = Json::array();
        for (const auto& view : *views)
            if (caller_of(request).sees_code(view.community.code)) list.push_back(to_json(view));
        return json_response({{"communities", list}});
    });
    router.add_sync("GET", "/v1/Communities/{Code}", [&communities](const http::Request& request) {
        const std::string& code = request.path_value("Code");
        if (!caller_of(request).sees_code(code)) return not_found(request.path);
        const auto view = communities.find(code);
        if (!view) return error_response(view.error());
        return *view ? json_response(to_json(**view)) : not_found(request.path);
    });
    router.add("POST", "/v1/Communities",
               [&communities](const http::Request& request, http::Responder responder) {
                   auto wanted = apply_request(request);
                   if (!wanted) return responder.respond(error_response(wanted.error()));
                   const bool dry_run = wanted->dry_run;
                   communities.apply(std::move(*wanted),
                                     [responder, dry_run](const Result<ApplyOutcome>& outcome) {
                                         responder.respond(apply_response(outcome, dry_run));
                                     });
               });
    router.add("DELETE", "/v1/Communities/{Code}",
               [&communities](const http::Request& request, const http::Responder& responder) {
                   remove(communities, request, responder);
               });
    router.add_sync(
        "GET", "/v1/Communities/{Code}/Secrets",
        [&communities](const http::Request& request) { return secrets(communities, request); });
}

}  // namespace skyn3t::rest
