#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "speech/spanish_lexicon.hpp"

// Text cut into tokens, and the words that rules make of them.
namespace skyn3t::speech::spanish {

enum class Kind { digits, word, symbol, space };  // a symbol is one character
struct Token {
    Kind kind;
    std::string_view text;
};

[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

// A position in the tokens that can be copied and tried out: each take_...() moves past what it
// found, or stays.
class Reader {
  public:
    Reader(const std::vector<Token>& tokens, std::size_t at) : tokens_(&tokens), at_(at) {}

    std::size_t position() const { return at_; }
    bool at_end() const { return at_ >= tokens_->size(); }
    Kind kind() const { return at_end() ? Kind::symbol : (*tokens_)[at_].kind; }
    std::string_view text() const { return at_end() ? std::string_view{} : (*tokens_)[at_].text; }
    std::string word() const { return kind() == Kind::word ? lower_latin(text()) : std::string{}; }
    bool is_word() const { return !at_end() && kind() == Kind::word; }
    bool is_digits() const { return !at_end() && kind() == Kind::digits; }
    void next() { ++at_; }

    bool take_symbol(std::string_view symbol);
    bool take_space();
    bool take_word(std::string_view lower_case);
    // Digits of min to max length; empty when there are none such.
    std::string_view take_digits(std::size_t min, std::size_t max);
    // Neither a letter nor a digit follows: what was read is whole.
    bool at_boundary() const { return at_end() || kind() == Kind::symbol || kind() == Kind::space; }

  private:
    const std::vector<Token>* tokens_;
    std::size_t at_;
};

// The words so far. say() separates by spaces, append() does not.
class Words {
  public:
    void say(std::string_view words);
    void append(std::string_view text) { text_ += text; }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

// What a rule sees and does: when it applies, it says its words and moves `at` on.
struct Context {
    const std::vector<Token>& tokens;
    std::size_t at = 0;
    Words words;

    Reader here() const { return {tokens, at}; }
    void finish(const Reader& reader) { at = reader.position(); }
    const Token* previous() const { return at > 0 ? &tokens[at - 1] : nullptr; }
    bool starts_word() const;  // no letter, digit, or decimal separator is joined on the left
    std::string previous_word()
        const;  // lower case, across space and an abbreviation's dot; else empty
};
using Rule = bool (*)(Context&);

// In spanish_numeric_rules.cpp and spanish_word_rules.cpp.
bool say_rut(Context& context);
bool say_telephone(Context& context);
bool say_date(Context& context);
bool say_time(Context& context);
bool say_spaced_digits(Context& context);
bool say_money(Context& context);
bool say_ordinal(Context& context);
bool say_flat(Context& context);
bool say_fraction(Context& context);
bool say_number(Context& context);
bool say_address(Context& context);
bool say_abbreviation(Context& context);
bool say_initial(Context& context);
bool say_word(Context& context);
bool say_symbol(Context& context);

// By say-as: the whole text is one of these; false when it is not.
bool say_telephone_digits(Words& words, std::string_view text);

}  // namespace skyn3t::speech::spanish
