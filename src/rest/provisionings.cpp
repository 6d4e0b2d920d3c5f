#include "rest/provisionings.hpp"

#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

std::string_view to_word(StepView::State state) {
    switch (state) {
        case StepView::State::waiting:
            return "waiting";
        case StepView::State::running:
            return "running";
        case StepView::State::done:
            return "done";
        default:
            return "failed";
    }
}

std::string_view to_word(CommunityProgress::State state) {
    switch (state) {
        case CommunityProgress::State::waiting:
            return "waiting";
        case CommunityProgress::State::running:
            return "running";
        case CommunityProgress::State::done:
            return "done";
        case CommunityProgress::State::failed:
            return "failed";
        default:
            return "stopped";
    }
}

std::string_view to_word(ProvisioningView::State state) {
    switch (state) {
        case ProvisioningView::State::waiting:
            return "waiting";
        case ProvisioningView::State::running:
            return "running";
        case ProvisioningView::State::completed:
            return "completed";
        default:
            return "failed";
    }
}

Json to_json(const StepView& step) {
    Json fields = Json::array();
    for (const auto& field : step.fields)
        fields.push_back({{"field", field.field}, {"from", field.from}, {"to", field.to}});
    return {{"action", to_string(step.verb)},
            {"resource", to_string(step.subject)},
            {"name", step.name},
            {"fields", fields},
            {"text_es", step.text.es},
            {"text_en", step.text.en},
            {"status", to_word(step.state)},
            {"milliseconds", step.duration.count()}};
}

void import(Provisionings& provisionings, const http::Request& request,
            const http::Responder& responder) {
    const auto target = model::parse_target(request.query.find("Target").value_or("local"));
    if (!target)
        return responder.respond(
            error_response(Error{Errc::invalid_argument, "Target is local or twilio"}));
    provisionings.import(*target, [responder](const Result<ImportView>& imported) {
        if (!imported) return responder.respond(error_response(imported.error()));
        if (!imported->why.empty()) return responder.respond(why_response(imported->why));
        responder.respond(json_response(
            {{"communities", imported->communities}, {"manifest", imported->manifest}}));
    });
}

}  // namespace

Json to_json(const CommunityProgress& community) {
    Json steps = Json::array();
    for (const auto& step : community.steps) steps.push_back(to_json(step));
    return {{"code", community.code},
            {"name", community.name},
            {"target", to_string(community.target)},
            {"status", to_word(community.state)},
            {"steps", steps},
            {"strangers", community.strangers},
            {"why_es", text_or_null(community.why.es)},
            {"why_en", text_or_null(community.why.en)}};
}

Json to_json(const std::vector<CommunityProgress>& communities) {
    Json list = Json::array();
    for (const auto& each : communities) list.push_back(to_json(each));
    return list;
}

Json to_json(const ProvisioningView& view) {
    return {{"sid", view.sid.str()},
            {"status", to_word(view.state)},
            {"date_created", iso8601(view.started)},
            {"milliseconds", view.duration.count()},
            {"communities", to_json(view.communities)},
            {"why_es", text_or_null(view.why.es)},
            {"why_en", text_or_null(view.why.en)},
            {"url", "/v1/Provisionings/" + view.sid.str()}};
}

http::Response why_response(const Sentence& why) {
    auto refused = http::error_response(503, 20503, why.en);
    Json error = Json::parse(refused.body);
    error["why_es"] = why.es;
    error["why_en"] = why.en;
    refused.body = json_response(error).body;
    return refused;
}

void add_provisionings(http::Router& router, const ApiServices& services) {
    Provisionings& provisionings = services.provisionings;
    router.add_sync("GET", "/v1/Provisionings/{Sid}",
                    [&provisionings](const http::Request& request) {
                        const auto sid = ProvisioningSid::parse(request.path_value("Sid"));
                        if (!sid) return not_found(request.path);
                        const auto view = provisionings.find(*sid);
                        if (!view) return error_response(view.error());
                        return *view ? json_response(to_json(**view)) : not_found(request.path);
                    });
    router.add("GET", "/v1/Import",
               [&provisionings](const http::Request& request, const http::Responder& responder) {
                   import(provisionings, request, responder);
               });
}

}  // namespace skyn3t::rest
