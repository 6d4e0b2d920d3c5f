// Numbers that count something: plain numbers with their noun, money, percentages, units, ordinals,
// fractions.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "speech/spanish_scanner.hpp"

namespace skyn3t::speech::spanish {
namespace {

struct Number {
    std::string digits;      // of the whole part, without grouping dots
    std::string decimals{};  // empty when whole
    bool by_point = false;   // 3.14
    bool grouped = false;

    // Codes are read digit by digit: a leading zero, or longer than a cardinal.
    bool is_code() const { return (digits.size() > 1 && digits[0] == '0') || digits.size() > 12; }
    std::uint64_t value() const {
        std::uint64_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        return number;
    }
};

// 1.234.567,89 as in Chile; 3.14 with a point that does not group.
std::optional<Number> read_number(Reader& reader) {
    if (!reader.is_digits()) return std::nullopt;
    Number number{std::string(reader.text())};
    reader.next();
    for (bool may_group = number.digits.size() <= 3; may_group;) {
        Reader ahead = reader;
        if (!ahead.take_symbol(".")) break;
        const auto group = ahead.take_digits(3, 3);
        if (group.empty()) break;
        number.digits += group;
        number.grouped = true;
        reader = ahead;
    }
    Reader ahead = reader;
    const bool comma = ahead.take_symbol(",");
    const bool point = !comma && !number.grouped && ahead.take_symbol(".");
    if ((comma || point) && ahead.is_digits()) {
        number.decimals = ahead.text();
        number.by_point = point;
        ahead.next();
        reader = ahead;
    }
    return number;
}

std::string in_words(const Number& number, Form form) {
    if (number.is_code() && number.decimals.empty()) return digit_by_digit(number.digits);
    if (number.decimals.empty()) return cardinal(number.value(), form);
    return cardinal(number.value()) + (number.by_point ? " punto " : " coma ") +
           decimals(number.decimals);
}

bool is_round_million(const Number& number) {
    return number.decimals.empty() && number.value() != 0 && number.value() % 1'000'000 == 0;
}

// The noun that stands one space after a number, in lower case; empty when what follows is no noun.
std::string noun_after(Reader reader) {
    if (!reader.take_space() || !reader.is_word()) return {};
    const std::string word = reader.word();
    return is_function_word(word) ? std::string{} : word;
}

// "1 piso", "21 personas", but "opción 1": a label before it makes the number a name.
Form agreement(const Number& number, const std::string& noun, const std::string& before) {
    if (noun.empty() || takes_number_as_name(before)) return Form::standalone;
    const bool plural = noun.ends_with('s') || find_unit(noun);
    if (number.value() != 1 && !plural && noun != "mil" && noun != "millones")
        return Form::standalone;
    if (noun == "mil" || noun == "millones") return Form::masculine;
    return is_feminine(noun) ? Form::feminine : Form::masculine;
}

void say_amount(Words& words, const Number& number, const Unit& unit) {
    const bool one = number.decimals.empty() && number.value() == 1;
    words.say(in_words(number, unit.form));
    if (is_round_million(number)) words.say("de");
    words.say(one ? unit.singular : unit.plural);
}

struct Currency {
    Unit unit;
    std::string_view cents;  // empty: decimals are read as such
};
constexpr Unit kPeso{"peso", "pesos", Form::masculine};
constexpr Unit kDollar{"dólar", "dólares", Form::masculine};
constexpr Unit kEuro{"euro", "euros", Form::masculine};

std::optional<Currency> read_currency(Reader& reader) {
    if (reader.take_symbol("$")) return Currency{kPeso, {}};
    if (reader.take_symbol("€")) return Currency{kEuro, "céntimos"};
    const std::string word = reader.word();
    Reader ahead = reader;
    ahead.next();
    if ((word == "us" || word == "usd") && ahead.take_symbol("$")) {
        reader = ahead;
        return Currency{kDollar, "centavos"};
    }
    if (word != "uf" && word != "utm" && word != "uta" && word != "clp" && word != "usd")
        return std::nullopt;
    reader = ahead;
    return Currency{*find_unit(word), word == "usd" ? "centavos" : ""};
}

// What people write after an amount and nobody says twice: ".-", " pesos", " CLP".
void skip_money_tail(Reader& reader, const Unit& unit) {
    Reader ahead = reader;
    if ((ahead.take_symbol(".") || ahead.take_symbol(",")) && ahead.take_symbol("-")) {
        reader = ahead;
        return;
    }
    ahead = reader;
    ahead.take_space();
    const std::string word = ahead.word();
    if (word.empty() || (word != unit.singular && word != unit.plural && word != "clp")) return;
    ahead.next();
    reader = ahead;
}

bool say_percent_or_degrees(Context& context, const Number& number, Reader reader) {
    reader.take_space();
    if (reader.take_symbol("%")) {
        context.words.say(in_words(number, Form::standalone) + " por ciento");
        context.finish(reader);
        return true;
    }
    if (!reader.take_symbol("°") && !reader.take_symbol("º")) return false;
    Reader scale = reader;
    scale.take_space();
    if (!scale.is_word() || (scale.text() != "C" && scale.text() != "F")) return false;
    const bool one = number.digits == "1" && number.decimals.empty();
    context.words.say(in_words(number, Form::masculine) + (one ? " grado " : " grados ") +
                      (scale.text() == "C" ? "Celsius" : "Fahrenheit"));
    scale.next();
    context.finish(scale);
    return true;
}

bool say_unit(Context& context, const Number& number, Reader reader) {
    reader.take_space();
    const auto unit = find_unit(reader.word());
    if (!unit || takes_number_as_name(context.previous_word())) return false;
    // "5 M" is no metre; units that are acronyms come in capitals.
    const bool short_capital = reader.text().size() == 1 && reader.text() != reader.word();
    if (short_capital) return false;
    const bool metre = reader.word() == "m";
    reader.next();
    const bool squared = reader.take_symbol("²") || (metre && reader.take_digits(1, 1) == "2");
    if (!reader.at_boundary()) return false;
    say_amount(context.words, number, *unit);
    if (squared) context.words.say(number.digits == "1" ? "cuadrado" : "cuadrados");
    Reader dot = reader;  // "18 hrs." in mid-sentence
    if (dot.take_symbol(".") && !dot.at_end()) reader = dot;
    context.finish(reader);
    return true;
}

constexpr auto kFeminineSuffixes =
    std::to_array<std::string_view>({"ª", "ra", "era", "da", "ta", "ma", "va", "na"});
constexpr auto kMasculineSuffixes =
    std::to_array<std::string_view>({"º", "°", "ro", "ero", "do", "to", "mo", "vo", "no"});

}  // namespace

bool say_money(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    const auto currency = read_currency(reader);
    if (!currency) return false;
    reader.take_space();
    const bool minus = reader.take_symbol("-");
    const auto number = read_number(reader);
    if (!number) return false;
    if (minus) context.words.say("menos");
    Reader scale = reader;
    scale.take_space();
    const std::string word = scale.word();
    if (word == "mil" || word == "millones" || word == "millón") {
        scale.next();
        context.words.say(in_words(*number, Form::masculine));
        context.words.say(word);
        if (word != "mil") context.words.say("de");
        context.words.say(currency->unit.plural);
        reader = scale;
    } else if (!number->decimals.empty() && !currency->cents.empty()) {
        say_amount(context.words, {number->digits, {}}, currency->unit);
        context.words.say("con " + decimals(number->decimals));
        context.words.say(currency->cents);
    } else {
        say_amount(context.words, *number, currency->unit);
    }
    skip_money_tail(reader, currency->unit);
    context.finish(reader);
    return true;
}

bool say_ordinal(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    const auto digits = reader.take_digits(1, 2);
    if (digits.empty() || digits[0] == '0') return false;
    reader.take_symbol(".");  // 1.º, as the Academy writes it
    const std::string suffix = reader.is_word() ? reader.word() : std::string(reader.text());
    const auto has = [&](const auto& list) {
        return std::find(list.begin(), list.end(), suffix) != list.end();
    };
    const bool cut = suffix == "er";
    const bool feminine = has(kFeminineSuffixes);
    if (!cut && !feminine && !has(kMasculineSuffixes)) return false;
    reader.next();
    if (!reader.at_boundary()) return false;
    Form form = feminine ? Form::feminine : Form::standalone;
    if (cut || (!feminine && !noun_after(reader).empty())) form = Form::masculine;
    const auto number = Number{std::string(digits)}.value();
    context.words.say(ordinal(number, form));
    context.finish(reader);
    return true;
}

bool say_fraction(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    const auto above = reader.take_digits(1, 1);
    if (above.empty() || !reader.take_symbol("/")) return false;
    const auto below = reader.take_digits(1, 1);
    if (below.empty() || !reader.at_boundary() || reader.text() == "/") return false;
    constexpr std::array<std::string_view, 3> kParts{"medio", "tercio", "cuarto"};
    const char part = below[0];
    if (part < '2' || part > '4' || above[0] == '0' || above[0] >= part) return false;
    std::string words = cardinal(static_cast<std::uint64_t>(above[0] - '0'), Form::masculine);
    words += ' ';
    words += kParts[static_cast<std::size_t>(part - '2')];
    if (above != "1") words += 's';
    context.words.say(words);
    context.finish(reader);
    return true;
}

bool say_number(Context& context) {
    Reader reader = context.here();
    const Token* left = context.previous();
    const bool sign_may_stand = left == nullptr || left->kind == Kind::space || left->text == "(";
    const bool minus = sign_may_stand && reader.take_symbol("-");
    const auto number = read_number(reader);
    if (!number) return false;
    if (minus) context.words.say("menos");
    if (say_percent_or_degrees(context, *number, reader) || say_unit(context, *number, reader))
        return true;
    const std::string noun = noun_after(reader);
    context.words.say(in_words(*number, agreement(*number, noun, context.previous_word())));
    if (is_round_million(*number) && noun.ends_with('s')) context.words.say("de");
    context.finish(reader);
    return true;
}

}  // namespace skyn3t::speech::spanish
