#include "twiml/schema.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "twiml/schema_table.hpp"
#include "twiml/sip_target.hpp"
#include "twiml/url.hpp"
#include "twiml/verb_parsers.hpp"
#include "twiml/voices.hpp"

namespace skyn3t::twiml {

namespace {

using Kind = SchemaFault::Kind;

constexpr std::size_t kMostNouns = 10;
constexpr std::size_t kLongestRoomName = 256, kLongestQueueName = 64;

bool has_variable(std::string_view value) { return value.find("{{") != std::string_view::npos; }

bool all_of(std::string_view value, std::string_view characters) {
    return value.find_first_not_of(characters) == std::string_view::npos;
}

bool is_one_of(std::string_view value, std::string_view words) {
    while (!words.empty()) {
        const auto end = std::min(words.find('|'), words.size());
        if (iequals(words.substr(0, end), value)) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

bool are_some_of(std::string_view value, std::string_view words) {
    while (!(value = trim(value)).empty()) {
        const auto end = std::min(value.find(' '), value.size());
        if (!is_one_of(value.substr(0, end), words)) return false;
        value.remove_prefix(end);
    }
    return true;
}

std::optional<unsigned long> to_number(std::string_view digits) {
    unsigned long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.size() > 9)
        return std::nullopt;
    return value;
}

// `allowed` is "least-most", "least-", either with words behind it.
bool is_number(std::string_view value, std::string_view allowed) {
    const auto bar = allowed.find('|');
    if (bar != std::string_view::npos && is_one_of(value, allowed.substr(bar + 1))) return true;
    const std::string_view range = allowed.substr(0, bar);
    const auto dash = range.find('-');
    const auto number = to_number(value);
    if (!number || *number < to_number(range.substr(0, dash)).value_or(0)) return false;
    const auto most = to_number(range.substr(dash + 1));
    return !most || *number <= *most;
}

bool is_url(const std::string& value) {
    return resolve_url(value, "http://document.invalid/").has_value();
}

bool is_callback(const std::string& value) {
    const auto absolute = resolve_url(value, "http://document.invalid/");
    if (!absolute) return false;
    const auto host = absolute->substr(absolute->find("//") + 2);
    return host.substr(0, host.find('/')).find('_') == std::string::npos;
}

bool is_stream(std::string_view value) {
    return value.starts_with("wss://") && value.size() > 6 && value.find('?') == std::string::npos;
}

bool are_hints(std::string_view value) {
    std::size_t count = 0;
    while (!value.empty()) {
        const auto end = std::min(value.find(','), value.size());
        if (end > 100 || ++count > 500) return false;
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return true;
}

bool is_caller_id(std::string_view value) {
    if (value.size() > 64) return false;
    if (value.starts_with("client:")) value.remove_prefix(7);
    return std::all_of(value.begin(), value.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || std::string_view("+-_.").find(c) != std::string::npos;
    });
}

// "-20%", "+6dB": a sign or none, digits, the unit.
bool is_amount(std::string_view value, std::string_view unit) {
    if (!value.ends_with(unit)) return false;
    value.remove_suffix(unit.size());
    if (value.starts_with('+') || value.starts_with('-')) value.remove_prefix(1);
    return !value.empty() && all_of(value, "0123456789.");
}

bool is_valid(const AttributeRule& rule, const std::string& value) {
    switch (rule.kind) {
        case ValueKind::text:
            return true;
        case ValueKind::url:
            return is_url(value);
        case ValueKind::callback:
            return is_callback(value);
        case ValueKind::stream:
            return is_stream(value);
        case ValueKind::flag:
            return is_one_of(value, "true|false");
        case ValueKind::word:
            return is_one_of(value, rule.allowed);
        case ValueKind::words:
            return are_some_of(value, rule.allowed);
        case ValueKind::number:
            return is_number(value, rule.allowed);
        case ValueKind::one_key:
            return value.size() <= 1 && all_of(value, "0123456789*#");
        case ValueKind::keys:
            return all_of(value, "0123456789*#");
        case ValueKind::tones:
            return !value.empty() && all_of(value, "0123456789ABCDabcd*#wW");
        case ValueKind::send_keys:
            return all_of(value, "0123456789*#wW");
        case ValueKind::voice:
            return find_voice(value).has_value();
        case ValueKind::language:
            return is_language_tag(value);
        case ValueKind::caller_id:
            return is_caller_id(value);
        case ValueKind::hints:
            return are_hints(value);
        case ValueKind::rate:
            return is_one_of(value, rule.allowed) || is_amount(value, "%");
        case ValueKind::decibel:
            return is_one_of(value, rule.allowed) || is_amount(value, "dB");
    }
    return true;
}

// The number that Twilio has for the same fault in another place, or of another sort.
int code_of(const AttributeRule& rule, const Element& element, std::string_view parent,
            std::string_view value) {
    if (rule.kind == ValueKind::one_key && value.size() > 1) return 13311;
    if (rule.kind == ValueKind::caller_id && value.size() > 64) return 13248;
    if (element.name == "Say" && parent == "Gather") {
        if (rule.name == "voice") return 13321;
        if (rule.name == "loop") return 13322;
    }
    return rule.code;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

class Checker {
  public:
    std::vector<SchemaFault> take() { return std::move(faults_); }

    void check(const Element& element, const ElementRule& rule, const Element* parent) {
        if (!rule.is_open || !rule.attributes.empty())
            check_attributes(element, rule, parent ? parent->name : "");
        if (rule.is_open) return;
        if (!rule.holds_text && !element.text.empty()) add(Kind::stray_text, 12200, element);
        check_children(element, rule);
        check_body(element);
    }

  private:
    SchemaFault& add(Kind kind, int code, const Element& where) {
        if (faults_.size() >= kMaxSchemaFaults) return spare_ = {};
        faults_.push_back({kind, code, where.name, {}, {}, {}, {}, where.line, where.column});
        return faults_.back();
    }

    void check_attributes(const Element& element, const ElementRule& rule,
                          std::string_view parent) {
        for (const auto& [name, value] : element.attributes) {
            if (name.starts_with("xmlns") || name.starts_with("xsi:")) continue;
            const auto known = std::find_if(rule.attributes.begin(), rule.attributes.end(),
                                            [&](const auto& each) { return each.name == name; });
            if (known == rule.attributes.end()) {
                if (!rule.is_open && !name.starts_with("xml"))
                    add(Kind::unknown_attribute, 12200, element).subject = name;
            } else if (!has_variable(value) && !is_valid(*known, value) &&
                       !(value.empty() && is_empty_allowed(*known))) {
                SchemaFault& fault =
                    add(Kind::bad_value, code_of(*known, element, parent, value), element);
                fault.subject = name;
                fault.value = value;
                fault.value_kind = known->kind;
                fault.allowed = known->allowed;
            }
        }
    }

    // What Twilio reads as if it were not there.
    static bool is_empty_allowed(const AttributeRule& rule) {
        return rule.kind == ValueKind::url || rule.kind == ValueKind::callback ||
               rule.kind == ValueKind::caller_id || rule.name == "ringTone";
    }

    void check_children(const Element& element, const ElementRule& rule) {
        for (const Element& child : element.children) {
            const ElementRule* found = find_element_rule(child.name);
            if (found && may_hold(rule, child.name))
                check(child, *found, &element);
            else if (element.name == "Response")
                add(found ? Kind::not_allowed_here : Kind::unknown_verb, 12200, child).subject =
                    element.name;
            else
                add(found ? Kind::not_allowed_here : Kind::unknown_element, rule.child_code, child)
                    .subject = element.name;
        }
    }

    void check_body(const Element& element) {
        if (element.name == "Say") return check_say(element);
        if (element.name == "Dial") return check_dial(element);
        if (has_variable(element.text)) return;
        if (element.name == "Play") {
            if (element.text.empty() && !element.find("digits"))
                add(Kind::nothing_to_play, 11100, element);
            else if (!element.text.empty() && !is_url(element.text))
                bad_url(element);
        } else if (element.name == "Redirect") {
            if (!element.text.empty() && !is_url(element.text)) bad_url(element);
        } else if (element.name == "Number") {
            check_number(element);
        } else if (element.name == "Sip") {
            check_sip(element);
        } else if (element.name == "Conference") {
            if (element.text.empty() || element.text.size() > kLongestRoomName)
                add(Kind::bad_room_name, 13237, element);
        } else if (element.name == "Queue" || element.name == "Enqueue") {
            const bool has_task = !element.children.empty() || element.find("workflowSid");
            if ((element.text.empty() && !has_task) || element.text.size() > kLongestQueueName)
                add(Kind::bad_queue_name, element.name == "Queue" ? 14212 : 14205, element);
        }
    }

    void bad_url(const Element& element) {
        SchemaFault& fault = add(Kind::bad_value, 11100, element);
        fault.subject = "URL";
        fault.value_kind = ValueKind::url;
        fault.value = element.text;
    }

    void check_say(const Element& say) {
        const std::string text = say.whole_text();
        const std::string* voice = say.find("voice");
        const auto traits = find_voice(voice ? *voice : "man").value_or(VoiceTraits{});
        const auto is_alias = [](const Element& child) { return child.find("alias") != nullptr; };
        if (trim(text).empty() &&
            std::none_of(say.children.begin(), say.children.end(), is_alias)) {
            add(Kind::empty_say, 13520, say);
        } else if (characters(text) > traits.max_characters) {
            SchemaFault& fault = add(Kind::long_say, 13521, say);
            fault.value = std::to_string(characters(text));
            fault.allowed = std::to_string(traits.max_characters);
        }
    }

    void check_number(const Element& number) {
        if (!normalise_number(number.text))
            add(Kind::bad_number, 13223, number).value = number.text;
    }

    void check_sip(const Element& sip) {
        const auto report = [&](int code, const std::string&) {
            add(Kind::bad_sip_address, code, sip).value = sip.text;
        };
        static_cast<void>(parse_sip_target(sip.text, report));
    }

    void check_dial(const Element& dial) {
        const auto is_room = [](const Element& noun) {
            return noun.name == "Conference" || noun.name == "Queue";
        };
        const auto& nouns = dial.children;
        const auto rooms = std::count_if(nouns.begin(), nouns.end(), is_room);
        if (rooms > 0 && nouns.size() > 1) add(Kind::mixed_nouns, 13000, dial);
        if (nouns.size() > kMostNouns) add(Kind::too_many_nouns, 13250, dial);
        if (nouns.empty() && dial.text.empty())
            add(Kind::nobody_to_dial, 13223, dial);
        else if (nouns.empty() && !has_variable(dial.text))
            check_number(dial);
        else if (!nouns.empty() && !dial.text.empty())
            add(Kind::stray_text, 12200, dial);
    }

    std::vector<SchemaFault> faults_;
    SchemaFault spare_;
};

}  // namespace

std::vector<SchemaFault> check_schema(const Element& response) {
    Checker checker;
    checker.check(response, *find_element_rule("Response"), nullptr);
    return checker.take();
}

std::vector<std::string_view> known_elements(std::string_view parent) {
    std::vector<std::string_view> names;
    const ElementRule* rule = find_element_rule(parent);
    for (const ElementRule& each : element_rules())
        if (rule && may_hold(*rule, each.name)) names.push_back(each.name);
    return names;
}

std::vector<std::string_view> known_attributes(std::string_view element) {
    std::vector<std::string_view> names;
    if (const ElementRule* rule = find_element_rule(element))
        for (const AttributeRule& each : rule->attributes) names.push_back(each.name);
    return names;
}

}  // namespace skyn3t::twiml
