#include "speech/spanish_scanner.hpp"

#include "base/text.hpp"

namespace skyn3t::speech::spanish {
namespace {

std::size_t character_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xE0) return 2;
    return lead < 0xF0 ? 3 : 4;
}

// Letters are ASCII's and those from U+00C0 on, but for the two operators of Latin-1.
Kind kind_of(std::string_view character) {
    const char c = character[0];
    if (is_digit(c)) return Kind::digits;
    if (c == ' ') return Kind::space;
    const bool operator_sign = character == "×" || character == "÷";
    const auto lead = static_cast<unsigned char>(c);
    const bool latin_letter = lead >= 0xC3 && lead < 0xE0 && !operator_sign;
    return is_alpha(c) || latin_letter ? Kind::word : Kind::symbol;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < text.size();) {
        const auto length = character_length(static_cast<unsigned char>(text[i]));
        const auto character = text.substr(i, length);
        const Kind kind = kind_of(character);
        const bool joins = !tokens.empty() && tokens.back().kind == kind && kind != Kind::symbol;
        if (joins) {
            auto& token = tokens.back().text;
            token = {token.data(), token.size() + character.size()};
        } else {
            tokens.push_back({kind, character});
        }
        i += length;
    }
    return tokens;
}

bool Reader::take_symbol(std::string_view symbol) {
    if (at_end() || kind() != Kind::symbol || text() != symbol) return false;
    ++at_;
    return true;
}

bool Reader::take_space() {
    if (at_end() || kind() != Kind::space) return false;
    ++at_;
    return true;
}

bool Reader::take_word(std::string_view lower_case) {
    if (!is_word() || word() != lower_case) return false;
    ++at_;
    return true;
}

std::string_view Reader::take_digits(std::size_t min, std::size_t max) {
    if (!is_digits() || text().size() < min || text().size() > max) return {};
    const auto digits = text();
    ++at_;
    return digits;
}

void Words::say(std::string_view words) {
    if (!text_.empty() && text_.back() != ' ') text_ += ' ';
    text_ += words;
    text_ += ' ';
}

bool Context::starts_word() const {
    const Token* left = previous();
    return left == nullptr || left->kind == Kind::symbol || left->kind == Kind::space;
}

std::string Context::previous_word() const {
    std::size_t i = at;
    while (i > 0 && (tokens[i - 1].kind == Kind::space || tokens[i - 1].text == "." ||
                     tokens[i - 1].text == "º" || tokens[i - 1].text == "°"))
        --i;
    return i > 0 && i < at && tokens[i - 1].kind == Kind::word ? lower_latin(tokens[i - 1].text)
                                                               : std::string{};
}

}  // namespace skyn3t::speech::spanish
