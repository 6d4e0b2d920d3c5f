#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/provisioning.hpp"
#include "cli/table.hpp"

namespace skyn3t::cli {

Exit drift(const Session& session) {
    http::Params query;
    for (const auto& code : session.options.codes) query.add("CommunityCode", code);
    if (!session.options.files.empty()) {
        const auto codes = codes_in_files(session);
        if (!codes) return Exit::failed;
        for (const auto& code : *codes) query.add("CommunityCode", code);
    }
    const auto answer = session.api.get("/v1/Drift", query);
    if (!answer && answer.error().status == 404)
        return session.print_error(
            {session.say("Una de esas comunidades no existe. Las que hay: skyn3t community list",
                         "One of these communities does not exist. To see those there are: "
                         "skyn3t community list"),
             404, answer.error().body});
    if (!answer) return session.print_error(answer.error());
    const bool is_empty = flag_of(*answer, "is_empty");
    const std::string shown = render_targets(list_of(*answer, "communities"), session.style());
    const char* const verdict =
        is_empty ? session.say("Todo está como dice el archivo.\n", "All is as declared.\n")
                 : session.say("Para volver a lo declarado: skyn3t apply\n",
                               "To go back to what is declared: skyn3t apply\n");
    session.print(*answer, shown + verdict);
    return is_empty ? Exit::done : Exit::not_empty;
}

// The phones that there are, when `role` is none of them.
std::optional<std::string> missing_role(const Session& session, const Json& community,
                                        const std::string& code, const std::string& role) {
    std::vector<std::string> roles;
    for (const Json& each : list_of(community, "roles")) roles.push_back(text_of(each, "role"));
    if (role.empty() || std::find(roles.begin(), roles.end(), role) != roles.end())
        return std::nullopt;
    return fmt::format(
        fmt::runtime(session.say("La comunidad {} no tiene un teléfono «{}». Los que tiene: {}.",
                                 "Community {} has no phone \"{}\". Those it has: {}.")),
        code, role, printable(fmt::format("{}", fmt::join(roles, ", "))));
}

// Where the old password cannot stay good, whoever rotates has to know it before.
std::string rotation_question(const Session& session, const Json& community,
                              std::chrono::seconds grace) {
    if (text_of(community, "target") == "twilio")
        return session.say(
            "En Twilio cada teléfono tiene una sola contraseña: la de ahora deja de servir apenas "
            "se cambie, y el teléfono no se registra hasta tener la nueva. ¿Seguir?",
            "At Twilio a phone has one password: the present one stops as soon as it is changed, "
            "and the phone does not register until it has the new one. Go on?");
    if (grace == std::chrono::seconds(0))
        return session.say("Las contraseñas de ahora dejan de servir de inmediato. ¿Seguir?",
                           "The present passwords stop at once. Go on?");
    return session.say("Se cambiarán las contraseñas. ¿Seguir?", "Passwords will change. Go on?");
}

Exit community_rotate(const Session& session) {
    const auto& [code, role] = std::pair(session.options.code, session.options.role);
    const auto grace = session.options.grace == "0" ? std::optional(std::chrono::minutes(0))
                                                    : read_duration(session.options.grace);
    if (!grace || *grace > std::chrono::hours(24 * 30)) {
        session.environment.err << session.say(
            "--grace debe ser como 30m, 24h o 7d, hasta 30d; o 0.\n",
            "--grace should look like 30m, 24h or 7d, up to 30d; or 0.\n");
        return Exit::usage;
    }
    const std::string path = "/v1/Communities/" + http::percent_encode(code);
    const auto community = session.api.get(path);
    if (!community) return print_missing(session, community.error(), code);
    if (auto missing = missing_role(session, *community, code, role))
        return session.print_error({std::move(*missing), 404, {}});
    if (const auto refused = session.refusal(rotation_question(session, *community, *grace)))
        return *refused;
    http::Params form{{"Grace", std::to_string(std::chrono::seconds(*grace).count())}};
    if (!role.empty()) form.add("Role", role);
    auto rotated = session.api.post(path + "/Rotations", std::move(form));
    if (!rotated && rotated.error().status == 403)
        return session.print_error(
            {session.say("Sus contraseñas siguen una fórmula (passwords: guide): no hay otras. Use "
                         "«passwords: generated» en el archivo y apply.",
                         "Its passwords follow a formula (passwords: guide): there are no others. "
                         "Use \"passwords: generated\" in the file, and apply."),
             403, rotated.error().body});
    if (!rotated) return print_missing(session, rotated.error(), code);
    if (!session.options.json)
        session.environment.out << session.plan_text(list_of(*rotated, "changes"));
    const std::string done =
        fmt::format(fmt::runtime(session.say(
                        "Contraseñas nuevas. Para verlas: skyn3t community show {} --secrets\n",
                        "New passwords. To see them: skyn3t community show {} --secrets\n")),
                    code);
    const auto exit = follow(session, std::move(*rotated), done.c_str());
    if (session.options.json || exit != Exit::done) return exit;
    if (const auto now = session.api.get(path))
        session.environment.out << render_old_passwords(*now, session.style());
    return exit;
}

}  // namespace skyn3t::cli
