#include "speech/spanish_lexicon.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/text.hpp"

namespace skyn3t::speech::spanish {
namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

template <class Value, std::size_t N>
const Value* look_up(const std::array<std::pair<std::string_view, Value>, N>& table,
                     std::string_view word) {
    for (const auto& [key, value] : table)
        if (key == word) return &value;
    return nullptr;
}

constexpr auto kLabels = std::to_array<std::string_view>({"presione",
                                                          "presiona",
                                                          "marque",
                                                          "marca",
                                                          "digite",
                                                          "digita",
                                                          "pulse",
                                                          "oprima",
                                                          "opción",
                                                          "número",
                                                          "piso",
                                                          "torre",
                                                          "depto",
                                                          "dpto",
                                                          "departamento",
                                                          "oficina",
                                                          "of",
                                                          "casa",
                                                          "anexo",
                                                          "block",
                                                          "bloque",
                                                          "nivel",
                                                          "sector",
                                                          "calle",
                                                          "avenida",
                                                          "av",
                                                          "avda",
                                                          "pasaje",
                                                          "pje",
                                                          "psje",
                                                          "letra",
                                                          "bodega",
                                                          "lote",
                                                          "manzana",
                                                          "etapa",
                                                          "interior",
                                                          "ruta",
                                                          "kilómetro",
                                                          "tecla",
                                                          "línea",
                                                          "estacionamiento",
                                                          "edificio",
                                                          "caseta",
                                                          "local",
                                                          "puerta",
                                                          "código",
                                                          "clave"});

constexpr auto kFunctionWords = std::to_array<std::string_view>(
    {"a",       "al",      "ante",   "con",      "contra",   "de",     "del",    "desde", "durante",
     "e",       "el",      "en",     "entre",    "es",       "está",   "hacia",  "hasta", "la",
     "las",     "lo",      "los",    "mediante", "más",      "menos",  "ni",     "no",    "o",
     "para",    "pero",    "por",    "que",      "se",       "según",  "si",     "sin",   "sobre",
     "son",     "su",      "tras",   "u",        "un",       "una",    "y",      "ya",    "ahora",
     "luego",   "después", "antes",  "gracias",  "presione", "marque", "digite", "pulse", "espere",
     "seguido", "seguida", "cuando", "como"});

// Feminine in spite of their ending, or not to be guessed from it.
constexpr auto kFeminine = std::to_array<std::string_view>(
    {"llave",  "llaves", "noche",  "noches", "tarde", "tardes", "clave",  "claves",  "torre",
     "torres", "calle",  "calles", "vez",    "veces", "luz",    "luces",  "red",     "redes",
     "uf",     "utm",    "uta",    "mano",   "manos", "flor",   "flores", "parte",   "partes",
     "fase",   "fases",  "clase",  "clases", "base",  "bases",  "señal",  "señales", "sede",
     "sedes",  "cruces", "nave",   "naves",  "gente", "foto",   "fotos",  "moto",    "motos"});
constexpr auto kMasculine = std::to_array<std::string_view>(
    {"día", "días", "mapa", "mapas", "problema", "problemas", "sistema", "sistemas", "programa",
     "programas", "tema", "temas", "idioma", "idiomas", "guardia", "guardias"});
constexpr auto kFeminineEndings =
    std::to_array<std::string_view>({"a", "as", "ción", "ciones", "sión", "siones", "dad", "dades",
                                     "tud", "tudes", "umbre", "umbres"});

using Use = AbbreviationUse;
constexpr auto kAbbreviations = std::to_array<std::pair<std::string_view, Abbreviation>>({
    {"av", {"avenida", Use::anywhere}},
    {"avda", {"avenida", Use::anywhere}},
    {"depto", {"departamento", Use::anywhere}},
    {"dpto", {"departamento", Use::anywhere}},
    {"deptos", {"departamentos", Use::anywhere}},
    {"dptos", {"departamentos", Use::anywhere}},
    {"sr", {"señor", Use::anywhere}},
    {"sra", {"señora", Use::anywhere}},
    {"srta", {"señorita", Use::anywhere}},
    {"sres", {"señores", Use::anywhere}},
    {"dr", {"doctor", Use::anywhere}},
    {"dra", {"doctora", Use::anywhere}},
    {"pje", {"pasaje", Use::anywhere}},
    {"psje", {"pasaje", Use::anywhere}},
    {"stgo", {"Santiago", Use::anywhere}},
    {"valpo", {"Valparaíso", Use::anywhere}},
    {"avdas", {"avenidas", Use::anywhere}},
    {"ggcc", {"gastos comunes", Use::anywhere}},
    {"pdte", {"presidente", Use::anywhere}},
    {"pdta", {"presidenta", Use::anywhere}},
    {"gral", {"general", Use::anywhere}},
    {"ltda", {"limitada", Use::anywhere}},
    {"uds", {"ustedes", Use::anywhere}},
    {"edif", {"edificio", Use::anywhere}},
    {"nro", {"número", Use::anywhere}},
    {"núm", {"número", Use::with_dot}},
    {"num", {"número", Use::with_dot}},
    {"no", {"número", Use::before_number}},
    {"of", {"oficina", Use::with_dot}},
    {"ofs", {"oficinas", Use::with_dot}},
    {"pob", {"población", Use::with_dot}},
    {"cond", {"condominio", Use::with_dot}},
    {"cía", {"compañía", Use::with_dot}},
    {"hnos", {"Hermanos", Use::anywhere}},
    {"hno", {"Hermano", Use::with_dot}},
    {"hna", {"Hermana", Use::with_dot}},
    {"hnas", {"Hermanas", Use::with_dot}},
    {"km", {"kilómetro", Use::before_digits}},
    {"st", {"Seint", Use::with_dot}},  // English, as in the names of schools and towers
    {"sto", {"santo", Use::with_dot}},
    {"sta", {"santa", Use::with_dot}},
    {"tel", {"teléfono", Use::with_dot}},
    {"int", {"interior", Use::with_dot}},
    {"ud", {"usted", Use::with_dot}},
    {"etc", {"etcétera", Use::with_dot}},
    {"aprox", {"aproximadamente", Use::with_dot}},
    {"ing", {"ingeniero", Use::with_dot}},
    {"prof", {"profesor", Use::with_dot}},
    {"est", {"estacionamiento", Use::with_dot}},
    {"máx", {"máximo", Use::with_dot}},
    {"mín", {"mínimo", Use::with_dot}},
});

constexpr auto kUnits = std::to_array<std::pair<std::string_view, Unit>>({
    {"h", {"hora", "horas", Form::feminine}},
    {"hr", {"hora", "horas", Form::feminine}},
    {"hrs", {"hora", "horas", Form::feminine}},
    {"min", {"minuto", "minutos", Form::masculine}},
    {"mins", {"minuto", "minutos", Form::masculine}},
    {"seg", {"segundo", "segundos", Form::masculine}},
    {"m", {"metro", "metros", Form::masculine}},
    {"mt", {"metro", "metros", Form::masculine}},
    {"mts", {"metro", "metros", Form::masculine}},
    {"cm", {"centímetro", "centímetros", Form::masculine}},
    {"km", {"kilómetro", "kilómetros", Form::masculine}},
    {"kg", {"kilo", "kilos", Form::masculine}},
    {"kw", {"kilovatio", "kilovatios", Form::masculine}},
    {"kwh", {"kilovatio hora", "kilovatios hora", Form::masculine}},
    {"lt", {"litro", "litros", Form::masculine}},
    {"lts", {"litro", "litros", Form::masculine}},
    {"uf", {"u efe", "u efe", Form::feminine}},
    {"utm", {"u te eme", "u te eme", Form::feminine}},
    {"uta", {"u te a", "u te a", Form::feminine}},
    {"clp", {"peso", "pesos", Form::masculine}},
    {"usd", {"dólar", "dólares", Form::masculine}},
});

constexpr auto kRespellings = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"uf", "u efe"},
    {"utm", "u te eme"},
    {"uta", "u te a"},
    {"rut", "rut"},
    {"iva", "iva"},
    {"sii", "ese i i"},
    {"clp", "pesos chilenos"},
    {"whatsapp", "guatsap"},
    {"wifi", "guaifai"},
    {"mall", "mol"},
    {"hall", "jol"},
    {"lobby", "lobi"},
    {"block", "bloc"},
    {"delivery", "delíveri"},
    {"parking", "parkin"},
    {"email", "imeil"},
    {"o'higgins", "o jíguins"},
    {"kennedy", "quénedi"},
    {"edwards", "éduars"},
    {"bluetooth", "blutuz"},
    {"online", "onlain"},
    {"uber", "úber"},
    {"skyn3t", "escáinet"},
    {"eeuu", "Estados Unidos"},
});

}  // namespace

std::string lower_latin(std::string_view text) {
    std::string lowered(text);
    for (std::size_t i = 0; i < lowered.size(); ++i) {
        const auto octet = static_cast<unsigned char>(lowered[i]);
        const bool after_c3 = i > 0 && static_cast<unsigned char>(lowered[i - 1]) == 0xC3;
        // U+00C0-U+00DE but U+00D7, the multiplication sign.
        if (after_c3 && octet >= 0x80 && octet <= 0x9E && octet != 0x97)
            lowered[i] = static_cast<char>(octet + 0x20);
        else
            lowered[i] = to_lower(lowered[i]);
    }
    return lowered;
}

bool takes_number_as_name(std::string_view word) { return contains(kLabels, word); }
bool is_function_word(std::string_view word) { return contains(kFunctionWords, word); }

bool begins_a_sentence(std::string_view word) {
    static constexpr auto kBeginnings =
        std::to_array<std::string_view>({"para", "por", "presione", "marque", "si", "ahora",
                                         "bienvenido", "bienvenida", "gracias", "adiós", "espere"});
    return contains(kBeginnings, word);
}

bool begins_with_i(std::string_view word) {
    if (word.starts_with('h')) word.remove_prefix(1);
    const bool is_i = word.starts_with('i') || word.starts_with("í");
    // "hielo", "hierba", "iónico": the i is a consonant, and "y" stays.
    if (!is_i || word.starts_with("í")) return is_i;
    constexpr std::string_view kVowels = "aeou";
    return word.size() < 2 || kVowels.find(word[1]) == std::string_view::npos;
}

bool is_feminine(std::string_view noun) {
    if (contains(kFeminine, noun)) return true;
    if (contains(kMasculine, noun) || noun.ends_with("ista") || noun.ends_with("istas"))
        return false;
    return std::any_of(kFeminineEndings.begin(), kFeminineEndings.end(),
                       [&](std::string_view ending) { return noun.ends_with(ending); });
}

std::optional<Abbreviation> find_abbreviation(std::string_view word) {
    const auto* found = look_up(kAbbreviations, word);
    return found ? std::optional(*found) : std::nullopt;
}

std::optional<Unit> find_unit(std::string_view word) {
    const auto* found = look_up(kUnits, word);
    return found ? std::optional(*found) : std::nullopt;
}

std::string_view find_respelling(std::string_view word) {
    const auto* found = look_up(kRespellings, word);
    return found ? *found : std::string_view{};
}

std::optional<unsigned> find_month(std::string_view word) {
    if (word == "setiembre") return 9;
    for (unsigned month = 1; month <= 12; ++month)
        if (month_name(month) == word) return month;
    return std::nullopt;
}

}  // namespace skyn3t::speech::spanish
