#include "twiml/community_documents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "twiml/document_writer.hpp"
#include "twiml/interpreter.hpp"
#include "twiml/moving_documents.hpp"
#include "twiml/xml_escape.hpp"

namespace skyn3t::twiml {

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

// The first attempt has no query: the address that the guide and Twilio's settings show.
std::string address(const CommunityIvr& community, std::string_view leaf, unsigned attempt) {
    const std::string path = fmt::format("/twiml/{}/{}", escape_xml(community.code), leaf);
    return attempt > 1 ? fmt::format("{}?attempt={}", path, attempt) : path;
}

std::string connecting(const CommunityRole& role) {
    return fmt::format("Conectando con {}.", role.label);
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

std::string greeting(const CommunityIvr& community) {
    std::string text = fmt::format("Bienvenido a {}.", community.name);
    for (const CommunityRole& role : community.roles)
        text += fmt::format(" Para {}, presione {}.", role.label, role.digit);
    return text + " Por favor, seleccione una opción.";
}

std::string gather(const CommunityIvr& community, unsigned attempt, unsigned timeout,
                   std::string_view prompt) {
    return fmt::format(
        "  <Gather numDigits=\"1\" timeout=\"{}\" action=\"{}\" method=\"POST\">\n{}  </Gather>\n",
        timeout, address(community, "route", attempt), say(prompt, community.language, 4));
}

std::string dial(const CommunityIvr& community, const CommunityRole& role) {
    return fmt::format(
        "  <Dial timeout=\"{}\"{} action=\"{}\" method=\"POST\">\n    "
        "<Sip>sip:{}-{}@{}</Sip>\n  </Dial>\n",
        kRingTimeout, caller_id(community), address(community, "route", 1),
        escape_xml(community.number), escape_xml(role.role), escape_xml(community.domain));
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
    return document(gather(community, attempt, kMenuTimeout, greeting(community)) +
                    say(kNoSelection, community.language) + hangup());
}

std::string route_document(const CommunityIvr& community, const RouteRequest& request) {
    if (request.dial_call_status) {
        if (*request.dial_call_status == "completed") return document(hangup());
        return document(say(kNotConnected, community.language) + hangup());
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

std::vector<NamedPrompt> community_prompts(const CommunityIvr& community) {
    std::vector<NamedPrompt> prompts{{"bienvenida", greeting(community)}};
    for (const CommunityRole& role : community.roles)
        prompts.push_back({"conectando-" + role.role, connecting(role)});
    prompts.push_back({"opcion-no-valida", std::string(kInvalidOption)});
    prompts.push_back({"sin-seleccion", std::string(kNoSelection)});
    prompts.push_back({"no-se-pudo", std::string(kNotConnected)});
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
