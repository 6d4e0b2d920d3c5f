// Numbers that name something: telephones, RUT, flats, dates, times. Pauses are commas: engines
// keep the melody.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "speech/spanish_scanner.hpp"

namespace skyn3t::speech::spanish {
namespace {

unsigned to_number(std::string_view digits) {
    unsigned number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

using Groups = std::vector<std::string>;

std::string in_groups(const Groups& groups) {
    std::string words;
    for (const auto& group : groups) {
        if (!words.empty()) words += ", ";
        words += digit_by_digit(group);
    }
    return words;
}

// Cuts `digits` into parts of these lengths, the rest into threes with a last part of two to four.
Groups cut(std::string_view digits, std::initializer_list<std::size_t> lengths) {
    Groups groups;
    for (const std::size_t length : lengths) {
        if (digits.empty()) return groups;
        groups.emplace_back(digits.substr(0, length));
        digits.remove_prefix(std::min(length, digits.size()));
    }
    while (!digits.empty()) {
        const std::size_t length = digits.size() > 4 ? 3 : digits.size();
        groups.emplace_back(digits.substr(0, length));
        digits.remove_prefix(length);
    }
    return groups;
}

// chile.md, D.1: nine digits; Santiago 2 and mobiles 9 are one digit and eight, other zones two and
// seven.
Groups national_groups(std::string_view digits) {
    if (digits.size() == 9 && (digits[0] == '2' || digits[0] == '9')) return cut(digits, {1, 4, 4});
    if (digits.size() == 9 && digits.substr(0, 2) != "80") return cut(digits, {2, 3, 4});
    if (digits.size() == 8) return cut(digits, {4, 4});
    return cut(digits, {3, 3});
}

// As they were written, when that can be spoken; an unbroken number by the plan.
Groups spoken_groups(const Groups& written, bool international) {
    std::string all;
    for (const auto& group : written) all += group;
    const bool readable = std::all_of(written.begin(), written.end(),
                                      [](const auto& group) { return group.size() <= 4; });
    if (readable && written.size() > 1) return written;
    if (!international) return national_groups(all);
    const std::size_t country = all[0] == '1' || all[0] == '7' ? 1 : 2;
    if (all.size() <= country) return {all};
    Groups groups{all.substr(0, country)};
    const std::string rest = all.substr(country);
    const auto tail = groups[0] == "56" ? national_groups(rest) : cut(rest, {});
    groups.insert(groups.end(), tail.begin(), tail.end());
    return groups;
}

struct Telephone {
    Groups written;
    std::size_t digits = 0;
    bool international = false;
};

// Digits in groups, one space, hyphen or dot between them, an area code in brackets; stops before
// `limit` is passed.
Telephone read_telephone(Reader& reader) {
    Telephone number;
    number.international = reader.take_symbol("+");
    std::size_t limit = number.international ? 15 : 10;
    for (Reader ahead = reader;; ahead = reader) {
        const bool bracket =
            !number.written.empty() && ahead.take_space() && ahead.take_symbol("(");
        if (!bracket) ahead = reader;
        const bool opened = bracket || ahead.take_symbol("(");
        if (!opened && !number.written.empty() && !ahead.take_space() && !ahead.take_symbol("-") &&
            !ahead.is_digits())
            break;
        const auto group = ahead.take_digits(1, limit - number.digits);
        if (group.empty() || (opened && !ahead.take_symbol(")"))) break;
        number.written.emplace_back(group);
        number.digits += group.size();
        if (number.international && (number.written[0] == "56" || group.starts_with("56")) &&
            number.written.size() == 1)
            limit = 11;
        if (opened && ahead.is_digits()) {
            reader = ahead;
            continue;
        }
        reader = ahead;
        if (number.digits == limit) break;
    }
    return number;
}

bool is_telephone(const Telephone& number) {
    if (number.written.empty()) return false;
    if (number.international) return number.digits >= 8;
    const std::string& first = number.written[0];
    const bool service = first == "600" || first == "800" || first == "809";
    if (service) return number.written.size() > 1 && number.digits >= 9;
    if (first[0] < '2' || number.digits != 9) return false;
    // Nine digits together, or groups as telephones have them.
    return number.written.size() == 1 ||
           (number.written.back().size() >= 3 && number.written.size() <= 4);
}

struct Date {
    unsigned day = 0;
    unsigned month = 0;
    std::optional<unsigned> year;

    bool is_valid() const { return day >= 1 && day <= 31 && month >= 1 && month <= 12; }
};

std::string in_words(const Date& date) {
    std::string words = date.day == 1 ? "primero" : cardinal(date.day);
    words += " de ";
    words += month_name(date.month);
    if (date.year) words += " de " + cardinal(*date.year);
    return words;
}

std::optional<std::string_view> take_separator(Reader& reader) {
    for (const std::string_view separator : {"/", "-", "."})
        if (reader.take_symbol(separator)) return separator;
    return std::nullopt;
}

// Three numbers with one separator; or day and month of two digits with a stroke, since "1/2" is a
// half.
std::optional<Date> read_date(Reader& reader) {
    const auto first = reader.take_digits(1, 4);
    const auto separator = take_separator(reader);
    if (first.empty() || !separator) return std::nullopt;
    const auto second = reader.take_digits(1, 2);
    if (second.empty()) return std::nullopt;
    Reader ahead = reader;
    const auto third = ahead.take_symbol(*separator) ? ahead.take_digits(2, 4) : "";
    Date date;
    if (third.empty()) {
        if (*separator != "/" || first.size() != 2 || second.size() != 2) return std::nullopt;
        date = {to_number(first), to_number(second), std::nullopt};
    } else {
        reader = ahead;
        if (first.size() == 4 && third.size() == 2)
            date = {to_number(third), to_number(second), to_number(first)};
        else if (first.size() <= 2 && third.size() != 3)
            date = {to_number(first), to_number(second),
                    to_number(third) + (third.size() == 2 ? 2000 : 0)};
    }
    if (!date.is_valid() || !reader.at_boundary()) return std::nullopt;
    return date;
}

enum class HalfDay { none, am, pm };

HalfDay read_half_day(Reader& reader) {
    Reader ahead = reader;
    ahead.take_space();
    const std::string word = ahead.word();
    if (word == "am" || word == "pm") {
        ahead.next();
        reader = ahead;
        return word == "am" ? HalfDay::am : HalfDay::pm;
    }
    if (word != "a" && word != "p") return HalfDay::none;
    ahead.next();
    if (!ahead.take_symbol(".")) return HalfDay::none;
    ahead.take_space();
    if (!ahead.take_word("m")) return HalfDay::none;
    Reader dot = ahead;
    if (dot.take_symbol(".") && !dot.at_end()) ahead = dot;
    reader = ahead;
    return word == "a" ? HalfDay::am : HalfDay::pm;
}

std::string_view part_of_day(unsigned hour, HalfDay half) {
    if (half == HalfDay::am)
        return hour == 12 ? "de la noche" : hour < 6 ? "de la madrugada" : "de la mañana";
    return hour == 12 ? "del día" : hour < 8 ? "de la tarde" : "de la noche";
}

std::string in_words(unsigned hour, unsigned minute, HalfDay half) {
    if (half == HalfDay::none || hour == 0 || hour > 12) {
        std::string words = cardinal(hour, Form::feminine) + (hour == 1 ? " hora" : " horas");
        if (minute != 0) words += ' ' + cardinal(minute);
        return words;
    }
    std::string words = cardinal(hour, Form::feminine);
    if (minute == 15)
        words += " y cuarto";
    else if (minute == 30)
        words += " y media";
    else if (minute != 0)
        words += " y " + cardinal(minute);
    words += ' ';
    words += part_of_day(hour, half);
    return words;
}

bool skip_hours(Reader& reader) {
    Reader ahead = reader;
    ahead.take_space();
    const std::string word = ahead.word();
    if (word != "h" && word != "hr" && word != "hrs" && word != "horas") return false;
    ahead.next();
    Reader dot = ahead;
    if (word != "horas" && dot.take_symbol(".") && !dot.at_end()) ahead = dot;
    reader = ahead;
    return true;
}

bool is_flat_letter(const Reader& reader) {
    return reader.is_word() && !letter_name(reader.text()).empty();
}

}  // namespace

bool say_rut(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    Groups groups;
    if (const auto whole = reader.take_digits(7, 8); !whole.empty()) {
        const std::size_t millions = whole.size() - 6;
        groups = cut(whole, {millions, 3, 3});
    } else {
        groups.emplace_back(reader.take_digits(1, 2));
        for (int i = 0; i < 2; ++i) {
            if (!reader.take_symbol(".")) return false;
            groups.emplace_back(reader.take_digits(3, 3));
        }
        if (std::any_of(groups.begin(), groups.end(), [](const auto& g) { return g.empty(); }))
            return false;
    }
    if (!reader.take_symbol("-")) return false;
    std::string check = digit_by_digit(reader.take_digits(1, 1));
    if (check.empty() && reader.take_word("k")) check = "ka";
    if (check.empty() || !reader.at_boundary()) return false;
    context.words.say(in_groups(groups) + ", guion " + check);
    context.finish(reader);
    return true;
}

bool say_telephone(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    const Telephone number = read_telephone(reader);
    if (!is_telephone(number) || !reader.at_boundary()) return false;
    context.words.say((number.international ? "más " : "") +
                      in_groups(spoken_groups(number.written, number.international)));
    context.finish(reader);
    return true;
}

bool say_telephone_digits(Words& words, std::string_view text) {
    Groups written;
    for (const Token& token : tokenize(text))
        if (token.kind == Kind::digits) written.emplace_back(token.text);
    if (written.empty()) return false;
    const bool international = text.find('+') != std::string_view::npos;
    words.say((international ? "más " : "") + in_groups(spoken_groups(written, international)));
    return true;
}

bool say_date(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    if (const auto date = read_date(reader)) {
        context.words.say(in_words(*date));
        context.finish(reader);
        return true;
    }
    // "1 de enero": the first of a month is an ordinal in Latin America.
    reader = context.here();
    if (reader.take_digits(1, 1) != "1" || !reader.take_space() || !reader.take_word("de") ||
        !reader.take_space() || !find_month(reader.word()))
        return false;
    context.words.say("primero de");
    context.finish(reader);
    return true;
}

bool say_time(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    const auto hours = reader.take_digits(1, 2);
    if (hours.empty() || to_number(hours) > 24) return false;
    const bool colon = reader.take_symbol(":");
    const bool dot = !colon && reader.take_symbol(".");
    const auto minutes = colon || dot ? reader.take_digits(2, 2) : "00";
    if (minutes.empty() || to_number(minutes) > 59) return false;
    if (colon) {  // seconds are not spoken
        Reader ahead = reader;
        if (ahead.take_symbol(":") && !ahead.take_digits(2, 2).empty()) reader = ahead;
    }
    HalfDay half = read_half_day(reader);
    const bool marked = skip_hours(reader) || half != HalfDay::none;
    if ((!colon && !marked) || !reader.at_boundary()) return false;
    if (!colon && !dot && half == HalfDay::none) return false;  // "18 hrs" is an amount
    context.words.say(in_words(to_number(hours), to_number(minutes), half));
    context.finish(reader);
    return true;
}

bool say_spaced_digits(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    std::string digits(reader.take_digits(1, 1));
    if (digits.empty()) return false;
    for (Reader ahead = reader; ahead.take_space(); ahead = reader) {
        const auto digit = ahead.take_digits(1, 1);
        if (digit.empty() || !ahead.at_boundary()) break;
        digits += digit;
        reader = ahead;
    }
    if (digits.size() < 2) return false;
    context.words.say(digit_by_digit(digits));
    context.finish(reader);
    return true;
}

// 101-B, 101B, B-101, and ranges: 101-110.
bool say_flat(Context& context) {
    if (!context.starts_word()) return false;
    Reader reader = context.here();
    if (is_flat_letter(reader)) {
        const auto letter = reader.text();
        reader.next();
        reader.take_symbol("-");
        const auto digits = reader.take_digits(1, 4);
        if (digits.empty() || !reader.at_boundary() || reader.text() == ".") return false;
        context.words.say(letter_name(letter));
        context.words.say(digits[0] == '0' ? digit_by_digit(digits) : cardinal(to_number(digits)));
        context.finish(reader);
        return true;
    }
    const auto digits = reader.take_digits(1, 5);
    if (digits.empty()) return false;
    const bool hyphen = reader.take_symbol("-");
    const std::string number =
        digits[0] == '0' ? digit_by_digit(digits) : cardinal(to_number(digits));
    if (is_flat_letter(reader) && (hyphen || !find_unit(reader.word()))) {
        const auto letter = reader.text();
        reader.next();
        if (!reader.at_boundary()) return false;
        context.words.say(number);
        context.words.say(letter_name(letter));
        context.finish(reader);
        return true;
    }
    const auto last = hyphen ? reader.take_digits(1, 5) : "";
    if (last.empty() || !reader.at_boundary() || reader.text() == "-") return false;
    context.words.say(number + " a");
    context.words.say(cardinal(to_number(last)));
    context.finish(reader);
    return true;
}

}  // namespace skyn3t::speech::spanish
