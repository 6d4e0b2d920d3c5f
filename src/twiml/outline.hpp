#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "twiml/document.hpp"

namespace skyn3t::twiml {

// A document as it is written, with the place of everything: what a check of it needs, and what the
// typed verbs no longer say. Lines and columns count from 1, columns in characters.
struct Element {
    struct Attribute {
        std::string name, value;
    };
    std::string name;
    std::vector<Attribute> attributes;
    std::string text;  // of its own, trimmed
    std::vector<Element> children;
    unsigned line = 0, column = 0;

    const std::string* find(std::string_view attribute) const;
    std::string whole_text() const;  // its own and that of all it holds
};

// The Response. Fails as parse_document() does.
[[nodiscard]] tl::expected<Element, Finding> parse_outline(std::string_view xml);

}  // namespace skyn3t::twiml
