#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "twiml/verbs.hpp"

namespace skyn3t::twiml {

// A warning or error about a document, by Twilio's number (reference/errors.md).
struct Finding {
    int code = 0;
    std::string detail;  // for people; a peer's text in it is quoted
    unsigned line = 0;   // of the document, from 1; 0 when it is about no line

    bool operator==(const Finding&) const = default;
};

struct Document {
    std::vector<Verb> verbs;
    std::vector<Finding> warnings;  // in document order; what they concern has its default
};

inline constexpr std::size_t kMaxDocumentBytes = 64 * 1024;  // fetched; more is 11750
inline constexpr std::size_t kMaxInlineCharacters = 4000;  // REST's Twiml parameter; more is 32018
inline constexpr unsigned kMaxNesting = 32;                // elements; deeper is 12100

// XML to typed verbs. Fails with 11750 (too large), 12100 (not well-formed UTF-8 XML) or 12102 (the
// root is not Response); everything else is a warning. Entities are never expanded, beyond XML's
// own five. Any thread.
[[nodiscard]] tl::expected<Document, Finding> parse_document(std::string_view xml);

// A fetched answer to a document by its content type (twiml.md, 1.2): TwiML, text read aloud, or
// nothing. Fails also with 12300. Audio is not a document: see is_audio().
[[nodiscard]] tl::expected<Document, Finding> parse_answer(std::string_view content_type,
                                                           std::string_view body);
[[nodiscard]] bool is_audio(std::string_view content_type);

}  // namespace skyn3t::twiml
