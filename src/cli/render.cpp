#include "cli/render.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iomanip>
#include <map>
#include <sstream>

#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

struct Word {
    std::string_view key;
    const char* es;
    const char* en;
};
template <std::size_t N>
std::string word_of(const Word (&words)[N], std::string_view key, const Style& style) {
    for (const Word& word : words)
        if (word.key == key) return style.say(word.es, word.en);
    return std::string(key);
}

constexpr Word kStatuses[] = {{"queued", "en cola", "queued"},
                              {"ringing", "sonando", "ringing"},
                              {"in-progress", "en curso", "in progress"},
                              {"completed", "completada", "completed"},
                              {"busy", "ocupado", "busy"},
                              {"failed", "falló", "failed"},
                              {"no-answer", "sin respuesta", "no answer"},
                              {"canceled", "cancelada", "canceled"}};

constexpr Word kActions[] = {{"create", "crear", "create"},
                             {"update", "cambiar", "change"},
                             {"unchanged", "sin cambios", "unchanged"},
                             {"not-in-file", "no está en este archivo", "not in this file"},
                             {"remove", "eliminar", "remove"}};

Colour colour_of_status(std::string_view status) {
    if (status == "completed") return Colour::green;
    if (status == "failed") return Colour::red;
    if (status == "busy" || status == "no-answer" || status == "canceled") return Colour::yellow;
    return Colour::none;
}

Colour colour_of_action(std::string_view action) {
    if (action == "create") return Colour::green;
    if (action == "update") return Colour::yellow;
    if (action == "remove") return Colour::red;
    return Colour::grey;
}

std::string paint(const std::string& text, Colour colour, const Style& style) {
    return style.has_colour ? painted(text, colour) : text;
}

// Short numbers are as telling as long ones in a table: "sip:+56229145248-office@domain" is the
// user's name.
std::string party(const std::string& address) {
    if (!address.starts_with("sip:") && !address.starts_with("sips:")) return address;
    const auto begin = address.find(':') + 1;
    return address.substr(begin, address.find_first_of("@;", begin) - begin);
}

std::string why(const Json& call, const Style& style) {
    const Json& ours = object_of(call, "skyn3t");
    std::string text = text_of(ours, style.say("end_reason_es", "end_reason_en"));
    if (const double code = number_of(ours, "error_code"); code > 0)
        text += fmt::format(" [{:.0f}]", code);
    return text;
}

constexpr Word kPasswords[] = {{"generated", "generadas", "generated"},
                               {"guide", "según la guía (públicas)", "as the guide's (public)"}};
constexpr Word kShownNumbers[] = {{"community", "el de la comunidad", "the community's"},
                                  {"caller", "el de quien llama", "the caller's"}};

constexpr Word kDestinationWords[] = {{"local", "fijos", "fixed lines"},
                                      {"mobile", "celulares", "mobiles"},
                                      {"national", "600 y 800", "600 and 800"},
                                      {"international", "otros países", "other countries"},
                                      {"premium", "números de pago", "premium numbers"}};

std::string destinations(const Json& community, const Style& style) {
    std::string text;
    for (const Json& kind : list_of(community, "may_dial"))
        if (kind.is_string())
            text += (text.empty() ? "" : ", ") +
                    std::string(word_of(kDestinationWords, kind.get<std::string>(), style));
    return text.empty() ? style.say("nadie de afuera", "nobody outside") : text;
}

// Whether a phone can be called now; if not, since when and why.
Cell presence(const Json& phone, const Style& style) {
    if (number_of(phone, "contacts_with_old_password") > 0)
        return {style.say("en línea, con la contraseña anterior, que sirve hasta ",
                          "online, with the old password, which is good until ") +
                    local_time(text_of(phone, "old_password_until")),
                Colour::yellow};
    if (number_of(phone, "contacts") > 0) return {style.say("en línea", "online"), Colour::green};
    const std::string since = text_of(phone, "offline_since");
    if (since.empty())
        return {style.say("desconectado: no se ha registrado desde que partió el servidor",
                          "offline: has not registered since the server started"),
                Colour::red};
    constexpr Word kReasons[] = {
        {"expired", "desconectado: su registro venció", "offline: its registration expired"},
        {"unregistered", "desconectado: se retiró", "offline: it unregistered"},
        {"connection-lost", "desconectado: perdió la conexión", "offline: it lost its connection"},
        {"no-answer", "no responde (apagado, sin red o tras un NAT que se cerró), desde",
         "does not answer (off, without network, or behind a NAT that closed), since"},
        {"connection-closed", "no responde: se cerró su conexión,",
         "does not answer: its connection is closed,"},
        {"refused", "en su dirección contesta otro equipo, desde",
         "something else answers at its address, since"}};
    return {word_of(kReasons, text_of(phone, "offline_reason"), style) + " " + local_time(since),
            Colour::red};
}

std::string phone_line(const Json& phone, const Style& style) {
    const std::string kind = text_of(phone, "kind");
    const std::string user = printable(text_of(phone, "username"));
    const std::string old = printable(text_of(phone, "old_username"));
    if (kind == "stops")
        return fmt::format(fmt::runtime(style.say("    ! el teléfono {} dejará de funcionar",
                                                  "    ! phone {} will stop")),
                           user);
    if (kind == "set-up")
        return fmt::format(
            fmt::runtime(style.say("    + configurar el teléfono {}", "    + set up phone {}")),
            user);
    std::string line =
        fmt::format(fmt::runtime(style.say("    ! configurar de nuevo el teléfono {}",
                                           "    ! set up phone {} again")),
                    user);
    if (!old.empty()) line += fmt::format(fmt::runtime(style.say(" (antes {})", " (was {})")), old);
    if (flag_of(phone, "password_changes"))
        line += style.say(": cambia la contraseña", ": the password changes");
    return line;
}

// What is lost with a community that is removed.
std::string recordings_line(const Json& change, const Style& style) {
    std::string names;
    for (const Json& name : list_of(change, "recordings"))
        if (name.is_string())
            names += (names.empty() ? "" : ", ") + printable(name.get<std::string>());
    if (names.empty()) return {};
    return fmt::format(fmt::runtime(style.say("    ! dejan de oírse sus grabaciones: {}\n",
                                              "    ! its recordings are heard no more: {}\n")),
                       names);
}

// "comunidades: 12 sin cambios, 3 que no están en este archivo (-v las nombra)"
std::string counted(const std::map<std::string, std::size_t>& untouched, const Style& style) {
    std::string out;
    const auto add = [&](const char* action, const char* text) {
        const auto found = untouched.find(action);
        if (found == untouched.end()) return;
        out += (out.empty() ? "" : ", ") + std::to_string(found->second) + " " + text;
    };
    add("unchanged", style.say("sin cambios", "unchanged"));
    add("not-in-file", style.say("que no están en este archivo", "not in this file"));
    if (out.empty()) return out;
    return fmt::format(fmt::runtime(style.say("  comunidades: {} (-v las nombra)\n",
                                              "  communities: {} (-v names them)\n")),
                       out);
}

}  // namespace

std::string status_word(const std::string& status, const Style& style) {
    return word_of(kStatuses, status, style);
}

std::string community_of(const Json& call) {
    const std::string code = text_of(object_of(call, "skyn3t"), "community_code");
    return code.empty() ? "—" : code;
}

std::string local_time(const std::string& date) {
    std::tm parts{};
    std::istringstream in(date);
    in.imbue(std::locale::classic());
    in >> std::get_time(&parts, date.find(',') != std::string::npos ? "%a, %d %b %Y %H:%M:%S"
                                                                    : "%Y-%m-%dT%H:%M:%S");
    if (in.fail()) return date;
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(timegm(&parts)));
}

std::string render_calls(const Json& calls, const Style& style) {
    Table table({style.say("inicio", "start"), style.say("de", "from"), style.say("a", "to"),
                 style.say("estado", "status"), style.say("dura", "lasts"),
                 style.say("comunidad", "community"), style.say("por qué terminó", "why it ended"),
                 "SID"});
    for (const Json& call : calls) {
        const std::string status = text_of(call, "status");
        const std::string duration = text_of(call, "duration");
        // A leg that we dialled stands under the call that asked for it.
        const char* indent = text_of(call, "parent_call_sid").empty() ? "" : "↳ ";
        table.add({local_time(text_of(call, "start_time")),
                   indent + party(text_of(call, "from")),
                   party(text_of(call, "to")),
                   {status_word(status, style), colour_of_status(status)},
                   duration.empty() ? "" : duration + " s",
                   community_of(call),
                   why(call, style),
                   {text_of(call, "sid"), Colour::grey}});
    }
    if (table.empty()) return style.say("No hay llamadas.\n", "There are no calls.\n");
    return table.text(style.has_colour, style.width);
}

std::string render_offline(const Json& communities, const std::string& code, const Style& style) {
    Table table({style.say("comunidad", "community"), style.say("usuario", "user"),
                 style.say("se anuncia como", "announced as"), style.say("estado", "state")});
    for (const Json& one : communities) {
        if (!code.empty() && text_of(one, "code") != code) continue;
        for (const Json& phone : list_of(one, "roles"))
            if (number_of(phone, "contacts") == 0)
                table.add({text_of(one, "code"), text_of(phone, "username"),
                           text_of(phone, "label"), presence(phone, style)});
    }
    if (table.empty()) return {};
    return style.say("\nTeléfonos desconectados:\n", "\nPhones that are offline:\n") +
           table.text(style.has_colour, style.width);
}

std::string render_communities(const Json& communities, const Style& style) {
    Table table({style.say("código", "code"), style.say("nombre", "name"),
                 style.say("número", "number"), style.say("tipo", "type"),
                 style.say("destino", "target"), style.say("teléfonos", "phones")});
    for (const Json& one : communities) {
        std::size_t online = 0;
        const Json& roles = list_of(one, "roles");
        for (const Json& role : roles) online += number_of(role, "contacts") > 0 ? 1 : 0;
        const Colour colour = online == roles.size() ? Colour::green
                              : online == 0          ? Colour::red
                                                     : Colour::yellow;
        table.add({text_of(one, "code"),
                   text_of(one, "name"),
                   text_of(one, "number"),
                   text_of(one, "type"),
                   text_of(one, "target"),
                   {fmt::format(fmt::runtime(style.say("{} de {} en línea", "{} of {} online")),
                                online, roles.size()),
                    colour}});
    }
    if (table.empty())
        return style.say(
            "No hay comunidades. Para crearlas: skyn3t apply -f communities.yaml\n",
            "There are no communities. To create them: skyn3t apply -f communities.yaml\n");
    return table.text(style.has_colour, style.width);
}

std::string render_community(const Json& community, const Style& style) {
    std::string out = paint(printable(text_of(community, "code")), Colour::bold, style) + "  " +
                      printable(text_of(community, "name")) + "\n";
    const auto line = [&](const char* name, const std::string& value) {
        out += fmt::format("  {}: {}\n", name, printable(value));
    };
    line(style.say("número", "number"), text_of(community, "number"));
    line(style.say("tipo", "type"), text_of(community, "type"));
    line(style.say("idioma", "language"), text_of(community, "language"));
    line(style.say("destino", "target"), text_of(community, "target"));
    line(style.say("contraseñas", "passwords"),
         word_of(kPasswords, text_of(community, "passwords"), style));
    line(style.say("número que ve el teléfono", "number that the phone sees"),
         word_of(kShownNumbers, text_of(community, "caller_id"), style));
    line(style.say("puede llamar a", "may call"), destinations(community, style));
    if (const auto role = text_of(community, "no_input"); !role.empty())
        line(style.say("si nadie marca, suena", "when no key is pressed, rings"), role);
    if (const auto file = text_of(community, "main_document"); !file.empty())
        line(style.say("documento propio", "own document"), file);
    const auto provisioned = community.find("provisioned");
    if (provisioned != community.end() && *provisioned == false)
        line(style.say("pendiente", "pending"),
             style.say("en su destino falta algo de lo declarado; repita «skyn3t apply»",
                       "its target is not yet as declared; repeat \"skyn3t apply\""));
    out += '\n';
    Table table({style.say("tecla", "key"), style.say("rol", "role"),
                 style.say("se anuncia como", "announced as"), style.say("usuario", "user"),
                 style.say("estado", "state")});
    for (const Json& role : list_of(community, "roles"))
        table.add({text_of(role, "digit"), text_of(role, "role"), text_of(role, "label"),
                   text_of(role, "username"), presence(role, style)});
    return out + table.text(style.has_colour, style.width) +
           render_failed_logins(list_of(community, "failed_logins"), style);
}

std::string render_old_passwords(const Json& community, const Style& style) {
    std::string out;
    for (const Json& role : list_of(community, "roles")) {
        const auto until = text_of(role, "old_password_until");
        if (until.empty()) continue;
        const bool is_online = number_of(role, "contacts_with_old_password") > 0;
        out += fmt::format(
            fmt::runtime(is_online
                             ? style.say("  {}: sigue con la anterior, que sirve hasta {}\n",
                                         "  {}: still with the old one, which is good until {}\n")
                             : style.say("  {}: la anterior sirve hasta {}\n",
                                         "  {}: the old one is good until {}\n")),
            printable(text_of(role, "username")), local_time(until));
    }
    return out;
}

std::string render_secrets(const Json& secrets, const Style& style) {
    Table table({style.say("rol", "role"), style.say("usuario", "user"),
                 style.say("contraseña", "password"), style.say("dominio", "domain"),
                 style.say("servidor", "server"), style.say("transporte", "transport"),
                 style.say("expiración", "expiry")});
    for (const Json& phone : list_of(secrets, "phones"))
        table.add({text_of(phone, "role"), text_of(phone, "username"), text_of(phone, "password"),
                   text_of(phone, "domain"), text_of(phone, "server"), text_of(phone, "transport"),
                   fmt::format("{:.0f} s", number_of(phone, "expiry"))});
    return table.text(style.has_colour, style.width);
}

std::string render_recordings(const Json& recordings, const Style& style) {
    Table table({style.say("nombre", "name"), style.say("se oye", "is heard"),
                 style.say("frase", "sentence")});
    for (const Json& one : recordings) {
        const std::string text = text_of(one, "text");
        table.add({text_of(one, "name"),
                   flag_of(one, "uploaded")
                       ? Cell(style.say("su grabación", "its recording"), Colour::green)
                       : Cell(style.say("la voz", "the voice"), Colour::grey),
                   text.empty() ? style.say("(para un documento propio)", "(for an own document)")
                                : "«" + text + "»"});
    }
    return table.text(style.has_colour, style.width);
}

std::string render_documents(const Json& documents, const Style& style) {
    Table table({style.say("nombre", "name"), style.say("comunidad", "community"),
                 style.say("variables", "variables"), style.say("avisos", "warnings"), "sid"});
    for (const Json& one : documents) {
        std::string variables;
        for (const Json& name : list_of(one, "variables"))
            variables += (variables.empty() ? "" : ", ") + name.get<std::string>();
        const std::string code = text_of(one, "community_code");
        const std::size_t warnings = list_of(one, "warnings").size();
        table.add({text_of(one, "friendly_name"),
                   code.empty() ? Cell(style.say("(todas)", "(all)"), Colour::grey) : Cell(code),
                   variables,
                   warnings > 0 ? Cell(std::to_string(warnings), Colour::yellow) : Cell(""),
                   text_of(one, "sid")});
    }
    if (table.empty())
        return style.say(
            "No hay documentos. Para guardar uno: skyn3t document put NOMBRE ARCHIVO\n",
            "There are no documents. To store one: skyn3t document put NAME FILE\n");
    return table.text(style.has_colour, style.width);
}

std::string render_document(const Json& document, const Style& style) {
    const std::string code = text_of(document, "community_code");
    return fmt::format("{}  {}  {}\nVoiceUrl: {}\n\n{}\n{}",
                       paint(printable(text_of(document, "friendly_name")), Colour::bold, style),
                       code.empty() ? style.say("(todas)", "(all)") : code,
                       text_of(document, "sid"), text_of(document, "voice_url"),
                       printable_lines(text_of(document, "content")),
                       render_findings(list_of(document, "warnings"), style));
}

std::string render_blocks(const Json& blocks, const Style& style) {
    Table table({style.say("dirección", "address"), style.say("usuario", "user"),
                 style.say("fallas", "failures"), style.say("estado", "state")});
    for (const Json& one : blocks) {
        const bool is_blocked = flag_of(one, "blocked");
        const std::string user = text_of(one, "user");
        const std::string whom =
            text_of(one, "scope") != "user" ? style.say("(todos)", "(everybody)")
            : user.empty() ? style.say("(usuarios que no existen)", "(users that do not exist)")
                           : user;
        table.add({text_of(one, "address"), whom, fmt::format("{:.0f}", number_of(one, "failures")),
                   is_blocked
                       ? Cell(fmt::format(fmt::runtime(style.say("bloqueado {:.0f} s más",
                                                                 "blocked for {:.0f} s more")),
                                          number_of(one, "seconds_left")),
                              Colour::red)
                       : Cell(style.say("aún no bloqueado", "not blocked yet"), Colour::yellow)});
    }
    if (table.empty())
        return style.say("Nadie ha fallado la contraseña en el último minuto.\n",
                         "Nobody has got a password wrong in the last minute.\n");
    return table.text(style.has_colour, style.width);
}

std::string render_findings(const Json& findings, const Style& style) {
    std::string out;
    for (const Json& finding : findings) {
        const std::string level = text_of(finding, "level");
        std::string where = text_of(finding, "file");
        if (number_of(finding, "line") > 0)
            where += fmt::format(":{:.0f}:{:.0f}", number_of(finding, "line"),
                                 number_of(finding, "column"));
        const Word levels[] = {
            {"error", "error", "error"}, {"warning", "aviso", "warning"}, {"info", "nota", "note"}};
        const Colour colour = level == "error"     ? Colour::red
                              : level == "warning" ? Colour::yellow
                                                   : Colour::grey;
        const std::string key = text_of(finding, "key");
        out += fmt::format("{}: {}: {}{} [{}]\n", printable(where),
                           paint(word_of(levels, level, style), colour, style),
                           printable(key.empty() ? "" : key + ": "),
                           printable(text_of(finding, style.say("text_es", "text_en"))),
                           text_of(finding, "rule"));
    }
    return out;
}

std::string render_plan(const Json& changes, const Style& style, Untouched shown) {
    std::string out;
    std::map<std::string, std::size_t> untouched;
    for (const Json& change : changes) {
        const std::string action = text_of(change, "action");
        const bool is_untouched = action == "unchanged" || action == "not-in-file";
        if (is_untouched && shown == Untouched::counted) {
            ++untouched[action];
            continue;
        }
        out += fmt::format("  {}: {} ({}, {})\n",
                           paint(word_of(kActions, action, style), colour_of_action(action), style),
                           printable(text_of(change, "code")), printable(text_of(change, "name")),
                           printable(text_of(change, "number")));
        for (const Json& field : list_of(change, "fields"))
            out += fmt::format("    {}: {} → {}\n", printable(text_of(field, "field")),
                               printable(text_of(field, "from")), printable(text_of(field, "to")));
        for (const Json& phone : list_of(change, "phones")) out += phone_line(phone, style) + "\n";
        out += recordings_line(change, style);
    }
    return out + counted(untouched, style);
}

std::string render_removed(const Json& communities, const Style& style) {
    Table table({style.say("código", "code"), style.say("nombre", "name"),
                 style.say("número", "number"), style.say("eliminada", "removed"),
                 style.say("se olvida", "forgotten")});
    for (const Json& one : communities)
        table.add({text_of(one, "code"), text_of(one, "name"), text_of(one, "number"),
                   local_time(text_of(one, "date_removed")),
                   local_time(text_of(one, "date_forgotten"))});
    if (table.empty())
        return style.say("No hay comunidades eliminadas que recuperar.\n",
                         "There is no removed community to restore.\n");
    return table.text(style.has_colour, style.width);
}

std::string render_check(const Json& check, const Style& style) {
    struct Mark {
        const char* text;
        Colour colour;
    };
    const std::string status = text_of(check, "status");
    const Mark mark = status == "passed"    ? Mark{"✓", Colour::green}
                      : status == "failed"  ? Mark{"✗", Colour::red}
                      : status == "skipped" ? Mark{"–", Colour::grey}
                                            : Mark{"…", Colour::yellow};
    std::string line = fmt::format("  {} {}", paint(mark.text, mark.colour, style),
                                   printable(text_of(check, style.say("text_es", "text_en"))));
    if (const double spent = number_of(check, "milliseconds"); spent > 0)
        line += fmt::format(" ({:.0f} ms)", spent);
    if (const auto detail = text_of(check, "detail"); !detail.empty())
        line += ": " + printable(detail);
    const auto why = text_of(check, style.say("why_es", "why_en"));
    if (status == "skipped" && why.empty())
        line += style.say(" (no se probó)", " (not tried)");
    else if (!why.empty())
        line += "\n      " + paint(printable(why), mark.colour, style);
    return line;
}

}  // namespace skyn3t::cli
