#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/sid.hpp"

namespace skyn3t::store {

// How many columns a SELECT yields: its commas outside brackets before FROM. 0 for any other
// statement.
consteval std::size_t count_columns(std::string_view sql) {
    if (!sql.starts_with("SELECT ")) return 0;
    std::size_t columns = 1;
    int depth = 0;
    for (std::size_t i = 7; i < sql.size(); ++i) {
        if (sql[i] == '(') ++depth;
        if (sql[i] == ')') --depth;
        if (depth == 0 && sql[i] == ',') ++columns;
        if (depth == 0 && sql.substr(i).starts_with(" FROM ")) break;
    }
    return columns;
}

// A named statement. One SQL for SQLite and PostgreSQL, parameters by name (":sid"), prepared once
// per connection.
struct Query {
    std::string_view name;
    std::string_view sql;
    std::size_t columns;
};

// A statement on one community's rows. It does not compile unless it mentions :community, and
// Session does not run it without one.
struct CommunityQuery : Query {
    consteval CommunityQuery(std::string_view query_name, std::string_view text)
        : Query{query_name, text, count_columns(text)} {
        if (text.find(":community") == std::string_view::npos) throw "a query without :community";
    }
};

// A statement on what belongs to no community, or of the platform itself over all of them: routing
// by number, the operator's own lists, closing what a crash has cut.
struct PlatformQuery : Query {
    consteval PlatformQuery(std::string_view query_name, std::string_view text)
        : Query{query_name, text, count_columns(text)} {}
};

// A value for ":name". It refers to the text given, which must live until the statement has run.
struct Param {
    Param(std::string_view param, std::string_view value) : name(param), text(value) {}
    Param(std::string_view param, const char* value) : name(param), text(value) {}
    Param(std::string_view param, const std::string& value) : name(param), text(value) {}
    Param(std::string_view param, std::int64_t value)
        : name(param), number(value), is_text(false) {}
    Param(std::string_view param, int value) : Param(param, static_cast<std::int64_t>(value)) {}
    Param(std::string_view param, WallTime value);  // milliseconds since 1970
    Param(std::string_view param, const std::optional<WallTime>& value);
    template <SidPrefix Prefix>
    Param(std::string_view param, const Sid<Prefix>& value) : Param(param, value.str()) {}

    std::string_view name;
    std::string_view text;
    std::int64_t number = 0;
    bool is_text = true;
    bool is_null = false;
};

[[nodiscard]] std::int64_t to_milliseconds(WallTime time);
[[nodiscard]] WallTime from_milliseconds(std::int64_t milliseconds);

}  // namespace skyn3t::store
