#include "provision/csv_rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provision/messages.hpp"

namespace skyn3t::provision {
namespace {

// The one that separates the header's cells: people's spreadsheets write ';' where a comma is the
// decimal sign.
char separator_of(std::string_view text) {
    const std::string_view header = text.substr(0, text.find('\n'));
    const auto count = [&](char c) { return std::count(header.begin(), header.end(), c); };
    return count(';') > count(',') ? ';' : ',';
}

// Reads octet by octet, and knows where it stands.
class CsvReader {
  public:
    CsvReader(std::string_view text, const std::string& file, std::vector<Finding>& findings)
        : text_(text), file_(file), findings_(findings) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
        separator_ = separator_of(text_);
        skip_separator_line();
    }

    std::vector<CsvRow> read() {
        while (at_ < text_.size() && !failed_) read_row();
        return std::move(rows_);
    }

  private:
    // "sep=;", which spreadsheets write for themselves.
    void skip_separator_line() {
        if (!iequals(text_.substr(0, 4), "sep=") || text_.size() < 5) return;
        separator_ = text_[4] == ',' ? ',' : ';';
        while (at_ < text_.size() && text_[at_] != '\n') advance();
        if (at_ < text_.size()) advance();
    }

    void advance() {
        const char c = text_[at_++];
        if (c == '\n') {
            ++line_;
            column_ = 1;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
            ++column_;
        }
    }
    bool ends_cell() const {
        return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n';
    }

    void read_row() {
        CsvRow row;
        bool more = true;
        while (more && !failed_) {
            if (row.size() >= kMaxCsvColumns)
                return fail(messages::kCsvManyColumns, kMaxCsvColumns);
            row.push_back(read_cell());
            more = at_ < text_.size() && text_[at_] == separator_;
            if (at_ < text_.size()) advance();
        }
        if (std::all_of(row.begin(), row.end(), [](const CsvCell& c) { return c.text.empty(); }))
            return;
        if (rows_.size() > kMaxCsvRows) return fail(messages::kCsvManyRows, kMaxCsvRows);
        rows_.push_back(std::move(row));
    }

    CsvCell read_cell() {
        while (!ends_cell() && (text_[at_] == ' ' || text_[at_] == '\t')) advance();
        CsvCell cell{{}, line_, column_};
        std::string value;
        if (!ends_cell() && text_[at_] == '"') {
            value = read_quoted(cell);
        } else {
            while (!ends_cell()) {
                value += text_[at_];
                advance();
            }
        }
        cell.text = trim(value);
        return cell;
    }

    std::string read_quoted(const CsvCell& cell) {
        std::string value;
        advance();
        for (; at_ < text_.size(); advance()) {
            if (text_[at_] != '"') {
                value += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                value += '"';
                advance();
            } else {
                advance();
                while (!ends_cell() && trim(text_.substr(at_, 1)).empty()) advance();
                if (!ends_cell()) fail(messages::kCsvAfterQuotes);
                return value;
            }
        }
        failed_ = true;
        findings_.push_back(
            make_finding(messages::kCsvOpenQuotes, Where{file_, cell.line, cell.column, {}}));
        return value;
    }

    template <class... Args>
    void fail(const Message& message, const Args&... args) {
        failed_ = true;
        findings_.push_back(make_finding(message, Where{file_, line_, column_, {}}, args...));
    }

    std::string_view text_;
    const std::string& file_;
    std::vector<Finding>& findings_;
    std::vector<CsvRow> rows_;
    std::size_t at_ = 0;
    int line_ = 1, column_ = 1;
    char separator_ = ',';
    bool failed_ = false;
};

}  // namespace

std::vector<CsvRow> read_csv_rows(std::string_view text, const std::string& file,
                                  std::vector<Finding>& findings) {
    if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
        findings.push_back(make_finding(messages::kNotUtf8, Where{file, 0, 0, {}}));
        return {};
    }
    return CsvReader(text, file, findings).read();
}

}  // namespace skyn3t::provision
