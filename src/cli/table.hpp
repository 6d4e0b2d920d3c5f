#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace skyn3t::cli {

// How many columns of a terminal the UTF-8 text takes: none for combining marks, two for wide
// characters.
[[nodiscard]] std::size_t display_width(std::string_view text);
// Text of a peer or an API as it may stand on a terminal: control characters, also those of
// Unicode, as "?".
[[nodiscard]] std::string printable(std::string_view text);

// The same for text of several lines.
[[nodiscard]] std::string printable_lines(std::string_view text);

enum class Colour { none, red, green, yellow, grey, bold };
[[nodiscard]] std::string painted(std::string_view text, Colour colour);

struct Cell {
    Cell(std::string cell_text, Colour cell_colour = Colour::none)
        : text(std::move(cell_text)), colour(cell_colour) {}
    Cell(const char* cell_text) : text(cell_text) {}
    std::string text;
    Colour colour;
};

// Columns that line up, two spaces between them, a heading above.
class Table {
  public:
    explicit Table(std::vector<std::string> heading) : heading_(std::move(heading)) {}
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.empty(); }
    // Wider than `width`, if that is not 0, each row takes several lines: the columns that do not
    // fit stand below the first ones, indented.
    [[nodiscard]] std::string text(bool has_colour, std::size_t width = 0) const;

  private:
    // Whether a column begins another line.
    static std::vector<bool> breaks(const std::vector<std::size_t>& widths, std::size_t width);

    std::vector<std::string> heading_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace skyn3t::cli
