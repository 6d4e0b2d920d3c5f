#include <algorithm>

#include "base/text.hpp"
#include "twiml/verb_parsers.hpp"

// https://www.twilio.com/docs/voice/twiml/gather
namespace skyn3t::twiml {

namespace {

bool is_phone_key(char c) { return is_digit(c) || c == '#' || c == '*'; }

std::optional<char> parse_finish_on_key(ElementReader& reader) {
    const auto key = reader.text("finishOnKey");
    if (!key) return '#';
    if (key->empty()) return std::nullopt;
    if (key->size() == 1 && is_phone_key(key->front())) return key->front();
    reader.warn_value(key->size() > 1 ? 13311 : 13310, "finishOnKey");
    return '#';
}

bool is_auto(const std::optional<std::string>& value) { return value && *value == "auto"; }

// The values are checked for the author's sake; without a speech engine they have no effect.
void check_speech_attributes(ElementReader& reader) {
    if (!is_auto(reader.text("speechTimeout"))) reader.number("speechTimeout", 13327, 1);
    reader.number("maxSpeechTime", 13328, 1);
    reader.method("partialResultCallbackMethod", 13329);
    const auto hints = reader.text("hints");
    if (hints && std::count(hints->begin(), hints->end(), ',') >= 500)
        reader.warn_value(13330, "hints");
    const auto language = reader.text("language");
    if (language && !is_language_tag(*language)) reader.warn_value(13331, "language");
    reader.flag("profanityFilter", 13333, true);
    reader.flag("enhanced", 13335, false);
    reader.accept({"partialResultCallback", "speechModel", "debug"});
}

void parse_prompts(const pugi::xml_node& node, FindingList& findings, Gather& gather) {
    for (const auto child : node.children()) {
        const std::string_view name = child.name();
        if (name == "Say") {
            if (auto say = parse_say(child, findings, Place::gather))
                gather.prompts.emplace_back(std::move(*say));
        } else if (name == "Play") {
            if (auto play = parse_play(child, findings, Place::gather))
                gather.prompts.emplace_back(std::move(*play));
        } else if (name == "Pause") {
            gather.prompts.emplace_back(parse_pause(child, findings));
        } else if (child.type() == pugi::node_element) {
            findings.add(13320, shown_child(node, name), child);
        } else if (!trim(child.value()).empty()) {
            findings.add(12200, shown_text(node, trim(child.value())), child);
        }
    }
}

}  // namespace

Gather parse_gather(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Gather gather;
    gather.action = reader.text("action");
    gather.method = reader.method("method", 13312);
    const std::string input =
        reader.choice("input", 13326, {"dtmf", "speech", "dtmf speech", "speech dtmf"});
    const bool speech = input != "dtmf";
    gather.dtmf = input != "speech";
    if (speech) reader.warn_value(13340, "input");
    if (!(speech && is_auto(reader.text("timeout")))) {
        if (const auto timeout = reader.number("timeout", 13313, 1))
            gather.timeout = seconds(*timeout);
    }
    gather.finish_on_key = parse_finish_on_key(reader);
    gather.num_digits = reader.number("numDigits", 13314, 1);
    gather.action_on_empty_result = reader.flag("actionOnEmptyResult", 13338, false);
    gather.barge_in = reader.flag("bargeIn", 13332, true);
    check_speech_attributes(reader);
    reader.finish();
    parse_prompts(node, findings, gather);
    return gather;
}

}  // namespace skyn3t::twiml
