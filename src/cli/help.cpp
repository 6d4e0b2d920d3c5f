#include "cli/help_texts.hpp"

namespace skyn3t::cli {
namespace {

constexpr Help kGeneralHelp[] = {
    {Command::none,
     R"(skyn3t: telefonía para comunidades

Uso: skyn3t ORDEN [opciones]

  serve               inicia el servidor
  apply -f ARCHIVO    crea o cambia las comunidades del archivo
  plan -f ARCHIVO     muestra lo que haría apply
  drift [CÓDIGO...]   qué cambió alguien en el servidor o en la consola de Twilio
  export              escribe las comunidades como archivo, tal como están declaradas
  import              lee una cuenta a un communities.yaml
  lint ARCHIVO...     revisa comunidades, documentos TwiML o una cuenta, sin cambiar nada
  community           list, show, add, rename, remove, restore, rotate, recordings, record, unrecord
  document            documentos TwiML guardados: list, show, put, remove, preview
  registrations       teléfonos registrados y teléfonos desconectados
  blocks              quién se bloqueó por contraseñas equivocadas; blocks clear lo libera
  calls               registro de llamadas
  call SID            la historia de una llamada
  alerts              qué salió mal en las llamadas y sus documentos
  events              quién cambió qué
  verify [CÓDIGO...]  prueba cada comunidad con una llamada propia
  migrate CÓDIGO      traslada una comunidad entre Twilio y este servidor, por etapas

Opciones de todas las órdenes:
  --url URL           dirección del servidor (o SKYN3T_URL)
  --ca-file ARCHIVO   quién firma el certificado del servidor (o SKYN3T_CA_FILE)
  --config ARCHIVO    configuración (por omisión ./skyn3t.yaml, /etc/skyn3t/skyn3t.yaml)
  --json              lo que respondió el servidor, tal cual
  -v, --verbose       nombra también lo que no cambia
  -h, --help          ayuda de la orden
  --version           versión, commit de git y clase de compilación de este programa

Sin una terminal no se pregunta: lo que solo agrega se hace, y lo que cambia o elimina pide --yes.
Credenciales: SKYN3T_ACCOUNT_SID y SKYN3T_AUTH_TOKEN, o account.json del servidor; con la clave de una comunidad,
SKYN3T_API_KEY, SKYN3T_API_SECRET y SKYN3T_ACCOUNT_SID.

Códigos de salida: 0 hecho, 1 falló, 2 el plan o drift no está vacío, 64 uso incorrecto o falta --yes.

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
  export              write the communities as a file, as they are declared
  import              read an account into a communities.yaml
  lint FILE...        check communities, TwiML documents or an account, and change nothing
  community           list, show, add, rename, remove, restore, rotate, recordings, record, unrecord
  document            stored TwiML documents: list, show, put, remove, preview
  registrations       phones that are registered, and those that are offline
  blocks              who is blocked after wrong passwords; blocks clear lets them in
  calls               the call log
  call SID            the story of one call
  alerts              what went wrong in calls and their documents
  events              who changed what
  verify [CODE...]    test each community with a call of its own
  migrate CODE        move a community between Twilio and this server, stage by stage

Options of every command:
  --url URL           the server's address (or SKYN3T_URL)
  --ca-file FILE      who signs the server's certificate (or SKYN3T_CA_FILE)
  --config FILE       configuration (default ./skyn3t.yaml, /etc/skyn3t/skyn3t.yaml)
  --json              what the server answered, as it is
  -v, --verbose       name also what does not change
  -h, --help          help of the command
  --version           version, git commit and build type of this program

Without a terminal nothing is asked: what only adds is done, and what changes or removes needs --yes.
Credentials: SKYN3T_ACCOUNT_SID and SKYN3T_AUTH_TOKEN, or the server's account.json; with a community's key,
SKYN3T_API_KEY, SKYN3T_API_SECRET and SKYN3T_ACCOUNT_SID.

Exit codes: 0 done, 1 failed, 2 the plan or drift is not empty, 64 wrong usage or --yes is missing.

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
     R"(Uso: skyn3t apply [-f ARCHIVO]... [--yes] [--buy] [--prune | --destroy] [--parallel N]

Muestra el plan y lo lleva a cabo, paso a paso, donde vive cada comunidad: en este servidor o en Twilio. En una terminal
pregunta antes; sin ella hace lo que solo agrega, y lo que cambia o elimina pide --yes. Sin -f deja todo como está
declarado, que es lo que drift aconseja. Para cambiar un código: «was: ANTERIOR» en el archivo. No toca las comunidades
que no están en el archivo, salvo con --prune, que las elimina. Si algo falla se detiene, dice qué falta, y al repetirlo
hace el resto. Aplicar dos veces el mismo archivo no cambia nada.

  --yes         sin preguntar
  -v            nombra también las comunidades que no cambian
  --buy         compra los números que el archivo pide con «number: buy» (solo en Twilio; el plan dice cuáles y a cuánto).
                Sin --buy se pregunta en la terminal; con --yes no se compra nada que no se haya pedido así
  --prune       elimina las comunidades que no están en el archivo
  --destroy     elimina las comunidades del archivo; nombra antes los teléfonos que dejan de funcionar
  --parallel    cuántas comunidades a la vez, de 1 a 16 (por omisión 4)

Ejemplo:
  skyn3t apply -f communities.yaml --yes
)",
     R"(Usage: skyn3t apply [-f FILE]... [--yes] [--buy] [--prune | --destroy] [--parallel N]

Shows the plan and carries it out, step by step, where each community lives: on this server or at Twilio. Asks first on
a terminal; without one it does what only adds, and what changes or removes needs --yes. Without -f all is put back as
it is declared, which is what drift advises. To change a code: "was: OLD_CODE" in the file. Communities that are not in
the file are left alone, except with --prune, which removes them. When something fails it stops, says what is left, and
does the rest when it is repeated. Applying the same file twice changes nothing.

  --yes         do not ask
  -v            name also the communities that do not change
  --buy         buy the numbers that the file asks for with "number: buy" (at Twilio only; the plan says which and for how
                much). Without --buy the terminal asks; --yes alone buys nothing
  --prune       remove the communities that are not in the file
  --destroy     remove the file's communities; names the phones that will stop before it does
  --parallel    how many communities at a time, 1 to 16 (default 4)

Example:
  skyn3t apply -f communities.yaml --yes
)"},
    {Command::plan,
     R"(Uso: skyn3t plan [-f ARCHIVO]... [--prune] [-v]

Muestra lo que haría apply, sin cambiar nada; con -v nombra también lo que no cambia. Código de salida 2 si hay algo que hacer.

Ejemplo:
  skyn3t plan -f communities.yaml
)",
     R"(Usage: skyn3t plan [-f FILE]... [--prune] [-v]

Shows what apply would do and changes nothing; with -v it names also what does not change. Exit code 2 when there is
something to do.

Example:
  skyn3t plan -f communities.yaml
)"},
    {Command::drift,
     R"(Uso: skyn3t drift [CÓDIGO...] [-f ARCHIVO]

Compara lo que hay en el servidor y en Twilio con lo declarado: qué cambió alguien por la API o en la consola. No cambia
nada; apply, sin archivo, lo deja como está declarado. Código de salida 2 si hay diferencias.

Ejemplo:
  skyn3t drift OFICINA_PRINCIPAL
)",
     R"(Usage: skyn3t drift [CODE...] [-f FILE]

Compares what is on the server and at Twilio with what is declared: what somebody changed by the API or in the console.
Changes nothing; apply, without a file, puts it back. Exit code 2 when there are differences.

Example:
  skyn3t drift OFICINA_PRINCIPAL
)"},
    {Command::export_,
     R"(Uso: skyn3t export [CÓDIGO...] [-o ARCHIVO]

Las comunidades como el archivo que las declara: aplicarlo no cambia nada. Las contraseñas no van en él, pues las que hay
se conservan. Con -o se escriben a su lado los documentos propios; no escribe sobre un archivo que existe.

Ejemplo:
  skyn3t export -o communities.yaml
)",
     R"(Usage: skyn3t export [CODE...] [-o FILE]

The communities as the file that declares them: applying it changes nothing. Passwords are not in it, since those that
exist are kept. With -o own documents are written beside it; never writes over a file.

Example:
  skyn3t export -o communities.yaml
)"},
    {Command::import,
     R"(Uso: skyn3t import [--target local|twilio] [-o ARCHIVO]

Lee lo que hay en este servidor o en la cuenta de Twilio, por sus nombres ([CÓDIGO]_Credentials, [NÚMERO]-[rol]), a un
communities.yaml. Lo que está declarado aquí sale tal como se declaró. Lo que no se puede leer, como las contraseñas,
queda en comentarios. No escribe sobre un archivo que existe.

Ejemplo:
  skyn3t import --target twilio -o communities.yaml
)",
     R"(Usage: skyn3t import [--target local|twilio] [-o FILE]

Reads what is on this server or in the Twilio account, by its names ([CODE]_Credentials, [NUMBER]-[role]), into a
communities.yaml. What is declared here comes out as it was declared. What cannot be read, such as passwords, stands in
comments. Never writes over a file.

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
};

}  // namespace

std::string_view help_text(Command command, Lang lang) {
    if (command == Command::document_group) command = Command::document_list;
    const Help* found = &kGeneralHelp[0];
    for (const auto part :
         {std::span<const Help>(kGeneralHelp), community_help(), log_help(), document_help()})
        for (const Help& help : part)
            if (help.command == command) found = &help;
    return lang == Lang::en ? found->en : found->es;
}

}  // namespace skyn3t::cli
