#include "twiml/community_documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "twiml/document_writer.hpp"
#include "twiml/interpreter.hpp"
#include "twiml/moving_documents.hpp"
#include "twiml/xml_escape.hpp"

namespace skyn3t::twiml {

namespace {

constexpr std::string_view kNotConnected = "No se pudo completar la conexión. Adiós.";

// The guide's words, and what Twilio tells of a Dial at both places.
struct Cause {
    std::string_view dial_call_status;
    std::string_view prompt;  // its name
    std::string_view sentence;
};
constexpr auto kCauses = std::to_array<Cause>(
    {{"busy", "no-se-pudo-ocupado",
      "No se pudo completar la conexión: la línea está ocupada. Adiós."},
     {"no-answer", "no-se-pudo-sin-respuesta",
      "No se pudo completar la conexión: nadie contesta. Adiós."},
     {"failed", "no-se-pudo-no-disponible",
      "No se pudo completar la conexión: el teléfono no está disponible. Adiós."}});

}  // namespace

namespace {

// "Sosa y Cía." has one already.
std::string_view stop_after(std::string_view text) { return text.ends_with('.') ? "" : "."; }

}  // namespace

namespace writer {

std::string document(std::string_view verbs) {
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n{}</Response>\n",
                       verbs);
}

std::string say(std::string_view text, std::string_view language, unsigned indent, unsigned loop) {
    const std::string repeated = loop > 1 ? fmt::format(" loop=\"{}\"", loop) : "";
    return fmt::format("{:{}}<Say voice=\"alice\" language=\"{}\"{}>{}</Say>\n", "", indent,
                       escape_xml(language), repeated, escape_xml(text));
}

std::string hangup() { return "  <Hangup/>\n"; }

std::string not_connected(std::string_view dial_call_status) {
    for (const Cause& each : kCauses)
        if (each.dial_call_status == dial_call_status) return std::string(each.sentence);
    return std::string(kNotConnected);
}

// The first attempt has no query: the address that the guide and Twilio's settings show.
std::string address(const CommunityIvr& community, std::string_view leaf, unsigned attempt) {
    const std::string path = fmt::format("/twiml/{}/{}", escape_xml(community.code), leaf);
    return attempt > 1 ? fmt::format("{}?attempt={}", path, attempt) : path;
}

std::string connecting(const CommunityRole& role) {
    return fmt::format("Conectando con {}{}", role.label, stop_after(role.label));
}

std::string caller_id(const CommunityIvr& community) {
    return community.shown_caller == ShownCaller::community
               ? fmt::format(" callerId=\"{}\"", escape_xml(community.number))
               : "";
}

}  // namespace writer

namespace {

using namespace writer;

constexpr unsigned kMenuTimeout = 10;  // seconds to the first key

constexpr std::string_view kNoSelection = "No se detectó ninguna selección. Adiós.";
constexpr std::string_view kInvalidOption = "Opción no válida.";
constexpr std::string_view kGoodbye = "Adiós.";
constexpr std::string_view kPhonesCanNotCall =
    "Las llamadas desde este teléfono todavía no están disponibles. Adiós.";
constexpr std::string_view kNoEmergencyCalls =
    "Este teléfono todavía no puede llamar a números de emergencia. Use otro teléfono. Para "
    "Carabineros, marque 1 3 3. Para ambulancia, marque 1 3 1. Para Bomberos, marque 1 3 2.";

// As people call the keys: a voice may read the signs in any way.
std::string_view spoken_key(std::string_view digit) {
    return digit == "*" ? "asterisco" : digit == "#" ? "gato" : digit;
}

std::string greeting(const CommunityIvr& community) {
    std::string text = fmt::format("Bienvenido a {}{}", community.name, stop_after(community.name));
    for (const CommunityRole& role : community.roles)
        text += fmt::format(" Para {}, presione {}.", role.label, spoken_key(role.digit));
    return text + " Por favor, seleccione una opción.";
}

std::string gather(const CommunityIvr& community, unsigned attempt, unsigned timeout,
                   std::string_view prompt) {
    // The key # would end the Gather with nothing, unless it is told otherwise.
    const bool has_hash = std::any_of(community.roles.begin(), community.roles.end(),
                                      [](const CommunityRole& role) { return role.digit == "#"; });
    return fmt::format(
        "  <Gather numDigits=\"1\" timeout=\"{}\"{} action=\"{}\" method=\"POST\">\n{}  "
        "</Gather>\n",
        timeout, has_hash ? " finishOnKey=\"\"" : "", address(community, "route", attempt),
        say(prompt, community.language, 4));
}

std::string dial(const CommunityIvr& community, const CommunityRole& role) {
    return fmt::format(
        "  <Dial timeout=\"{}\"{} action=\"{}\" method=\"POST\">\n    "
        "<Sip>sip:{}-{}@{}</Sip>\n  </Dial>\n",
        kRingTimeout, caller_id(community), address(community, "route", 1),
        escape_xml(community.number), escape_xml(role.role), escape_xml(community.domain));
}

// Who has pressed nothing twice: an old telephone without tones, or a hand that is not free.
std::string without_input(const CommunityIvr& community) {
    if (community.no_input.empty()) return say(kNoSelection, community.language) + hangup();
    return fmt::format("  <Redirect method=\"POST\">{}?no_input=1</Redirect>\n",
                       address(community, "route", 1));
}

// Keys pressed during "Opción no válida." count already, so it stands in a Gather; then the menu is
// heard again, which may be the operator's own document.
std::string after_invalid_option(const CommunityIvr& community, unsigned attempt) {
    if (attempt >= kMaxMenuAttempts)
        return document(say(kInvalidOption, community.language) +
                        say(kGoodbye, community.language) + hangup());
    return document(gather(community, attempt + 1, 1, kInvalidOption) +
                    fmt::format("  <Redirect method=\"POST\">{}</Redirect>\n",
                                address(community, "main", attempt + 1)));
}

}  // namespace

unsigned menu_attempt(std::string_view parameter) {
    if (parameter.size() != 1 || !is_digit(parameter[0])) return 1;
    return std::clamp(static_cast<unsigned>(parameter[0] - '0'), 1u, kMaxMenuAttempts);
}

std::string main_document(const CommunityIvr& community, unsigned attempt) {
    // Who pressed nothing hears it once more.
    const std::string menu = gather(community, attempt, kMenuTimeout, greeting(community));
    return document(menu + menu + without_input(community));
}

std::string key_without_input(const CommunityIvr& community) {
    for (const CommunityRole& role : community.roles)
        if (role.role == community.no_input) return role.digit;
    return {};
}

std::string route_document(const CommunityIvr& community, const RouteRequest& request) {
    if (request.dial_call_status) {
        if (*request.dial_call_status == "completed") return document(hangup());
        return document(say(not_connected(*request.dial_call_status), community.language) +
                        hangup());
    }
    const auto role =
        std::find_if(community.roles.begin(), community.roles.end(),
                     [&](const CommunityRole& known) { return known.digit == request.digits; });
    if (role == community.roles.end()) return after_invalid_option(community, request.attempt);
    return document(say(connecting(*role), community.language) + dial(community, *role));
}

std::string domain_document(DialledNumber dialled, std::string_view language) {
    if (dialled == DialledNumber::emergency)
        return document(say(kNoEmergencyCalls, language, 2, 2) + hangup());
    return document(say(kPhonesCanNotCall, language) + hangup());
}

bool is_refusal(std::string_view domain_document) {
    const auto says = [&](std::string_view sentence) {
        return domain_document.find(escape_xml(sentence)) != std::string_view::npos;
    };
    return says(kPhonesCanNotCall) || says(kNoEmergencyCalls);
}

std::vector<NamedPrompt> community_prompts(const CommunityIvr& community) {
    std::vector<NamedPrompt> prompts{{"bienvenida", greeting(community)}};
    for (const CommunityRole& role : community.roles)
        prompts.push_back({"conectando-" + role.role, connecting(role)});
    prompts.push_back({"opcion-no-valida", std::string(kInvalidOption)});
    prompts.push_back({"sin-seleccion", std::string(kNoSelection)});
    prompts.push_back({"no-se-pudo", std::string(kNotConnected)});
    for (const Cause& each : kCauses)
        prompts.push_back({std::string(each.prompt), std::string(each.sentence)});
    prompts.push_back({"despedida", std::string(kGoodbye)});
    return prompts;
}

std::vector<NamedPrompt> common_prompts() {
    return {{"llamadas-no-disponibles", std::string(kPhonesCanNotCall)},
            {"emergencia-no-disponible", std::string(kNoEmergencyCalls)},
            {"prueba", std::string(kTestHeard)},
            {"error-aplicacion", application_error_announcement().text()}};
}

}  // namespace skyn3t::twiml
