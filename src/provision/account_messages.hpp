#pragma once

#include "provision/messages.hpp"

// What lint tells about an account. Each says what is wrong and what to do.
namespace skyn3t::provision::messages {

inline constexpr Message kListNotRegistered{
    "account-list-not-registered", Level::error,
    "la lista sirve para llamar y no para registrarse: sus teléfonos nunca se registran y nadie "
    "los puede llamar; asóciela también en Auth/Registrations del dominio {0}",
    "the list is mapped to calls and not to registrations: its phones never register and cannot be "
    "called; map it in Auth/Registrations of the domain {0}, too"};
inline constexpr Message kListNotForCalls{
    "account-list-not-for-calls", Level::error,
    "la lista sirve para registrarse y no para llamar: las llamadas de sus teléfonos se rechazan; "
    "asóciela también en Auth/Calls del dominio {0}",
    "the list is mapped to registrations and not to calls: calls of its phones are refused; map it "
    "in Auth/Calls of the domain {0}, too"};
inline constexpr Message kListUnmapped{
    "account-list-unmapped", Level::warning,
    "la lista no está asociada a ningún dominio: sus teléfonos no pueden nada; asóciela a "
    "llamadas y registros, o elimínela",
    "the list is mapped to no domain: its phones can do nothing; map it to calls and "
    "registrations, or delete it"};
inline constexpr Message kDomainWithoutVoiceUrl{
    "account-voice-url-empty", Level::error,
    "el dominio no tiene URL de voz: las llamadas que hacen los teléfonos fallan; póngale una que "
    "las encamine, o use «skyn3t apply»",
    "the domain has no voice URL: calls that phones place fail; give it one that routes them, or "
    "use \"skyn3t apply\""};
inline constexpr Message kNumberWithoutVoiceUrl{
    "account-voice-url-empty", Level::error,
    "el número no tiene URL de voz, aplicación ni troncal: quien llama no llega a nada; póngale "
    "una, o use «skyn3t apply»",
    "the number has no voice URL, application or trunk: callers reach nothing; give it one, or use "
    "\"skyn3t apply\""};
inline constexpr Message kRegistrationOff{
    "account-registration-off", Level::error,
    "el dominio no admite registros (SipRegistration): ningún teléfono se registra (32210); "
    "actívelo",
    "the domain does not allow registrations (SipRegistration): no phone registers (32210); turn "
    "it on"};
inline constexpr Message kDomainClosed{
    "account-domain-closed", Level::warning,
    "el dominio no tiene listas asociadas: no acepta ninguna llamada; asocie una, o elimínelo",
    "no list is mapped to the domain: it accepts no call; map one, or delete it"};
inline constexpr Message kNoIsolation{
    "account-no-isolation", Level::error,
    "comparten el dominio {0} listas y su URL de voz no separa comunidades: cualquier teléfono "
    "puede llamar a los de otra; use la de «skyn3t apply»",
    "{0} lists share the domain and its voice URL does not keep communities apart: any phone can "
    "ring another community's; use that of \"skyn3t apply\""};
inline constexpr Message kAmbiguousUser{
    "account-ambiguous-user", Level::error,
    "el usuario «{0}» está también en la lista {1} del mismo dominio: no se sabe de quién es; deje "
    "uno",
    "the user \"{0}\" is in the list {1} of the same domain, too: nobody knows whose it is; keep "
    "one"};
inline constexpr Message kTwimlBin{
    "account-twiml-bin", Level::warning,
    "contesta un TwiML Bin, que ninguna API deja leer ni cambiar; guarde su texto en un archivo "
    ".xml y revíselo con «skyn3t lint», o use «skyn3t apply»",
    "a TwiML Bin answers, which no API reads or changes; save its text as an .xml file and check "
    "it with \"skyn3t lint\", or use \"skyn3t apply\""};
inline constexpr Message kNobodyIsTold{
    "account-no-status-callback", Level::warning,
    "nadie se entera de cómo terminan las llamadas ni de lo que cuestan: no hay URL de estado; use "
    "«skyn3t apply», que la pone",
    "nobody learns how calls end or what they cost: there is no status callback; use \"skyn3t "
    "apply\", which sets it"};
inline constexpr Message kLongAccountUser{
    "account-long-username", Level::error,
    "el usuario «{0}» tiene más de 32 caracteres: Twilio lo rechaza (21240); acórtelo",
    "the user name \"{0}\" is longer than 32 characters: Twilio refuses it (21240); shorten it"};
inline constexpr Message kLongAccountName{
    "account-long-name", Level::error,
    "el nombre tiene más de 64 caracteres: Twilio lo rechaza; acórtelo",
    "the name is longer than 64 characters: Twilio refuses it; shorten it"};
inline constexpr Message kBadDomainName{
    "account-bad-domain-name", Level::error,
    "un dominio de Twilio tiene letras, dígitos y guiones, y termina en .sip.twilio.com (21232)",
    "a domain of Twilio's has letters, digits and hyphens, and ends in .sip.twilio.com (21232)"};
inline constexpr Message kTooManyDomains{
    "account-too-many", Level::error,
    "hay {0} dominios y Twilio admite 100 (21230); elimine los que sobran",
    "there are {0} domains and Twilio allows 100 (21230); delete some"};
inline constexpr Message kTooManyLists{
    "account-too-many", Level::error,
    "hay {0} listas de credenciales y Twilio admite 100; use otra cuenta para las demás",
    "there are {0} credential lists and Twilio allows 100; use another account for the others"};
inline constexpr Message kTooManyMapped{
    "account-too-many", Level::error,
    "hay {0} listas asociadas y Twilio admite 100 por dominio; use otro dominio para las demás",
    "{0} lists are mapped and Twilio allows 100 for a domain; use another domain for the others"};
inline constexpr Message kTooManyCredentials{
    "account-too-many", Level::error,
    "hay {0} usuarios en la lista y Twilio admite 1000 (21242); divídala",
    "there are {0} users in the list and Twilio allows 1000 (21242); split it"};

}  // namespace skyn3t::provision::messages
