#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/part_json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

std::string_view to_word(Check::State state) {
    switch (state) {
        case Check::State::waiting:
            return "waiting";
        case Check::State::running:
            return "running";
        case Check::State::passed:
            return "passed";
        case Check::State::failed:
            return "failed";
        case Check::State::skipped:
            return "skipped";
    }
    return "";
}

std::string_view to_word(VerificationView::State state) {
    switch (state) {
        case VerificationView::State::running:
            return "running";
        case VerificationView::State::passed:
            return "passed";
        case VerificationView::State::failed:
            return "failed";
    }
    return "";
}

Json to_json(const VerificationView& view) {
    Json communities = Json::array();
    for (const auto& community : view.communities) {
        Json checks = Json::array();
        for (const Check& check : community.checks) checks.push_back(to_json(check));
        communities.push_back(
            {{"code", community.code}, {"name", community.name}, {"checks", checks}});
    }
    return {{"sid", view.sid.str()},
            {"status", to_word(view.state)},
            {"date_created", iso8601(view.started)},
            {"communities", communities},
            {"url", "/v1/Verifications/" + view.sid.str()}};
}

bool sees(const Caller& caller, const VerificationView& view) {
    return std::all_of(view.communities.begin(), view.communities.end(),
                       [&](const auto& community) { return caller.sees_code(community.code); });
}

bool is_code_character(char c) { return is_alpha(c) || is_digit(c) || c == '_'; }

// The code as a word of its own becomes "…".
void hide_code(std::string& text, const std::string& code) {
    for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at)) {
        const auto end = at + code.size();
        const bool is_word = (at == 0 || !is_code_character(text[at - 1])) &&
                             (end == text.size() || !is_code_character(text[end]));
        if (is_word) text.replace(at, code.size(), "…");
        at += is_word ? 1 : code.size();
    }
}

// A greeting is compared with those of other communities: who asks with a community's key is not
// told whose they are.
VerificationView shown_to(const Caller& caller, VerificationView view, Communities& communities) {
    if (!caller.is_limited()) return view;
    const auto names = communities.names();
    if (!names) return view;
    for (auto& community : view.communities)
        for (Check& check : community.checks)
            for (const CommunityName& name : *names)
                if (!caller.sees_code(name.code))
                    for (std::string* text : {&check.detail, &check.why_es, &check.why_en})
                        hide_code(*text, name.code);
    return view;
}

// Test calls are calls.
void note_start(const ApiServices& services, const http::Request& request,
                const VerificationRequest& wanted, const VerificationSid& sid) {
    const Json detail{{"sid", sid.str()},
                      {"after", {{"communities", wanted.codes}, {"ring", wanted.ring}}}};
    const auto noted =
        services.audit.add({services.clock.wall(), actor_of(request), "verification.create",
                            caller_of(request).community.value_or(CommunitySid{}), detail.dump()});
    if (!noted) log::error("a verification is not in the audit sid={}", sid.str());
}

}  // namespace

Json to_json(const Check& check) {
    return {{"id", check.id},
            {"text_es", check.text_es},
            {"text_en", check.text_en},
            {"status", to_word(check.state)},
            {"milliseconds", check.duration.count()},
            {"detail", text_or_null(check.detail)},
            {"why_es", text_or_null(check.why_es)},
            {"why_en", text_or_null(check.why_en)}};
}

void add_verifications(http::Router& router, const ApiServices& services) {
    Verifications& verifications = services.verifications;
    router.add_sync(
        "POST", "/v1/Verifications", [&verifications, services](const http::Request& request) {
            VerificationRequest wanted;
            for (const auto code : request.form.find_all("CommunityCode"))
                wanted.codes.emplace_back(code);
            const Caller& caller = caller_of(request);
            if (caller.is_limited() && wanted.codes.empty()) wanted.codes = {caller.community_code};
            for (const std::string& code : wanted.codes)
                if (!caller.sees_code(code)) return not_found(request.path);
            wanted.ring = is_true(request.form.find("Ring"));
            const auto view = verifications.start(wanted);
            // Whose the running one is is not everybody's business.
            if (!view && view.error().code == Errc::too_many && caller.is_limited())
                return error_response({Errc::too_many, "another verification is running"});
            if (view) {
                note_start(services, request, wanted, view->sid);
                return json_response(to_json(shown_to(caller, *view, services.communities)), 201);
            }
            // Not a mistake of the request: this server can not verify as it is configured.
            if (view.error().code == Errc::unsupported)
                return http::error_response(501, 20010, view.error().detail);
            // Whose runs is not told to a community.
            if (view.error().code == Errc::too_many && caller.is_limited())
                return http::error_response(429, 20429, "another verification is running");
            return error_response(view.error());
        });
    router.add_sync("GET", "/v1/Verifications/{Sid}",
                    [&verifications, services](const http::Request& request) {
                        const auto sid = VerificationSid::parse(request.path_value("Sid"));
                        if (!sid) return not_found(request.path);
                        auto view = verifications.find(*sid);
                        if (!view) return error_response(view.error());
                        const Caller& caller = caller_of(request);
                        if (!*view || !sees(caller, **view)) return not_found(request.path);
                        return json_response(
                            to_json(shown_to(caller, std::move(**view), services.communities)));
                    });
}

}  // namespace skyn3t::rest
