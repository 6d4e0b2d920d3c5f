#include "model/end_reason.hpp"

#include <array>

namespace skyn3t::model {
namespace {

struct Row {
    EndReason reason;
    std::string_view word, es, en;
};
using R = EndReason;
constexpr auto kRows = std::to_array<Row>({
    {R::caller_hung_up, "caller_hung_up", "Cortó quien llamaba.", "The caller hung up."},
    {R::callee_hung_up, "callee_hung_up", "Cortó quien contestó.", "The called party hung up."},
    {R::document_hung_up, "document_hung_up", "La llamada terminó como indica el documento.",
     "The document ended the call."},
    {R::hung_up_on_star, "hung_up_on_star", "Quien llamaba terminó con la tecla asterisco.",
     "The caller ended it with the star key."},
    {R::no_selection, "no_selection", "No se marcó ninguna opción.", "No key was pressed."},
    {R::too_many_wrong_keys, "too_many_wrong_keys", "Se marcaron demasiadas opciones no válidas.",
     "Too many invalid keys were pressed."},
    {R::busy, "busy", "El teléfono estaba ocupado.", "The phone was busy."},
    {R::declined, "declined", "El teléfono rechazó la llamada.", "The phone declined the call."},
    {R::no_answer, "no_answer", "Nadie contestó a tiempo.", "Nobody answered in time."},
    {R::not_registered, "not_registered", "El teléfono no está registrado.",
     "The phone is not registered."},
    {R::no_common_codec, "no_common_codec", "No hay un códec de audio en común.",
     "There is no audio codec in common."},
    {R::unreachable, "unreachable", "El teléfono no responde.", "The phone cannot be reached."},
    {R::not_a_trunk, "not_a_trunk",
     "La llamada llegó de una dirección que no es de ninguna troncal.",
     "The call came from an address that is no trunk's."},
    {R::unknown_number, "unknown_number", "El número llamado no es de ninguna comunidad.",
     "The called number belongs to no community."},
    {R::too_many_calls, "too_many_calls", "El servidor ya tenía todas las llamadas que admite.",
     "The server already had all the calls that it takes."},
    {R::too_many_of_community, "too_many_of_community",
     "La comunidad ya tenía todas las llamadas que se le admiten.",
     "The community already had all the calls that it may have."},
    {R::too_many_of_number, "too_many_of_number",
     "El número llamado ya tenía todas las llamadas que se le admiten.",
     "The called number already had all the calls that it may have."},
    {R::too_many_of_phone, "too_many_of_phone",
     "El teléfono que llama ya tenía todas las llamadas que se le admiten.",
     "The phone that calls already had all the calls that it may have."},
    {R::refused, "refused", "El otro extremo no aceptó la llamada.",
     "The far end did not accept the call."},
    {R::destination_not_allowed, "destination_not_allowed",
     "La comunidad no tiene permiso para llamar a este destino.",
     "The community may not call this destination."},
    {R::caller_id_not_allowed, "caller_id_not_allowed",
     "El número que se quiso mostrar no es de la comunidad.",
     "The number to be shown is not the community's."},
    {R::phone_may_not_call, "phone_may_not_call",
     "Los teléfonos todavía no pueden llamar a este número.",
     "Phones can not call this number yet."},
    {R::rejected, "rejected", "El documento rechazó la llamada.",
     "The document rejected the call."},
    {R::answered_elsewhere, "answered_elsewhere", "Contestó otro teléfono.",
     "Another phone answered."},
    {R::no_audio, "no_audio", "Dejó de llegar audio.", "No more audio arrived."},
    {R::caller_not_heard, "caller_not_heard", "No llegó audio de quien llama.",
     "No audio arrived from the caller."},
    {R::held_too_long, "held_too_long", "Quedó en espera demasiado tiempo, sin dar señales.",
     "It was left on hold too long, without a sign of life."},
    {R::no_ack, "no_ack", "El otro extremo no confirmó la respuesta (ACK).",
     "The far end did not confirm the answer (ACK)."},
    {R::session_expired, "session_expired",
     "El otro extremo dejó de confirmar que seguía en la llamada.",
     "The far end no longer confirmed that it was in the call."},
    {R::time_limit, "time_limit", "Se alcanzó la duración máxima.",
     "The maximum duration was reached."},
    {R::document_error, "document_error", "No se pudo obtener o leer el documento de la llamada.",
     "The call's document could not be fetched or read."},
    {R::not_supported, "not_supported", "Este destino todavía no está disponible.",
     "This destination is not available yet."},
    {R::ended_by_api, "ended_by_api", "La llamada se terminó por la API.",
     "The call was ended through the API."},
    {R::server_stopping, "server_stopping", "El servidor se detuvo.", "The server was stopped."},
    {R::server_restarted, "server_restarted", "El servidor se reinició durante la llamada.",
     "server restarted"},
    {R::server_error, "server_error", "Hubo un error interno del servidor.",
     "There was an internal server error."},
});

const Row& row(EndReason reason) {
    for (const Row& each : kRows)
        if (each.reason == reason) return each;
    return kRows.back();
}

}  // namespace

std::string_view to_string(EndReason reason) { return row(reason).word; }
std::string_view sentence_es(EndReason reason) { return row(reason).es; }
std::string_view sentence_en(EndReason reason) { return row(reason).en; }

std::optional<EndReason> parse_end_reason(std::string_view word) {
    for (const Row& each : kRows)
        if (each.word == word) return each.reason;
    return std::nullopt;
}

}  // namespace skyn3t::model
