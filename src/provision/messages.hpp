#pragma once

#include <fmt/args.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "provision/finding.hpp"
#include "provision/rules.hpp"

// Everything that provision/ tells an operator about a file, in both languages; {0}, {1} are filled
// in. The catalogue is provision's own.
namespace skyn3t::provision {

struct Message {
    std::string_view rule;
    Level level;
    std::string_view es;
    std::string_view en;

    // A message of a rule that is not listed, or of another level, does not compile.
    constexpr Message(std::string_view its_rule, Level its_level, std::string_view its_es,
                      std::string_view its_en)
        : rule(its_rule), level(its_level), es(its_es), en(its_en) {
        const Rule* listed = find_rule(its_rule);
        if (!listed || listed->level != its_level) throw std::logic_error("not among kRules");
    }
};

template <class... Args>
Finding make_finding(const Message& message, Where where, const Args&... args) {
    return {message.rule, message.level, std::move(where),
            fmt::format(fmt::runtime(message.es), args...),
            fmt::format(fmt::runtime(message.en), args...)};
}

namespace messages {

// The file.
inline constexpr Message kUnreadable{"unreadable", Level::error, "no se puede leer el archivo: {0}",
                                     "the file cannot be read: {0}"};
inline constexpr Message kTooLarge{"too-large", Level::error,
                                   "el archivo supera {0} bytes; divídalo en varios",
                                   "the file is larger than {0} bytes; split it"};
inline constexpr Message kNotUtf8{"not-utf8", Level::error,
                                  "el archivo no está en UTF-8; guárdelo en esa codificación",
                                  "the file is not UTF-8; save it in that encoding"};
inline constexpr Message kWindows1252{
    "windows-1252", Level::info,
    "el archivo está en Windows-1252, como lo guarda Excel, y se leyó así; mejor guárdelo en UTF-8",
    "the file is in Windows-1252, as Excel saves it, and was read so; better save it as UTF-8"};
inline constexpr Message kSyntax{"yaml-syntax", Level::error,
                                 "no es YAML válido ({0}); revise sangría, comillas y dos puntos",
                                 "not valid YAML ({0}); check indentation, quotes and colons"};
inline constexpr Message kAlias{
    "yaml-alias", Level::error,
    "las anclas (&) y los alias (*) no se admiten; escriba el valor completo",
    "anchors (&) and aliases (*) are not allowed; write the value in full"};
inline constexpr Message kManyDocuments{"many-documents", Level::error,
                                        "hay más de un documento YAML (---); deje uno solo",
                                        "there is more than one YAML document (---); keep one"};

// A matrix of communities as CSV.
inline constexpr Message kCsvOpenQuotes{"csv-syntax", Level::error,
                                        "las comillas que empiezan aquí no se cierran; ciérrelas",
                                        "the quotes that begin here are not closed; close them"};
inline constexpr Message kCsvAfterQuotes{
    "csv-syntax", Level::error,
    "hay texto después de las comillas; duplique las comillas que son parte del valor",
    "there is text after the quotes; double the quotes that are part of the value"};
inline constexpr Message kCsvManyColumns{"too-large", Level::error,
                                         "hay más de {0} columnas; quite las que sobran",
                                         "there are more than {0} columns; remove some"};
inline constexpr Message kCsvManyRows{"too-large", Level::error,
                                      "hay más de {0} filas; divida el archivo",
                                      "there are more than {0} rows; split the file"};
inline constexpr Message kCsvUnknown{
    "csv-unknown-column", Level::error,
    "la columna «{0}» no se conoce; se admiten código, nombre, número, tipo, idioma, destino, "
    "contraseñas, caller_id, y por cada rol «ROL tecla» y «ROL etiqueta»",
    "the column \"{0}\" is unknown; allowed are code, name, number, type, language, target, "
    "passwords, caller_id, and for each role \"ROLE digit\" and \"ROLE label\""};
inline constexpr Message kCsvUnknownLike{"csv-unknown-column", Level::error,
                                         "la columna «{0}» no se conoce; ¿quiso decir «{1}»?",
                                         "the column \"{0}\" is unknown; did you mean \"{1}\"?"};
inline constexpr Message kCsvTwice{"csv-duplicate-column", Level::error,
                                   "la columna «{0}» está repetida; deje una sola",
                                   "the column \"{0}\" is there twice; keep one"};
inline constexpr Message kCsvMissing{"csv-missing-column", Level::error,
                                     "falta la columna «{0}»; agréguela",
                                     "the column \"{1}\" is missing; add it"};
inline constexpr Message kCsvNoRoles{
    "csv-missing-column", Level::error,
    "faltan las columnas de los roles; agregue por ejemplo «office tecla» y «office etiqueta»",
    "the columns of the roles are missing; add \"office digit\" and \"office label\", for example"};
inline constexpr Message kCsvExtra{"csv-extra-value", Level::error,
                                   "este valor no tiene columna; quítelo o nombre la columna",
                                   "this value has no column; remove it or name the column"};
inline constexpr Message kGuideMatrix{
    "matrix-defaults", Level::info,
    "la matriz de la guía no dice {0}: se usan tecla 1 «oficina de administración», tecla 2 "
    "«conserjería», y el tipo según el nombre; para otra cosa, agregue las columnas",
    "the guide's matrix does not give {1}: key 1 \"oficina de administración\", key 2 "
    "\"conserjería\" and the type by the name are used; for anything else, add the columns"};
inline constexpr Message kGuideName{
    "matrix-name", Level::info, "la matriz dice «{0}»; aquí se llama «{1}», según el código",
    "the matrix says \"{0}\"; here it is called \"{1}\", after the code"};

// Shape.
inline constexpr Message kExpectedMap{"wrong-type", Level::error,
                                      "se esperaban claves con valores («clave: valor»)",
                                      "expected keys with values (\"key: value\")"};
inline constexpr Message kExpectedList{"wrong-type", Level::error,
                                       "se esperaba una lista (cada elemento empieza con «- »)",
                                       "expected a list (each item begins with \"- \")"};
inline constexpr Message kExpectedText{"wrong-type", Level::error, "se esperaba un texto",
                                       "expected a text"};
inline constexpr Message kUnknownKey{"unknown-key", Level::error,
                                     "clave desconocida «{0}»; se admiten: {1}",
                                     "unknown key \"{0}\"; allowed: {1}"};
inline constexpr Message kUnknownKeyLike{"unknown-key", Level::error,
                                         "clave desconocida «{0}»; ¿quiso decir «{1}»?",
                                         "unknown key \"{0}\"; did you mean \"{1}\"?"};
inline constexpr Message kDuplicateKey{"duplicate-key", Level::error,
                                       "la clave «{0}» está repetida; deje una sola",
                                       "the key \"{0}\" is given twice; keep one"};
inline constexpr Message kMissingKey{"missing-key", Level::error, "falta la clave «{0}»; agréguela",
                                     "the key \"{0}\" is missing; add it"};
inline constexpr Message kEmpty{"empty-value", Level::error, "el valor está vacío; escríbalo",
                                "the value is empty; give one"};
inline constexpr Message kUnknownWord{"unknown-word", Level::error,
                                      "«{0}» no es un valor admitido; use uno de: {1}",
                                      "\"{0}\" is not allowed; use one of: {1}"};
inline constexpr Message kUnknownWordLike{"unknown-word", Level::error,
                                          "«{0}» no es un valor admitido; ¿quiso decir «{1}»?",
                                          "\"{0}\" is not allowed; did you mean \"{1}\"?"};
inline constexpr Message kTooLong{"too-long", Level::error,
                                  "tiene {0} caracteres; el máximo es {1}",
                                  "it has {0} characters; the most is {1}"};
inline constexpr Message kControlCharacter{
    "control-character", Level::error,
    "contiene un carácter de control o un salto de línea; quítelo",
    "it holds a control character or a line break; remove it"};

// Values.
inline constexpr Message kBadCode{
    "bad-code", Level::error,
    "el código «{0}» solo puede tener letras mayúsculas sin tilde, dígitos y «_» (máximo 50)",
    "the code \"{0}\" may hold capital letters A-Z, digits and \"_\" only (at most 50)"};
inline constexpr Message kBadLanguage{
    "bad-language", Level::error, "«{0}» no es un idioma; use por ejemplo es-MX o es-CL",
    "\"{0}\" is not a language tag; use es-MX or es-CL, for example"};
inline constexpr Message kBadNumber{
    "bad-number", Level::error,
    "«{0}» no es un número telefónico posible; escríbalo así: \"+56229145248\"",
    "\"{0}\" is not a possible telephone number; write it like \"+56229145248\""};
inline constexpr Message kNotE164{"not-e164", Level::error,
                                  "escriba el número en formato internacional: \"{0}\"",
                                  "write the number in international form: \"{0}\""};
inline constexpr Message kPlusAdded{
    "number-plus", Level::info, "«{0}» se tomó como {1}: la planilla le quitó el «+»",
    "\"{0}\" was taken as {1}: the spreadsheet took its \"+\" away"};
inline constexpr Message kRoundedNumber{
    "bad-number", Level::error,
    "«{0}» es un número que la planilla acortó; dé a la columna formato de texto y escríbalo de "
    "nuevo: +56229145248",
    "\"{0}\" is a number that the spreadsheet cut short; make the column text and write it again: "
    "+56229145248"};
inline constexpr Message kEmergencyNumber{
    "emergency-number", Level::error,
    "«{0}» es un número de emergencia o de servicio del Estado; no puede ser de una comunidad",
    "\"{0}\" is an emergency or state service number; it cannot belong to a community"};
inline constexpr Message kDuplicateCode{"duplicate-code", Level::error,
                                        "el código {0} ya está en la línea {1}; debe ser único",
                                        "the code {0} is on line {1} already; it must be unique"};
inline constexpr Message kDuplicateNumber{
    "duplicate-number", Level::error,
    "el número {0} ya es de {1} (línea {2}); cada comunidad tiene el suyo",
    "the number {0} belongs to {1} (line {2}) already; each community has its own"};
inline constexpr Message kBuyElsewhere{
    "buy-not-twilio", Level::error,
    "solo en Twilio se compran números: ponga «target: twilio», o escriba aquí el número",
    "numbers are bought at Twilio only: put \"target: twilio\", or write the number here"};
inline constexpr Message kBadOrder{"bad-number-order", Level::error,
                                   "«{0}» no sirve aquí; escriba algo como {1}",
                                   "\"{0}\" will not do here; write something like {1}"};
inline constexpr Message kCodeElsewhere{
    "duplicate-code", Level::error, "el código {0} ya está en {1}, línea {2}; debe ser único",
    "the code {0} is in {1} already, line {2}; it must be unique"};
inline constexpr Message kNumberElsewhere{
    "duplicate-number", Level::error,
    "el número {0} ya está en {1}, línea {2}; cada comunidad tiene el suyo",
    "the number {0} is in {1} already, line {2}; each community has its own"};
inline constexpr Message kNoRoles{"no-roles", Level::error,
                                  "la comunidad no tiene roles; agregue al menos uno con su tecla",
                                  "the community has no roles; add at least one with its key"};
inline constexpr Message kTooManyRoles{"too-many-roles", Level::error,
                                       "hay {0} roles y un teléfono tiene 12 teclas",
                                       "there are {0} roles and a telephone has 12 keys"};
inline constexpr Message kBadRole{
    "bad-role", Level::error,
    "el rol «{0}» debe empezar con minúscula y tener solo a-z, dígitos, «-» y «_»",
    "the role \"{0}\" begins with a small letter and holds a-z, digits, \"-\" and \"_\" only"};
inline constexpr Message kReservedRole{
    "reserved-role", Level::error,
    "el rol «{0}» es de Twilio mientras una comunidad se traslada; use otro nombre",
    "the role \"{0}\" is Twilio's while a community moves; use another name"};
inline constexpr Message kLongUsername{
    "long-username", Level::error,
    "el usuario «{0}» tiene más de 32 caracteres; acorte el nombre del rol",
    "the user name \"{0}\" is longer than 32 characters; shorten the role's name"};
inline constexpr Message kDuplicateRole{"duplicate-role", Level::error,
                                        "el rol «{0}» ya está en la línea {1}",
                                        "the role \"{0}\" is on line {1} already"};
inline constexpr Message kBadDigit{"bad-digit", Level::error,
                                   "«{0}» no es una tecla; use un solo carácter: 0-9, * o #",
                                   "\"{0}\" is not a key; use one character: 0-9, * or #"};
inline constexpr Message kDuplicateDigit{
    "duplicate-digit", Level::error, "la tecla {0} ya llama a «{1}» (línea {2}); elija otra",
    "the key {0} rings \"{1}\" (line {2}) already; choose another"};
inline constexpr Message kNoInputRole{
    "no-input-role", Level::error,
    "«no_input: {0}» no nombra un rol de esta comunidad; escriba uno de «roles»",
    "\"no_input: {0}\" names no role of this community; write one of \"roles\""};
inline constexpr Message kShortPassword{"weak-password", Level::error,
                                        "la contraseña tiene menos de 12 caracteres",
                                        "the password is shorter than 12 characters"};
inline constexpr Message kNoUpperCase{"weak-password", Level::error,
                                      "a la contraseña le falta una letra mayúscula",
                                      "the password lacks a capital letter"};
inline constexpr Message kNoLowerCase{"weak-password", Level::error,
                                      "a la contraseña le falta una letra minúscula",
                                      "the password lacks a small letter"};
inline constexpr Message kNoDigit{"weak-password", Level::error,
                                  "a la contraseña le falta un dígito",
                                  "the password lacks a digit"};
inline constexpr Message kBadPassword{
    "weak-password", Level::error,
    "la contraseña solo puede tener letras sin tilde, dígitos y signos, sin espacios (máximo 128)",
    "the password may hold ASCII letters, digits and signs only, no spaces (at most 128)"};
inline constexpr Message kDocumentUnreadable{"document-unreadable", Level::error,
                                             "no se puede leer el documento «{0}»: {1}",
                                             "the document \"{0}\" cannot be read: {1}"};
inline constexpr Message kDocumentTooLarge{"document-too-large", Level::error,
                                           "el documento «{0}» supera {1} bytes",
                                           "the document \"{0}\" is larger than {1} bytes"};

// Lint.
inline constexpr Message kNumberNotValid{
    "number-not-valid", Level::warning,
    "el número {0} es posible, pero ningún operador tiene ese rango; revíselo",
    "the number {0} is possible, but in no operator's range; check it"};
inline constexpr Message kFormulaPasswords{
    "formula-passwords", Level::warning,
    "las contraseñas siguen una fórmula pública que cualquiera puede calcular; use «passwords: "
    "generated»",
    "the passwords follow a public formula that anybody can compute; use \"passwords: generated\""};
inline constexpr Message kPasswordInFile{"password-in-file", Level::info,
                                         "hay una contraseña escrita en este archivo; guárdelo "
                                         "donde solo usted lo lea, o quítela para generarla",
                                         "a password is written in this file; keep it where only "
                                         "you read it, or remove it to have one made"};
inline constexpr Message kSpokenWords{"spoken-words", Level::info, "se dirá «{0}»",
                                      "it will be spoken as \"{0}\""};
inline constexpr Message kDuplicateLabel{
    "duplicate-label", Level::warning,
    "dos roles se anuncian igual («{0}»): quien llama no puede elegir",
    "two roles are announced alike (\"{0}\"): the caller cannot choose"};

}  // namespace messages
}  // namespace skyn3t::provision
