#include "provision/rules.hpp"

#include <fmt/format.h>

namespace skyn3t::provision {
namespace {

// <Gather> as code: Markdown would take it for HTML and show nothing.
std::string with_code(std::string_view text) {
    std::string marked;
    for (const char c : text) {
        if (c == '<') marked += '`';
        marked += c;
        if (c == '>') marked += '`';
    }
    return marked;
}

}  // namespace

std::string rules_text(Lang lang) {
    std::string text;
    for (const Rule& each : kRules)
        text += fmt::format("{:<29} {:<8} {}\n", each.id, level_word(each.level, lang),
                            lang == Lang::en ? each.en : each.es);
    return text;
}

std::string rules_markdown() {
    std::string text =
        "# Reglas de `skyn3t lint`\n\n"
        "Lo que `skyn3t lint` encuentra en documentos TwiML, en `communities.yaml`, en una matriz "
        "CSV "
        "y en una cuenta. Esta lista es la\nde `skyn3t lint --rules`; una prueba las compara. "
        "El código de salida es 1 cuando hay al menos un error. Los números son los de Twilio.\n\n"
        "| regla | nivel | qué encuentra |\n|---|---|---|\n";
    for (const Rule& each : kRules)
        text += fmt::format("| `{}` | {} | {} |\n", each.id, level_word(each.level, Lang::es),
                            with_code(each.es));
    return text;
}

}  // namespace skyn3t::provision
