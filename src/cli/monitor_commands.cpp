#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "http/form.hpp"

// What went wrong, and who changed what.
namespace skyn3t::cli {
namespace {

// "Msg=...&ErrorCode=12100", as Twilio's Monitor gives it.
std::string message_of(const Json& alert) {
    const auto pairs = http::parse_form(text_of(alert, "alert_text"));
    if (!pairs) return text_of(alert, "alert_text");
    return std::string(pairs->find("Msg").value_or(""));
}

std::string render_alerts(const Json& alerts, const Style& style) {
    Table table({style.say("hora", "time"), style.say("nivel", "level"),
                 style.say("código", "code"), style.say("qué pasó", "what happened"),
                 style.say("llamada", "call")});
    for (const Json& alert : alerts) {
        const bool is_error = text_of(alert, "log_level") == "error";
        table.add({local_time(text_of(alert, "date_created")),
                   is_error ? Cell(style.say("error", "error"), Colour::red)
                            : Cell(style.say("aviso", "warning"), Colour::yellow),
                   text_of(alert, "error_code"),
                   message_of(alert),
                   {text_of(alert, "resource_sid"), Colour::grey}});
    }
    if (table.empty()) return style.say("No hay alertas.\n", "There are no alerts.\n");
    return table.text(style.has_colour, style.width);
}

// What the entry is about: a community's code, or a resource's name or SID.
std::string subject_of(const Json& event) {
    const Json& data = object_of(event, "event_data");
    for (const char* name : {"code", "friendly_name", "name", "username", "sid", "detail"})
        if (const auto text = text_of(data, name); !text.empty()) return text;
    return text_of(event, "resource_sid");
}

std::string render_events(const Json& events, const Style& style) {
    Table table({style.say("hora", "time"), style.say("qué se hizo", "what was done"),
                 style.say("a qué", "to what"), style.say("quién", "who")});
    for (const Json& event : events)
        table.add({local_time(text_of(event, "event_date")), text_of(event, "event_type"),
                   subject_of(event), text_of(event, "description")});
    if (table.empty()) return style.say("No hay cambios anotados.\n", "No change is on record.\n");
    return table.text(style.has_colour, style.width);
}

}  // namespace

Exit alerts(const Session& session) {
    http::Params query{{"PageSize", std::to_string(session.options.limit)}};
    if (!session.options.level.empty()) query.add("LogLevel", session.options.level);
    if (!add_times(session, query, "StartDate", "EndDate")) return Exit::usage;
    const auto answer = session.api.get("/v1/Alerts", std::move(query));
    if (!answer) return session.print_error(answer.error());
    return session.print(*answer, render_alerts(list_of(*answer, "alerts"), session.style()));
}

Exit events(const Session& session) {
    http::Params query{{"PageSize", std::to_string(session.options.limit)}};
    if (!add_times(session, query, "StartDate", "EndDate")) return Exit::usage;
    const auto answer = session.api.get("/v1/Events", std::move(query));
    if (!answer) return session.print_error(answer.error());
    return session.print(*answer, render_events(list_of(*answer, "events"), session.style()));
}

}  // namespace skyn3t::cli
