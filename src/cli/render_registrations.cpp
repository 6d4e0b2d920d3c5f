// What the command line says of phones' registrations.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "cli/render.hpp"
#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

struct RegistrationWord {
    std::string_view key;
    const char *es, *en;
};

template <std::size_t N>
std::string registration_word(const RegistrationWord (&words)[N], std::string_view key,
                              const Style& style) {
    for (const RegistrationWord& word : words)
        if (word.key == key) return style.say(word.es, word.en);
    return std::string(key);
}

// A phone that has not been asked yet has just registered, which is as good as an answer.
Cell reachability_cell(const Json& one, const Style& style) {
    const std::string word = text_of(one, "reachability");
    const std::string since = text_of(one, "reachability_since");
    if (word.empty() || word == "answers" || word == "unknown")
        return {style.say("en línea", "online"), Colour::green};
    constexpr RegistrationWord kWords[] = {
        {"no-answer", "no responde desde", "no answer since"},
        {"connection-closed", "conexión cerrada", "connection closed"},
        {"refused", "contesta otro equipo", "something else answers"}};
    std::string said = registration_word(kWords, word, style);
    if (const double status = number_of(one, "reachability_status"); status > 0)
        said += fmt::format(" ({:.0f})", status);
    return {said + " " + local_time(since), Colour::red};
}

}  // namespace

std::string render_failed_logins(const Json& failures, const Style& style) {
    constexpr RegistrationWord kWrong[] = {
        {"user", "el usuario no existe", "there is no such user"},
        {"domain", "el dominio: el usuario es de otro", "the domain: the user is of another"},
        {"use", "el usuario no está habilitado para esto", "the user may not do this"},
        {"password", "la contraseña", "the password"}};
    Table table({style.say("última vez", "last time"), style.say("usuario", "user"),
                 style.say("dominio", "domain"), style.say("desde", "from"),
                 style.say("teléfono", "phone"), style.say("veces", "times"),
                 style.say("está mal", "what is wrong")});
    for (const Json& one : failures)
        table.add({local_time(text_of(one, "date_last")), text_of(one, "username"),
                   text_of(one, "domain"), text_of(one, "address"), text_of(one, "user_agent"),
                   fmt::format("{:.0f}", number_of(one, "count")),
                   Cell(registration_word(kWrong, text_of(one, "wrong"), style), Colour::red)});
    if (table.empty()) return {};
    return style.say("\nIntentos fallidos del último día:\n",
                     "\nFailed attempts of the last day:\n") +
           table.text(style.has_colour, style.width);
}

std::string render_registrations(const Json& registrations, const Style& style) {
    Table table({style.say("comunidad", "community"), style.say("usuario", "user"),
                 style.say("contacto", "contact"), style.say("desde", "from"),
                 style.say("teléfono", "phone"), style.say("vence", "expires"),
                 style.say("estado", "state"), style.say("contraseña", "password")});
    for (const Json& one : registrations)
        table.add({text_of(one, "community_code"), text_of(one, "username"),
                   text_of(one, "contact"), text_of(one, "flow"), text_of(one, "user_agent"),
                   local_time(text_of(one, "date_expires")), reachability_cell(one, style),
                   flag_of(one, "old_password")
                       ? Cell(style.say("la anterior", "the old one"), Colour::yellow)
                       : Cell("")});
    if (table.empty())
        return style.say("No hay teléfonos registrados.\n", "No phone is registered.\n");
    return table.text(style.has_colour, style.width);
}

}  // namespace skyn3t::cli
