#include <fmt/format.h>

#include <map>
#include <thread>

#include "cli/commands.hpp"
#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

std::string migration_path(const Session& session) {
    return "/v1/Communities/" + http::percent_encode(session.options.code) + "/Migration";
}

bool is_settled_line(const std::string& status) {
    return status == "passed" || status == "failed" || status == "skipped";
}

// Prints each line of a step once it is over, in their order; on a terminal also the one that runs.
class MoveProgress {
  public:
    explicit MoveProgress(const Session& session) : session_(session) {}

    void show(const Json& migration) {
        if (session_.options.json) return;
        std::string running;
        for (const Json& step : list_of(object_of(migration, "work"), "steps")) {
            if (!is_settled_line(text_of(step, "status"))) {
                running = render_check(step, session_.style());
                break;
            }
            if (!printed_.emplace(text_of(step, "id"), true).second) continue;
            clear();
            session_.environment.out << render_check(step, session_.style()) << '\n';
        }
        clear();
        if (session_.environment.out_is_terminal) session_.environment.out << running;
        session_.environment.out.flush();
    }
    void clear() const {
        if (session_.environment.out_is_terminal) session_.environment.out << "\r\x1b[K";
    }

  private:
    const Session& session_;
    std::map<std::string, bool> printed_;
};

// A step that was not begun, with the reason in the reader's language.
Exit print_migrate_refusal(const Session& session, const ApiError& error) {
    const auto why = text_of(error.body, session.say("why_es", "why_en"));
    if (error.status == 404) return print_missing(session, error, session.options.code);
    return session.print_error(why.empty() ? error : ApiError{why, error.status, error.body});
}

// The second account of each phone; nothing when there is none yet.
std::optional<std::string> accounts(const Session& session) {
    const auto answer = session.api.get(migration_path(session) + "/Accounts");
    if (!answer) return std::nullopt;
    return std::string(session.say("La segunda cuenta de cada teléfono:\n",
                                   "The second account of each phone:\n")) +
           render_secrets(*answer, session.style());
}

Exit show(const Session& session, const Json& migration) {
    session.print(migration, render_migration(migration, session.style()));
    if (!session.options.secrets || session.options.json) return Exit::done;
    const auto shown = accounts(session);
    session.environment.out << shown.value_or(session.say(
        "Los teléfonos todavía tienen una sola cuenta.\n", "The phones have one account still.\n"));
    return Exit::done;
}

// Whether the next step is possible, as it was asked for.
bool is_possible(const Session& session, const Json& migration) {
    const Json& next = object_of(migration, "next");
    return flag_of(next, "is_possible") ||
           (session.options.migrate.force && flag_of(next, "may_force"));
}

std::string end_of(const Session& session, const Json& migration) {
    const std::string to = text_of(migration, "target");
    const auto& wanted = session.options.migrate;
    if (wanted.finish)
        return fmt::format(
            fmt::runtime(session.say("Listo. En communities.yaml tiene que decir ahora «target: "
                                     "{}»; si no, el próximo apply la devuelve.\n",
                                     "Done. communities.yaml must say \"target: {}\" now; "
                                     "otherwise the next apply takes it back.\n")),
            to);
    std::string text = render_migration(migration, session.style());
    if (!wanted.back && text_of(migration, "stage") == "phones")
        text += accounts(session).value_or("");
    return text;
}

Exit follow(const Session& session, Json migration) {
    MoveProgress progress(session);
    auto pause = std::min(session.environment.poll, std::chrono::milliseconds(50));
    const auto status = [&] { return text_of(object_of(migration, "work"), "status"); };
    while (status() == "running") {
        progress.show(migration);
        std::this_thread::sleep_for(pause);
        pause = std::min(session.environment.poll, pause * 2);
        auto answer = session.api.get(migration_path(session));
        if (!answer) return session.print_error(answer.error());
        migration = std::move(*answer);
    }
    progress.show(migration);
    progress.clear();
    const bool is_done = status() == "completed";
    if (!is_done && !session.options.json)
        session.environment.err << printable(text_of(object_of(migration, "work"),
                                                     session.say("why_es", "why_en")))
                                << '\n';
    session.print(migration, is_done ? end_of(session, migration)
                                     : render_migration(migration, session.style()));
    return is_done ? Exit::done : Exit::failed;
}

http::Params order_of(const Session& session) {
    const auto& wanted = session.options.migrate;
    http::Params form;
    form.add("Action", wanted.back ? "back" : wanted.finish ? "finish" : "advance");
    if (!wanted.to.empty()) form.add("To", wanted.to);
    if (wanted.force) form.add("Force", "true");
    if (wanted.no_test_call) form.add("TestCall", "false");
    if (wanted.max_failures) form.add("MaxFailures", std::to_string(*wanted.max_failures));
    return form;
}

}  // namespace

Exit migrate(const Session& session) {
    const auto& wanted = session.options.migrate;
    http::Params query;
    if (!wanted.to.empty()) query.add("To", wanted.to);
    const auto now = session.api.get(migration_path(session), query);
    if (!now) return print_migrate_refusal(session, now.error());
    const bool is_step = !wanted.to.empty() || wanted.back || wanted.finish;
    if (!is_step) return show(session, *now);
    if (wanted.dry_run) {
        show(session, *now);
        return wanted.back || is_possible(session, *now) ? Exit::done : Exit::failed;
    }
    if (!session.options.json && !session.options.yes && session.environment.is_interactive())
        session.environment.out << render_migration(*now, session.style());
    if (const auto refused = session.refusal(
            wanted.back ? session.say("¿Deshacer la última etapa?", "Undo the last stage?")
                        : session.say("¿Dar este paso?", "Take this step?")))
        return *refused;
    auto begun = session.api.post(migration_path(session), order_of(session));
    if (!begun) return print_migrate_refusal(session, begun.error());
    return follow(session, std::move(*begun));
}

}  // namespace skyn3t::cli
