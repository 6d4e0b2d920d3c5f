#include "verify/checklist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace skyn3t::verify {
namespace {

using State = rest::Check::State;

void add(std::vector<rest::Check>& checks, std::string id, std::string es, std::string en) {
    rest::Check check;
    check.id = std::move(id);
    check.text_es = std::move(es);
    check.text_en = std::move(en);
    checks.push_back(std::move(check));
}

void add_role(std::vector<rest::Check>& checks, const model::Community& community,
              const model::Role& role, Ring ring) {
    const bool first = &role == &community.roles.front();
    const std::string user = model::username(community.number, role.role);
    const auto id = [&](std::string_view name) { return fmt::format("{}-{}", name, role.digit); };
    // The greeting is heard out once; the other keys are pressed into it, as those who know it do.
    add(checks, id("announcement"),
        fmt::format("Tecla {}{}: se oye «Conectando con {}.»", role.digit,
                    first ? "" : " durante el saludo", role.label),
        fmt::format("Key {}{}: \"Conectando con {}.\" is heard", role.digit,
                    first ? "" : " during the greeting", role.label));
    add(checks, id("ring"), fmt::format("Suena el teléfono {}", user),
        fmt::format("Phone {} rings", user));
    if (ring == Ring::real_phones) {
        add(checks, id("pick-up"), fmt::format("Contestan en {}", role.label),
            fmt::format("Somebody answers: {}", role.label));
    } else {
        add(checks, id("audio-to-phone"), "El teléfono oye a quien llama",
            "The phone hears the caller");
        add(checks, id("audio-to-caller"), "Quien llama oye al teléfono",
            "The caller hears the phone");
        if (first)
            add(checks, id("hang-up"), "Cuelga quien llama, y el teléfono queda libre",
                "The caller hangs up, and the phone is free");
        else
            add(checks, id("hang-up"), "Cuelga el teléfono, y la llamada termina",
                "The phone hangs up, and the call ends");
    }
    add(checks, id("log"), "El registro dice «completada», sin errores",
        "The call log says \"completed\", without errors");
}

}  // namespace

std::vector<rest::Check> checks_of(const model::Community& community, Ring ring) {
    std::vector<rest::Check> checks;
    const std::string& number = community.number.str();
    add(checks, "number",
        fmt::format("El número {} es de esta comunidad y no es de emergencia", number),
        fmt::format("The number {} is this community's, and no emergency number", number));
    const auto phones = community.roles.size();
    add(checks, "documents", fmt::format("Los {} documentos TwiML se leen sin avisos", 1 + phones),
        fmt::format("The {} TwiML documents are read without warnings", 1 + phones));
    add(checks, "credentials", "Cada teléfono tiene su usuario y su contraseña",
        "Every phone has its user name and its password");
    add(checks, "phones", "Teléfonos registrados", "Registered phones");
    add(checks, "answer", "Se contesta la llamada", "The call is answered");
    add(checks, "greeting", "Se oye el saludo de esta comunidad, y de ninguna otra",
        "This community's greeting is heard, and no other's");
    for (const auto& role : community.roles) add_role(checks, community, role, ring);
    return checks;
}

Checklist::Checklist(std::vector<rest::Check> checks, const Clock& clock, Changed changed)
    : checks_(std::move(checks)), clock_(clock), changed_(std::move(changed)) {}

rest::Check& Checklist::at(std::string_view id) {
    return *std::find_if(checks_.begin(), checks_.end(),
                         [&](const rest::Check& check) { return check.id == id; });
}

void Checklist::settle(rest::Check& check, State state, std::string detail, Words why) {
    check.state = state;
    check.detail = std::move(detail);
    check.why_es = std::move(why.es);
    check.why_en = std::move(why.en);
    changed_(check);
}

void Checklist::begin(std::string_view id) {
    begun_ = clock_.now();
    settle(at(id), State::running, {}, {});
}

void Checklist::pass(std::string_view id, std::string detail) {
    pass(id, std::move(detail), std::chrono::duration_cast<milliseconds>(clock_.now() - begun_));
}

void Checklist::pass(std::string_view id, std::string detail, milliseconds measured) {
    rest::Check& check = at(id);
    check.duration = measured;
    settle(check, State::passed, std::move(detail), {});
}

void Checklist::fail(std::string_view id, Words why, std::string detail) {
    rest::Check& check = at(id);
    if (check.state == State::running)
        check.duration = std::chrono::duration_cast<milliseconds>(clock_.now() - begun_);
    settle(check, State::failed, std::move(detail), std::move(why));
}

void Checklist::skip(std::string_view id, Words why, std::string detail) {
    settle(at(id), State::skipped, std::move(detail), std::move(why));
}

void Checklist::skip_waiting(char digit) {
    const std::string ending{'-', digit};
    for (auto& check : checks_)
        if (check.state == State::waiting && check.id.ends_with(ending))
            settle(check, State::skipped, {}, {});
}

void Checklist::skip_waiting() {
    for (auto& check : checks_)
        if (check.state == State::waiting) settle(check, State::skipped, {}, {});
}

}  // namespace skyn3t::verify
