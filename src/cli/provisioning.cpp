#include "cli/provisioning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

using namespace std::chrono_literals;

std::string in_colour(const std::string& text, Colour colour, const Style& style) {
    return style.has_colour ? painted(text, colour) : text;
}

struct Mark {
    const char* text;
    Colour colour;
};
Mark mark_of(const Json& step) {
    const std::string action = text_of(step, "action");
    if (action == "create") return {"+", Colour::green};
    if (action == "remove") return {"-", Colour::red};
    if (action == "blocked") return {"!", Colour::red};
    return {"~", Colour::yellow};
}

std::string fields_of(const Json& step) {
    std::string out;
    for (const Json& field : list_of(step, "fields")) {
        const std::string from = printable(text_of(field, "from"));
        out += fmt::format("        {}: {}{}{}\n", printable(text_of(field, "field")), from,
                           from.empty() ? "" : " → ", printable(text_of(field, "to")));
    }
    return out;
}

std::string heading_of(const Json& community) {
    return fmt::format("{} ({})", printable(text_of(community, "code")),
                       printable(text_of(community, "target")));
}

bool is_over(const std::string& status) { return status == "completed" || status == "failed"; }

// Prints each step once it is over; on a terminal also how far everything is, on a line that the
// next one replaces.
class StepProgress {
  public:
    explicit StepProgress(const Session& session) : session_(session) {}

    void show(const Json& provisioning) {
        if (session_.options.json) return;
        std::size_t steps = 0, done = 0;
        for (const Json& community : list_of(provisioning, "communities")) {
            const Json& all = list_of(community, "steps");
            for (std::size_t i = 0; i < all.size(); ++i) {
                const std::string status = text_of(all[i], "status");
                ++steps;
                done += status == "done" ? 1 : 0;
                if (status == "done" || status == "failed") print_once(community, all[i], i);
            }
        }
        if (session_.environment.out_is_terminal && !is_over(text_of(provisioning, "status")))
            session_.environment.out
                << kClearLine
                << fmt::format(fmt::runtime(session_.say("{} de {} pasos", "{} of {} steps")), done,
                               steps);
        session_.environment.out.flush();
    }
    void end() {
        if (!session_.options.json && session_.environment.out_is_terminal)
            session_.environment.out << kClearLine << std::flush;
    }

  private:
    static constexpr const char* kClearLine = "\r\x1b[K";

    void print_once(const Json& community, const Json& step, std::size_t index) {
        const std::string id = fmt::format("{}/{}/{}", text_of(community, "code"),
                                           text_of(community, "target"), index);
        if (!printed_.insert(id).second) return;
        const bool is_done = text_of(step, "status") == "done";
        if (session_.environment.out_is_terminal) session_.environment.out << kClearLine;
        session_.environment.out << fmt::format(
            "  {} {}: {} ({:.0f} ms)\n",
            in_colour(is_done ? "✓" : "✗", is_done ? Colour::green : Colour::red, session_.style()),
            printable(text_of(community, "code")),
            printable(text_of(step, session_.say("text_es", "text_en"))),
            number_of(step, "milliseconds"));
    }

    const Session& session_;
    std::set<std::string> printed_;
};

// What was not done, and how to go on.
std::string failures(const Json& provisioning, const Session& session) {
    const char* const why = session.say("why_es", "why_en");
    std::string out;
    if (const auto all = text_of(provisioning, why); !all.empty()) out += printable(all) + "\n";
    for (const Json& community : list_of(provisioning, "communities")) {
        const auto text = text_of(community, why);
        if (text.empty()) continue;
        const Json& steps = list_of(community, "steps");
        const auto done = std::count_if(steps.begin(), steps.end(), [](const Json& step) {
            return text_of(step, "status") == "done";
        });
        out += fmt::format(fmt::runtime(session.say("{}: {} de {} pasos hechos. {}\n",
                                                    "{}: {} of {} steps done. {}\n")),
                           heading_of(community), done, steps.size(), printable(text));
    }
    return out;
}

}  // namespace

std::string render_targets(const Json& communities, const Style& style) {
    std::string out;
    for (const Json& community : communities) {
        const Json& steps = list_of(community, "steps");
        const Json& strangers = list_of(community, "strangers");
        if (steps.empty() && strangers.empty()) continue;
        out += fmt::format("  {}\n", in_colour(heading_of(community), Colour::bold, style));
        for (const Json& step : steps) {
            const Mark mark = mark_of(step);
            out += fmt::format("    {} {}\n", in_colour(mark.text, mark.colour, style),
                               printable(text_of(step, style.say("text_es", "text_en"))));
            out += fields_of(step);
        }
        for (const Json& stranger : strangers)
            out += fmt::format(fmt::runtime(style.say(
                                   "    ? {} está en su lista y no en el archivo; no se toca\n",
                                   "    ? {} is in its list and not in the file; left alone\n")),
                               printable(stranger.is_string() ? stranger.get<std::string>() : ""));
    }
    return out;
}

Exit follow(const Session& session, Json applied, const char* done) {
    const std::string url = text_of(object_of(applied, "provisioning"), "url");
    if (url.empty()) return session.print(applied, done);
    StepProgress progress(session);
    auto pause = std::min(session.environment.poll, std::chrono::milliseconds(50));
    Json provisioning = object_of(applied, "provisioning");
    while (!is_over(text_of(provisioning, "status"))) {
        std::this_thread::sleep_for(pause);
        pause = std::min(session.environment.poll, pause * 2);
        auto answer = session.api.get(url);
        if (!answer) {
            progress.end();
            return session.print_error(answer.error());
        }
        provisioning = std::move(*answer);
        progress.show(provisioning);
    }
    progress.end();
    applied["provisioning"] = provisioning;
    const bool is_done = text_of(provisioning, "status") == "completed";
    if (!is_done && !session.options.json)
        session.environment.err << failures(provisioning, session);
    session.print(applied, is_done ? done : "");
    return is_done ? Exit::done : Exit::failed;
}

}  // namespace skyn3t::cli
