#include "cli/help_texts.hpp"

namespace skyn3t::cli {
namespace {

constexpr Help kLogHelp[] = {
    {Command::registrations,
     R"(Uso: skyn3t registrations [--community CÓDIGO]
     skyn3t registrations remove CÓDIGO USUARIO [--contact CONTACTO] [--yes]

Los teléfonos registrados ahora, con la dirección desde la que llegan y si responden cuando se les pregunta; después los
desconectados, desde cuándo y por qué; y los intentos fallidos del último día, con lo que está mal en cada uno.
)",
     R"(Usage: skyn3t registrations [--community CODE]
       skyn3t registrations remove CODE USER [--contact CONTACT] [--yes]

The phones that are registered now, with the address that they come from and whether they answer when they are asked; then
those that are offline, since when and why; and the failed attempts of the last day, with what is wrong in each.
)"},
    {Command::registrations_remove,
     R"(Uso: skyn3t registrations remove CÓDIGO USUARIO [--contact CONTACTO] [--yes]

Elimina el registro de un teléfono que ya no existe, o todos los de un usuario: no se le llama más. El teléfono puede
registrarse de nuevo.

Ejemplo:
  skyn3t registrations remove OFICINA_PRINCIPAL +56229145248-office --contact sip:office@192.168.1.10
)",
     R"(Usage: skyn3t registrations remove CODE USER [--contact CONTACT] [--yes]

Removes the registration of a phone that is gone, or all of a user's: it is not rung any more. The phone may register
again.

Example:
  skyn3t registrations remove OFICINA_PRINCIPAL +56229145248-office --contact sip:office@192.168.1.10
)"},
    {Command::blocks,
     R"(Uso: skyn3t blocks

Quién se equivocó de contraseña en el último minuto, y quién está bloqueado: 10 fallas de un usuario desde una dirección
lo bloquean 5 minutos, 100 de una dirección la bloquean entera, y 400 de una red (/24, o /64 de IPv6), toda la red.
Los teléfonos de una comunidad con alguno en línea en esa dirección no se bloquean.
)",
     R"(Usage: skyn3t blocks

Who got a password wrong in the last minute, and who is blocked: 10 failures of a user from one address block it for 5
minutes, 100 of an address block the whole address, and 400 of a network (/24, or /64 of IPv6) all of the network. The
phones of a community that has one online at that address are not blocked.
)"},
    {Command::blocks_clear,
     R"(Uso: skyn3t blocks clear [--address DIRECCIÓN] [--user USUARIO]

Olvida las fallas y libera: de una dirección, de un usuario, de ambos a la vez, o de todos.

Ejemplo:
  skyn3t blocks clear --user +56229145248-office
)",
     R"(Usage: skyn3t blocks clear [--address ADDRESS] [--user USER]

Forgets the failures and lets in: those of an address, of a user, of both at once, or all.

Example:
  skyn3t blocks clear --user +56229145248-office
)"},
    {Command::calls,
     R"(Uso: skyn3t calls [--failed] [--refused] [--number NÚMERO] [--since CUÁNDO] [--until CUÁNDO] [--community CÓDIGO] [--limit N]

El registro de llamadas, la última primero.

  --failed      solo las que fallaron, ocupadas o sin respuesta
  --refused     solo las que se rechazaron de entrada: de una dirección que no es de una troncal, a un número de nadie,
                o por haber ya demasiadas
  --number      las que vienen de un número o teléfono, o van a él
  --since       desde hace 30m, 24h o 7d, desde las 14:30, o desde una fecha como 2026-11-22
  --until       hasta entonces, escrito igual
  --verifications  también las llamadas de prueba de verify
  --community   de una comunidad
  --limit       cuántas, de 1 a 1000 (por omisión 50)

Ejemplo:
  skyn3t calls --failed --since 24h
  skyn3t calls --number +56987654321 --since 09:00 --until 09:30
)",
     R"(Usage: skyn3t calls [--failed] [--refused] [--number NUMBER] [--since WHEN] [--until WHEN] [--community CODE] [--limit N]

The call log, newest first.

  --failed      only those that failed, were busy or not answered
  --refused     only those refused at the door: from an address that is no trunk's, to a number that nobody owns, or
                since there were too many already
  --number      those from or to a number or phone
  --since       since 30m, 24h or 7d ago, since 14:30, or since a date such as 2026-11-22
  --until       until then, written alike
  --verifications  also the test calls of verify
  --community   of one community
  --limit       how many, 1 to 1000 (default 50)

Example:
  skyn3t calls --failed --since 24h
  skyn3t calls --number +56987654321 --since 09:00 --until 09:30
)"},
    {Command::call,
     R"(Uso: skyn3t call SID

La historia de una llamada: qué se dijo, qué se pulsó, quién contestó, cuánto duró y cómo se oyó.

Ejemplo:
  skyn3t call CA0123456789abcdef0123456789abcdef
)",
     R"(Usage: skyn3t call SID

The story of a call: what was said and pressed, who answered, how long it lasted and how it sounded.

Example:
  skyn3t call CA0123456789abcdef0123456789abcdef
)"},
    {Command::alerts,
     R"(Uso: skyn3t alerts [--level error|warning] [--since CUÁNDO] [--until CUÁNDO] [--limit N]

Qué salió mal en las llamadas y en los documentos que piden, lo último primero. Los tiempos, como en calls.

Ejemplo:
  skyn3t alerts --level error --since 24h
)",
     R"(Usage: skyn3t alerts [--level error|warning] [--since WHEN] [--until WHEN] [--limit N]

What went wrong in calls and in the documents that they ask for, newest first. Times as with calls.

Example:
  skyn3t alerts --level error --since 24h
)"},
    {Command::events,
     R"(Uso: skyn3t events [--since CUÁNDO] [--until CUÁNDO] [--limit N]

Quién cambió qué, por la API o con estas órdenes, y quién pidió contraseñas; lo último primero. Los tiempos, como en calls.

Ejemplo:
  skyn3t events --since 7d
)",
     R"(Usage: skyn3t events [--since WHEN] [--until WHEN] [--limit N]

Who changed what, by the API or with these commands, and who asked for passwords; newest first. Times as with calls.

Example:
  skyn3t events --since 7d
)"},
    {Command::verify,
     R"(Uso: skyn3t verify [CÓDIGO...] [--ring] [--yes]

Llama a cada comunidad (o a todas) por dentro del servidor y revisa el saludo, cada tecla y el audio en ambos sentidos.
Los teléfonos de verdad no suenan, salvo con --ring; sin código suenan todos, y entonces dice cuántos y pregunta. Nunca
llama a números de emergencia.

Ejemplo:
  skyn3t verify OFICINA_PRINCIPAL
)",
     R"(Usage: skyn3t verify [CODE...] [--ring] [--yes]

Calls each community (or all) inside the server and checks the greeting, every key and the audio both ways. The real
phones do not ring, except with --ring; without a code all ring, and it says how many and asks. It never calls emergency
numbers.

Example:
  skyn3t verify OFICINA_PRINCIPAL
)"},
};

}  // namespace

std::span<const Help> log_help() { return kLogHelp; }

}  // namespace skyn3t::cli
