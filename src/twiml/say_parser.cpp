#include <algorithm>
#include <cassert>

#include "base/text.hpp"
#include "twiml/verb_parsers.hpp"
#include "twiml/voices.hpp"

// <Say> and its SSML: the tree becomes a flat list of styled texts and breaks.
namespace skyn3t::twiml {

namespace {

constexpr milliseconds kMaxBreak{10'000};  // Polly's bound

// SSML leaves the lengths of the strengths to the synthesiser; these are ours.
struct Strength {
    std::string_view word;
    milliseconds length;
};
constexpr Strength kStrengths[] = {{"medium", milliseconds(350)}, {"none", milliseconds(0)},
                                   {"x-weak", milliseconds(50)},  {"weak", milliseconds(150)},
                                   {"strong", milliseconds(600)}, {"x-strong", milliseconds(900)}};
constexpr milliseconds kAfterSentence{600};   // as strong
constexpr milliseconds kAfterParagraph{900};  // as x-strong

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t count_characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

// "1.5s", "500ms"; nothing when it is no time.
std::optional<milliseconds> parse_time(std::string_view text) {
    double unit = 1000;
    if (text.ends_with("ms")) {
        unit = 1;
        text.remove_suffix(2);
    } else if (text.ends_with('s')) {
        text.remove_suffix(1);
    } else {
        return std::nullopt;
    }
    double value = 0;
    double fraction = 0;
    bool any = false;
    for (const char c : text) {
        if (c == '.' && fraction == 0) {
            fraction = 1;
            continue;
        }
        if (!is_digit(c) || text.size() > 9) return std::nullopt;
        any = true;
        value = value * 10 + (c - '0');
        fraction *= 10;
    }
    if (!any) return std::nullopt;
    if (fraction > 1) value /= fraction;
    return std::min(kMaxBreak, milliseconds(static_cast<long>(value * unit)));
}

bool is_percentage(std::string_view text) {
    if (!text.ends_with('%')) return false;
    text.remove_suffix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() <= 3 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_decibels(std::string_view text) {
    if (!text.ends_with("dB") || !(text.starts_with('+') || text.starts_with('-'))) return false;
    text = text.substr(1, text.size() - 3);
    return !text.empty() && text.size() <= 4 &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

class SpeechBuilder {
  public:
    explicit SpeechBuilder(FindingList& findings) : findings_(findings) {}

    void children(const pugi::xml_node& parent, const SpeechStyle& style) {
        for (const auto child : parent.children()) {
            if (child.type() == pugi::node_element)
                element(child, style);
            else
                text(child.value(), style);
        }
    }

    // The segments, without white space at the ends of the whole, and at most `limit` characters of
    // text.
    std::vector<SpeechSegment> take(std::size_t limit, bool& cut) {
        if (!segments_.empty()) {
            if (auto* last = std::get_if<SpokenText>(&segments_.back())) trim_end(last->text);
        }
        std::erase_if(segments_, [](const SpeechSegment& segment) {
            const auto* spoken = std::get_if<SpokenText>(&segment);
            return spoken && spoken->text.empty();
        });
        cut = false;
        for (std::size_t i = 0; i < segments_.size(); ++i) {
            auto* spoken = std::get_if<SpokenText>(&segments_[i]);
            if (!spoken) continue;
            const std::size_t length = count_characters(spoken->text);
            if (length > limit) {
                shorten(spoken->text, limit);
                segments_.resize(spoken->text.empty() ? i : i + 1);
                cut = true;
                break;
            }
            limit -= length;
        }
        return std::move(segments_);
    }

  private:
    static void trim_end(std::string& text) {
        while (!text.empty() && text.back() == ' ') text.pop_back();
    }

    // To `limit` characters, back to the end of a word if there is one.
    static void shorten(std::string& text, std::size_t limit) {
        std::size_t end = 0;
        for (std::size_t seen = 0; end < text.size(); ++end) {
            if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80 && ++seen > limit) break;
        }
        const auto space = text.rfind(' ', end);
        text.resize(space == std::string::npos ? end : space);
    }

    void text(std::string_view raw, const SpeechStyle& style) {
        for (const char c : raw) {
            if (is_space(c)) {
                if (at_word_end_) append(' ', style);
                at_word_end_ = false;
            } else {
                append(c, style);
                at_word_end_ = true;
            }
        }
    }

    void append(char c, const SpeechStyle& style) {
        auto* last = segments_.empty() ? nullptr : std::get_if<SpokenText>(&segments_.back());
        if (!last || last->style != style) {
            segments_.emplace_back(SpokenText{{}, style});
            last = &std::get<SpokenText>(segments_.back());
        }
        last->text += c;
    }

    void pause(milliseconds length) {
        if (!segments_.empty()) {
            if (auto* last = std::get_if<SpokenText>(&segments_.back())) trim_end(last->text);
        }
        if (length.count() > 0) segments_.emplace_back(SpeechBreak{length});
        at_word_end_ = length.count() == 0;
    }

    void element(const pugi::xml_node& node, SpeechStyle style) {
        ElementReader reader(node, findings_);
        const std::string_view name = node.name();
        if (name == "break") return spoken_break(reader);
        if (name == "sub") {
            if (const auto alias = reader.text("alias")) {
                reader.finish();
                return text(*alias, style);
            }
        }
        apply(name, reader, style);
        reader.finish();
        children(node, style);
        if (name == "s") pause(kAfterSentence);
        if (name == "p") pause(kAfterParagraph);
    }

    // What an element changes for the words in it; an unknown one is reported, and its words
    // spoken.
    static void apply(std::string_view name, ElementReader& reader, SpeechStyle& style) {
        if (name == "say-as") {
            style.interpret_as = reader.choice(
                "interpret-as", 12200,
                {"", "characters", "spell-out", "cardinal", "number", "ordinal", "digits",
                 "fraction", "unit", "date", "time", "address", "expletive", "telephone"});
            style.format = reader.text("format").value_or("");
        } else if (name == "prosody") {
            prosody(reader, style);
        } else if (name == "lang") {
            const auto language = reader.text("xml:lang");
            if (language && is_language_tag(*language))
                style.language = *language;
            else
                reader.warn_value(12200, "xml:lang");
        } else if (name == "emphasis") {
            style.emphasis = reader.choice("level", 12200, {"moderate", "strong", "reduced"});
        } else if (name == "phoneme") {
            style.phoneme_alphabet = reader.text("alphabet").value_or("ipa");
            style.phonemes = reader.text("ph").value_or("");
        } else if (name == "w") {
            reader.accept({"role"});
        } else if (!is_one_of(name, {"p", "s", "sub"})) {
            reader.warn(12200, shown_child(reader.node().parent(), name));
        }
    }

    static void prosody(ElementReader& reader, SpeechStyle& style) {
        const auto read = [&reader](const char* attribute, int code, auto&& is_valid,
                                    std::string& out) {
            const auto value = reader.text(attribute);
            if (!value) return;
            if (is_valid(*value))
                out = *value;
            else
                reader.warn_value(code, attribute);
        };
        read(
            "rate", 13513,
            [](std::string_view v) {
                return is_percentage(v) ||
                       is_one_of(v, {"x-slow", "slow", "medium", "fast", "x-fast", "default"});
            },
            style.rate);
        read(
            "pitch", 12200,
            [](std::string_view v) {
                return is_percentage(v) ||
                       is_one_of(v, {"x-low", "low", "medium", "high", "x-high", "default"});
            },
            style.pitch);
        read(
            "volume", 12200,
            [](std::string_view v) {
                return is_decibels(v) || is_one_of(v, {"silent", "x-soft", "soft", "medium", "loud",
                                                       "x-loud", "default"});
            },
            style.volume);
    }

    void spoken_break(ElementReader& reader) {
        const std::string strength = reader.choice(
            "strength", 12200, {"medium", "none", "x-weak", "weak", "strong", "x-strong"});
        milliseconds length{};
        for (const Strength& known : kStrengths)
            if (known.word == strength) length = known.length;
        if (const auto time = reader.text("time")) {
            if (const auto parsed = parse_time(*time))
                length = *parsed;
            else
                reader.warn_value(12200, "time");
        }
        reader.finish();
        pause(length);
    }

    FindingList& findings_;
    std::vector<SpeechSegment> segments_;
    bool at_word_end_ = false;  // white space is due before the next word
};

}  // namespace

bool is_language_tag(std::string_view text) {
    bool first = true;
    while (!text.empty()) {
        const auto dash = std::min(text.find('-'), text.size());
        const auto part = text.substr(0, dash);
        const auto is_valid = [first](char c) { return is_alpha(c) || (!first && is_digit(c)); };
        if (part.size() < 2 || part.size() > (first ? 3u : 8u) ||
            !std::all_of(part.begin(), part.end(), is_valid))
            return false;
        if (dash == text.size()) return true;
        text.remove_prefix(dash + 1);
        first = false;
    }
    return false;
}

std::string Say::text() const {
    std::string result;
    for (const SpeechSegment& segment : segments) {
        if (const auto* spoken = std::get_if<SpokenText>(&segment))
            result += spoken->text;
        else if (!result.empty() && result.back() != ' ')
            result += ' ';
    }
    return std::string(trim(result));
}

std::optional<Say> parse_say(const pugi::xml_node& node, FindingList& findings, Place place) {
    ElementReader reader(node, findings);
    Say say;
    VoiceTraits traits;
    if (const auto voice = reader.text("voice")) {
        if (const auto found = find_voice(*voice)) {
            say.voice = *voice;
            traits = *found;
        } else {
            reader.warn_value(place == Place::gather ? 13321 : 13511, "voice");
        }
    }
    if (!traits.language.empty()) say.language = traits.language;
    if (const auto language = reader.text("language")) {
        if (is_language_tag(*language))
            say.language = *language;
        else
            reader.warn_value(12200, "language");
    }
    say.loop = reader.loop(place == Place::gather ? 13322 : 13510);
    reader.finish();

    SpeechBuilder builder(findings);
    builder.children(node, {});
    bool cut = false;
    say.segments = builder.take(traits.max_characters, cut);
    if (cut) reader.warn(13521, "> " + std::to_string(traits.max_characters));
    if (say.segments.empty()) {
        reader.warn(13520, "<Say>");
        return std::nullopt;
    }
    return say;
}

}  // namespace skyn3t::twiml
