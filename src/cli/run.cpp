#include "cli/run.hpp"

#include <fmt/format.h>

#include "base/version.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"

namespace skyn3t::cli {
namespace {

Exit run_on_api(const Options& options, const Environment& environment) {
    auto connection = find_connection(options, environment);
    if (!connection) {
        environment.err << connection.error().detail << '\n';
        return connection.error().code == Errc::invalid_argument ? Exit::usage : Exit::failed;
    }
    ApiClient api(std::move(*connection), environment);
    const Session session{options, environment, api};
    switch (options.command) {
        case Command::apply:
            return apply(session);
        case Command::plan:
            return plan(session);
        case Command::drift:
            return drift(session);
        case Command::import:
            return import(session);
        case Command::community_rotate:
            return community_rotate(session);
        case Command::community_list:
            return community_list(session);
        case Command::community_show:
            return community_show(session);
        case Command::community_add:
            return community_add(session);
        case Command::community_remove:
            return community_remove(session);
        case Command::community_rename:
            return community_rename(session);
        case Command::community_restore:
            return community_restore(session);
        case Command::export_:
            return export_communities(session);
        case Command::alerts:
            return alerts(session);
        case Command::events:
            return events(session);
        case Command::community_recordings:
            return community_recordings(session);
        case Command::community_record:
            return community_record(session);
        case Command::community_unrecord:
            return community_unrecord(session);
        case Command::blocks:
            return blocks(session);
        case Command::blocks_clear:
            return blocks_clear(session);
        case Command::registrations:
            return registrations(session);
        case Command::registrations_remove:
            return registrations_remove(session);
        case Command::calls:
            return calls(session);
        case Command::call:
            return call(session);
        case Command::verify:
            return verify(session);
        case Command::migrate:
            return migrate(session);
        case Command::document_list:
            return document_list(session);
        case Command::document_show:
            return document_show(session);
        case Command::document_put:
            return document_put(session);
        case Command::document_remove:
            return document_remove(session);
        case Command::document_preview:
            return document_preview(session);
        default:
            return Exit::usage;
    }
}

}  // namespace

Exit Session::print(const Json& answer, const std::string& text) const {
    if (options.json)
        environment.out << answer.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    else
        environment.out << text;
    environment.out.flush();
    return Exit::done;
}

Exit Session::print_error(const ApiError& error) const {
    if (options.json && !error.body.empty())
        environment.out << error.body.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    else if (const Json& findings = list_of(error.body, "findings"); !findings.empty())
        environment.err << render_findings(findings, style());
    environment.err << error.text << '\n';
    return Exit::failed;
}

bool Session::can_ask() const {
    return !options.yes && !options.json && environment.is_interactive();
}

std::optional<Exit> Session::refusal(const std::string& question, Change change) const {
    const char* const kept = say("No se cambió nada.\n", "Nothing was changed.\n");
    if (options.yes || (!can_ask() && change == Change::adds)) return std::nullopt;
    if (!can_ask()) {
        environment.err << say("Aquí no hay a quién preguntar, y esto cambia o elimina algo: para "
                               "hacerlo, agregue --yes. ",
                               "There is nobody to ask here, and this changes or removes "
                               "something: to do it, add --yes. ")
                        << kept;
        return Exit::usage;
    }
    if (ask(question)) return std::nullopt;
    environment.out << kept;
    return Exit::failed;
}

bool Session::ask(const std::string& question) const {
    environment.out << question << say(" [s/N] ", " [y/N] ") << std::flush;
    std::string answer;
    std::getline(environment.in, answer);
    return answer == "s" || answer == "S" || answer == "y" || answer == "Y" || answer == "sí" ||
           answer == "si" || answer == "yes";
}

int run(const std::vector<std::string>& arguments, const Environment& environment,
        const Serve& serve) {
    const Lang lang = environment.lang();
    const Parsed parsed = parse_options(arguments, lang);
    if (const auto* help = std::get_if<HelpWanted>(&parsed)) {
        environment.out << help_text(help->command, lang);
        return static_cast<int>(Exit::done);
    }
    if (std::holds_alternative<VersionWanted>(parsed)) {
        environment.out << fmt::format("skyn3t {} ({}, {})\n", kVersion.number, kVersion.commit,
                                       kVersion.build_type);
        return static_cast<int>(Exit::done);
    }
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
        environment.err << help_text(error->command, lang) << '\n' << error->text << '\n';
        return static_cast<int>(Exit::usage);
    }
    const auto& options = std::get<Options>(parsed);
    if (options.command == Command::serve) return serve({find_config(options.config)});
    if (options.command == Command::lint) return static_cast<int>(lint(options, environment));
    return static_cast<int>(run_on_api(options, environment));
}

}  // namespace skyn3t::cli
