#include "speech/spanish_numbers.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace skyn3t::speech::spanish {
namespace {

constexpr std::array<std::string_view, 30> kSmall{
    "cero",         "uno",         "dos",        "tres",        "cuatro",     "cinco",
    "seis",         "siete",       "ocho",       "nueve",       "diez",       "once",
    "doce",         "trece",       "catorce",    "quince",      "dieciséis",  "diecisiete",
    "dieciocho",    "diecinueve",  "veinte",     "veintiuno",   "veintidós",  "veintitrés",
    "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"};
constexpr std::array<std::string_view, 10> kTens{
    "", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"};
constexpr std::array<std::string_view, 10> kHundreds{
    "",         "ciento",    "doscient",  "trescient", "cuatrocient",
    "quinient", "seiscient", "setecient", "ochocient", "novecient"};
constexpr std::array<std::string_view, 21> kOrdinals{"",
                                                     "primero",
                                                     "segundo",
                                                     "tercero",
                                                     "cuarto",
                                                     "quinto",
                                                     "sexto",
                                                     "séptimo",
                                                     "octavo",
                                                     "noveno",
                                                     "décimo",
                                                     "undécimo",
                                                     "duodécimo",
                                                     "decimotercero",
                                                     "decimocuarto",
                                                     "decimoquinto",
                                                     "decimosexto",
                                                     "decimoséptimo",
                                                     "decimoctavo",
                                                     "decimonoveno",
                                                     "vigésimo"};
constexpr std::array<std::string_view, 10> kOrdinalTens{"",
                                                        "",
                                                        "vigésimo",
                                                        "trigésimo",
                                                        "cuadragésimo",
                                                        "quincuagésimo",
                                                        "sexagésimo",
                                                        "septuagésimo",
                                                        "octogésimo",
                                                        "nonagésimo"};
constexpr std::array<std::string_view, 13> kMonths{
    "",      "enero",  "febrero",    "marzo",   "abril",     "mayo",     "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"};
constexpr std::array<std::string_view, 26> kLetters{
    "a",    "be", "ce",  "de",  "e",        "efe",   "ge",       "hache", "i",
    "jota", "ka", "ele", "eme", "ene",      "o",     "pe",       "cu",    "erre",
    "ese",  "te", "u",   "uve", "doble ve", "equis", "i griega", "zeta"};

std::string below_thirty(std::uint64_t number, Form form) {
    if (number == 1 && form == Form::masculine) return "un";
    if (number == 1 && form == Form::feminine) return "una";
    if (number == 21 && form == Form::masculine) return "veintiún";
    if (number == 21 && form == Form::feminine) return "veintiuna";
    return std::string(kSmall[number]);
}

std::string below_thousand(std::uint64_t number, Form form) {
    if (number == 100) return "cien";
    std::string words;
    if (const auto hundreds = number / 100; hundreds != 0) {
        words = kHundreds[hundreds];
        if (hundreds > 1) words += form == Form::feminine ? "as" : "os";
        number %= 100;
        if (number == 0) return words;
        words += ' ';
    }
    if (number < 30) return words + below_thirty(number, form);
    words += kTens[number / 10];
    if (number % 10 != 0) words += " y " + below_thirty(number % 10, form);
    return words;
}

// "mil", never "un mil".
std::string below_million(std::uint64_t number, Form form) {
    const auto thousands = number / 1000;
    if (thousands == 0) return below_thousand(number, form);
    std::string words;
    if (thousands > 1)
        words = below_thousand(thousands, form == Form::feminine ? form : Form::masculine) + ' ';
    words += "mil";
    if (number % 1000 != 0) words += ' ' + below_thousand(number % 1000, form);
    return words;
}

std::string inflect(std::string_view masculine, Form form) {
    std::string word(masculine);
    if (form == Form::feminine) word.back() = 'a';
    if (form == Form::masculine && word.ends_with("ero")) word.pop_back();  // primer, tercer
    return word;
}

}  // namespace

std::string cardinal(std::uint64_t number, Form form) {
    if (number > kMaxCardinal) return digit_by_digit(std::to_string(number));
    const auto millions = number / 1'000'000;
    if (millions == 0) return below_million(number, form);
    std::string words =
        millions == 1 ? "un millón" : below_million(millions, Form::masculine) + " millones";
    if (number % 1'000'000 != 0) words += ' ' + below_million(number % 1'000'000, form);
    return words;
}

std::string ordinal(std::uint64_t number, Form form) {
    if (number == 0 || number > 99) return cardinal(number);
    if (number <= 20) return inflect(kOrdinals[number], form);
    const Form tens_form = form == Form::feminine ? form : Form::standalone;
    std::string words = inflect(kOrdinalTens[number / 10], tens_form);
    if (number % 10 != 0) words += ' ' + inflect(kOrdinals[number % 10], form);
    return words;
}

std::string digit_by_digit(std::string_view digits) {
    std::string words;
    for (const char c : digits) {
        if (!is_digit(c)) continue;
        if (!words.empty()) words += ' ';
        words += kSmall[static_cast<std::size_t>(c - '0')];
    }
    return words;
}

std::string decimals(std::string_view digits) {
    if (digits.size() > 3) return digit_by_digit(digits);
    std::string words;
    std::uint64_t rest = 0;
    for (const char c : digits) {
        if (rest == 0 && c == '0') words += words.empty() ? "cero" : " cero";
        rest = rest * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (rest == 0) return words;
    return words + (words.empty() ? "" : " ") + cardinal(rest);
}

std::string_view letter_name(std::string_view letter) {
    if (letter == "ñ" || letter == "Ñ") return "eñe";
    if (letter.size() != 1 || !is_alpha(letter[0])) return {};
    return kLetters[static_cast<std::size_t>(to_lower(letter[0]) - 'a')];
}

std::string_view month_name(unsigned month) { return month <= 12 ? kMonths[month] : ""; }

}  // namespace skyn3t::speech::spanish
