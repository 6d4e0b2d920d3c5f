#pragma once

#include "provision/messages.hpp"

// What lint tells about TwiML documents. Each says what is wrong and what to write instead.
namespace skyn3t::provision::messages {

inline constexpr Message kNotVariable{
    "twiml-variable", Level::error,
    "«{{{{» no abre una variable ({0}): en este servidor solo hay {{{{Nombre}}}}, con el nombre de "
    "un "
    "parámetro de la llamada, como {{{{From}}}}",
    "\"{{{{\" begins no variable ({0}): this server has {{{{Name}}}} only, with the name of a "
    "parameter of the call, such as {{{{From}}}}"};
inline constexpr Message kNotXml{
    "twiml-not-xml", Level::error,
    "no es XML válido ({0}): la llamada se corta; escape «&» como &amp; y «<» como &lt;, y cierre "
    "cada etiqueta",
    "it is not valid XML ({0}): the call ends; escape & as &amp; and < as &lt;, and close every "
    "tag"};
inline constexpr Message kNotResponse{
    "twiml-root", Level::error,
    "la raíz no es <Response>: la llamada se corta; encierre los verbos en <Response>",
    "the root is not <Response>: the call ends; put the verbs into <Response>"};
inline constexpr Message kLargeDocument{
    "twiml-too-large", Level::error, "supera 64 kB: la llamada se corta; divídalo con <Redirect>",
    "it is larger than 64 kB: the call ends; split it with <Redirect>"};

inline constexpr Message kRouteIgnoresDigits{
    "twiml-route-ignores-digits", Level::error,
    "este documento recibe la tecla y no la mira: toda tecla llama a «{0}»; decida por Digits, o "
    "deje que «skyn3t apply» haga el documento",
    "this document gets the key and does not look at it: every key rings \"{0}\"; decide by "
    "Digits, or let \"skyn3t apply\" make the document"};
inline constexpr Message kSayBeforeGather{
    "twiml-say-before-gather", Level::error,
    "el saludo está antes de <Gather>: se pierden las teclas marcadas mientras suena; ponga <{0}> "
    "dentro de <Gather>",
    "the greeting is before <Gather>: keys pressed while it speaks are lost; put <{0}> inside "
    "<Gather>"};
inline constexpr Message kSayAfterDial{
    "twiml-say-after-dial", Level::error,
    "esta frase sigue a un <Dial> sin action: también se oye tras una buena llamada; agregue una "
    "action a <Dial> y dígala allí según DialCallStatus",
    "this sentence follows a <Dial> without action: it is heard after a good call, too; give "
    "<Dial> an action and say it there by DialCallStatus"};
inline constexpr Message kDialsEmergency{
    "twiml-emergency-number", Level::error,
    "llama a {0}, un número de emergencia; las pruebas nunca deben alcanzarlo: quítelo",
    "it dials {0}, an emergency number; tests must never reach it: remove it"};

inline constexpr Message kUnknownVerb{"twiml-unknown-verb", Level::error,
                                      "el verbo <{0}> no existe y se salta; quítelo",
                                      "the verb <{0}> does not exist and is skipped; remove it"};
inline constexpr Message kUnknownVerbLike{
    "twiml-unknown-verb", Level::error, "el verbo <{0}> no existe y se salta; escriba <{1}>",
    "the verb <{0}> does not exist and is skipped; write <{1}>"};
inline constexpr Message kUnknownElement{
    "twiml-unknown-element", Level::error, "<{0}> no existe dentro de <{1}> y se salta; quítelo",
    "<{0}> does not exist inside <{1}> and is skipped; remove it"};
inline constexpr Message kUnknownElementLike{
    "twiml-unknown-element", Level::error,
    "<{0}> no existe dentro de <{1}> y se salta; escriba <{2}>",
    "<{0}> does not exist inside <{1}> and is skipped; write <{2}>"};
inline constexpr Message kNesting{"twiml-nesting", Level::error,
                                  "<{0}> no puede estar dentro de <{1}> y se salta; sáquelo de ahí",
                                  "<{0}> may not be inside <{1}> and is skipped; take it out"};
inline constexpr Message kUnknownAttribute{
    "twiml-unknown-attribute", Level::warning,
    "<{0}> no tiene el atributo «{1}», que no hace nada; quítelo",
    "<{0}> has no attribute \"{1}\", which does nothing; remove it"};
inline constexpr Message kUnknownAttributeLike{
    "twiml-unknown-attribute", Level::warning,
    "<{0}> no tiene el atributo «{1}», que no hace nada; escriba «{2}»",
    "<{0}> has no attribute \"{1}\", which does nothing; write \"{2}\""};
inline constexpr Message kBadValue{"twiml-bad-value", Level::warning,
                                   "{1} de <{0}> no puede ser «{2}» (Twilio {3}); use {4}",
                                   "{1} of <{0}> cannot be \"{2}\" (Twilio {3}); use {5}"};
inline constexpr Message kStrayText{"twiml-stray-text", Level::warning,
                                    "hay texto suelto en <{0}>, que se ignora; quítelo",
                                    "there is loose text in <{0}>, which is ignored; remove it"};
inline constexpr Message kEmptySay{"twiml-empty-say", Level::warning,
                                   "<Say> no tiene texto y se salta; escríbalo o quítelo",
                                   "<Say> has no text and is skipped; write it or remove it"};
inline constexpr Message kLongSay{"twiml-long-say", Level::warning,
                                  "<Say> tiene {0} caracteres y la voz lee {1}; divídalo en varios",
                                  "<Say> has {0} characters and the voice reads {1}; split it"};
inline constexpr Message kEmptyPlay{"twiml-empty-play", Level::error,
                                    "<Play> no tiene audio; escriba la URL",
                                    "<Play> has no audio; write the URL"};
inline constexpr Message kEmptyDial{"twiml-empty-dial", Level::error,
                                    "<Dial> no llama a nadie; agregue <Sip> o <Number>",
                                    "<Dial> calls nobody; add <Sip> or <Number>"};
inline constexpr Message kBadDialledNumber{
    "twiml-bad-number", Level::error,
    "«{0}» no es un número en formato internacional; escríbalo como +56229145248",
    "\"{0}\" is not a number in international form; write it like +56229145248"};
inline constexpr Message kBadSipAddress{
    "twiml-bad-sip-address", Level::error,
    "«{0}» no es una dirección SIP completa y válida (Twilio {1}); escríbala como "
    "sip:usuario@dominio, con cabeceras X-... propias si las lleva",
    "\"{0}\" is not a whole and valid SIP address (Twilio {1}); write it like sip:user@domain, "
    "with X-... headers of your own if any"};
inline constexpr Message kSipEdge{
    "twiml-sip-edge", Level::error,
    "«{0}» nombra un borde de Twilio: así no se llega a un teléfono registrado; use {1}",
    "\"{0}\" names an edge of Twilio's: no registered phone is reached so; use {1}"};
inline constexpr Message kSipNoUser{"twiml-sip-no-user", Level::error,
                                    "«{0}» no dice a quién llamar; escriba sip:usuario@{1}",
                                    "\"{0}\" does not say whom to call; write sip:user@{1}"};
inline constexpr Message kBadRoomName{
    "twiml-bad-room-name", Level::error,
    "<Conference> necesita un nombre de 1 a 256 caracteres; escríbalo",
    "<Conference> needs a name of 1 to 256 characters; write it"};
inline constexpr Message kBadQueueName{"twiml-bad-queue-name", Level::error,
                                       "<{0}> necesita un nombre de 1 a 64 caracteres; escríbalo",
                                       "<{0}> needs a name of 1 to 64 characters; write it"};
inline constexpr Message kMixedNouns{
    "twiml-mixed-nouns", Level::error,
    "<Conference> y <Queue> van solos en su <Dial>; use otro <Dial> para los demás",
    "<Conference> and <Queue> stand alone in their <Dial>; use another <Dial> for the others"};
inline constexpr Message kTooManyNouns{"twiml-too-many-nouns", Level::error,
                                       "<Dial> llama a más de 10 a la vez; quite algunos",
                                       "<Dial> rings more than 10 at once; remove some"};
inline constexpr Message kRejectNotFirst{
    "twiml-reject-not-first", Level::error,
    "<Reject> solo rechaza una llamada como primer verbo; póngalo primero o use <Hangup>",
    "<Reject> rejects a call as the first verb only; put it first or use <Hangup>"};

inline constexpr Message kUnreachable{
    "twiml-unreachable", Level::warning,
    "<{0}> nunca se ejecuta: <{1}> no vuelve a este documento; quítelo o póngalo antes",
    "<{0}> never runs: <{1}> does not come back to this document; remove it or put it before"};
inline constexpr Message kDialWithoutAction{
    "twiml-dial-without-action", Level::warning,
    "<Dial> no tiene action: si nadie contesta, la llamada se corta sin decir nada; agregue una "
    "que mire DialCallStatus",
    "<Dial> has no action: when nobody answers, the call ends without a word; add one that looks "
    "at DialCallStatus"};
inline constexpr Message kGatherWithoutAction{
    "twiml-gather-without-action", Level::warning,
    "<Gather> no tiene action: la tecla vuelve a este mismo documento, que se repite; agregue la "
    "del documento que decide",
    "<Gather> has no action: the key comes back to this same document, which repeats; add that of "
    "the document that decides"};
inline constexpr Message kSilenceAfterGather{
    "twiml-silence-after-gather", Level::warning,
    "no hay nada después de <Gather>: si nadie marca, la llamada se corta sin decir nada; agregue "
    "un <Say> de despedida",
    "nothing stands behind <Gather>: when no key is pressed, the call ends without a word; add a "
    "<Say> that takes leave"};
inline constexpr Message kVoiceLanguage{
    "twiml-voice-language", Level::warning,
    "la voz {0} habla {1} y el idioma dice {2}; quite language o cambie la voz",
    "the voice {0} speaks {1} and language says {2}; remove language or change the voice"};
inline constexpr Message kSpokenSay{"twiml-spoken-words", Level::info, "se dirá «{0}»",
                                    "it will be spoken as \"{0}\""};
inline constexpr Message kMayNotDial{"twiml-may-not-dial", Level::warning,
                                     "llama a {0} ({1}), que may_dial de la comunidad no incluye: "
                                     "la llamada se rechaza (Twilio {2}); "
                                     "agregue «{1}» a may_dial, o quítelo",
                                     "it dials {0} ({1}), which may_dial of the community does not "
                                     "name: the call is refused (Twilio "
                                     "{2}); add \"{1}\" to may_dial, or remove it"};
inline constexpr Message kForeignCallerId{
    "twiml-foreign-caller-id", Level::warning,
    "callerId «{0}» no es el número de la comunidad: la llamada se rechaza si no está verificado "
    "(Twilio 13214); escriba {1}, o verifique el otro (OutgoingCallerIds)",
    "callerId \"{0}\" is not the community's number: the call is refused unless it is verified "
    "(Twilio "
    "13214); write {1}, or verify the other (OutgoingCallerIds)"};
inline constexpr Message kNotHere{
    "twiml-not-here", Level::warning,
    "{0} ({2}); vale en Twilio y no en este servidor: úselo solo con target: twilio",
    "{1} ({2}); it works at Twilio and not on this server: use it with target: twilio only"};

}  // namespace skyn3t::provision::messages
