#pragma once

#include <span>
#include <string_view>

#include "twiml/schema.hpp"

// What TwiML allows (reference/twiml.md), as data.
namespace skyn3t::twiml {

struct AttributeRule {
    std::string_view name;
    ValueKind kind;
    int code;  // Twilio's number for a bad value
    std::string_view allowed = {};
};

struct ElementRule {
    std::string_view name;
    std::span<const AttributeRule> attributes;
    std::string_view children;  // names, each with a blank before and after
    int child_code = 12200;     // a child that may not be there
    bool holds_text = false;
    bool is_open = false;  // a product of Twilio's whose inside is not judged
};

inline constexpr std::string_view kMethods = "GET|POST";
[[nodiscard]] const ElementRule* find_element_rule(std::string_view name);
[[nodiscard]] std::span<const ElementRule> element_rules();
[[nodiscard]] bool may_hold(const ElementRule& parent, std::string_view child);

}  // namespace skyn3t::twiml
