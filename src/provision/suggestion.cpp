#include "provision/suggestion.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::provision {
namespace {

constexpr std::size_t kFarthest = 2;

// Levenshtein's distance, letters' case aside.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced =
                diagonal + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string_view> closest(std::string_view written,
                                        const std::vector<std::string_view>& known) {
    std::optional<std::string_view> best;
    std::size_t nearest = kFarthest + 1;
    for (std::string_view word : known) {
        if (written.size() > word.size() + kFarthest) continue;
        const std::size_t far = distance(written, word);
        if (far < nearest && far < word.size()) {
            nearest = far;
            best = word;
        }
    }
    return best;
}

}  // namespace skyn3t::provision
