#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/phone_sheet.hpp"
#include "cli/provisioning.hpp"
#include "http/form.hpp"
#include "model/community.hpp"

namespace skyn3t::cli {
namespace {

std::string path_of(const std::string& code) {
    return "/v1/Communities/" + http::percent_encode(code);
}

}  // namespace

Exit print_missing(const Session& session, const ApiError& error, const std::string& code) {
    if (error.status != 404 || code.empty()) return session.print_error(error);
    return session.print_error(
        {fmt::format(fmt::runtime(session.say(
                         "No hay una comunidad {}. Las que hay: skyn3t community list",
                         "There is no community {}. To see those there are: skyn3t community "
                         "list")),
                     code),
         error.status, error.body});
}

namespace {

// For whoever programs the community's web server.
std::string render_signing_secret(const Session& session, const Json& secrets) {
    const std::string secret = text_of(secrets, "signing_secret");
    // Not on the pages of a phone: they go to whoever installs it.
    if (secret.empty() || !session.options.device.empty()) return {};
    return fmt::format(
        fmt::runtime(
            session.say("Secreto de las firmas (X-Twilio-Signature) de sus webhooks:\n  {}\n",
                        "Secret of the signatures (X-Twilio-Signature) of its webhooks:\n  {}\n")),
        secret);
}

}  // namespace

Exit community_list(const Session& session) {
    const char* const path = session.options.removed ? "/v1/RemovedCommunities" : "/v1/Communities";
    const auto answer = session.api.get(path);
    if (!answer) return session.print_error(answer.error());
    const Json& communities = list_of(*answer, "communities");
    return session.print(*answer, session.options.removed
                                      ? render_removed(communities, session.style())
                                      : render_communities(communities, session.style()));
}

namespace {

// The communities that `show` is about: those named, or all.
ApiResult<std::vector<std::string>> shown_codes(const Session& session) {
    if (!session.options.all) return session.options.codes;
    const auto answer = session.api.get("/v1/Communities");
    if (!answer) return tl::unexpected(answer.error());
    std::vector<std::string> codes;
    for (const Json& one : list_of(*answer, "communities")) codes.push_back(text_of(one, "code"));
    return codes;
}

}  // namespace

// One is printed as it is; of several, JSON is a list.
Exit community_show(const Session& session) {
    const auto codes = shown_codes(session);
    if (!codes) return session.print_error(codes.error());
    Json whole = Json::array();
    std::string text;
    for (const auto& code : *codes) {
        auto community = session.api.get(path_of(code));
        if (!community) return print_missing(session, community.error(), code);
        if (session.options.secrets) {
            const auto secrets = session.api.get(path_of(code) + "/Secrets");
            if (!secrets) return print_missing(session, secrets.error(), code);
            text += phone_sheet(*community, *secrets, session.options.device, session.style()) +
                    render_signing_secret(session, *secrets);
            whole.push_back(*secrets);
        } else {
            if (!text.empty()) text += '\n';
            text += render_community(*community, session.style());
            whole.push_back(*community);
        }
    }
    const bool is_one = whole.size() == 1 && !session.options.all;
    return session.print(is_one ? whole.front() : Json{{"communities", whole}}, text);
}

Exit community_remove(const Session& session) {
    const std::string& code = session.options.code;
    const auto planned = session.api.remove(path_of(code), {{"DryRun", "true"}});
    if (!planned) return print_missing(session, planned.error(), code);
    if (!session.options.json)
        session.environment.out << session.plan_text(list_of(*planned, "changes"))
                                << render_targets(list_of(*planned, "targets"), session.style());
    if (const auto refused = session.refusal(session.say("¿Eliminar?", "Remove it?")))
        return *refused;
    auto removed = session.api.remove(path_of(code));
    if (!removed) return print_missing(session, removed.error(), code);
    const std::string done =
        fmt::format(fmt::runtime(session.say(
                        "Eliminada. Durante 30 días se puede recuperar, con sus contraseñas y sus "
                        "llamadas:\n  skyn3t community restore {}\n",
                        "Removed. For 30 days it can be had back, with its passwords and its "
                        "calls:\n  skyn3t community restore {}\n")),
                    code);
    return follow(session, std::move(*removed), done.c_str());
}

Exit community_restore(const Session& session) {
    const std::string& code = session.options.code;
    const auto kept = session.api.get("/v1/RemovedCommunities");
    if (!kept) return session.print_error(kept.error());
    const Json& communities = list_of(*kept, "communities");
    const bool is_kept = std::any_of(communities.begin(), communities.end(), [&](const Json& each) {
        return text_of(each, "code") == code;
    });
    const auto refuse = [&](const char* text, int status) {
        return session.print_error({fmt::format(fmt::runtime(text), code), status, {}});
    };
    if (!is_kept)
        return refuse(session.say("No hay una comunidad eliminada {}. Las que se pueden recuperar: "
                                  "skyn3t community list --removed",
                                  "There is no removed community {}. Those that can be had back: "
                                  "skyn3t community list --removed"),
                      404);
    if (session.api.get(path_of(code)))
        return refuse(session.say("Ya hay otra comunidad {}; cámbiele antes el código (skyn3t "
                                  "community rename)",
                                  "There is another community {} by now; give it another code "
                                  "first (skyn3t community rename)"),
                      409);
    return plan_and_apply(session,
                          "/v1/RemovedCommunities/" + http::percent_encode(code) + "/Restorations",
                          {}, session.say("¿Recuperar?", "Restore it?"));
}

Exit community_rename(const Session& session) {
    const std::string& code = session.options.code;
    const std::string& new_code = session.options.new_code;
    const auto before = session.api.get(path_of(code));
    if (!before) return print_missing(session, before.error(), code);
    if (!model::is_code(new_code)) {
        session.environment.err << session.say(
            "Un código solo puede tener letras mayúsculas sin tilde, dígitos y «_» (máximo 50).\n",
            "A code may hold capital letters A-Z, digits and \"_\" only (at most 50).\n");
        return Exit::usage;
    }
    if (session.api.get(path_of(new_code)))
        return session.print_error(
            {fmt::format(fmt::runtime(session.say("Ya hay una comunidad {}; use otro código.",
                                                  "There is a community {} already; use another "
                                                  "code.")),
                         new_code),
             409,
             {}});
    const auto exit = plan_and_apply(session, path_of(code) + "/Renames", {{"Code", new_code}},
                                     session.say("¿Cambiar el código?", "Change the code?"));
    if (exit == Exit::done && !session.options.json)
        session.environment.out << fmt::format(
            fmt::runtime(session.say("En communities.yaml tiene que decir ahora «code: {}».\n",
                                     "communities.yaml must say \"code: {}\" now.\n")),
            new_code);
    return exit;
}

Exit registrations(const Session& session) {
    http::Params query;
    if (!session.options.community.empty()) query.add("CommunityCode", session.options.community);
    const auto answer = session.api.get("/v1/Registrations", query);
    if (!answer) return print_missing(session, answer.error(), session.options.community);
    if (session.options.json) return session.print(*answer, {});
    const auto all = session.api.get("/v1/Communities");
    if (!all) return session.print_error(all.error());
    return session.print(*answer,
                         render_registrations(list_of(*answer, "registrations"), session.style()) +
                             render_offline(list_of(*all, "communities"), session.options.community,
                                            session.style()) +
                             render_failed_logins(list_of(*answer, "failures"), session.style()));
}

Exit registrations_remove(const Session& session) {
    const auto& options = session.options;
    if (const auto refused =
            session.refusal(session.say("¿Eliminar el registro?", "Remove the registration?")))
        return *refused;
    http::Params query{{"CommunityCode", options.code}, {"Username", options.user}};
    if (!options.contact.empty()) query.add("Contact", options.contact);
    const auto answer = session.api.remove("/v1/Registrations", std::move(query));
    if (!answer && answer.error().status == 404)
        return session.print_error(
            {session.say("No hay un registro así. Los que hay: skyn3t registrations",
                         "There is no such registration. Those that there are: skyn3t "
                         "registrations"),
             404, answer.error().body});
    if (!answer) return session.print_error(answer.error());
    return session.print(
        *answer,
        fmt::format(fmt::runtime(session.say(
                        "Registros eliminados: {:.0f}. El teléfono puede registrarse de nuevo.\n",
                        "Registrations removed: {:.0f}. The phone may register again.\n")),
                    number_of(*answer, "removed")));
}

}  // namespace skyn3t::cli
