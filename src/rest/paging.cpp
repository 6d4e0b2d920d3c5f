#include "rest/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "store/query.hpp"

namespace skyn3t::rest {
namespace {

constexpr std::size_t kMaxPageSize = 1000;
constexpr std::uint64_t kLastTime = 8'000'000'000'000;  // in the year 2223
constexpr std::string_view kAfter = "PA", kBefore = "PB";

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "PA" or "PB", the time in milliseconds, "-", the SID.
std::string token_of(std::string_view direction, const PageCursor& cursor) {
    return fmt::format("{}{}-{}", direction, store::to_milliseconds(cursor.time), cursor.sid);
}

std::optional<PageCursor> parse_cursor(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto time = number(text.substr(0, dash));
    const auto sid = text.substr(dash + 1);
    const bool is_sid =
        sid.size() == 34 && std::all_of(sid.begin(), sid.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        });
    if (!time || *time > kLastTime || !is_sid) return std::nullopt;
    return PageCursor{store::from_milliseconds(static_cast<std::int64_t>(*time)), std::string(sid)};
}

bool take_token(PageRequest& page, std::string_view token) {
    if (token.starts_with(kAfter)) page.after = parse_cursor(token.substr(kAfter.size()));
    if (token.starts_with(kBefore)) page.before = parse_cursor(token.substr(kBefore.size()));
    return page.after || page.before;
}

std::string page_uri(const PageRequest& page, std::string_view path, std::size_t number_of_page,
                     const std::string& token) {
    http::Params query = page.filters;
    query.add("PageSize", std::to_string(page.size));
    query.add("Page", std::to_string(number_of_page));
    if (!token.empty()) query.add("PageToken", token);
    return fmt::format("{}?{}", path, http::encode_form(query));
}

}  // namespace

Checked<PageRequest> parse_page(const http::Params& query) {
    PageRequest page;
    for (const auto& [name, value] : query) {
        if (name == "PageSize") {
            const auto size = number(value);
            if (!size || *size == 0 || *size > kMaxPageSize) return refuse(20007);
            page.size = *size;
        } else if (name == "Page") {
            const auto count = number(value);
            if (!count) return refuse(20422, "Page must be a number");
            page.number = *count;
        } else if (name == "PageToken") {
            if (!take_token(page, value)) return refuse(21481);
        } else {
            page.filters.add(name, value);
        }
    }
    if (page.number > 0 && !page.after && !page.before)
        return refuse(21481, "Page needs its PageToken: follow next_page_uri");
    return page;
}

Json page_body(const PageRequest& page, const PageEnds& ends, std::string_view path,
               std::string_view key, Json items) {
    const std::size_t start = page.number * page.size;
    std::string here;
    if (page.after) here = token_of(kAfter, *page.after);
    if (page.before) here = token_of(kBefore, *page.before);
    Json previous = nullptr, next = nullptr;
    if (ends.has_previous && page.number > 0) {
        // An empty page has no first item to lead back from: its own beginning does.
        const auto from = ends.first ? ends.first : page.after;
        previous = page.number == 1 || !from
                       ? page_uri(page, path, 0, "")
                       : page_uri(page, path, page.number - 1, token_of(kBefore, *from));
    }
    if (ends.has_next && ends.last)
        next = page_uri(page, path, page.number + 1, token_of(kAfter, *ends.last));
    return {{"first_page_uri", page_uri(page, path, 0, "")},
            {"end", ends.count == 0 ? start : start + ends.count - 1},
            {"previous_page_uri", previous},
            {std::string(key), std::move(items)},
            {"uri", page_uri(page, path, page.number, here)},
            {"page_size", page.size},
            {"start", start},
            {"next_page_uri", next},
            {"page", page.number}};
}

Checked<Json> whole_list_body(const http::Params& query, std::string_view path,
                              std::string_view key, const std::vector<Json>& items) {
    return whole_list_body(query, path, key, items.size(),
                           [&](std::size_t i) -> Json { return items[i]; });
}

Checked<Json> whole_list_body(const http::Params& query, std::string_view path,
                              std::string_view key, std::size_t count,
                              const std::function<Json(std::size_t)>& item) {
    const auto page = parse_page(query);
    if (!page) return tl::unexpected(page.error());
    const std::size_t start = std::min(page->number * page->size, count);
    const std::size_t end = std::min(start + page->size, count);
    // The token says nothing beyond the page's number; it is there because a client must not go
    // on without one.
    const PageCursor place{WallTime{}, std::string(34, '0')};
    PageEnds ends{place, place, end - start, page->number > 0, end < count};
    Json shown = Json::array();
    for (std::size_t i = start; i < end; ++i) shown.push_back(item(i));
    return page_body(*page, ends, path, key, std::move(shown));
}

Json with_meta(Json frame, std::string_view key, const std::string& base) {
    const auto whole = [&](const char* uri) {
        return frame[uri].is_null() ? Json(nullptr) : Json(base + frame[uri].get<std::string>());
    };
    Json meta{{"page", frame["page"]},
              {"page_size", frame["page_size"]},
              {"first_page_url", whole("first_page_uri")},
              {"previous_page_url", whole("previous_page_uri")},
              {"next_page_url", whole("next_page_uri")},
              {"url", whole("uri")},
              {"key", key}};
    return {{"meta", std::move(meta)}, {std::string(key), std::move(frame[std::string(key)])}};
}

}  // namespace skyn3t::rest
