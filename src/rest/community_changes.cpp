#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rest/caller.hpp"
#include "rest/finding_json.hpp"
#include "rest/provisionings.hpp"
#include "rest/resources.hpp"
#include "rest/twilio_errors.hpp"

// What changes communities: apply, remove, rotate; and drift, which shows what apply would put
// back.
namespace skyn3t::rest {
namespace {

using provision::CommunityChange;
using provision::PhoneConsequence;

constexpr unsigned kMostParallel = 16;

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

Json to_json(const provision::Purchase& purchase) {
    const auto& order = purchase.wish.order;
    Json notes = Json::array();
    for (const auto& note : purchase.notes)
        notes.push_back({{"text_es", note.es}, {"text_en", note.en}});
    return {{"code", purchase.wish.code},
            {"status", to_string(purchase.state)},
            {"number", text_or_null(purchase.number)},
            {"iso_country", order.country},
            {"number_type", to_string(order.type)},
            {"price", purchase.price ? Json(purchase.price->price) : Json(nullptr)},
            {"price_unit", purchase.price ? Json(purchase.price->unit) : Json(nullptr)},
            {"max_price", order.most},
            {"address_sid", text_or_null(purchase.address)},
            {"bundle_sid", text_or_null(purchase.bundle)},
            {"notes", notes}};
}

Json to_json(const std::vector<provision::Purchase>& purchases) {
    Json list = Json::array();
    for (const auto& purchase : purchases) list.push_back(to_json(purchase));
    return list;
}

Json to_json(const ApplyOutcome& outcome, bool dry_run) {
    return {{"dry_run", dry_run},
            {"applied", outcome.applied},
            {"is_empty", outcome.is_empty()},
            {"purchases", to_json(outcome.purchases)},
            {"changes", to_json(outcome.plan)},
            {"targets", to_json(outcome.targets)},
            {"provisioning", outcome.provisioning ? to_json(*outcome.provisioning) : Json(nullptr)},
            {"findings", rest::to_json(outcome.findings)}};
}

// What is said when it is refused and nothing was bought.
const Sentence kBadManifest{"El archivo tiene errores; no se cambió nada.",
                            "The manifest has errors; nothing was changed."};
const Sentence kRefused{"No se cambió nada.", "Nothing was changed."};

// A purchase is never kept from whoever pays it.
Sentence refusal_of(const ApplyOutcome& outcome, const Sentence& refused) {
    std::vector<std::string> bought;
    for (const auto& each : outcome.purchases)
        if (each.state == provision::Purchase::State::bought) bought.push_back(each.number);
    const auto was_tried = [](const auto& finding) { return finding.rule == "number-not-bought"; };
    if (bought.empty() && std::any_of(outcome.findings.begin(), outcome.findings.end(), was_tried))
        return {
            "No se aplicó nada. Repita apply una vez corregido: si Twilio alcanzó a vender un "
            "número, se usa ese y no se compra otro.",
            "Nothing was applied. Apply again once it is mended: should Twilio have sold a "
            "number after all, that one is used and no other is bought."};
    if (bought.empty()) return refused;
    return {fmt::format("Se compró {}; lo demás no se aplicó: corrija y repita apply, no se compra "
                        "otra vez.",
                        fmt::join(bought, ", ")),
            fmt::format("{} was bought; the rest was not applied: mend it and apply again, it is "
                        "not bought twice.",
                        fmt::join(bought, ", "))};
}

http::Response outcome_response(const Result<ApplyOutcome>& outcome, bool dry_run,
                                const Sentence& refused) {
    if (!outcome) return error_response(outcome.error());
    if (!outcome->why.empty()) return why_response(outcome->why);
    if (!provision::has_errors(outcome->findings)) return json_response(to_json(*outcome, dry_run));
    const Sentence why = refusal_of(*outcome, refused);
    auto response = refusal_response({20422, why.en, outcome->findings});
    Json error = Json::parse(response.body);
    error["purchases"] = to_json(outcome->purchases);
    error["why_es"] = why.es;
    error["why_en"] = why.en;
    response.body = json_response(error).body;
    return response;
}

Result<unsigned> parallel_of(const http::Request& request) {
    const auto text = request.form.find("Parallel");
    if (!text) return ApplyRequest{}.parallel;
    unsigned value = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() || value < 1 ||
        value > kMostParallel)
        return fail(Errc::invalid_argument,
                    fmt::format("Parallel is a number from 1 to {}", kMostParallel));
    return value;
}

// Manifest: the YAML; File: its name in messages; both again for each further file.
// Declared: no manifest, what is declared is put right at its places. Document.NAME: the text of a
// document that one of them names. DryRun, Prune, Destroy, Buy, Parallel.
Result<ApplyRequest> apply_request(const http::Request& request) {
    ApplyRequest wanted;
    for (const auto manifest : request.form.find_all("Manifest"))
        wanted.files.push_back({ManifestFile{}.name, std::string(manifest)});
    wanted.declared = is_true(request.form.find("Declared"));
    if (wanted.files.empty() != wanted.declared)
        return fail(Errc::invalid_argument, "Either Manifest or Declared=true has to be given");
    const auto names = request.form.find_all("File");
    for (std::size_t i = 0; i < std::min(names.size(), wanted.files.size()); ++i)
        wanted.files[i].name = names[i];
    constexpr std::string_view kDocument = "Document.";
    for (const auto& [name, value] : request.form)
        if (name.starts_with(kDocument))
            wanted.documents.emplace(name.substr(kDocument.size()), value);
    wanted.dry_run = is_true(request.form.find("DryRun"));
    wanted.prune =
        is_true(request.form.find("Prune")) ? provision::Prune::yes : provision::Prune::no;
    wanted.destroy = is_true(request.form.find("Destroy"));
    wanted.buy = is_true(request.form.find("Buy"));
    const auto parallel = parallel_of(request);
    if (!parallel) return tl::unexpected(parallel.error());
    wanted.parallel = *parallel;
    wanted.actor = actor_of(request);
    return wanted;
}

Done<ApplyOutcome> answer_to(http::Responder responder, bool dry_run,
                             const Sentence& refused = kRefused) {
    return
        [responder = std::move(responder), dry_run, &refused](const Result<ApplyOutcome>& outcome) {
            responder.respond(outcome_response(outcome, dry_run, refused));
        };
}

void apply(Communities& communities, const http::Request& request, http::Responder responder) {
    auto wanted = apply_request(request);
    if (!wanted) return responder.respond(error_response(wanted.error()));
    const bool dry_run = wanted->dry_run;
    communities.apply(std::move(*wanted), answer_to(std::move(responder), dry_run, kBadManifest));
}

void remove(Communities& communities, const http::Request& request, http::Responder responder) {
    const bool dry_run =
        is_true(request.query.find("DryRun")) || is_true(request.form.find("DryRun"));
    communities.remove(request.path_value("Code"), dry_run, actor_of(request),
                       answer_to(std::move(responder), dry_run));
}

// Role: of one phone only. Grace: how many seconds the old password stays good where it can.
Result<RotateRequest> rotate_request(const http::Request& request) {
    RotateRequest wanted;
    wanted.code = request.path_value("Code");
    wanted.role = request.form.find("Role").value_or("");
    wanted.actor = actor_of(request);
    const auto text = request.form.find("Grace");
    if (!text) return wanted;
    std::int64_t value = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
    wanted.grace = std::chrono::seconds(value);
    if (read.ec != std::errc() || read.ptr != text->data() + text->size() ||
        wanted.grace < std::chrono::seconds(0) || wanted.grace > RotateRequest::kLongestGrace)
        return fail(Errc::invalid_argument,
                    fmt::format("Grace is a number of seconds, from 0 to {}",
                                RotateRequest::kLongestGrace.count()));
    return wanted;
}

// Code: the new one. DryRun.
void rename(Communities& communities, const http::Request& request, http::Responder responder) {
    RenameRequest wanted;
    wanted.code = request.path_value("Code");
    wanted.new_code = request.form.find("Code").value_or("");
    wanted.dry_run = is_true(request.form.find("DryRun"));
    wanted.actor = actor_of(request);
    const bool dry_run = wanted.dry_run;
    communities.rename(std::move(wanted), answer_to(std::move(responder), dry_run));
}

http::Response removed(Communities& communities) {
    const auto kept = communities.removed();
    if (!kept) return error_response(kept.error());
    Json list = Json::array();
    for (const auto& each : *kept)
        list.push_back({{"sid", each.sid.str()},
                        {"code", each.code},
                        {"name", each.name},
                        {"number", each.number},
                        {"date_removed", iso8601(each.removed)},
                        {"date_forgotten", iso8601(each.kept_until)}});
    return json_response({{"communities", list}});
}

void restore(Communities& communities, const http::Request& request, http::Responder responder) {
    const bool dry_run = is_true(request.form.find("DryRun"));
    communities.restore(request.path_value("Code"), dry_run, actor_of(request),
                        answer_to(std::move(responder), dry_run));
}

void drift(Communities& communities, const http::Request& request, http::Responder responder) {
    std::vector<std::string> codes;
    for (const auto code : request.query.find_all("CommunityCode")) codes.emplace_back(code);
    communities.drift(std::move(codes), [responder =
                                             std::move(responder)](const Result<Looked>& looked) {
        if (!looked) return responder.respond(error_response(looked.error()));
        if (!looked->why.empty()) return responder.respond(why_response(looked->why));
        const auto& found = looked->communities;
        const bool is_empty = std::all_of(found.begin(), found.end(),
                                          [](const auto& each) { return each.steps.empty(); });
        responder.respond(json_response({{"is_empty", is_empty}, {"communities", to_json(found)}}));
    });
}

}  // namespace

bool ApplyOutcome::is_empty() const {
    return plan.is_empty() && std::all_of(targets.begin(), targets.end(),
                                          [](const auto& each) { return each.steps.empty(); });
}

void add_community_changes(http::Router& router, const ApiServices& services) {
    Communities& communities = services.communities;
    router.add("POST", "/v1/Communities",
               [&communities](const http::Request& request, http::Responder responder) {
                   apply(communities, request, std::move(responder));
               });
    router.add("DELETE", "/v1/Communities/{Code}",
               [&communities](const http::Request& request, http::Responder responder) {
                   remove(communities, request, std::move(responder));
               });
    router.add("POST", "/v1/Communities/{Code}/Rotations",
               [&communities](const http::Request& request, http::Responder responder) {
                   auto wanted = rotate_request(request);
                   if (!wanted) return responder.respond(error_response(wanted.error()));
                   communities.rotate(std::move(*wanted), answer_to(std::move(responder), false));
               });
    router.add("POST", "/v1/Communities/{Code}/Renames",
               [&communities](const http::Request& request, http::Responder responder) {
                   rename(communities, request, std::move(responder));
               });
    router.add_sync("GET", "/v1/RemovedCommunities",
                    [&communities](const http::Request&) { return removed(communities); });
    router.add("POST", "/v1/RemovedCommunities/{Code}/Restorations",
               [&communities](const http::Request& request, http::Responder responder) {
                   restore(communities, request, std::move(responder));
               });
    router.add("GET", "/v1/Drift",
               [&communities](const http::Request& request, http::Responder responder) {
                   drift(communities, request, std::move(responder));
               });
}

}  // namespace skyn3t::rest
