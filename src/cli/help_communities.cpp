#include "cli/help_texts.hpp"

namespace skyn3t::cli {
namespace {

constexpr Help kCommunityHelp[] = {
    {Command::community_group,
     R"(Uso: skyn3t community ORDEN [opciones]

  list                 las comunidades, y con --removed las eliminadas
  show CÓDIGO...       una con sus teclas y teléfonos; con --secrets, la hoja para configurarlos
  add CÓDIGO           crea una
  rename CÓDIGO NUEVO  le cambia el código
  remove CÓDIGO        la elimina; durante 30 días se puede recuperar
  restore CÓDIGO       recupera una eliminada
  rotate CÓDIGO        contraseñas nuevas
  recordings CÓDIGO    sus frases, y cuáles tienen grabación
  record, unrecord     sube o borra una grabación

Ejemplo:
  skyn3t community add --help
)",
     R"(Usage: skyn3t community COMMAND [options]

  list                 the communities, and with --removed those that were removed
  show CODE...         one with its keys and phones; with --secrets, the sheet to set them up
  add CODE             creates one
  rename CODE NEW      gives it another code
  remove CODE          removes it; for 30 days it can be had back
  restore CODE         has a removed one back
  rotate CODE          new passwords
  recordings CODE      its sentences, and which have a recording
  record, unrecord     uploads or deletes a recording

Example:
  skyn3t community add --help
)"},
    {Command::community_list,
     R"(Uso: skyn3t community list [--removed]

Las comunidades, con los teléfonos que están en línea. Con --removed, las eliminadas que todavía se pueden recuperar.
)",
     R"(Usage: skyn3t community list [--removed]

The communities, with the phones that are online. With --removed, those removed that can be had back.
)"},
    {Command::community_show,
     R"(Uso: skyn3t community show CÓDIGO... | --all [--secrets [--device EQUIPO]]

Una comunidad, varias o todas, con sus teclas y teléfonos. Con --secrets, una hoja para imprimir con lo que hay que
escribir en cada teléfono: dominio, proxy de salida, usuario, contraseña, transporte, expiración, códecs y dígitos;
queda anotado quién lo pidió.

  --device    con los nombres y las páginas del equipo: grandstream, yealink, linphone o zoiper

Ejemplos:
  skyn3t community show OFICINA_PRINCIPAL
  skyn3t community show --all --secrets --device grandstream > hojas.txt
)",
     R"(Usage: skyn3t community show CODE... | --all [--secrets [--device DEVICE]]

A community, several or all, with their keys and phones. With --secrets, a sheet to print with what is to be typed into
each phone: domain, outbound proxy, user, password, transport, expiry, codecs and digits; who asked is put on record.

  --device    in the names and pages of the device: grandstream, yealink, linphone or zoiper

Examples:
  skyn3t community show OFICINA_PRINCIPAL
  skyn3t community show --all --secrets --device grandstream > sheets.txt
)"},
    {Command::community_add,
     R"(Uso: skyn3t community add CÓDIGO --name NOMBRE --number +56... [--type TIPO] [--role ROL:TECLA:NOMBRE]... [--yes]

Crea una comunidad. Sin --role: office en la tecla 1 y security en la 2. El número no puede ser de otra.

Ejemplo:
  skyn3t community add LOS_AROMOS --name "Edificio Los Aromos" --number +56223456700 --role "office:1:administración"
)",
     R"(Usage: skyn3t community add CODE --name NAME --number +56... [--type TYPE] [--role ROLE:KEY:LABEL]... [--yes]

Creates a community. Without --role: office on key 1 and security on key 2. The number cannot be another's.

Example:
  skyn3t community add LOS_AROMOS --name "Edificio Los Aromos" --number +56223456700 --role "office:1:administración"
)"},
    {Command::community_rename,
     R"(Uso: skyn3t community rename CÓDIGO CÓDIGO_NUEVO [--yes]

Le cambia el código a una comunidad: sus teléfonos, llamadas y grabaciones siguen siendo suyos. Después, el archivo tiene
que decir el código nuevo. Con «passwords: guide» cambian las contraseñas, que salen del código.

Ejemplo:
  skyn3t community rename LOS_AROMOS TORRE_AROMOS
)",
     R"(Usage: skyn3t community rename CODE NEW_CODE [--yes]

Gives a community another code: its phones, calls and recordings stay its own. The file must say the new code from then
on. With "passwords: guide" the passwords change, since they are made from the code.

Example:
  skyn3t community rename LOS_AROMOS TORRE_AROMOS
)"},
    {Command::community_remove,
     R"(Uso: skyn3t community remove CÓDIGO [--yes]

Elimina una comunidad. Nombra antes los teléfonos que dejarán de funcionar. Durante 30 días se puede recuperar, con sus
contraseñas, llamadas y grabaciones: skyn3t community restore.

Ejemplo:
  skyn3t community remove LOS_AROMOS
)",
     R"(Usage: skyn3t community remove CODE [--yes]

Removes a community. Before it does, it names the phones that will stop. For 30 days it can be had back, with its
passwords, calls and recordings: skyn3t community restore.

Example:
  skyn3t community remove LOS_AROMOS
)"},
    {Command::community_restore,
     R"(Uso: skyn3t community restore CÓDIGO [--yes]

Recupera una comunidad eliminada hace menos de 30 días, como estaba: sus teléfonos siguen con las contraseñas que tenían,
y sus llamadas y grabaciones vuelven a ser suyas. Las que hay: skyn3t community list --removed.

Ejemplo:
  skyn3t community restore LOS_AROMOS
)",
     R"(Usage: skyn3t community restore CODE [--yes]

Has a community back that was removed less than 30 days ago, as it was: its phones keep the passwords that they had, and
its calls and recordings are its own again. Those there are: skyn3t community list --removed.

Example:
  skyn3t community restore LOS_AROMOS
)"},
    {Command::community_rotate,
     R"(Uso: skyn3t community rotate CÓDIGO [--role ROL] [--grace 24h] [--yes]

Contraseñas nuevas para los teléfonos de una comunidad, o para el de un rol. En este servidor la anterior sigue sirviendo
hasta que el teléfono se registre con la nueva, y como máximo por el plazo de --grace (30m, 24h, 7d; hasta 30d; 0: deja de
servir de inmediato). En Twilio deja de servir de inmediato, pues admite una sola. Quién sigue con la anterior:
skyn3t registrations.

Ejemplos:
  skyn3t community rotate OFICINA_PRINCIPAL --role office
  skyn3t community rotate OFICINA_PRINCIPAL --grace 0
)",
     R"(Usage: skyn3t community rotate CODE [--role ROLE] [--grace 24h] [--yes]

New passwords for the phones of a community, or for that of one role. On this server the old one stays good until the
phone registers with the new one, and for the time of --grace at most (30m, 24h, 7d; up to 30d; 0: it stops at once). At
Twilio it stops at once, since Twilio allows one only. Who still uses the old one: skyn3t registrations.

Examples:
  skyn3t community rotate OFICINA_PRINCIPAL --role office
  skyn3t community rotate OFICINA_PRINCIPAL --grace 0
)"},
    {Command::community_recordings,
     R"(Uso: skyn3t community recordings CÓDIGO

Las frases de una comunidad: su nombre, y si se oyen con la voz o con una grabación subida.
)",
     R"(Usage: skyn3t community recordings CODE

The sentences of a community: their names, and whether the voice or an uploaded recording is heard.
)"},
    {Command::community_record,
     R"(Uso: skyn3t community record CÓDIGO NOMBRE ARCHIVO

Sube una grabación que se oye en vez de la voz desde la próxima llamada: WAV, FLAC, Ogg o MP3, de 5 minutos y 8 MB a lo
más. Los nombres: skyn3t community recordings CÓDIGO. Las demás comunidades no cambian.

  bienvenida         el menú completo
  conectando-ROL     «Conectando con ...», por ejemplo conectando-office
  opcion-no-valida, sin-seleccion, no-se-pudo

Ejemplo:
  skyn3t community record OFICINA_PRINCIPAL bienvenida saludo.wav
)",
     R"(Usage: skyn3t community record CODE NAME FILE

Uploads a recording that is heard instead of the voice from the next call on: WAV, FLAC, Ogg or MP3, 5 minutes and 8 MB
at most. The names: skyn3t community recordings CODE. Other communities do not change.

  bienvenida         the whole menu
  conectando-ROLE    "Conectando con ...", such as conectando-office
  opcion-no-valida, sin-seleccion, no-se-pudo

Example:
  skyn3t community record OFICINA_PRINCIPAL bienvenida greeting.wav
)"},
    {Command::community_unrecord,
     R"(Uso: skyn3t community unrecord CÓDIGO NOMBRE [--yes]

Borra una grabación: desde la próxima llamada se oye la voz.

Ejemplo:
  skyn3t community unrecord OFICINA_PRINCIPAL bienvenida
)",
     R"(Usage: skyn3t community unrecord CODE NAME [--yes]

Deletes a recording: from the next call on the voice is heard.

Example:
  skyn3t community unrecord OFICINA_PRINCIPAL bienvenida
)"},
};

}  // namespace

std::span<const Help> community_help() { return kCommunityHelp; }

}  // namespace skyn3t::cli
