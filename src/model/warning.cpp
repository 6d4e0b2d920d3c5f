#include "model/warning.hpp"

#include <algorithm>
#include <array>

namespace skyn3t::model {
namespace {

// By code.
constexpr auto kWarnings = std::to_array<WarningText>({
    {10004, "ya había todas las llamadas que se admiten", "there were as many calls as allowed"},

    // ---- Fetching documents and sounds
    {11100, "la dirección no es válida", "the address is not valid"},
    {11200, "no se pudo obtener el documento", "the document could not be had"},
    {11201, "el servidor de la aplicación no aceptó la conexión a tiempo",
     "the application's server did not accept the connection in time"},
    {11202, "el servidor de la aplicación rechazó la conexión",
     "the application's server refused the connection"},
    {11203, "se agotó el tiempo para obtener el documento",
     "the time for having the document was used up"},
    {11205, "falló la conexión con la aplicación", "the connection to the application failed"},
    {11206, "la respuesta de la aplicación no es HTTP válido",
     "the application's answer is not valid HTTP"},
    {11210, "no se encontró el nombre del servidor de la aplicación",
     "the name of the application's server was not found"},
    {11215, "demasiadas redirecciones", "too many redirects"},
    {11220, "no se pudo establecer TLS con la aplicación",
     "TLS with the application could not be set up"},
    {11235, "el certificado de la aplicación es de otro servidor",
     "the application's certificate is for another host"},
    {11236, "el certificado de la aplicación está vencido",
     "the application's certificate has expired"},
    {11237, "el certificado de la aplicación no es de confianza",
     "the application's certificate is not trusted"},
    {11243, "la política de reintentos de la dirección no es válida",
     "the address's retry policy is not valid"},
    {11750, "la respuesta es demasiado grande", "the answer is too large"},

    // ---- Reading documents
    {12100, "el XML del documento no se puede leer", "the document's XML cannot be read"},
    {12101, "la versión de Response no es válida", "the version of Response is not valid"},
    {12102, "el elemento raíz no es <Response>", "the root element is not <Response>"},
    {12200, "el documento lleva algo que aquí no tiene efecto",
     "the document holds something that has no effect here"},
    {12300, "el Content-Type de la respuesta no es el de TwiML (use text/xml)",
     "the answer's Content-Type is not TwiML's (use text/xml)"},
    {12400, "falló algo en este servidor", "something failed in this server"},

    // ---- Dial
    {13000, "Conference y Queue no se mezclan con otros destinos",
     "Conference and Queue cannot be mixed with other nouns"},
    {13201, "Dial no funciona en un documento de consulta",
     "Dial does not work in a screening document"},
    {13210, "el method de Dial no es válido", "Dial's method is not valid"},
    {13212, "el timeout de Dial no es válido", "Dial's timeout is not valid"},
    {13213, "hangupOnStar de Dial no es válido", "Dial's hangupOnStar is not valid"},
    {13214, "callerId no es un número de la comunidad ni está verificado",
     "callerId is no number of the community, nor verified"},
    {13215, "Dial no admite este elemento", "Dial may not hold this element"},
    {13216, "timeLimit de Dial no es válido", "Dial's timeLimit is not valid"},
    {13217, "record de Dial no es válido", "Dial's record is not valid"},
    {13218, "sequential de Dial no es válido", "Dial's sequential is not valid"},
    {13219, "answerOnBridge de Dial no es válido", "Dial's answerOnBridge is not valid"},
    {13220, "ringTone de Dial no es válido", "Dial's ringTone is not valid"},
    {13221, "un method de Number no es válido", "a method of Number is not valid"},
    {13222, "sendDigits de Number no es válido", "Number's sendDigits is not valid"},
    {13223, "el número no es E.164 (+, código de país, número)",
     "the number is not E.164 (+, country code, number)"},
    {13224, "el número no existe", "there is no such number"},
    {13225, "la comunidad no puede llamar a este número, que se cobra aparte o es de emergencia",
     "the community may not call this number, which costs extra or is for emergencies"},
    {13226, "el código de país no existe", "there is no such country code"},
    {13227, "may_dial de la comunidad no incluye este destino",
     "the community's may_dial does not name this destination"},
    {13237, "Conference no tiene un nombre que sirva", "Conference has no usable name"},
    {13241, "un method de Sip no es válido", "a method of Sip is not valid"},
    {13243, "la dirección SIP no se puede leer", "the SIP URI cannot be read"},
    {13247, "callerId no es válido", "callerId is not valid"},
    {13248, "callerId es demasiado largo", "callerId is too long"},
    {13249, "el usuario o la contraseña de Sip no sirven",
     "Sip's username or password is not usable"},
    {13250, "Dial hace sonar a lo más 10 a la vez", "Dial rings at most 10 at once"},
    {13253, "los encabezados de la dirección SIP pasan de 1024 caracteres",
     "the SIP URI's headers exceed 1024 characters"},

    // ---- Gather
    {13310, "finishOnKey no es una tecla", "finishOnKey is no key"},
    {13311, "finishOnKey es más de una tecla", "finishOnKey is more than one key"},
    {13312, "el method de Gather no es válido", "Gather's method is not valid"},
    {13313, "el timeout de Gather no es válido", "Gather's timeout is not valid"},
    {13314, "numDigits de Gather no es válido", "Gather's numDigits is not valid"},
    {13320, "Gather no admite este elemento", "Gather may not hold this element"},
    {13321, "la voz de un Say dentro de Gather no se conoce",
     "the voice of a Say inside Gather is unknown"},
    {13322, "loop de un Say dentro de Gather no es válido",
     "the loop of a Say inside Gather is not valid"},
    {13326, "input de Gather no es válido", "Gather's input is not valid"},
    {13327, "speechTimeout de Gather no es válido", "Gather's speechTimeout is not valid"},
    {13328, "maxSpeechTime de Gather no es válido", "Gather's maxSpeechTime is not valid"},
    {13329, "partialResultCallbackMethod de Gather no es válido",
     "Gather's partialResultCallbackMethod is not valid"},
    {13330, "hints de Gather no es válido", "Gather's hints are not valid"},
    {13331, "el idioma de Gather no es válido", "Gather's language is not valid"},
    {13332, "bargeIn de Gather no es válido", "Gather's bargeIn is not valid"},
    {13333, "profanityFilter de Gather no es válido", "Gather's profanityFilter is not valid"},
    {13335, "enhanced de Gather no es válido", "Gather's enhanced is not valid"},
    {13338, "actionOnEmptyResult de Gather no es válido",
     "Gather's actionOnEmptyResult is not valid"},
    {13340, "aquí no se reconoce el habla: input «speech» nunca recoge nada",
     "speech is not recognised here: input \"speech\" never matches"},

    // ---- Play, Say and the rest
    {13410, "loop de Play no es válido", "Play's loop is not valid"},
    {13420, "el audio no se puede reproducir", "the audio cannot be played"},
    {13430, "digits de Play no es válido", "Play's digits are not valid"},
    {13510, "loop de Say no es válido", "Say's loop is not valid"},
    {13511, "la voz de Say no se conoce", "Say's voice is unknown"},
    {13513, "rate de prosody no es válido", "prosody's rate is not valid"},
    {13520, "el texto de Say está vacío o no se puede decir",
     "Say's text is empty or cannot be said"},
    {13521, "el texto de Say es demasiado largo y se cortó", "Say's text is too long and was cut"},
    {13710, "el method de Redirect no es válido", "Redirect's method is not valid"},
    {13750, "esto no está disponible aquí", "this is not supported here"},
    {13810, "reason de Reject no es válido", "Reject's reason is not valid"},
    {13910, "length de Pause no es válido", "Pause's length is not valid"},
    {14212, "Queue no tiene un nombre que sirva", "Queue has no usable name"},
    {15004, "la dirección es relativa y no hay un documento que le dé base",
     "the address is relative, and there is no document to stand on"},

    // ---- SIP
    {32002, "no es el dominio SIP de este servidor", "not this server's SIP domain"},
    {32009, "el teléfono no está registrado", "the phone is not registered"},
    {32010, "no hay una troncal configurada", "no trunk is configured"},
    {32011, "la troncal no responde", "the trunk does not answer"},
    {32014, "dejó de llegar audio", "no more audio arrived"},
    {32022, "la respuesta no se confirmó (ACK)", "the answer was not confirmed (ACK)"},
    {32111, "el nombre de un encabezado SIP no es válido", "the name of a SIP header is not valid"},
    {32112, "el valor de un encabezado SIP no es válido", "the value of a SIP header is not valid"},
    {32113, "este encabezado SIP no se puede fijar", "this SIP header may not be set"},
    {32114, "un parámetro de la dirección SIP no es válido",
     "a parameter of the SIP URI is not valid"},
    {32201, "la llamada viene de una dirección que no es de ninguna troncal",
     "the call comes from an address that is no trunk's"},
    {32223, "la dirección SIP no nombra a nadie", "the SIP URI names nobody"},
});

constexpr bool by_code(const WarningText& a, const WarningText& b) { return a.code < b.code; }
static_assert(std::is_sorted(kWarnings.begin(), kWarnings.end(), by_code));

}  // namespace

std::optional<WarningText> find_warning(int code) {
    const auto found = std::lower_bound(kWarnings.begin(), kWarnings.end(),
                                        WarningText{code, nullptr, nullptr}, by_code);
    if (found == kWarnings.end() || found->code != code) return std::nullopt;
    return *found;
}

}  // namespace skyn3t::model
