#include "server/migration_words.hpp"

#include <fmt/format.h>

namespace skyn3t::server::migration_words {
namespace {

using model::Obstacle;
using model::Stage;
using model::Target;

bool is_to_here(Target to) { return to == Target::local; }

Sentence back_at(Stage stage) {
    constexpr const char* kEs[]{"al principio", "a la etapa de los documentos",
                                "a la etapa de los teléfonos", "a la etapa del número"};
    constexpr const char* kEn[]{"to the beginning", "to the stage of the documents",
                                "to the stage of the phones", "to the stage of the number"};
    const auto at = static_cast<std::size_t>(stage);
    return {kEs[at], kEn[at]};
}

}  // namespace

Sentence at_rest(Target home) {
    if (home == Target::local)
        return {"Las llamadas y los teléfonos están en este servidor.",
                "Calls and phones are on this server."};
    return {"Las llamadas y los teléfonos están en Twilio; los documentos los da este servidor.",
            "Calls and phones are at Twilio; this server gives the documents."};
}

Sentence now(Target to, Stage stage) {
    switch (stage) {
        case Stage::none:
            return at_rest(model::other(to));
        case Stage::documents:
            return is_to_here(to)
                       ? Sentence{"El número está en Twilio y pide sus documentos a este servidor; "
                                  "los teléfonos están en Twilio.",
                                  "The number is at Twilio and asks this server for its documents; "
                                  "the phones are at Twilio."}
                       : Sentence{"Las llamadas siguen en este servidor; en Twilio ya están el "
                                  "dominio, la lista y las credenciales.",
                                  "Calls still run on this server; at Twilio the domain, the list "
                                  "and the credentials are there."};
        case Stage::phones:
            return is_to_here(to)
                       ? Sentence{"La llamada llega a Twilio y suena primero el teléfono "
                                  "registrado aquí; si no se pudo, el de Twilio.",
                                  "A call comes to Twilio and rings the phone that is registered "
                                  "here first; when that fails, the one at Twilio."}
                       : Sentence{"Las llamadas siguen en este servidor mientras los teléfonos "
                                  "reciben su segunda cuenta, en Twilio.",
                                  "Calls still run on this server while the phones get their "
                                  "second account, at Twilio."};
        default:
            return is_to_here(to)
                       ? Sentence{"La llamada que aún llega a Twilio se entrega entera a este "
                                  "servidor; la que llega por su troncal corre aquí.",
                                  "A call that still comes to Twilio is given to this server as a "
                                  "whole; one on its own trunk runs here."}
                       : Sentence{"La llamada que llega a Twilio suena primero en Twilio; si no se "
                                  "pudo, en el teléfono registrado aquí.",
                                  "A call that comes to Twilio rings at Twilio first; when that "
                                  "fails, the phone that is registered here."};
    }
}

std::vector<Sentence> does(Target to, Stage next) {
    std::vector<Sentence> all;
    const auto add = [&](const char* es, const char* en) { all.push_back({es, en}); };
    if (is_to_here(to)) {
        if (next == Stage::documents)
            add("Deja el número de Twilio pidiendo los documentos de este servidor; lo que "
                "respondía antes se recuerda.",
                "Makes the number at Twilio ask this server for its documents; what answered "
                "before is remembered.");
        if (next == Stage::phones) {
            add("Crea aquí la lista, las credenciales (con las mismas contraseñas) y el número, y "
                "una cuenta con la que Twilio llama a este servidor.",
                "Makes the list, the credentials (with the same passwords) and the number here, "
                "and an account with which Twilio calls this server.");
            add("Muestra la segunda cuenta que hay que poner en cada teléfono.",
                "Shows the second account that each phone is to be given.");
        }
        if (next == Stage::number)
            add("Entrega a este servidor las llamadas enteras. Después, pida a su operador que "
                "lleve el número a su troncal.",
                "Gives whole calls to this server. After that, have your carrier move the number "
                "to your trunk.");
    } else {
        if (next == Stage::documents)
            add("Crea en Twilio el dominio, la lista y las credenciales, con las mismas "
                "contraseñas.",
                "Makes the domain, the list and the credentials at Twilio, with the same "
                "passwords.");
        if (next == Stage::phones)
            add("Muestra la segunda cuenta, de Twilio, que hay que poner en cada teléfono.",
                "Shows the second account, at Twilio, that each phone is to be given.");
        if (next == Stage::number)
            add("Deja el número de Twilio pidiendo los documentos de este servidor, que llaman "
                "primero a Twilio.",
                "Makes the number at Twilio ask this server for its documents, which dial Twilio "
                "first.");
    }
    add("La prueba con llamadas por Twilio, que cuestan unos centavos (--no-test-call las omite: "
        "entonces la etapa queda sin probar).",
        "Tests it by calls through Twilio, which cost a few cents (--no-test-call leaves them out: "
        "the stage is not proven then).");
    return all;
}

std::vector<Sentence> cannot(Target to, Stage next) {
    if (is_to_here(to)) {
        if (next == Stage::phones)
            return {{"No configura los teléfonos: la segunda cuenta se escribe en cada uno.",
                     "It does not set the phones: the second account is typed into each."}};
        if (next == Stage::number)
            return {
                {"No mueve el número: eso lo hace su operador. Una llamada que llega por la "
                 "troncal no suena en un teléfono que solo está en Twilio.",
                 "It does not move the number: your carrier does. A call on the trunk does not "
                 "ring a phone that is at Twilio only."}};
        return {};
    }
    if (next == Stage::documents)
        return {
            {"No compra ni trae el número: tiene que estar en la cuenta de Twilio antes de la "
             "última etapa.",
             "It neither buys nor ports the number: it has to be in the Twilio account before "
             "the last stage."}};
    if (next == Stage::phones)
        return {
            {"No ve qué teléfonos están en Twilio, que no tiene esa lista: confírmelo usted. "
             "Una llamada de la troncal de este servidor no suena en un teléfono de Twilio.",
             "It does not see which phones are at Twilio, which has no such list: confirm it "
             "yourself. A call on this server's trunk does not ring a phone at Twilio."}};
    return {};
}

std::vector<Sentence> finish_does(Target to) {
    if (is_to_here(to))
        return {
            {"La comunidad queda en este servidor; en Twilio se eliminan su lista y sus "
             "credenciales, y el número deja de pedir documentos. El número no se devuelve.",
             "The community is this server's; at Twilio its list and credentials are removed, "
             "and the number stops asking for documents. The number is not given back."}};
    return {
        {"La comunidad queda en Twilio; en este servidor se eliminan su número, su lista y sus "
         "credenciales.",
         "The community is Twilio's; on this server its number, list and credentials are "
         "removed."}};
}

Sentence obstacle(Obstacle obstacle, const std::string& code, Target to,
                  const std::string& absent) {
    switch (obstacle) {
        case Obstacle::none:
            return {};
        case Obstacle::already_there:
            return {fmt::format("{} ya está ahí (target: {}).", code, to_string(to)),
                    fmt::format("{} is there already (target: {}).", code, to_string(to))};
        case Obstacle::other_direction:
            return {fmt::format("{0} va en el otro sentido. Primero termine (skyn3t migrate {0} "
                                "--finish) o deshaga (--back).",
                                code),
                    fmt::format("{0} moves the other way. Finish that first (skyn3t migrate {0} "
                                "--finish) or undo it (--back).",
                                code)};
        case Obstacle::nothing_to_undo:
            return {fmt::format("{} no está en ninguna migración.", code),
                    fmt::format("{} is in no migration.", code)};
        case Obstacle::not_last_stage:
            return {"Solo se termina desde la última etapa, una vez probada.",
                    "It is finished from the last stage only, once that is tested."};
        case Obstacle::last_stage:
            return {fmt::format("Solo queda terminar: skyn3t migrate {} --finish", code),
                    fmt::format("What is left is to finish: skyn3t migrate {} --finish", code)};
        case Obstacle::no_twilio:
            return {
                "El servidor no tiene cuenta de Twilio: complete la sección «twilio» de su "
                "skyn3t.yaml y reinícielo.",
                "The server has no Twilio account: fill in the section \"twilio\" of its "
                "skyn3t.yaml and restart it."};
        case Obstacle::not_reachable:
            return {
                "Twilio no sabe dónde encontrar este servidor: ponga su dirección pública en "
                "sip.public_address y reinícielo.",
                "Twilio does not know where this server is: put its public address into "
                "sip.public_address and restart it."};
        case Obstacle::phones_absent:
            return {fmt::format("No están registrados en este servidor: {}. Ponga ahí la segunda "
                                "cuenta, o use --force.",
                                absent),
                    fmt::format("Not registered on this server: {}. Set the second account there, "
                                "or use --force.",
                                absent)};
        case Obstacle::no_call_yet:
            return is_to_here(to)
                       ? Sentence{"Todavía no ha llegado ninguna llamada a su número por una "
                                  "troncal de este servidor: el operador aún no lo ha movido. Con "
                                  "--force se termina igual.",
                                  "No call to its number has come in on a trunk of this server "
                                  "yet: the carrier has not moved it. --force finishes all the "
                                  "same."}
                       : Sentence{"Todavía no ha llegado ninguna llamada a su número por Twilio. "
                                  "Con --force se termina igual.",
                                  "No call to its number has come in at Twilio yet. --force "
                                  "finishes all the same."};
    }
    return {};
}

Sentence is_busy() {
    return {"Hay un paso en curso; espere a que termine.",
            "A step is being taken; wait until it has ended."};
}

Sentence too_much_waits() {
    return {"Hay demasiado trabajo en espera: espere unos minutos y repita apply.",
            "Too much work is waiting: wait a few minutes and apply again."};
}
Sentence taken_back(const Sentence& why, Stage now) {
    const auto at = back_at(now);
    return {fmt::format("Entretanto la migración volvió sola {}: {}. Este paso queda sin efecto: "
                        "corrija eso y empiece de nuevo desde ahí.",
                        at.es, why.es),
            fmt::format("Meanwhile the migration went back by itself {}: {}. This step has no "
                        "effect: mend that and begin again from there.",
                        at.en, why.en)};
}
Sentence declared_otherwise() {
    return {
        "Entretanto un apply cambió su destino, su número o su código. No se hizo nada: mire "
        "«skyn3t migrate» y repita este paso si corresponde.",
        "Meanwhile an apply has changed its target, number or code. Nothing was done: look at "
        "\"skyn3t migrate\" and repeat this step if it is still wanted."};
}
Sentence is_gone() {
    return {"La comunidad o su migración ya no existe: mire «skyn3t community list».",
            "The community or its migration is gone: look at \"skyn3t community list\"."};
}

Sentence prepare() {
    return {"Lo que necesita está creado donde corresponde",
            "What it needs is made where it belongs"};
}
Sentence switch_to(Target to, Stage stage) {
    const auto text = now(to, stage);
    return {text.es.substr(0, text.es.size() - 1), text.en.substr(0, text.en.size() - 1)};
}
Sentence verify_here() {
    return {"Llamada de prueba dentro de este servidor", "Test call within this server"};
}
Sentence call_number(const std::string& number) {
    return {fmt::format("Llamada de prueba por Twilio a {}: pide nuestro documento", number),
            fmt::format("Test call through Twilio to {}: it asks for our document", number)};
}
Sentence call_here(const std::string& address) {
    return {fmt::format("Llamada de prueba de Twilio a este servidor ({})", address),
            fmt::format("Test call from Twilio to this server ({})", address)};
}
Sentence restore_voice(const std::string& number) {
    return {fmt::format("El número {} responde en Twilio como antes", number),
            fmt::format("The number {} answers at Twilio as before", number)};
}
Sentence clean_up() {
    return {"Lo que ya no se usa está eliminado", "What is not used any more is removed"};
}
Sentence arrive(Target to) {
    return {fmt::format("La comunidad queda declarada en {}", to_string(to)),
            fmt::format("The community is declared at {}", to_string(to))};
}

Sentence no_test_call() {
    return {"Se omitió: la etapa queda sin probar por Twilio.",
            "Left out: the stage is not proven through Twilio."};
}
Sentence number_is_elsewhere(const std::string& number) {
    return {fmt::format("El número {} todavía no está en la cuenta de Twilio, y twilio.test_from "
                        "no dice desde cuál llamar.",
                        number),
            fmt::format("The number {} is not in the Twilio account yet, and twilio.test_from does "
                        "not say from which to call.",
                        number)};
}
Sentence not_asked(const std::string& status) {
    return {
        fmt::format("Twilio no pidió nuestro documento (la llamada: {}). Revise "
                    "http.public_url, el proxy y la firma.",
                    status),
        fmt::format("Twilio did not ask for our document (the call: {}). Check http.public_url, "
                    "the proxy and the signature.",
                    status)};
}
Sentence not_arrived(const std::string& address, const std::string& status) {
    return {
        fmt::format("La llamada de Twilio no llegó a este servidor (la llamada: {}). Revise que "
                    "{} se alcance desde Internet: cortafuegos y sip.public_address.",
                    status, address),
        fmt::format("Twilio's call did not arrive at this server (the call: {}). Check that {} "
                    "is reached from the Internet: firewall and sip.public_address.",
                    status, address)};
}
Sentence verification_failed() {
    return {"La llamada de prueba dentro de este servidor falló.",
            "The test call within this server failed."};
}
Sentence not_verified(const Error& error) {
    if (error.code == Errc::too_many)
        return {
            "Otra verificación está en curso (skyn3t verify): espere a que termine y repita "
            "este paso.",
            "Another verification is running (skyn3t verify): wait until it has ended and "
            "repeat this step."};
    if (error.code == Errc::unsupported)
        return {
            "La llamada de prueba dentro de este servidor necesita una dirección «udp:» en "
            "sip.listen: agréguela y reinicie el servidor.",
            "The test call within this server needs an address with \"udp:\" in sip.listen: "
            "add one and restart the server."};
    return {fmt::format("No se pudo empezar la llamada de prueba ({}). Repita este paso.",
                        error.detail),
            fmt::format("The test call could not begin ({}). Repeat this step.", error.detail)};
}
Sentence not_stored(const Error& error) {
    return {fmt::format("No se pudo usar la base de datos ({}). Corríjalo y repita este paso.",
                        error.detail),
            fmt::format("The database cannot be used ({}). Mend it and repeat this step.",
                        error.detail)};
}
Sentence not_declared(const Error& error) {
    if (error.code == Errc::too_many) return too_much_waits();
    return {fmt::format("No se pudo declarar en su nuevo lugar ({}). Corríjalo y repita este paso.",
                        error.detail),
            fmt::format("It could not be declared at its new place ({}). Mend it and repeat this "
                        "step.",
                        error.detail)};
}
Sentence arrived_but(Target to, const Sentence& why) {
    return {
        fmt::format("{0} Falta eliminar lo que ya no se usa, pero la comunidad ya es de {1}: en "
                    "communities.yaml tiene que decir ahora «target: {1}», y entonces apply "
                    "hace lo que falta.",
                    why.es, to_string(to)),
        fmt::format("{0} What is not used any more is still there, but the community is {1}'s "
                    "now: communities.yaml must say \"target: {1}\", and then apply does what "
                    "is left.",
                    why.en, to_string(to))};
}
Sentence went_back(const Sentence& why, Stage stage) {
    const auto at = back_at(stage);
    return {fmt::format("{} Volvió sola {}.", why.es, at.es),
            fmt::format("{} It went back by itself {}.", why.en, at.en)};
}
Sentence server_ends() { return {"El servidor se está deteniendo.", "The server is ending."}; }

}  // namespace skyn3t::server::migration_words
