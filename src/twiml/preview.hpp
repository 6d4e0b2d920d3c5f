#pragma once

#include <string>
#include <vector>

#include "twiml/document.hpp"

// What a document does, told beforehand.
namespace skyn3t::twiml {

// A verb in words for people, as this server runs it.
struct PreviewLine {
    std::string verb;     // "Say"
    unsigned indent = 0;  // 1: of what is said while a Gather waits for keys
    std::string es, en;
};
[[nodiscard]] std::vector<PreviewLine> preview_lines(const Document& document);

// What a caller hears until the call waits for somebody (Gather, Dial), goes on elsewhere or ends.
[[nodiscard]] std::vector<Prompt> heard_prompts(const Document& document);

}  // namespace skyn3t::twiml
