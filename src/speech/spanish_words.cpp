// Abbreviations, letters, addresses and signs.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "speech/spanish_scanner.hpp"

namespace skyn3t::speech::spanish {
namespace {

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string spelled(std::string_view word) {
    Words words;
    for (const Token& token : tokenize(word)) {
        for (std::size_t i = 0; i < token.text.size();) {
            const std::size_t length = static_cast<unsigned char>(token.text[i]) < 0x80 ? 1 : 2;
            const auto name = letter_name(token.text.substr(i, length));
            if (!name.empty()) words.say(name);
            i += length;
        }
    }
    std::string text = words.take();
    if (!text.empty()) text.pop_back();
    return text;
}

// Nobody can pronounce TV or PDF; an accent or a lower-case letter makes it a word.
bool is_initialism(std::string_view word) {
    return word.size() >= 2 && word.size() <= 5 &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
           word.find_first_of("AEIOUY") == std::string_view::npos;
}

bool number_follows(Reader reader) {
    reader.take_space();
    return reader.is_digits();
}

bool is_capital(std::string_view text) {
    return !text.empty() && lower_latin(text.substr(0, 2)) != text.substr(0, 2) &&
           lower_latin(text) != text;
}

// "Cía. Para ...": the dot of the abbreviation ends the sentence as well.
bool sentence_follows(Reader reader) {
    return reader.take_space() && reader.is_word() && is_capital(reader.text()) &&
           begins_a_sentence(reader.word());
}

bool name_follows(Reader reader) {
    return reader.take_space() && reader.is_word() && is_capital(reader.text()) &&
           characters(reader.text()) > 1 && !begins_a_sentence(reader.word());
}

// After "Torre" or "Block" a letter is a name, and its dot ends the sentence.
bool may_have_an_initial(std::string_view previous_word) {
    static constexpr auto kStreets = std::to_array<std::string_view>(
        {"calle", "avenida", "av", "avda", "pasaje", "pje", "psje", "edificio"});
    return !takes_number_as_name(previous_word) ||
           std::find(kStreets.begin(), kStreets.end(), previous_word) != kStreets.end();
}

// Of keys: "presione #25".
bool is_press(std::string_view word) {
    static constexpr auto kPresses =
        std::to_array<std::string_view>({"presione", "presiona", "marque", "marca", "digite",
                                         "digita", "pulse", "oprima", "tecla", "asterisco"});
    return std::find(kPresses.begin(), kPresses.end(), word) != kPresses.end();
}

// Abbreviations with inner dots or strokes, as their tokens in lower case.
constexpr auto kPhrases = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"n º", "número"},
    {"n °", "número"},
    {"n ª", "número"},
    {"s / n", "sin número"},
    {"c / u", "cada uno"},
    {"y / o", "y o"},
    {"p . ej .", "por ejemplo"},
    {"s . a .", "ese a"},
    {"ee . uu .", "Estados Unidos"},
    {"b . o ' higgins", "Bernardo o jíguins"},
    {"o ' higgins", "o jíguins"},
    {"24 / 7", "veinticuatro siete"},
});

bool take_phrase(Reader& reader, std::string_view pattern) {
    Reader ahead = reader;
    while (!pattern.empty()) {
        const auto part = pattern.substr(0, pattern.find(' '));
        pattern.remove_prefix(std::min(pattern.size(), part.size() + 1));
        if (part == "." && pattern.empty()) {  // the last dot may be missing, or end the sentence
            Reader dot = ahead;
            if (dot.take_symbol(".") && !dot.at_end()) ahead = dot;
            break;
        }
        if (!ahead.take_word(part) && !ahead.take_symbol(part) &&
            ahead.take_digits(part.size(), part.size()) != part)
            return false;
        if (part == ".") ahead.take_space();
    }
    if (ahead.is_word()) return false;
    reader = ahead;
    return true;
}

void say_address_part(Words& words, const Token& token, bool last) {
    if (token.kind == Kind::digits) return words.say(digit_by_digit(token.text));
    if (token.kind == Kind::word) {
        const std::string word = lower_latin(token.text);
        if (word == "www") return words.say("triple doble ve");
        return words.say(last && word != "com" && word != "net" && word != "org" ? spelled(word)
                                                                                 : word);
    }
    constexpr auto kSigns = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{".", "punto"}, {"@", "arroba"}, {"-", "guion"}, {"_", "guion bajo"}, {"/", "barra"}});
    for (const auto& [sign, name] : kSigns)
        if (token.text == sign) words.say(name);
}

}  // namespace

// admin@edificio.cl, www.edificio.cl, edificio.cl
bool say_address(Context& context) {
    if (!context.starts_word()) return false;
    std::size_t end = context.at;
    bool has_at = false;
    while (end < context.tokens.size() && context.tokens[end].kind != Kind::space)
        has_at |= context.tokens[end++].text == "@";
    while (end > context.at && context.tokens[end - 1].kind == Kind::symbol) --end;
    if (end < context.at + 3) return false;
    const auto top = lower_latin(context.tokens[end - 1].text);
    const bool has_top = context.tokens[end - 2].text == "." &&
                         context.tokens[end - 1].kind == Kind::word && top.size() >= 2;
    const bool known_top = top == "cl" || top == "com" || top == "net" || top == "org";
    const bool site = lower_latin(context.tokens[context.at].text) == "www" || known_top;
    if (context.tokens[context.at].kind == Kind::symbol || !has_top || (!has_at && !site))
        return false;
    for (; context.at < end; ++context.at)
        say_address_part(context.words, context.tokens[context.at], context.at + 1 == end);
    return true;
}

bool say_abbreviation(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    for (const auto& [pattern, words] : kPhrases) {
        if (!take_phrase(reader, pattern)) continue;
        context.words.say(words);
        context.finish(reader);
        return true;
    }
    const auto abbreviation = find_abbreviation(reader.word());
    if (!abbreviation) return false;
    reader.next();
    Reader dot = reader;
    const bool dotted = dot.take_symbol(".");
    using Use = AbbreviationUse;
    if (abbreviation->use == Use::with_dot && !dotted) return false;
    if (abbreviation->use == Use::before_number && !(dotted && number_follows(dot))) return false;
    if (abbreviation->use == Use::before_digits && !number_follows(dotted ? dot : reader))
        return false;
    if (dotted && !dot.at_end()) reader = dot;  // the last dot of a text ends its sentence, too
    if (!reader.at_boundary() && !reader.is_digits()) return false;
    context.words.say(abbreviation->words);
    if (dotted && sentence_follows(reader)) context.words.append(".");
    context.finish(reader);
    return true;
}

// "B. Encina", "C° Colorado", "D'Halmar": single letters in names.
bool say_initial(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    if (!reader.is_word() || characters(reader.text()) != 1 || !is_capital(reader.text()))
        return false;
    const auto letter = reader.text();
    reader.next();
    Reader mark = reader;
    if (letter == "C" && (mark.take_symbol("°") || mark.take_symbol("º")) && name_follows(mark)) {
        context.words.say("Cerro");
        context.finish(mark);
        return true;
    }
    if (letter == "D" && mark.take_symbol("'") && mark.is_word()) {
        std::string_view rest = mark.text();
        if (rest.starts_with('H') || rest.starts_with('h')) rest.remove_prefix(1);
        context.words.say("D" + lower_latin(rest));
        mark.next();
        context.finish(mark);
        return true;
    }
    if (!mark.take_symbol(".") || !name_follows(mark) ||
        !may_have_an_initial(context.previous_word()))
        return false;
    context.words.say(letter_name(letter));
    context.finish(mark);
    return true;
}

bool say_word(Context& context) {
    Reader reader = context.here();
    if (!reader.is_word()) return false;
    const auto text = reader.text();
    const auto respelled = find_respelling(reader.word());
    const bool consonant =
        characters(text) == 1 && reader.word() != "y" && letter_name(text).size() > 1;
    reader.next();
    if (!respelled.empty())
        context.words.say(respelled);
    else if (consonant)
        context.words.say(letter_name(text));
    else if (is_initialism(text))
        context.words.say(spelled(text));
    else if (!context.starts_word())
        context.words.say(text);  // after a digit: "5piezas"
    else
        context.words.append(text);
    context.finish(reader);
    return true;
}

bool say_symbol(Context& context) {
    Reader reader = context.here();
    if (reader.at_end() || reader.kind() != Kind::symbol) return false;
    const auto sign = reader.text();
    constexpr auto kNames =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"#", "gato"},
                                                                      {"*", "asterisco"},
                                                                      {"@", "arroba"},
                                                                      {"+", "más"},
                                                                      {"=", "igual a"},
                                                                      {"%", "por ciento"},
                                                                      {"°", "grados"},
                                                                      {"$", "pesos"},
                                                                      {"€", "euros"},
                                                                      {"½", "un medio"},
                                                                      {"¼", "un cuarto"},
                                                                      {"/", "o"}});
    constexpr std::string_view kPauses = "()[]{}";
    constexpr std::string_view kKept = ".,;:?!'";
    reader.next();
    if (sign == "#" && context.starts_word() && reader.is_digits() &&
        !is_press(context.previous_word())) {
        context.words.say("número");
        context.finish(reader);
        return true;
    }
    if (sign == "&") {
        Reader next = reader;
        next.take_space();
        context.words.say(begins_with_i(next.word()) ? "e" : "y");
        context.finish(reader);
        return true;
    }
    const auto* name = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const auto& entry) { return entry.first == sign; });
    if (name != kNames.end())
        context.words.say(name->second);
    else if (sign == "¿" || sign == "¡" || kKept.find(sign) != kKept.npos)
        context.words.append(sign);
    else if (sign == "-") {
        // Within a word it stays; between spaces it is a pause.
        const bool inner = !context.starts_word() && reader.is_word();
        context.words.append(inner ? "-" : ", ");
    } else {
        context.words.append(kPauses.find(sign) != kPauses.npos ? ", " : " ");
    }
    context.finish(reader);
    return true;
}

}  // namespace skyn3t::speech::spanish
