#include "cli/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/table.hpp"
#include "model/end_reason.hpp"
#include "model/not_built.hpp"

namespace skyn3t::cli {
namespace {

// The sentence of an event; {NAME} stands for that detail. What has no place in it follows in
// brackets. Of a kind's sentences the first is taken whose details are all there.
struct Sentence {
    std::string_view kind;
    const char* es;
    const char* en;
};
constexpr Sentence kSentences[] = {
    {"incoming", "entra la llamada por {trunk}, desviada desde {forwarded_from}",
     "the call comes in from {trunk}, diverted by {forwarded_from}"},
    {"incoming", "entra la llamada por {trunk}", "the call comes in from {trunk}"},
    {"incoming", "entra la llamada", "the call comes in"},
    {"outgoing", "la API llama a {to}", "the API calls {to}"},
    {"redirected", "la API cambia el documento", "the API changes the document"},
    {"say", "se dice ({length}): «{text}»", "says ({length}): \"{text}\""},
    {"say", "se dice: «{text}»", "says: \"{text}\""},
    {"play", "se reproduce ({length}): {url}", "plays ({length}): {url}"},
    {"play", "se reproduce {url}", "plays {url}"},
    {"play", "se reproduce un audio", "plays a sound"},
    {"digit", "se pulsa {digit}", "presses {digit}"},
    {"no_digit", "no se pulsa nada", "presses nothing"},
    {"no_digit_heard", "no se oye ninguna tecla: no llega audio", "hears no key: no audio arrives"},
    {"no_audio", "no llega audio de este teléfono (NAT o cortafuegos): {of}",
     "no audio arrives from this phone (NAT or firewall): {of}"},
    {"dial", "se llama a {to}, en {phones} teléfonos", "dials {to}, on {phones} phones"},
    {"dial", "se llama a {to}, que ve {shown}", "dials {to}, which sees {shown}"},
    {"dial", "se llama a {to}", "dials {to}"},
    {"contact_ringing", "suena el teléfono en {contact}", "the phone at {contact} rings"},
    {"contact_answered", "contesta el teléfono en {contact}", "the phone at {contact} answers"},
    {"contact_ended", "no contesta el teléfono en {contact}: {reason} [SIP {sip_code} {detail}]",
     "the phone at {contact} does not answer: {reason} [SIP {sip_code} {detail}]"},
    {"contact_ended", "no contesta el teléfono en {contact}: {reason} [SIP {sip_code}]",
     "the phone at {contact} does not answer: {reason} [SIP {sip_code}]"},
    {"contact_ended", "no contesta el teléfono en {contact}: {reason}",
     "the phone at {contact} does not answer: {reason}"},
    {"ringing", "suena {to}", "{to} rings"},
    {"answered", "contesta {to}", "{to} answers"},
    {"answered", "se contesta la llamada", "the call is answered"},
    {"bridged", "conversación con {to}", "talks with {to}"},
    {"transfer_declined", "{phone} pide transferir la llamada a {to}: todavía no se puede",
     "{phone} asks for a transfer to {to}: not possible yet"},
    {"transfer_declined", "quien llama pide transferir la llamada a {to}: todavía no se puede",
     "the caller asks for a transfer to {to}: not possible yet"},
    {"warning", "aviso {code}, línea {line}: {text}", "warning {code}, line {line}: {text}"},
    {"warning", "aviso {code}: {text}", "warning {code}: {text}"},
    {"recording", "queda grabada ({length}): {url}", "is recorded ({length}): {url}"},
    {"recording", "grabación en Twilio: {status}", "recording at Twilio: {status}"},
    {"ended", "termina {to}: {reason} [SIP {sip_code} {detail}]",
     "{to} ends: {reason} [SIP {sip_code} {detail}]"},
    {"ended", "termina {to}: {reason} [SIP {sip_code}]", "{to} ends: {reason} [SIP {sip_code}]"},
    {"ended", "termina {to}: {reason}", "{to} ends: {reason}"},
    {"ended", "termina: {reason} [{detail}]", "ends: {reason} [{detail}]"},
    {"ended", "termina: {reason}", "ends: {reason}"},
};

std::string value_of(const Json& value) {
    return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

// Calls `visit` with each NAME that stands in braces.
void each_name(std::string_view text, auto visit) {
    for (auto open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1))
        visit(text.substr(open + 1, text.find('}', open) - open - 1));
}

bool has_all(std::string_view text, const Json& detail) {
    bool all = true;
    each_name(text, [&](std::string_view name) {
        all = all && detail.find(std::string(name)) != detail.end();
    });
    return all;
}

std::string with_details(std::string_view text, Json detail) {
    std::string out;
    while (!text.empty()) {
        const auto open = std::min(text.find('{'), text.size());
        out += text.substr(0, open);
        text.remove_prefix(open);
        if (text.empty()) break;
        const std::string name(text.substr(1, text.find('}') - 1));
        out += value_of(detail.at(name));
        detail.erase(name);
        text.remove_prefix(name.size() + 2);
    }
    std::string rest;
    for (const auto& [name, value] : detail.items())
        rest += fmt::format("{}{}={}", rest.empty() ? "" : ", ", printable(name), value_of(value));
    return rest.empty() ? out : fmt::format("{} ({})", out, rest);
}

// The log's word for why a leg ended as a sentence; status and duration are told with the result.
void explain_end(Json& detail, const Style& style) {
    const auto reason = model::parse_end_reason(text_of(detail, "reason"));
    if (reason == model::EndReason::not_registered) {  // nobody was asked: the sentence says it all
        detail.erase("sip_code");
        detail.erase("detail");
    }
    if (reason)
        detail["reason"] = style.lang == Lang::en ? sentence_en(*reason) : sentence_es(*reason);
    detail.erase("status");
    detail.erase("duration");
}

// Takes "line 7: " from the beginning and returns the number; empty when it does not begin so.
std::string taken_line(std::string& text) {
    constexpr std::string_view kLine = "line ";
    const auto end = text.find_first_not_of("0123456789", kLine.size());
    if (!text.starts_with(kLine) || end == std::string::npos || end == kLine.size() ||
        text.compare(end, 2, ": ") != 0)
        return {};
    const std::string number = text.substr(kLine.size(), end - kLine.size());
    text.erase(0, end + 2);
    return number;
}

// The code's words, then what the document or the peer wrote.
void explain_warning(Json& detail, const Style& style) {
    const std::string code = text_of(detail, "code");
    std::string text = text_of(detail, "detail");
    int number = 0;
    (void)std::from_chars(code.data(), code.data() + code.size(), number);
    if (const std::string line = taken_line(text); !line.empty()) detail["line"] = line;
    if (const auto known = model::explain_warning(number, text))
        text = style.say(known->es, known->en) + (text.empty() ? "" : ": " + text);
    detail.erase("detail");
    detail["text"] = text;
}

// The log counts in milliseconds, people in seconds.
void explain_length(Json& detail) {
    const std::string text = text_of(detail, "ms");
    unsigned ms = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), ms).ec != std::errc{}) return;
    detail.erase("ms");
    detail["length"] = fmt::format("{:.1f} s", ms / 1000.0);
}

// What the title has said already, and counts that are no news.
void leave_out_the_obvious(const std::string& kind, Json& detail) {
    if (kind == "incoming" || kind == "outgoing") detail.erase("from");
    if (kind == "incoming") detail.erase("to");
    const std::string phones = text_of(detail, "phones");
    if (kind == "dial" && (phones == "0" || phones == "1")) detail.erase("phones");
}

std::string sentence(const Json& event, const Style& style) {
    const std::string kind = text_of(event, "kind");
    Json detail = object_of(event, "detail");
    if (kind == "ended" || kind == "contact_ended") explain_end(detail, style);
    if (kind == "warning") explain_warning(detail, style);
    explain_length(detail);
    leave_out_the_obvious(kind, detail);
    for (const Sentence& known : kSentences) {
        const std::string_view text = style.say(known.es, known.en);
        if (known.kind == kind && has_all(text, detail)) return with_details(text, detail);
    }
    // Braces in the name of an unknown kind are no places for details.
    return printable(kind) + with_details("", detail);
}

std::string audio_line(const Json& leg, const Style& style) {
    const Json& media = object_of(object_of(leg, "skyn3t"), "media");
    const std::string codec = text_of(media, "codec");
    if (codec.empty()) return {};
    constexpr double kUnheard = 90;  // percent of what should have come
    const std::string_view verdict =
        number_of(media, "loss_percent") < kUnheard
            ? ""
            : style.say("; no llega audio de este teléfono (NAT o cortafuegos)",
                        "; no audio arrives from this phone (NAT or firewall)");
    return fmt::format(
        fmt::runtime(style.say(
            "  {}: {}, enviados {:.0f}, recibidos {:.0f}, perdidos {:.1f} %, variación {:.1f} ms, "
            "calidad {:.1f} de 4.5{}\n",
            "  {}: {}, sent {:.0f}, received {:.0f}, lost {:.1f} %, jitter {:.1f} ms, quality "
            "{:.1f} "
            "of 4.5{}\n")),
        printable(text_of(leg, text_of(leg, "parent_call_sid").empty() ? "from" : "to")), codec,
        number_of(media, "packets_sent"), number_of(media, "packets_received"),
        number_of(media, "loss_percent"), number_of(media, "jitter_ms"), number_of(media, "mos"),
        verdict);
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
    // A price is what is taken from the account, so it is below zero.
    if (std::string price = text_of(leg, "price"); !price.empty()) {
        if (price.front() == '-') price.erase(0, 1);
        text += fmt::format("{}{}: {} {}", text.ends_with('.') ? " " : ". ",
                            style.say("Costo", "Cost"), price, text_of(leg, "price_unit"));
    }
    return printable(text);
}

}  // namespace

std::string render_story(const Json& story, const Style& style) {
    const Json& call = object_of(story, "call");
    const std::string title = fmt::format("{} → {}", printable(text_of(call, "from_formatted")),
                                          printable(text_of(call, "to_formatted")));
    std::string out =
        fmt::format("{}  {}  {}  {}\n", style.has_colour ? painted(title, Colour::bold) : title,
                    local_time(text_of(call, "start_time")), printable(community_of(call)),
                    text_of(call, "sid"));
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
