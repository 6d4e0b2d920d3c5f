#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace skyn3t::provision {

// The languages that operators read; Spanish comes first.
enum class Lang { es, en };
// By LC_ALL, LC_MESSAGES, LANG, in that order, as the environment gives them: English for "en...",
// Spanish otherwise.
[[nodiscard]] Lang lang_of_environment();

enum class Level { error, warning, info };
[[nodiscard]] std::string_view to_string(Level level);              // "error", "warning", "info"
[[nodiscard]] std::string_view level_word(Level level, Lang lang);  // "error", "aviso", "nota"

// A place in a file. Lines and columns count from 1; 0 is "the file as a whole".
struct Where {
    std::string file;
    int line = 0;
    int column = 0;
    std::string key;  // "communities[0].roles[1].digit"
};

// Something that an operator has to know about a manifest, and how to mend it.
struct Finding {
    std::string_view rule;  // a stable id: "unknown-key"
    Level level = Level::error;
    Where where;
    std::string es;
    std::string en;
    int code = 0;  // Twilio's, of what its own rules say of a document

    const std::string& text(Lang lang) const { return lang == Lang::en ? en : es; }
    // "communities.yaml:12:9: error: roles[1].digit: ... [duplicate-digit]"
    std::string line(Lang lang) const;
};

[[nodiscard]] bool has_errors(const std::vector<Finding>& findings);

}  // namespace skyn3t::provision
