#include <algorithm>

#include "base/text.hpp"
#include "model/not_built.hpp"
#include "twiml/verb_parsers.hpp"

// https://www.twilio.com/docs/voice/twiml/dial
namespace skyn3t::twiml {

namespace {

constexpr unsigned kMinTimeout = 5;
constexpr unsigned kMaxTimeout = 600;
constexpr unsigned kMaxTimeLimit = 14400;
constexpr std::size_t kMaxNouns = 10;
constexpr std::size_t kMaxCallerId = 64;
constexpr std::size_t kMaxRoomName = 256;

DialRecord to_record(const std::string& word) {
    if (word == "true" || word == "record-from-answer") return DialRecord::from_answer;
    if (word == "record-from-ringing") return DialRecord::from_ringing;
    if (word == "record-from-answer-dual") return DialRecord::from_answer_dual;
    if (word == "record-from-ringing-dual") return DialRecord::from_ringing_dual;
    return DialRecord::no;
}

// What any noun accepts; whose number may be shown at all is the call's rule (13214).
std::optional<std::string> parse_caller_id(ElementReader& reader) {
    auto id = reader.text("callerId");
    if (!id || id->empty()) return std::nullopt;
    const auto is_legal = [](char c) {
        return is_alpha(c) || is_digit(c) || std::string_view("+-_.").find(c) != std::string::npos;
    };
    const std::string_view name =
        id->starts_with("client:") ? std::string_view(*id).substr(7) : std::string_view(*id);
    if (id->size() > kMaxCallerId) {
        reader.warn_value(13248, "callerId");
        return std::nullopt;
    }
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_legal)) {
        reader.warn_value(13247, "callerId");
        return std::nullopt;
    }
    return id;
}

void parse_limits(ElementReader& reader, Dial& dial) {
    if (const auto timeout = reader.number("timeout", 13212, 1)) {
        const unsigned used = std::clamp(*timeout, kMinTimeout, kMaxTimeout);
        if (used != *timeout) reader.warn_value(13212, "timeout");
        dial.timeout = seconds(used);
    }
    if (const auto limit = reader.number("timeLimit", 13216, 1))
        dial.time_limit = seconds(std::min(*limit, kMaxTimeLimit));
}

std::string parse_room_name(ElementReader& reader, int code) {
    std::string name = reader.body();
    if (name.empty() || name.size() > kMaxRoomName) {
        reader.warn(code, shown_text(reader.node(), name));
        return {};
    }
    return name;
}

template <class Room>
std::optional<Noun> parse_room(const pugi::xml_node& node, FindingList& findings, int code) {
    ElementReader reader(node, findings);
    std::string name = parse_room_name(reader, code);
    if (name.empty()) return std::nullopt;
    return Noun(Room{std::move(name)});
}

std::optional<Noun> parse_client(const pugi::xml_node& node, FindingList& findings) {
    const auto identity = node.child("Identity");
    ElementReader reader(identity ? identity : node, findings);
    std::string name = parse_room_name(reader, 12200);
    if (name.empty()) return std::nullopt;
    return Noun(Client{std::move(name)});
}

std::optional<Noun> parse_noun(const pugi::xml_node& node, FindingList& findings) {
    const std::string_view name = node.name();
    if (name == "Number") {
        auto number = parse_number(node, findings);
        return number ? std::optional<Noun>(std::move(*number)) : std::nullopt;
    }
    if (name == "Sip") {
        auto sip = parse_sip(node, findings);
        return sip ? std::optional<Noun>(std::move(*sip)) : std::nullopt;
    }
    // Those that the call cannot reach are kept: what the Dial leads to has to be told.
    if (model::find_not_built(name, "", ""))
        findings.add(model::kNotBuiltCode, "<" + std::string(name) + ">", node);
    if (name == "Client") return parse_client(node, findings);
    if (name == "Conference") return parse_room<Conference>(node, findings, 13237);
    if (name == "Queue") return parse_room<Queue>(node, findings, 14212);
    if (!model::find_not_built(name, "", ""))
        findings.add(13215, shown_child(node.parent(), name), node);
    return std::nullopt;
}

bool is_room(const Noun& noun) {
    return std::holds_alternative<Conference>(noun) || std::holds_alternative<Queue>(noun);
}

// Conference and Queue stand alone; the first noun decides which kind is meant.
void keep_one_kind(ElementReader& reader, std::vector<Noun>& nouns) {
    if (nouns.size() < 2) return;
    const std::size_t before = nouns.size();
    if (is_room(nouns.front()))
        nouns.resize(1, nouns.front());
    else
        std::erase_if(nouns, is_room);
    if (nouns.size() != before) reader.warn(13000, "<Dial>");
    if (nouns.size() > kMaxNouns) {
        nouns.resize(kMaxNouns, nouns.front());
        reader.warn(13250, "<Dial>");
    }
}

void parse_nouns(ElementReader& reader, Dial& dial) {
    std::string text;
    bool has_elements = false;
    for (const auto child : reader.node().children()) {
        if (child.type() == pugi::node_element) {
            has_elements = true;
            if (auto noun = parse_noun(child, reader.findings()))
                dial.nouns.push_back(std::move(*noun));
        } else {
            text += child.value();
        }
    }
    const std::string_view number = trim(text);
    if (has_elements) {
        if (!number.empty()) reader.warn(12200, shown_text(reader.node(), number));
    } else if (auto normal = normalise_number(number)) {
        dial.nouns.emplace_back(Number{std::move(*normal), {}, {}, {}});
    } else {
        reader.warn(13223, shown_text(reader.node(), number));
    }
    keep_one_kind(reader, dial.nouns);
}

}  // namespace

bool Dial::joins_a_room() const { return !nouns.empty() && is_room(nouns.front()); }

Dial parse_dial(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Dial dial;
    dial.action = reader.text("action");
    dial.method = reader.method("method", 13210);
    parse_limits(reader, dial);
    dial.caller_id = parse_caller_id(reader);
    dial.hangup_on_star = reader.flag("hangupOnStar", 13213, false);
    dial.answer_on_bridge = reader.flag("answerOnBridge", 13219, false);
    dial.sequential = reader.flag("sequential", 13218, false);
    dial.ring_tone = reader.choice(
        "ringTone", 13220,
        {"",   "at", "au", "bg", "br", "be", "ch", "cl", "cn", "cz",     "de", "dk", "ee", "es",
         "fi", "fr", "gr", "hu", "il", "in", "it", "lt", "jp", "mx",     "my", "nl", "no", "nz",
         "ph", "pl", "pt", "ru", "se", "sg", "th", "uk", "us", "us-old", "tw", "ve", "za"});
    dial.record = to_record(reader.choice(
        "record", 13217,
        {"do-not-record", "false", "true", "record-from-answer", "record-from-ringing",
         "record-from-answer-dual", "record-from-ringing-dual"}));
    dial.refer_url = reader.text("referUrl");
    dial.refer_method = reader.method("referMethod", 13210);
    reader.finish();
    parse_nouns(reader, dial);
    return dial;
}

}  // namespace skyn3t::twiml
