#include "speech/text_normalizer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "speech/spanish_scanner.hpp"

namespace skyn3t::speech {
namespace {

using spanish::Context;
using spanish::Words;

struct Decoded {
    char32_t code = 0;
    std::size_t length = 0;  // 0: not UTF-8
};

Decoded decode(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = octet(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || text.size() < length) return {};
    char32_t code = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xC0) != 0x80) return {};
        code = (code << 6) | (octet(i) & 0x3Fu);
    }
    // Overlong forms would smuggle a character past the rules below.
    constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length]) return {};
    return {code, length};
}

// Typographic signs as plain ones; empty for what no voice can say.
std::string_view plain_sign(char32_t code) {
    switch (code) {
        case U'‘':
        case U'’':
        case U'´':
            return "'";
        case U'–':
        case U'—':
        case U'‑':
        case U'−':
        case U'‐':
            return "-";
        case U'…':
            return ".";
        case U'€':
            return "€";
        default:
            return {};
    }
}

void squeeze(std::string& out) {
    if (!out.empty() && out.back() != ' ') out += ' ';
}

// Valid UTF-8 of Latin letters and signs, single spaces, no controls. Square brackets go: espeak-ng
// takes [[...]] for phonemes.
std::string sanitize(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto [code, length] = decode(text);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        text.remove_prefix(character.size());
        const std::string_view sign = plain_sign(code);
        const bool ascii = code > 0x20 && code < 0x7F;
        const bool dropped = code == U'"' || code == U'[' || code == U']' || code == U'`' ||
                             code == U'\\' || code == U'^' || code == U'~' || code == U'|' ||
                             code == U'<' || code == U'>';
        const bool latin =
            code >= 0xA1 && code < 0x250 && code != 0xAD && code != U'«' && code != U'»';
        if (!sign.empty())
            clean += sign;
        else if (code == 0xAD)
            continue;  // soft hyphen
        else if (length != 0 && ((ascii && !dropped) || latin))
            clean += character;
        else
            squeeze(clean);
    }
    if (!clean.empty() && clean.back() == ' ') clean.pop_back();
    const auto first = clean.find_first_not_of(' ');
    return first == std::string::npos ? std::string{} : clean.substr(first);
}

// Single spaces, none before a pause; of several pauses in a row the last counts; none at the
// start.
std::string tidy(std::string_view text) {
    constexpr std::string_view kPauses = ",;:.!?";
    std::string out;
    for (const char c : text) {
        const bool pause = kPauses.find(c) != std::string_view::npos;
        if (c == ' ') {
            squeeze(out);
        } else if (pause) {
            while (!out.empty() && out.back() == ' ') out.pop_back();
            const bool again = !out.empty() && kPauses.find(out.back()) != std::string_view::npos;
            if (again && kPauses.find(c) > kPauses.find(out.back())) out.back() = c;
            if (!out.empty() && !again) out += c;
        } else {
            out += c;
        }
    }
    while (!out.empty() && (out.back() == ' ' || out.back() == ',')) out.pop_back();
    return out;
}

std::string spanish_text(const std::string& text) {
    using namespace spanish;
    static constexpr std::array<Rule, 15> kRules{
        say_rut,      say_telephone,    say_date,    say_time,          say_address,
        say_money,    say_abbreviation, say_initial, say_spaced_digits, say_ordinal,
        say_fraction, say_flat,         say_number,  say_word,          say_symbol};
    const auto tokens = tokenize(text);
    Context context{tokens, 0, {}};
    while (context.at < tokens.size()) {
        const bool said =
            std::any_of(kRules.begin(), kRules.end(), [&](Rule rule) { return rule(context); });
        if (!said) context.words.append(tokens[context.at++].text);
    }
    return context.words.take();
}

bool is_spanish(std::string_view language) {
    return language.empty() || iequals(language.substr(0, 2), "es");
}

// The little that English engines get wrong: the keys of a telephone, and numbers to be read digit
// by digit.
std::string other_text(const std::string& text, bool english) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool plus = c == '+' && i + 1 < text.size() && is_digit(text[i + 1]);
        if (english && (c == '#' || c == '*')) {
            out += c == '#' ? " pound " : " star ";
        } else if (plus) {
            for (out += english ? "plus" : "+"; i + 1 < text.size() && is_digit(text[i + 1]); ++i)
                (out += ' ') += text[i + 1];
        } else {
            out += c;
        }
    }
    return out;
}

std::string spell_out(const std::string& text, bool in_spanish) {
    Words words;
    for (const auto& token : spanish::tokenize(text)) {
        for (std::size_t i = 0; i < token.text.size();) {
            const auto [code, length] = decode(token.text.substr(i));
            const auto character = token.text.substr(i, std::max<std::size_t>(length, 1));
            i += character.size();
            const auto name = in_spanish ? spanish::letter_name(character) : std::string_view{};
            if (!name.empty())
                words.say(name);
            else if (in_spanish && character.size() == 1 && is_digit(character[0]))
                words.say(spanish::digit_by_digit(character));
            else if (character != " ")
                words.say(in_spanish ? spanish_text(std::string(character))
                                     : std::string(character));
            words.append(", ");
        }
    }
    return words.take();
}

std::string only_digits(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
    return digits;
}

// Day, month and year in the order that `format` tells, as day/month/year.
std::string in_order(std::string_view text, std::string_view format) {
    std::vector<std::string> parts;
    for (const auto& token : spanish::tokenize(text))
        if (token.kind == spanish::Kind::digits) parts.emplace_back(token.text);
    if (parts.size() != 3 || parts[0].size() == 4) return std::string(text);
    if (format == "mdy") std::swap(parts[0], parts[1]);
    if (format == "ymd") std::swap(parts[0], parts[2]);
    return parts[0] + '/' + parts[1] + '/' + parts[2];
}

std::string spanish_as(const std::string& text, SayAs say_as, std::string_view format) {
    const std::string digits = only_digits(text);
    const bool number = !digits.empty() && digits.size() <= 12;
    switch (say_as) {
        case SayAs::characters:
            return spell_out(text, true);
        case SayAs::digits:
            return digits.empty() ? spanish_text(text) : spanish::digit_by_digit(digits);
        case SayAs::telephone: {
            Words words;
            return spanish::say_telephone_digits(words, text) ? words.take() : spanish_text(text);
        }
        case SayAs::ordinal:
            if (number) return spanish::ordinal(std::stoull(digits));
            break;
        case SayAs::cardinal:
            if (number && digits == text) return spanish::cardinal(std::stoull(digits));
            break;
        case SayAs::currency:
            if (is_digit(text.empty() ? ' ' : text[0])) return spanish_text("$" + text);
            break;
        case SayAs::date:
            return spanish_text(in_order(text, format));
        case SayAs::time:
        case SayAs::automatic:
            break;
    }
    return spanish_text(text);
}

}  // namespace

std::string normalize_text(std::string_view text, std::string_view language, SayAs say_as,
                           std::string_view date_format) {
    const std::string clean = sanitize(text);
    if (is_spanish(language)) return tidy(spanish_as(clean, say_as, date_format));
    const bool spell =
        say_as == SayAs::characters || say_as == SayAs::digits || say_as == SayAs::telephone;
    const bool english = iequals(language.substr(0, 2), "en");
    return tidy(spell ? spell_out(clean, false) : other_text(clean, english));
}

std::vector<Phrase> normalize(const Utterance& utterance, std::string_view language) {
    constexpr std::chrono::milliseconds kLongestBreak{10000};
    std::vector<Phrase> phrases;
    for (const Segment& segment : utterance.segments) {
        if (const auto* text = std::get_if<Text>(&segment)) {
            const double rate = std::clamp(text->rate, 0.5, 2.0);
            auto words = normalize_text(text->text, language, text->say_as, text->format);
            if (words.empty()) continue;
            // One engine call for as long as nothing changes keeps the sentence's melody.
            const bool joins = !phrases.empty() && phrases.back().silence_after.count() == 0 &&
                               phrases.back().rate == rate && !phrases.back().words.empty();
            if (joins)
                phrases.back().words += ' ' + words;
            else
                phrases.push_back({std::move(words), rate, {}});
            continue;
        }
        const auto pause = std::clamp(std::get<Break>(segment).duration,
                                      std::chrono::milliseconds(0), kLongestBreak);
        if (phrases.empty()) phrases.emplace_back();
        phrases.back().silence_after =
            std::min(phrases.back().silence_after + pause, kLongestBreak);
    }
    return phrases;
}

std::string plain_text(const Utterance& utterance) {
    std::string text;
    for (const Segment& segment : utterance.segments) {
        const auto* part = std::get_if<Text>(&segment);
        if (part == nullptr) continue;
        for (const char c : part->text + ' ') {
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
                text += c;
            else
                squeeze(text);
        }
    }
    return std::string(trim(text));
}

}  // namespace skyn3t::speech
