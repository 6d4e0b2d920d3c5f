#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "speech/utterance.hpp"

// From what people write to words that every engine speaks alike: numbers, money, dates,
// telephones, abbreviations, Chilean usage (reference/speech-media.md, "Text normalisation"). Pure
// functions; UTF-8 in and out, bytes that are not UTF-8 become spaces. Letters with accents are
// expected precomposed.
namespace skyn3t::speech {

// Part of every prompt's cache key: raise it whenever the words of any text change.
constexpr int kNormalizerVersion = 2;

// Words spoken in one breath by one engine call, and the silence that follows them.
struct Phrase {
    std::string words;  // may be empty: silence alone
    double rate = 1.0;
    std::chrono::milliseconds silence_after{0};

    bool operator==(const Phrase&) const = default;
};

// `language` is a BCP 47 tag: Spanish (es, es-MX, ...) gets every rule; English and the rest only
// the keys of a telephone, digits separated by spaces and international numbers.
[[nodiscard]] std::vector<Phrase> normalize(const Utterance& utterance, std::string_view language);
// The words of one plain text.
[[nodiscard]] std::string normalize_text(std::string_view text, std::string_view language,
                                         SayAs say_as = SayAs::automatic,
                                         std::string_view date_format = "dmy");

}  // namespace skyn3t::speech
