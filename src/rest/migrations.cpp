#include <fmt/format.h>

#include <charconv>

#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/migration.hpp"
#include "rest/part_json.hpp"

namespace skyn3t::rest {
namespace {

constexpr unsigned kMostPercent = 100;

std::string_view to_word(MigrationWork::State state) {
    switch (state) {
        case MigrationWork::State::running:
            return "running";
        case MigrationWork::State::completed:
            return "completed";
        default:
            return "failed";
    }
}

Json to_json(const std::vector<Sentence>& sentences) {
    Json list = Json::array();
    for (const auto& each : sentences) list.push_back({{"text_es", each.es}, {"text_en", each.en}});
    return list;
}

Json to_json(const MigrationWork& work) {
    Json steps = Json::array();
    for (const auto& step : work.steps) steps.push_back(to_json(step));
    return {{"action", to_string(work.move)},        {"status", to_word(work.state)},
            {"date_created", iso8601(work.started)}, {"steps", steps},
            {"why_es", text_or_null(work.why.es)},   {"why_en", text_or_null(work.why.en)}};
}

Json next_json(const MigrationView& view) {
    return {{"stage", view.next_stage ? Json(to_string(*view.next_stage)) : Json(nullptr)},
            {"is_finish", view.may_finish},
            {"is_possible", view.obstacle.empty()},
            {"may_force", view.may_force},
            {"why_es", text_or_null(view.obstacle.es)},
            {"why_en", text_or_null(view.obstacle.en)},
            {"does", to_json(view.does)},
            {"cannot", to_json(view.cannot)}};
}

Json to_json(const MigrationView& view) {
    Json phones = Json::array();
    for (const auto& phone : view.phones)
        phones.push_back({{"role", phone.role},
                          {"label", phone.label},
                          {"username", phone.username},
                          {"contacts", phone.contacts}});
    const auto word = [](const auto& optional) {
        return optional ? Json(to_string(*optional)) : Json(nullptr);
    };
    return {{"code", view.code},
            {"target", to_string(view.target)},
            {"to", word(view.to)},
            {"stage", to_string(view.stage)},
            {"going", word(view.going)},
            {"is_proven", view.is_proven},
            {"date_entered", view.to ? Json(iso8601(view.entered)) : Json(nullptr)},
            {"now_es", view.now.es},
            {"now_en", view.now.en},
            {"calls", view.calls},
            {"failures", view.failures},
            {"max_failures", view.max_failures},
            {"returned_es", text_or_null(view.returned.es)},
            {"returned_en", text_or_null(view.returned.en)},
            {"phones", phones},
            {"next", next_json(view)},
            {"work", view.work ? to_json(*view.work) : Json(nullptr)},
            {"url", fmt::format("/v1/Communities/{}/Migration", view.code)}};
}

// Why a step was not begun, in both languages.
http::Response refused_response(const Error& error, const Sentence& why, bool may_force) {
    auto response = error_response(error);
    if (why.empty()) return response;
    Json body = Json::parse(response.body);
    body["why_es"] = why.es;
    body["why_en"] = why.en;
    body["may_force"] = may_force;
    response.body = json_response(body).body;
    return response;
}

Result<std::optional<model::Target>> target_of(std::optional<std::string_view> text) {
    if (!text) return std::optional<model::Target>();
    const auto target = model::parse_target(*text);
    if (!target) return fail(Errc::invalid_argument, "To is local or twilio");
    return target;
}

Result<MigrationOrder> order_of(const http::Request& request) {
    const auto& form = request.form;
    MigrationOrder order;
    order.code = request.path_value("Code");
    const auto move = model::parse_move(form.find("Action").value_or("advance"));
    if (!move) return fail(Errc::invalid_argument, "Action is advance, back or finish");
    order.move = *move;
    const auto to = target_of(form.find("To"));
    if (!to) return tl::unexpected(to.error());
    if (order.move == model::Move::advance && !*to)
        return fail(Errc::invalid_argument, "Parameter To is missing");
    order.to = to->value_or(model::Target::local);
    order.is_forced = is_true(form.find("Force"));
    order.test_call = !form.has("TestCall") || is_true(form.find("TestCall"));
    if (const auto text = form.find("MaxFailures")) {
        unsigned percent = 0;
        const auto* const end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, percent);
        if (read.ec != std::errc() || read.ptr != end || percent > kMostPercent)
            return fail(Errc::invalid_argument, "MaxFailures is a percentage from 0 to 100");
        order.max_failures = percent;
    }
    order.actor = actor_of(request);
    return order;
}

http::Response show(Migrations& migrations, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto to = target_of(request.query.find("To"));
    if (!to) return error_response(to.error());
    const auto view = migrations.view(code, *to);
    return view ? json_response(to_json(*view)) : error_response(view.error(), request.path);
}

http::Response begin(Migrations& migrations, const http::Request& request) {
    const auto order = order_of(request);
    if (!order) return error_response(order.error());
    Sentence refused;
    const auto view = migrations.start(*order, refused);
    if (view) return json_response(to_json(*view), 202);
    const auto now = migrations.view(order->code, order->to);
    return refused_response(view.error(), refused, now && now->may_force);
}

http::Response accounts(Migrations& migrations, const http::Request& request) {
    const std::string& code = request.path_value("Code");
    if (!caller_of(request).sees_code(code)) return not_found(request.path);
    const auto phones = migrations.accounts(code, actor_of(request));
    if (!phones) return error_response(phones.error(), request.path);
    Json list = Json::array();
    for (const auto& phone : *phones) list.push_back(to_json(phone));
    auto response = json_response({{"code", code}, {"phones", list}});
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_migration_api(http::Router& router, Migrations& migrations) {
    const std::string path = "/v1/Communities/{Code}/Migration";
    router.add_sync("GET", path, [&migrations](const http::Request& request) {
        return show(migrations, request);
    });
    // A community's key never comes here: the guard lets it read only.
    router.add_sync("POST", path, [&migrations](const http::Request& request) {
        return begin(migrations, request);
    });
    router.add_sync("GET", path + "/Accounts", [&migrations](const http::Request& request) {
        return accounts(migrations, request);
    });
}

}  // namespace skyn3t::rest
