#include "twiml/bin_template.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "twiml/xml_check.hpp"
#include "twiml/xml_escape.hpp"

namespace skyn3t::twiml {
namespace {

constexpr std::string_view kOpen = "{{", kClose = "}}";
constexpr std::string_view kComment = "<!--", kCommentEnd = "-->";

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    });
}

// A stretch of a template: text as it is, or a variable.
struct Piece {
    std::string_view text;      // as written
    std::string_view variable;  // its name; empty when the piece is no variable
    bool is_fault = false;      // "{{" of something else
};

// The piece that begins at `at`.
Piece piece_at(std::string_view content, std::size_t at) {
    const auto rest = content.substr(at);
    if (rest.starts_with(kComment)) {
        const auto end = rest.find(kCommentEnd, kComment.size());
        return {rest.substr(0, end == std::string_view::npos ? end : end + kCommentEnd.size()), {}};
    }
    if (!rest.starts_with(kOpen)) {
        const auto end = std::min(rest.find(kOpen, 1), rest.find(kComment, 1));
        return {rest.substr(0, end), {}};
    }
    const auto close = rest.find(kClose, kOpen.size());
    if (close != std::string_view::npos) {
        const auto name = trim(rest.substr(kOpen.size(), close - kOpen.size()));
        if (is_name(name)) return {rest.substr(0, close + kClose.size()), name};
    }
    return {kOpen, {}, /*is_fault=*/true};
}

template <class Each>
void for_each_piece(std::string_view content, Each each) {
    for (std::size_t at = 0; at < content.size();) {
        const Piece piece = piece_at(content, at);
        if (!each(piece, at)) return;
        at += piece.text.size();
    }
}

}  // namespace

std::optional<Finding> find_template_fault(std::string_view content) {
    std::optional<Finding> fault;
    for_each_piece(content, [&](const Piece& piece, std::size_t at) {
        if (piece.is_fault)
            fault = Finding{12100, "not a variable: " + quoted(content.substr(at, 30)),
                            line_at(content, at)};
        return !fault;
    });
    return fault;
}

std::vector<std::string> template_variables(std::string_view content) {
    std::vector<std::string> names;
    for_each_piece(content, [&](const Piece& piece, std::size_t) {
        if (!piece.variable.empty() &&
            std::find(names.begin(), names.end(), piece.variable) == names.end())
            names.emplace_back(piece.variable);
        return true;
    });
    return names;
}

std::string fill_template(std::string_view content, const VariableLookup& value_of) {
    std::string filled;
    filled.reserve(content.size());
    for_each_piece(content, [&](const Piece& piece, std::size_t) {
        if (piece.variable.empty())
            filled += piece.text;
        else if (const auto value = value_of(piece.variable))
            filled += escape_xml(*value);
        return true;
    });
    return filled;
}

}  // namespace skyn3t::twiml
