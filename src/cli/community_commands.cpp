#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/provisioning.hpp"
#include "http/form.hpp"

namespace skyn3t::cli {
namespace {

std::string path_of(const std::string& code) {
    return "/v1/Communities/" + http::percent_encode(code);
}

}  // namespace

Exit print_missing(const Session& session, const ApiError& error, const std::string& code) {
    if (error.status != 404) return session.print_error(error);
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
    if (secret.empty()) return {};
    return fmt::format(
        fmt::runtime(
            session.say("\nSecreto de las firmas (X-Twilio-Signature) de sus webhooks: {}\n",
                        "\nSecret of the signatures (X-Twilio-Signature) of its webhooks: {}\n")),
        secret);
}

}  // namespace

Exit community_list(const Session& session) {
    const auto answer = session.api.get("/v1/Communities");
    if (!answer) return session.print_error(answer.error());
    return session.print(*answer,
                         render_communities(list_of(*answer, "communities"), session.style()));
}

Exit community_show(const Session& session) {
    const std::string& code = session.options.code;
    if (session.options.secrets) {
        const auto secrets = session.api.get(path_of(code) + "/Secrets");
        if (!secrets) return print_missing(session, secrets.error(), code);
        return session.print(*secrets, render_secrets(*secrets, session.style()) +
                                           render_signing_secret(session, *secrets));
    }
    const auto answer = session.api.get(path_of(code));
    if (!answer) return print_missing(session, answer.error(), code);
    return session.print(*answer, render_community(*answer, session.style()));
}

Exit community_remove(const Session& session) {
    const std::string& code = session.options.code;
    const auto planned = session.api.remove(path_of(code), {{"DryRun", "true"}});
    if (!planned) return print_missing(session, planned.error(), code);
    if (!session.options.json)
        session.environment.out << render_plan(list_of(*planned, "changes"), session.style())
                                << render_targets(list_of(*planned, "targets"), session.style());
    if (!session.confirm(session.say("¿Eliminar?", "Remove it?"))) {
        session.environment.out << session.say("No se eliminó nada.\n", "Nothing was removed.\n");
        return Exit::failed;
    }
    auto removed = session.api.remove(path_of(code));
    if (!removed) return print_missing(session, removed.error(), code);
    return follow(session, std::move(*removed), session.say("Eliminada.\n", "Removed.\n"));
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
                                            session.style()));
}

}  // namespace skyn3t::cli
