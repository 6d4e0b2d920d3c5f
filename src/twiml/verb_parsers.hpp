#pragma once

#include <optional>

#include "twiml/element_reader.hpp"
#include "twiml/verbs.hpp"

// One function for each element. Nothing is returned when the element is left out, which has been
// reported.
namespace skyn3t::twiml {

enum class Place { response, gather };  // some faults have other numbers inside Gather

[[nodiscard]] std::optional<Say> parse_say(const pugi::xml_node& node, FindingList& findings,
                                           Place place);
[[nodiscard]] std::optional<Play> parse_play(const pugi::xml_node& node, FindingList& findings,
                                             Place place);
[[nodiscard]] Pause parse_pause(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] Gather parse_gather(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] Dial parse_dial(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] std::optional<Number> parse_number(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] std::optional<Sip> parse_sip(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] Redirect parse_redirect(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] Reject parse_reject(const pugi::xml_node& node, FindingList& findings);
[[nodiscard]] Hangup parse_hangup(const pugi::xml_node& node, FindingList& findings);

// What Number and Sip share: url, method, statusCallback...; bad methods are reported with
// `method_code`.
[[nodiscard]] std::optional<Screening> parse_screening(ElementReader& reader, int method_code);
[[nodiscard]] std::optional<StatusCallback> parse_status_callback(ElementReader& reader,
                                                                  int method_code);
// "+56229145248" from what people write; nothing when it is no number of E.164.
[[nodiscard]] std::optional<std::string> normalise_number(std::string_view written);
[[nodiscard]] bool is_language_tag(std::string_view text);

}  // namespace skyn3t::twiml
