#include "verify/step_words.hpp"

#include <fmt/format.h>

namespace skyn3t::verify::words {
namespace {

Words joined(const Words& a, const Words& b) {
    if (b.es.empty()) return a;
    return {a.es + " " + b.es, a.en + " " + b.en};
}

Words response(int status) {
    if (status < 300) return {};
    return {fmt::format("Respuesta SIP: {}.", status), fmt::format("SIP response: {}.", status)};
}

}  // namespace

Words of(model::EndReason reason) {
    return {std::string(sentence_es(reason)), std::string(sentence_en(reason))};
}

Words of(const model::CallRecord& record) {
    return joined(of(*record.end_reason), response(record.sip_code));
}

Words nothing_heard() { return {"No pasó nada a tiempo.", "Nothing happened in time."}; }

Words never_called() {
    return {
        "Es un número corto o de emergencia: la verificación nunca lo llama. Corrija «number» "
        "y aplique de nuevo.",
        "It is a short or an emergency number, which a verification never calls. Correct "
        "\"number\" and apply again."};
}

Words not_the_owner() {
    return {
        "Lo que se llama a este número llega a otra comunidad o a ninguna. Aplique de nuevo "
        "el archivo de comunidades.",
        "Calls to this number reach another community, or none. Apply the file of communities "
        "again."};
}

Words bad_document(const std::string& name, unsigned line) {
    const auto at = line == 0 ? "" : fmt::format(":{}", line);
    return {fmt::format("Corrija el documento {}{} y aplique de nuevo.", name, at),
            fmt::format("Correct the document {}{} and apply again.", name, at)};
}

Words no_credential(const std::string& user) {
    return {
        fmt::format("{} no tiene usuario con que registrarse. Aplique de nuevo el archivo de "
                    "comunidades.",
                    user),
        fmt::format("{} has no user to register with. Apply the file of communities again.", user)};
}

Words not_registered(const std::string& users, Ring ring) {
    const Words absent{fmt::format("Sin registrar: {}.", users),
                       fmt::format("Not registered: {}.", users)};
    if (ring == Ring::real_phones)
        return joined(absent, {"Revise que estén encendidos y en la red.",
                               "Check that they are on, and on the network."});
    return joined(absent, {"Lo demás se prueba con un teléfono de la verificación.",
                           "The rest is tested with the verification's own phone."});
}

Words does_not_answer(const std::string& silent, const std::string& absent, Ring ring) {
    const Words says{
        fmt::format("Registrado, pero no responde cuando se le pregunta: {}. Revise que esté "
                    "encendido y en la red.",
                    silent),
        fmt::format("Registered, but does not answer when it is asked: {}. Check that it is on, "
                    "and on the network.",
                    silent)};
    if (!absent.empty()) return joined(says, not_registered(absent, ring));
    if (ring == Ring::real_phones) return says;
    return joined(says, {"Lo demás se prueba con un teléfono de la verificación.",
                         "The rest is tested with the verification's own phone."});
}

Words no_probe_binding(const model::Role& role) {
    return {fmt::format("No se pudo registrar el teléfono de prueba de «{}».", role.role),
            fmt::format("The test phone of \"{}\" could not be registered.", role.role)};
}

Words no_call(const std::string& reason) {
    return {fmt::format("No se pudo hacer la llamada de prueba: {}.", reason),
            fmt::format("The test call could not be placed: {}.", reason)};
}

Words not_answered(const std::optional<call::LegEnd>& end) {
    if (!end)
        return {"Nadie contestó en 10 s. Vea el registro del servidor.",
                "Not answered within 10 s. See the server's log."};
    return joined(of(end->reason), response(end->status));
}

Words own_document_advice(const std::string& file, const std::string& code) {
    return {
        fmt::format("Revise {}: su <Gather> debe tener action=\"/twiml/{}/route\".", file, code),
        fmt::format("Look at {}: its <Gather> needs action=\"/twiml/{}/route\".", file, code)};
}

Words story_advice(const CallSid& call) {
    return {fmt::format("La historia: skyn3t call {}", call.str()),
            fmt::format("Its story: skyn3t call {}", call.str())};
}

Words greeting_unknown() {
    return {"El documento propio no dice un texto que se pueda reconocer.",
            "The operator's own document says no text that could be recognised."};
}

Words cut_in_greeting(const Words& reason, const Words& advice) {
    return joined(
        joined({"La llamada terminó durante el saludo.", "The call ended during the greeting."},
               reason),
        advice);
}

Words other_words(const Words& advice) {
    return joined({"Se oyó otra cosa, o el saludo llegó cortado.",
                   "Something else was heard, or the greeting came in pieces."},
                  advice);
}

Words same_as(const std::string& community) {
    return {fmt::format("No se distingue del saludo de {}: quien llama no sabe adónde llegó. "
                        "Cambie el nombre o la grabación de una de las dos.",
                        community),
            fmt::format("It cannot be told from the greeting of {}: callers do not know where they "
                        "are. Change the name or the recording of one of them.",
                        community)};
}

Words comparison_too_slow() {
    return {"El audio no se pudo comparar a tiempo: el servidor está muy ocupado. Pruebe de nuevo.",
            "The audio could not be compared in time: the server is too busy. Try again."};
}

Words no_prompt() {
    return {
        "El anuncio no está grabado ni se pudo sintetizar. Instale espeak-ng y aplique de "
        "nuevo.",
        "The announcement is neither recorded nor could be synthesised. Install espeak-ng and "
        "apply again."};
}

Words cut_after_key(const model::Role& role, const Words& reason, const Words& advice) {
    return joined(joined({fmt::format("La tecla {} no llevó a «{}»: la llamada terminó.",
                                      role.digit, role.label),
                          fmt::format("Key {} did not lead to \"{}\": the call ended.", role.digit,
                                      role.label)},
                         reason),
                  advice);
}

Words key_without_effect(const model::Role& role, const Words& advice) {
    return joined({fmt::format("La tecla {} no llevó a «{}».", role.digit, role.label),
                   fmt::format("Key {} did not lead to \"{}\".", role.digit, role.label)},
                  advice);
}

Words no_ring(const Words& reason) { return joined({"No sonó.", "It did not ring."}, reason); }

Words wrong_phone(const std::string& user) {
    return {fmt::format("Sonó {} en su lugar.", user), fmt::format("{} rang instead.", user)};
}

Words probe_cannot_take(const std::string& reason) {
    return {fmt::format("El teléfono de prueba no pudo tomar la llamada: {}.", reason),
            fmt::format("The test phone could not take the call: {}.", reason)};
}

Words nobody_answered(const Words& reason) {
    return joined({"No contestaron.", "It was not answered."}, reason);
}

Words no_audio() {
    return {"El tono no llegó en 10 s. Revise «media.ports» y el cortafuegos.",
            "The tone did not arrive within 10 s. Check media.ports and the firewall."};
}

Words cut_while_talking(const Words& reason) {
    return joined({"La llamada se cortó antes.", "The call was cut before."}, reason);
}

Words other_side_stays() {
    return {"El otro lado sigue en línea después de 10 s.",
            "The other side is still there after 10 s."};
}

Words no_record() {
    return {"La llamada no está en el registro. Revise la base de datos («database»).",
            "The call is not in the log. Check the database."};
}

Words bad_record(const model::CallRecord& record) {
    Words why = record.end_reason ? of(record) : Words{};
    const auto code = record.error_code == 0 ? "" : fmt::format(" [{}]", record.error_code);
    return joined({fmt::format("{} quedó como «{}»{}.", record.to, to_string(record.status), code),
                   fmt::format("{} is \"{}\"{}.", record.to, to_string(record.status), code)},
                  why);
}

}  // namespace skyn3t::verify::words
