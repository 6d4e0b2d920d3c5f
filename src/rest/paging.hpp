#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "http/form.hpp"
#include "rest/json.hpp"
#include "rest/twilio_errors.hpp"

// The pages of Twilio's lists (rest-api.md, 1.5): newest first, tokens that lead both ways.
namespace skyn3t::rest {

// Where a page begins or ends: an item by its time and SID. The item may be gone meanwhile.
struct PageCursor {
    WallTime time{};
    std::string sid;
};

// What of a list's query is about pages, and the rest, which the pages' addresses repeat.
struct PageRequest {
    std::size_t number = 0;
    std::size_t size = 50;
    std::optional<PageCursor> after;   // towards older items
    std::optional<PageCursor> before;  // towards newer items; never both
    http::Params filters;

    std::size_t wanted() const { return size + 1; }  // one more tells whether there is a next page
};
// 20007 for a bad size, 21481 for a token that is not ours, or a later page without one.
[[nodiscard]] Checked<PageRequest> parse_page(const http::Params& query);

struct PageEnds {
    std::optional<PageCursor> first, last;  // of what is shown
    std::size_t count = 0;
    bool has_previous = false, has_next = false;
};
// Takes from `found`, newest first and at most wanted() long, the items of the page itself.
template <class T, class CursorOf>
PageEnds cut_page(const PageRequest& page, std::vector<T>& found, CursorOf cursor_of) {
    PageEnds ends;
    const bool has_more = found.size() > page.size;
    if (has_more) found.erase(page.before ? found.begin() : found.end() - 1);
    // What lies where one came from is known to be there.
    ends.has_previous = page.before ? has_more : page.after.has_value();
    ends.has_next = page.before ? true : has_more;
    ends.count = found.size();
    if (!found.empty()) {
        ends.first = cursor_of(found.front());
        ends.last = cursor_of(found.back());
    }
    return ends;
}

// The frame of a list of v2010 with `items` under `key`. `path`: of the list, with ".json".
[[nodiscard]] Json page_body(const PageRequest& page, const PageEnds& ends, std::string_view path,
                             std::string_view key, Json items);

// A list that is short enough to be at hand as a whole, newest first. Its cursors are the places
// in it.
[[nodiscard]] Checked<Json> whole_list_body(const http::Params& query, std::string_view path,
                                            std::string_view key, const std::vector<Json>& items);
// The same of a list that is long: of its `count` items only those of the page are made.
[[nodiscard]] Checked<Json> whole_list_body(const http::Params& query, std::string_view path,
                                            std::string_view key, std::size_t count,
                                            const std::function<Json(std::size_t)>& item);

// The same frame as Twilio's newer interfaces write it: whole addresses that begin with `base`,
// under "meta" (rest-api.md, 1.5).
[[nodiscard]] Json with_meta(Json frame, std::string_view key, const std::string& base);

}  // namespace skyn3t::rest
