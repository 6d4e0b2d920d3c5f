#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/finding.hpp"

namespace skyn3t::provision {

struct CsvCell {
    std::string text;  // trimmed
    int line, column;  // from 1, columns in characters
};
using CsvRow = std::vector<CsvCell>;

inline constexpr std::size_t kMaxCsvRows = 10'000;
inline constexpr std::size_t kMaxCsvColumns = 100;

// The rows that hold anything, the header first. What is wrong is added to `findings`; with an
// error among them the rows are not to be used.
[[nodiscard]] std::vector<CsvRow> read_csv_rows(std::string_view text, const std::string& file,
                                                std::vector<Finding>& findings);

}  // namespace skyn3t::provision
