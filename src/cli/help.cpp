#include "cli/help_texts.hpp"

namespace skyn3t::cli {
namespace {

constexpr Help kHelp[] = {
    {Command::none,
     R"(skyn3t: telefonía para comunidades

Uso: skyn3t ORDEN [opciones]

  serve               inicia el servidor
  apply -f ARCHIVO    crea o cambia las comunidades del archivo
  plan -f ARCHIVO     muestra lo que haría apply
  drift [CÓDIGO...]   qué cambió alguien en el servidor o en la consola de Twilio
  import              lee una cuenta a un communities.yaml
  lint ARCHIVO...     revisa comunidades, documentos TwiML o una cuenta, sin cambiar nada
  community           list, show, add, remove, rotate, recordings, record, unrecord
  document            documentos TwiML guardados: list, show, put, remove, preview
  registrations       teléfonos registrados y teléfonos desconectados
  blocks              quién se bloqueó por contraseñas equivocadas; blocks clear lo libera
  calls               registro de llamadas
  call SID            la historia de una llamada
  verify [CÓDIGO...]  prueba cada comunidad con una llamada propia
  migrate CÓDIGO      traslada una comunidad entre Twilio y este servidor, por etapas

Opciones de todas las órdenes:
  --url URL           dirección del servidor (o SKYN3T_URL)
  --ca-file ARCHIVO   quién firma el certificado del servidor (o SKYN3T_CA_FILE)
  --config ARCHIVO    configuración (por omisión ./skyn3t.yaml, /etc/skyn3t/skyn3t.yaml)
  --json              lo que respondió el servidor, tal cual
  -h, --help          ayuda de la orden
  --version           versión, commit de git y clase de compilación de este programa

Códigos de salida: 0 hecho, 1 falló, 2 el plan o drift no está vacío, 64 uso incorrecto.

Ejemplos:
  skyn3t serve --config skyn3t.yaml
  skyn3t apply -f communities.yaml
  skyn3t calls --failed --since 24h
)",
     R"(skyn3t: telephony for communities

Usage: skyn3t COMMAND [options]

  serve               start the server
  apply -f FILE       create or change the communities of the file
  plan -f FILE        show what apply would do
  drift [CODE...]     what somebody changed on the server or in Twilio's console
  import              read an account into a communities.yaml
  lint FILE...        check communities, TwiML documents or an account, and change nothing
  community           list, show, add, remove, rotate, recordings, record, unrecord
  document            stored TwiML documents: list, show, put, remove, preview
  registrations       phones that are registered, and those that are offline
  blocks              who is blocked after wrong passwords; blocks clear lets them in
  calls               the call log
  call SID            the story of one call
  verify [CODE...]    test each community with a call of its own
  migrate CODE        move a community between Twilio and this server, stage by stage

Options of every command:
  --url URL           the server's address (or SKYN3T_URL)
  --ca-file FILE      who signs the server's certificate (or SKYN3T_CA_FILE)
  --config FILE       configuration (default ./skyn3t.yaml, /etc/skyn3t/skyn3t.yaml)
  --json              what the server answered, as it is
  -h, --help          help of the command
  --version           version, git commit and build type of this program

Exit codes: 0 done, 1 failed, 2 the plan or drift is not empty, 64 wrong usage.

Examples:
  skyn3t serve --config skyn3t.yaml
  skyn3t apply -f communities.yaml
  skyn3t calls --failed --since 24h
)"},
    {Command::serve,
     R"(Uso: skyn3t serve [--config ARCHIVO]

Inicia el servidor. Termina con SIGTERM, cuando acaban las llamadas en curso.

Ejemplo:
  skyn3t serve --config /etc/skyn3t/skyn3t.yaml
)",
     R"(Usage: skyn3t serve [--config FILE]

Starts the server. It ends on SIGTERM, once the calls in progress are over.

Example:
  skyn3t serve --config /etc/skyn3t/skyn3t.yaml
)"},
    {Command::apply,
     R"(Uso: skyn3t apply -f ARCHIVO [-f OTRO]... [--yes] [--buy] [--prune | --destroy] [--parallel N]

Muestra el plan y lo lleva a cabo, paso a paso, donde vive cada comunidad: en este servidor o en Twilio. Pregunta antes
solo en una terminal. No toca las comunidades que no están en el archivo, salvo con --prune, que las elimina. Si algo
falla se detiene, dice qué falta, y al repetirlo hace el resto. Aplicar dos veces el mismo archivo no cambia nada.

  --yes         sin preguntar
  --buy         compra los números que el archivo pide con «number: buy» (solo en Twilio; el plan dice cuáles y a cuánto).
                Sin --buy se pregunta en la terminal; con --yes no se compra nada que no se haya pedido así
  --prune       elimina las comunidades que no están en el archivo
  --destroy     elimina las comunidades del archivo; nombra antes los teléfonos que dejan de funcionar
  --parallel    cuántas comunidades a la vez, de 1 a 16 (por omisión 4)

Ejemplo:
  skyn3t apply -f communities.yaml --yes
)",
     R"(Usage: skyn3t apply -f FILE [-f ANOTHER]... [--yes] [--buy] [--prune | --destroy] [--parallel N]

Shows the plan and carries it out, step by step, where each community lives: on this server or at Twilio. Asks first
only on a terminal. Communities that are not in the file are left alone, except with --prune, which removes them. When
something fails it stops, says what is left, and does the rest when it is repeated. Applying the same file twice changes
nothing.

  --yes         do not ask
  --buy         buy the numbers that the file asks for with "number: buy" (at Twilio only; the plan says which and for how
                much). Without --buy the terminal asks; --yes alone buys nothing
  --prune       remove the communities that are not in the file
  --destroy     remove the file's communities; names the phones that will stop before it does
  --parallel    how many communities at a time, 1 to 16 (default 4)

Example:
  skyn3t apply -f communities.yaml --yes
)"},
    {Command::plan,
     R"(Uso: skyn3t plan -f ARCHIVO [-f OTRO]... [--prune]

Muestra lo que haría apply, sin cambiar nada. Código de salida 2 si hay algo que hacer.

Ejemplo:
  skyn3t plan -f communities.yaml
)",
     R"(Usage: skyn3t plan -f FILE [-f ANOTHER]... [--prune]

Shows what apply would do and changes nothing. Exit code 2 when there is something to do.

Example:
  skyn3t plan -f communities.yaml
)"},
    {Command::drift,
     R"(Uso: skyn3t drift [CÓDIGO...] [-f ARCHIVO]

Compara lo que hay en el servidor y en Twilio con lo declarado: qué cambió alguien por la API o en la consola. No cambia
nada; apply lo deja como dice el archivo. Código de salida 2 si hay diferencias.

Ejemplo:
  skyn3t drift OFICINA_PRINCIPAL
)",
     R"(Usage: skyn3t drift [CODE...] [-f FILE]

Compares what is on the server and at Twilio with what is declared: what somebody changed by the API or in the console.
Changes nothing; apply puts it back. Exit code 2 when there are differences.

Example:
  skyn3t drift OFICINA_PRINCIPAL
)"},
    {Command::import,
     R"(Uso: skyn3t import [--target local|twilio] [-o ARCHIVO]

Lee lo que hay en este servidor o en la cuenta de Twilio, por sus nombres ([CÓDIGO]_Credentials, [NÚMERO]-[rol]), a un
communities.yaml. Lo que no se puede leer, como las contraseñas, queda en comentarios. No escribe sobre un archivo que existe.

Ejemplo:
  skyn3t import --target twilio -o communities.yaml
)",
     R"(Usage: skyn3t import [--target local|twilio] [-o FILE]

Reads what is on this server or in the Twilio account, by its names ([CODE]_Credentials, [NUMBER]-[role]), into a
communities.yaml. What cannot be read, such as passwords, stands in comments. Never writes over a file.

Example:
  skyn3t import --target twilio -o communities.yaml
)"},
    {Command::lint,
     R"(Uso: skyn3t lint ARCHIVO... | --account local|twilio | --rules

Revisa comunidades (.yaml, .csv) con los documentos que nombran, y documentos TwiML (.xml). De un directorio revisa
todos los suyos. Cada observación dice dónde está, qué pasa, cómo se arregla y entre corchetes qué regla es. Código de
salida 1 si hay errores.

  -f, --file  lo mismo que ARCHIVO
  --account   revisa lo que hay en este servidor, o en la cuenta de Twilio de TWILIO_ACCOUNT_SID y TWILIO_AUTH_TOKEN o
              de la configuración; solo lee
  --rules     la lista de las reglas

Ejemplos:
  skyn3t lint communities.yaml
  skyn3t lint OFICINA_PRINCIPAL_Main_IVR.xml OFICINA_PRINCIPAL_Call_Routing.xml
  skyn3t lint --account twilio
)",
     R"(Usage: skyn3t lint FILE... | --account local|twilio | --rules

Checks communities (.yaml, .csv) with the documents that they name, and TwiML documents (.xml). Of a directory it checks
all of them. Each finding says where it is, what is wrong, how it is mended, and in brackets which rule it is. Exit code
1 when there are errors.

  -f, --file  the same as FILE
  --account   check what is on this server, or in the Twilio account of TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN or of
              the configuration; it only reads
  --rules     the list of rules

Examples:
  skyn3t lint communities.yaml
  skyn3t lint OFICINA_PRINCIPAL_Main_IVR.xml OFICINA_PRINCIPAL_Call_Routing.xml
  skyn3t lint --account twilio
)"},
    {Command::community_list,
     R"(Uso: skyn3t community list

Las comunidades, con los teléfonos que están en línea.
)",
     R"(Usage: skyn3t community list

The communities, with the phones that are online.
)"},
    {Command::community_show,
     R"(Uso: skyn3t community show CÓDIGO [--secrets]

Una comunidad con sus teclas y teléfonos. Con --secrets, lo que hay que escribir en cada teléfono: usuario, contraseña,
servidor, transporte y expiración; queda anotado quién lo pidió.

Ejemplo:
  skyn3t community show OFICINA_PRINCIPAL --secrets
)",
     R"(Usage: skyn3t community show CODE [--secrets]

A community with its keys and phones. With --secrets, what is to be typed into each phone: user, password, server,
transport and expiry; who asked is put on record.

Example:
  skyn3t community show OFICINA_PRINCIPAL --secrets
)"},
    {Command::community_add,
     R"(Uso: skyn3t community add CÓDIGO --name NOMBRE --number +56... [--type TIPO] [--role ROL:TECLA:NOMBRE]... [--yes]

Crea una comunidad. Sin --role: office en la tecla 1 y security en la 2.

Ejemplo:
  skyn3t community add LOS_AROMOS --name "Edificio Los Aromos" --number +56223456700 --role "office:1:administración"
)",
     R"(Usage: skyn3t community add CODE --name NAME --number +56... [--type TYPE] [--role ROLE:KEY:LABEL]... [--yes]

Creates a community. Without --role: office on key 1 and security on key 2.

Example:
  skyn3t community add LOS_AROMOS --name "Edificio Los Aromos" --number +56223456700 --role "office:1:administración"
)"},
    {Command::community_remove,
     R"(Uso: skyn3t community remove CÓDIGO [--yes]

Elimina una comunidad, con sus grabaciones. Nombra antes los teléfonos que
dejarán de funcionar y las grabaciones que se borran.

Ejemplo:
  skyn3t community remove LOS_AROMOS
)",
     R"(Usage: skyn3t community remove CODE [--yes]

Removes a community and its recordings. Before it does, it names the phones
that will stop and the recordings that are deleted.

Example:
  skyn3t community remove LOS_AROMOS
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
    {Command::migrate,
     R"(Uso: skyn3t migrate CÓDIGO [--to local|twilio | --back | --finish] [opciones]

Traslada una comunidad entre Twilio y este servidor, por etapas: documentos, teléfonos, número. Sin opciones muestra
dónde está, qué teléfonos se ven aquí, qué viene y qué no puede hacer.

  --to local|twilio  da el paso siguiente, lo prueba con una llamada y, si falla, vuelve atrás solo
  --back             deshace la última etapa
  --finish           termina: la comunidad queda en el lugar nuevo y se elimina lo del antiguo
  --force            aunque falten teléfonos, o la primera llamada por la troncal; queda en la auditoría
  --no-test-call     sin llamadas por Twilio (cuestan unos centavos): la etapa queda sin probar
  --max-failures N   sobre este porcentaje de las últimas 20 llamadas vuelve sola una etapa (por omisión 20)
  --secrets          muestra la segunda cuenta que va en cada teléfono
  --dry-run          muestra el paso siguiente sin darlo
  --yes              no pregunta

Ejemplo:
  skyn3t migrate PLAZA_NORTE --to local
)",
     R"(Usage: skyn3t migrate CODE [--to local|twilio | --back | --finish] [options]

Moves a community between Twilio and this server, stage by stage: documents, phones, number. Without options it shows
where it stands, which phones are seen here, what comes next and what it cannot do.

  --to local|twilio  takes the next step, tests it by a call and goes back by itself when that fails
  --back             undoes the last stage
  --finish           ends it: the community is the new place's, and the old one is emptied
  --force            although phones, or the first call on the trunk, are missing; noted in the audit
  --no-test-call     no calls through Twilio (they cost a few cents): the stage is not proven
  --max-failures N   above this percentage of the last 20 calls it goes back one stage by itself (default 20)
  --secrets          shows the second account that each phone is to be given
  --dry-run          shows the next step without taking it
  --yes              does not ask

Example:
  skyn3t migrate PLAZA_NORTE --to local
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
     R"(Uso: skyn3t community unrecord CÓDIGO NOMBRE

Borra una grabación: desde la próxima llamada se oye la voz.

Ejemplo:
  skyn3t community unrecord OFICINA_PRINCIPAL bienvenida
)",
     R"(Usage: skyn3t community unrecord CODE NAME

Deletes a recording: from the next call on the voice is heard.

Example:
  skyn3t community unrecord OFICINA_PRINCIPAL bienvenida
)"},
    {Command::registrations,
     R"(Uso: skyn3t registrations [--community CÓDIGO]

Los teléfonos registrados ahora, con la dirección desde la que llegan, y después los desconectados: desde cuándo y por qué.
)",
     R"(Usage: skyn3t registrations [--community CODE]

The phones that are registered now, with the address that they come from, and then those that are offline: since when and why.
)"},
    {Command::blocks,
     R"(Uso: skyn3t blocks

Quién se equivocó de contraseña en el último minuto, y quién está bloqueado: 10 fallas de un usuario desde una dirección
lo bloquean 5 minutos.
)",
     R"(Usage: skyn3t blocks

Who got a password wrong in the last minute, and who is blocked: 10 failures of a user from one address block it for 5
minutes.
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
     R"(Uso: skyn3t calls [--failed] [--since CUÁNDO] [--community CÓDIGO] [--limit N]

El registro de llamadas, la última primero.

  --failed      solo las que fallaron, ocupadas o sin respuesta
  --since       30m, 24h, 7d, o una fecha como 2026-11-22
  --community   de una comunidad
  --limit       cuántas, de 1 a 1000 (por omisión 50)

Ejemplo:
  skyn3t calls --failed --since 24h
)",
     R"(Usage: skyn3t calls [--failed] [--since WHEN] [--community CODE] [--limit N]

The call log, newest first.

  --failed      only those that failed, were busy or not answered
  --since       30m, 24h, 7d, or a date such as 2026-11-22
  --community   of one community
  --limit       how many, 1 to 1000 (default 50)

Example:
  skyn3t calls --failed --since 24h
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
    {Command::verify,
     R"(Uso: skyn3t verify [CÓDIGO...] [--ring]

Llama a cada comunidad (o a todas) por dentro del servidor y revisa el saludo, cada tecla y el audio en ambos sentidos.
Los teléfonos de verdad no suenan, salvo con --ring. Nunca llama a números de emergencia.

Ejemplo:
  skyn3t verify OFICINA_PRINCIPAL
)",
     R"(Usage: skyn3t verify [CODE...] [--ring]

Calls each community (or all) inside the server and checks the greeting, every key and the audio both ways. The real
phones do not ring, except with --ring. It never calls emergency numbers.

Example:
  skyn3t verify OFICINA_PRINCIPAL
)"},
};

}  // namespace

std::string_view help_text(Command command, Lang lang) {
    const Help* found = &kHelp[0];
    for (const Help& help : kHelp)
        if (help.command == command) found = &help;
    for (const Help& help : document_help())
        if (help.command == command) found = &help;
    return lang == Lang::en ? found->en : found->es;
}

}  // namespace skyn3t::cli
