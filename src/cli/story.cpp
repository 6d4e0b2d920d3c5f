#include "cli/story.hpp"

#include <fmt/format.h>

#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

// The sentence of an event; {NAME} stands for that detail. What has no place in it follows in
// brackets.
struct Sentence {
    std::string_view kind;
    const char* es;
    const char* en;
};
constexpr Sentence kSentences[] = {
    {"incoming", "entra la llamada", "the call comes in"},
    {"say", "se dice: «{text}»", "says: \"{text}\""},
    {"play", "se reproduce {url}", "plays {url}"},
    {"digit", "se pulsa {digit}", "presses {digit}"},
    {"digits", "se pulsa {digits}", "presses {digits}"},
    {"gather", "espera una tecla", "waits for a key"},
    {"pause", "pausa", "pause"},
    {"dial", "se llama a {to}", "dials {to}"},
    {"ringing", "suena {to}", "{to} rings"},
    {"answered", "contesta {to}", "{to} answers"},
    {"bridged", "conversación con {to}", "talks with {to}"},
    {"dial_ended", "{to}: {status}", "{to}: {status}"},
    {"fetch", "pide el documento {url}", "fetches the document {url}"},
    {"warning", "aviso: {text}", "warning: {text}"},
    {"error", "error: {text}", "error: {text}"},
    {"ended", "termina: {reason}", "ends: {reason}"},
};

std::string value_of(const Json& value) {
    return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string with_details(std::string text, Json detail) {
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
        const auto close = text.find('}', open);
        const std::string name = text.substr(open + 1, close - open - 1);
        const auto found = detail.find(name);
        const std::string value = found == detail.end() ? "?" : value_of(*found);
        text.replace(open, close - open + 1, value);
        open += value.size();
        if (found != detail.end()) detail.erase(found);
    }
    std::string rest;
    for (const auto& [name, value] : detail.items())
        rest += fmt::format("{}{}={}", rest.empty() ? "" : ", ", printable(name), value_of(value));
    return rest.empty() ? text : fmt::format("{} ({})", text, rest);
}

std::string sentence(const Json& event, const Style& style) {
    const std::string kind = text_of(event, "kind");
    const Json& detail = object_of(event, "detail");
    for (const Sentence& known : kSentences)
        if (known.kind == kind) {
            // A leg that says nothing of whom it reached is not told with a question mark.
            const std::string text = style.say(known.es, known.en);
            const bool names_leg =
                text.find("{to}") != std::string::npos && detail.find("to") == detail.end();
            return names_leg ? with_details(printable(kind), detail) : with_details(text, detail);
        }
    return with_details(printable(kind), detail);
}

std::string audio_line(const Json& leg, const Style& style) {
    const Json& media = object_of(object_of(leg, "skyn3t"), "media");
    const std::string codec = text_of(media, "codec");
    if (codec.empty()) return {};
    return fmt::format(
        fmt::runtime(style.say(
            "  {}: {}, enviados {:.0f}, recibidos {:.0f}, perdidos {:.1f} %, variación {:.1f} ms, "
            "calidad {:.1f} de 4.5\n",
            "  {}: {}, sent {:.0f}, received {:.0f}, lost {:.1f} %, jitter {:.1f} ms, quality "
            "{:.1f} "
            "of 4.5\n")),
        printable(text_of(leg, text_of(leg, "parent_call_sid").empty() ? "from" : "to")), codec,
        number_of(media, "packets_sent"), number_of(media, "packets_received"),
        number_of(media, "loss_percent"), number_of(media, "jitter_ms"), number_of(media, "mos"));
}

std::string ending(const Json& leg, const Style& style) {
    const Json& ours = object_of(leg, "skyn3t");
    std::string text = status_word(text_of(leg, "status"), style);
    if (const auto duration = text_of(leg, "duration"); !duration.empty())
        text += ", " + duration + " s";
    if (const auto reason = text_of(ours, style.say("end_reason_es", "end_reason_en"));
        !reason.empty())
        text += ". " + reason;
    if (const double code = number_of(ours, "error_code"); code > 0)
        text += fmt::format(" [{:.0f}]", code);
    return printable(text);
}

}  // namespace

std::string render_story(const Json& story, const Style& style) {
    const Json& call = object_of(story, "call");
    const std::string title = fmt::format("{} → {}", printable(text_of(call, "from_formatted")),
                                          printable(text_of(call, "to_formatted")));
    std::string out =
        fmt::format("{}  {}  {}\n", style.has_colour ? painted(title, Colour::bold) : title,
                    local_time(text_of(call, "start_time")), text_of(call, "sid"));
    for (const Json& event : list_of(story, "events"))
        out += fmt::format("  {:>6.1f} s  {}\n", number_of(event, "milliseconds") / 1000,
                           sentence(event, style));

    out += fmt::format("{}: {}\n", style.say("Resultado", "Result"), ending(call, style));
    for (const Json& child : list_of(story, "children"))
        out += fmt::format("  ↳ {}: {}\n", printable(text_of(child, "to")), ending(child, style));

    std::string audio = audio_line(call, style);
    for (const Json& child : list_of(story, "children")) audio += audio_line(child, style);
    if (!audio.empty()) out += fmt::format("{}:\n{}", style.say("Audio", "Audio"), audio);
    return out;
}

}  // namespace skyn3t::cli
