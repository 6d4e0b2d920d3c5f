#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// What a Say verb asks to be spoken, before any voice is chosen. twiml/ parses SSML on its own;
// server/ turns its verbs into these values. Plain text is one Text.
namespace skyn3t::speech {

// <say-as interpret-as="...">; spell-out is `characters`, number is `cardinal`.
enum class SayAs {
    automatic,
    cardinal,
    ordinal,
    digits,
    characters,
    telephone,
    date,
    time,
    currency
};

struct Text {
    std::string text;  // UTF-8, as written; the normaliser collapses white space
    SayAs say_as = SayAs::automatic;
    std::string format{};  // of a date: "dmy" (default), "mdy", "ymd"
    double rate = 1.0;     // <prosody rate>: 1.0 is the voice's own pace; kept within 0.5-2.0
};

struct Break {
    std::chrono::milliseconds duration{0};  // kept within 0-10 s, rendered as exact silence
};

using Segment = std::variant<Text, Break>;

struct Utterance {
    std::vector<Segment> segments;

    Utterance() = default;
    explicit Utterance(std::vector<Segment> parts) : segments(std::move(parts)) {}
    explicit Utterance(std::string_view plain) { segments.emplace_back(Text{std::string(plain)}); }
};

// The words alone, white space collapsed: what a person would compare two utterances by.
[[nodiscard]] std::string plain_text(const Utterance& utterance);

}  // namespace skyn3t::speech
