#include <algorithm>

#include "base/text.hpp"
#include "twiml/verb_parsers.hpp"

// The verbs that are little more than their attributes: Play, Pause, Redirect, Reject, Hangup.
namespace skyn3t::twiml {

namespace {

bool is_dtmf_or_wait(char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'd') || c == '*' || c == '#' ||
           c == 'w' || c == 'W';
}

}  // namespace

std::optional<Play> parse_play(const pugi::xml_node& node, FindingList& findings, Place place) {
    ElementReader reader(node, findings);
    Play play;
    play.loop = reader.loop(13410);
    const auto digits = reader.text("digits");
    if (digits) {
        const bool is_valid =
            !digits->empty() && std::all_of(digits->begin(), digits->end(), is_dtmf_or_wait);
        // twiml.md, 3: digits are not allowed inside Gather.
        if (is_valid && place == Place::response)
            play.digits = *digits;
        else
            reader.warn_value(13430, "digits");
    }
    reader.finish();
    play.url = reader.body();
    if (!play.url.empty() || !play.digits.empty()) return play;
    if (!digits) reader.warn(11100, "<Play>");
    return std::nullopt;
}

Pause parse_pause(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Pause pause;
    if (const auto length = reader.number("length", 13910, 1)) pause.length = seconds(*length);
    reader.finish();
    reader.expect_empty();
    return pause;
}

Redirect parse_redirect(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Redirect redirect;
    redirect.method = reader.method("method", 13710);
    reader.finish();
    redirect.url = reader.body();
    return redirect;
}

Reject parse_reject(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    Reject reject;
    if (reader.choice("reason", 13810, {"rejected", "busy"}) == "busy")
        reject.reason = RejectReason::busy;
    reader.finish();
    reader.expect_empty();
    return reject;
}

Hangup parse_hangup(const pugi::xml_node& node, FindingList& findings) {
    ElementReader reader(node, findings);
    reader.finish();
    reader.expect_empty();
    return {};
}

}  // namespace skyn3t::twiml
