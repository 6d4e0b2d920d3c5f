#include "cli/help_texts.hpp"

namespace skyn3t::cli {
namespace {

constexpr Help kDocumentHelp[] = {
    {Command::document_list,
     R"(Uso: skyn3t document ORDEN

Documentos TwiML guardados en el servidor, para usarlos como VoiceUrl de un número. Pueden llevar variables de la
llamada, como {{From}}.

  list [--community CÓDIGO]              los que hay
  show NOMBRE                            su texto, su dirección y sus avisos
  put NOMBRE ARCHIVO                     lo crea o lo cambia: vale desde la próxima llamada
  remove NOMBRE                          lo elimina
  preview NOMBRE|ARCHIVO [-o SONIDO.wav] lo que hace, y cómo se oye

Ejemplo:
  skyn3t document put saludo saludo.xml
)",
     R"(Usage: skyn3t document COMMAND

TwiML documents that the server keeps, to be the VoiceUrl of a number. They may have variables of the call, such as
{{From}}.

  list [--community CODE]              those there are
  show NAME                            its text, its address and its warnings
  put NAME FILE                        creates or changes it: from the next call on
  remove NAME                          removes it
  preview NAME|FILE [-o SOUND.wav]     what it does, and how it sounds

Example:
  skyn3t document put saludo saludo.xml
)"},
    {Command::document_show,
     R"(Uso: skyn3t document show NOMBRE [--community CÓDIGO]

Un documento guardado, por su nombre o su SID (EH...).
)",
     R"(Usage: skyn3t document show NAME [--community CODE]

A stored document, by its name or its SID (EH...).
)"},
    {Command::document_put,
     R"(Uso: skyn3t document put NOMBRE ARCHIVO [--community CÓDIGO]

Crea el documento, o cambia el que tiene ese nombre. Con --community es de esa comunidad, y solo sus llamadas lo usan;
sin él, las de todas. Lo que no es TwiML se rechaza, con su línea y columna.

Ejemplo:
  skyn3t document put aviso aviso.xml --community LAS_FLORES
)",
     R"(Usage: skyn3t document put NAME FILE [--community CODE]

Creates the document, or changes the one of that name. With --community it is that community's, and only its calls run
it; without, those of all. What is no TwiML is refused, with its line and column.

Example:
  skyn3t document put aviso aviso.xml --community LAS_FLORES
)"},
    {Command::document_remove,
     R"(Uso: skyn3t document remove NOMBRE [--community CÓDIGO] [--yes]

Elimina un documento. El que todavía es la VoiceUrl de un número no se elimina.
)",
     R"(Usage: skyn3t document remove NAME [--community CODE] [--yes]

Removes a document. One that is still the VoiceUrl of a number is not removed.
)"},
    {Command::document_preview,
     R"(Uso: skyn3t document preview NOMBRE|ARCHIVO [--community CÓDIGO] [--param NOMBRE=VALOR]... [-o SONIDO.wav]

Lo que hace un documento, en palabras, sin llamar; con -o, también un WAV con lo que se oye hasta que la llamada espera
o termina. Vale para uno guardado, para un archivo, y con --community para los de la comunidad: main, route-1 ...

Ejemplos:
  skyn3t document preview saludo --param From=+56987654321 -o saludo.wav
  skyn3t document preview main --community LAS_FLORES -o menu.wav
)",
     R"(Usage: skyn3t document preview NAME|FILE [--community CODE] [--param NAME=VALUE]... [-o SOUND.wav]

What a document does, in words and without a call; with -o also a WAV of what is heard until the call waits or ends. Of
a stored one, of a file, and with --community of the community's own: main, route-1 ...

Examples:
  skyn3t document preview saludo --param From=+56987654321 -o saludo.wav
  skyn3t document preview main --community LAS_FLORES -o menu.wav
)"},
};

}  // namespace

std::span<const Help> document_help() { return kDocumentHelp; }

}  // namespace skyn3t::cli
