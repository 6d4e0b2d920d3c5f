#include <fmt/format.h>

#include "cli/render.hpp"
#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

std::string stage_word(const std::string& stage, const Style& style) {
    if (stage == "documents") return style.say("documentos", "documents");
    if (stage == "phones") return style.say("teléfonos", "phones");
    if (stage == "number") return style.say("número", "number");
    return style.say("sin empezar", "not begun");
}

std::string place_word(const std::string& place, const Style& style) {
    return place == "twilio" ? "Twilio" : style.say("este servidor", "this server");
}

std::string heading(const Json& migration, const Style& style) {
    const std::string code = printable(text_of(migration, "code"));
    const std::string to = text_of(migration, "to");
    if (to.empty())
        return fmt::format(fmt::runtime(style.say("{}: en {}\n", "{}: at {}\n")), code,
                           place_word(text_of(migration, "target"), style));
    const bool is_proven = flag_of(migration, "is_proven");
    return fmt::format(fmt::runtime(style.say("{}: de {} a {}, etapa: {}{}\n",
                                              "{}: from {} to {}, stage: {}{}\n")),
                       code, place_word(text_of(migration, "target"), style), place_word(to, style),
                       stage_word(text_of(migration, "stage"), style),
                       text_of(migration, "stage") == "none" || is_proven
                           ? ""
                           : style.say(" (sin probar por Twilio)", " (not proven through Twilio)"));
}

std::string phones(const Json& migration, const Style& style) {
    std::string out = style.say("  Teléfonos en este servidor:\n", "  Phones on this server:\n");
    for (const Json& phone : list_of(migration, "phones"))
        out += fmt::format("    {} {} ({})\n", number_of(phone, "contacts") > 0 ? "✓" : "–",
                           printable(text_of(phone, "username")),
                           number_of(phone, "contacts") > 0 ? style.say("registrado", "registered")
                                                            : style.say("no se ve", "not seen"));
    return out;
}

std::string sentences(const Json& list, const char* mark, const Style& style) {
    std::string out;
    for (const Json& each : list)
        out += fmt::format("    {} {}\n", mark,
                           printable(text_of(each, style.say("text_es", "text_en"))));
    return out;
}

std::string next(const Json& migration, const Style& style) {
    const Json& next = object_of(migration, "next");
    const std::string to = text_of(migration, "to");
    std::string out =
        flag_of(next, "is_finish")
            ? std::string(
                  style.say("  Lo que sigue: terminar (--finish)\n", "  Next: finish (--finish)\n"))
            : fmt::format(fmt::runtime(style.say("  Lo que sigue: {}{}\n", "  Next: {}{}\n")),
                          stage_word(text_of(next, "stage"), style),
                          to.empty() ? "" : fmt::format(" (--to {})", to));
    out += sentences(list_of(next, "does"), "·", style);
    out += sentences(list_of(next, "cannot"), "✗", style);
    if (const auto why = text_of(next, style.say("why_es", "why_en")); !why.empty())
        out += fmt::format("    ! {}\n", printable(why));
    return out;
}

}  // namespace

std::string render_migration(const Json& migration, const Style& style) {
    std::string out = heading(migration, style);
    out += "  " + printable(text_of(migration, style.say("now_es", "now_en"))) + "\n";
    if (const auto why = text_of(migration, style.say("returned_es", "returned_en")); !why.empty())
        out += fmt::format(
            fmt::runtime(style.say("  Volvió atrás sola: {}\n", "  It went back by itself: {}\n")),
            printable(why));
    if (!text_of(migration, "to").empty()) {
        out += phones(migration, style);
        out += fmt::format(
            fmt::runtime(style.say("  Fallas: {:.0f} de {:.0f} llamadas (sobre {:.0f} % vuelve "
                                   "atrás)\n",
                                   "  Failures: {:.0f} of {:.0f} calls (above {:.0f} % it goes "
                                   "back)\n")),
            number_of(migration, "failures"), number_of(migration, "calls"),
            number_of(migration, "max_failures"));
    }
    return out + next(migration, style);
}

}  // namespace skyn3t::cli
