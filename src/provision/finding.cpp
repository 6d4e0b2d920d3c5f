#include "provision/finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"

namespace skyn3t::provision {
Lang lang_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value && *value) return lower(value).starts_with("en") ? Lang::en : Lang::es;
    }
    return Lang::es;
}

std::string_view to_string(Level level) {
    switch (level) {
        case Level::error:
            return "error";
        case Level::warning:
            return "warning";
        default:
            return "info";
    }
}

std::string_view level_word(Level level, Lang lang) {
    if (lang == Lang::en || level == Level::error) return to_string(level);
    return level == Level::warning ? "aviso" : "nota";
}

std::string Finding::line(Lang lang) const {
    std::string text = where.file;
    if (where.line > 0) text += fmt::format(":{}:{}", where.line, where.column);
    text += fmt::format(": {}: ", level_word(level, lang));
    if (!where.key.empty()) text += where.key + ": ";
    return text + this->text(lang) + fmt::format(" [{}]", rule);
}

bool has_errors(const std::vector<Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& each) { return each.level == Level::error; });
}

}  // namespace skyn3t::provision
