#pragma once

#include <functional>
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
// `spoken`: the words that a voice makes of a Say, a line of their own; empty: as it is written.
using SpokenWords = std::function<std::string(const Say&)>;
[[nodiscard]] std::vector<PreviewLine> preview_lines(const Document& document,
                                                     const SpokenWords& spoken = {});

// What a caller hears until the call waits for somebody (Gather, Dial), goes on elsewhere or ends.
[[nodiscard]] std::vector<Prompt> heard_prompts(const Document& document);

}  // namespace skyn3t::twiml
