#include "provision/step.hpp"

#include <fmt/format.h>

namespace skyn3t::provision {
namespace {

struct Sentence {
    Verb verb;
    Subject subject;
    std::string_view es, en;  // {0}: the resource, {1}: the domain
};

constexpr Sentence kSentences[] = {
    {Verb::create, Subject::credential_list, "crear la lista de credenciales {0}",
     "create the credential list {0}"},
    {Verb::update, Subject::credential_list, "cambiar el nombre de la lista de credenciales a {0}",
     "rename the credential list to {0}"},
    {Verb::remove, Subject::credential_list, "eliminar la lista de credenciales {0}",
     "remove the credential list {0}"},
    {Verb::create, Subject::credential, "crear la credencial del teléfono {0}",
     "create the credential of the phone {0}"},
    {Verb::update, Subject::credential,
     "enviar la contraseña de {0} (la que haya ahora deja de servir)",
     "send the password of {0} (the one that is there stops working)"},
    {Verb::remove, Subject::credential,
     "eliminar la credencial {0}: ese teléfono deja de funcionar",
     "remove the credential {0}: that phone stops working"},
    {Verb::create, Subject::domain, "crear el dominio SIP {0}", "create the SIP domain {0}"},
    {Verb::update, Subject::domain, "ajustar el dominio SIP {0}", "adjust the SIP domain {0}"},
    {Verb::remove, Subject::domain, "eliminar el dominio SIP {0}, que ya nadie usa",
     "remove the SIP domain {0}, which nobody uses any more"},
    {Verb::create, Subject::calls_mapping, "permitir que los teléfonos de {0} llamen por {1}",
     "let the phones of {0} call through {1}"},
    {Verb::remove, Subject::calls_mapping, "quitar a los teléfonos de {0} las llamadas por {1}",
     "stop the phones of {0} from calling through {1}"},
    {Verb::create, Subject::registrations_mapping,
     "permitir que los teléfonos de {0} se registren en {1}",
     "let the phones of {0} register at {1}"},
    {Verb::remove, Subject::registrations_mapping,
     "quitar a los teléfonos de {0} el registro en {1}",
     "stop the phones of {0} from registering at {1}"},
    {Verb::create, Subject::number, "crear el número {0}", "create the number {0}"},
    {Verb::update, Subject::number, "ajustar el número {0}", "adjust the number {0}"},
    {Verb::remove, Subject::number, "eliminar el número {0}", "remove the number {0}"},
    {Verb::blocked, Subject::number,
     "el número {0} no está en la cuenta de Twilio: cómprelo ahí (o con «number: buy»), o páselo a "
     "ella, y repita apply",
     "the number {0} is not in the Twilio account: buy it there (or with \"number: buy\") or port "
     "it, then apply again"},
};

}  // namespace

std::string_view to_string(Verb verb) {
    switch (verb) {
        case Verb::create:
            return "create";
        case Verb::update:
            return "update";
        case Verb::remove:
            return "remove";
        default:
            return "blocked";
    }
}

std::string_view to_string(Subject subject) {
    switch (subject) {
        case Subject::credential_list:
            return "credential-list";
        case Subject::credential:
            return "credential";
        case Subject::domain:
            return "domain";
        case Subject::calls_mapping:
            return "calls-mapping";
        case Subject::registrations_mapping:
            return "registrations-mapping";
        default:
            return "number";
    }
}

void describe_kept(Step& step, std::chrono::seconds time) {
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(time).count();
    const std::string words =
        minutes % 60 == 0 ? fmt::format("{} h", minutes / 60) : fmt::format("{} min", minutes);
    step.es = fmt::format(
        "cambiar la contraseña de {0} (la anterior sirve {1} más, hasta que su teléfono use la "
        "nueva)",
        step.name, words);
    step.en = fmt::format(
        "change the password of {0} (the one before stays good for {1}, until its phone uses the "
        "new one)",
        step.name, words);
}

void describe(Step& step, const std::string& where) {
    for (const Sentence& each : kSentences) {
        if (each.verb != step.verb || each.subject != step.subject) continue;
        step.es = fmt::format(fmt::runtime(each.es), step.name, where);
        step.en = fmt::format(fmt::runtime(each.en), step.name, where);
    }
}

}  // namespace skyn3t::provision
