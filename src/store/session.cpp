#include "store/session.hpp"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <charconv>
#include <deque>
#include <unordered_map>

#include "base/text.hpp"

namespace skyn3t::store {
namespace {

// The message's first line and no more: soci_error::what() adds the parameters, and PostgreSQL's
// second line the row.
std::string first_line(const soci::soci_error& error) {
    const std::string message = error.get_error_message();
    return message.substr(0, message.find('\n'));
}

// What another connection's lock has made to fail is a timeout; what the database as a whole cannot
// at the moment (connection, disk, memory) is unavailable; the rest is about the statement itself.
Errc code_of_sqlite(int result) {
    switch (result & 0xff) {  // the low byte is the primary result code
        case SQLITE_CONSTRAINT:
            return Errc::conflict;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Errc::timeout;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL:
            return Errc::unavailable;
        default:
            return Errc::io_error;
    }
}

// By the class of the SQLSTATE (PostgreSQL's manual, appendix A). A connection that broke has none.
Errc code_of_postgresql(const std::string& state) {
    if (state == "55P03" || state == "40P01" || state == "40001") return Errc::timeout;
    if (state == "25006") return Errc::unavailable;  // a standby
    const std::string_view kind = std::string_view(state).substr(0, 2);
    if (kind == "23") return Errc::conflict;
    constexpr std::string_view kUnavailable[] = {"08", "53", "57", "58", "  ", ""};
    for (const auto each : kUnavailable)
        if (kind == each) return Errc::unavailable;
    return kind.front() == '\0' ? Errc::unavailable : Errc::io_error;
}

Errc code_of(const soci::soci_error& error) {
    if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error))
        return code_of_sqlite(sqlite->result());
    if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error))
        return code_of_postgresql(postgresql->sqlstate());
    switch (error.get_error_category()) {
        case soci::soci_error::constraint_violation:
            return Errc::conflict;
        case soci::soci_error::connection_error:
            return Errc::unavailable;
        default:
            return Errc::io_error;
    }
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Well-formed UTF-8 without NUL, which is all that PostgreSQL's TEXT takes.
std::string storable(std::string_view text) {
    if (text.find('\0') == std::string_view::npos && is_valid_utf8(text)) return std::string(text);
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t length = 1;
        while (length < 4 && i + length < text.size() && is_continuation(text[i + length]))
            ++length;
        // The longest well-formed character that begins here, if any does.
        while (length > 1 && !is_valid_utf8(text.substr(i, length))) --length;
        const std::string_view piece = text.substr(i, length);
        out += piece != std::string_view("\0", 1) && is_valid_utf8(piece) ? piece : kReplacement;
        i += length;
    }
    return out;
}

template <class Number>
Number number_or_zero(const std::string& text) {
    Number value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

Param::Param(std::string_view param, WallTime value) : Param(param, to_milliseconds(value)) {}
Param::Param(std::string_view param, const std::optional<WallTime>& value)
    : Param(param, value ? to_milliseconds(*value) : 0) {
    is_null = !value;
}

std::int64_t to_milliseconds(WallTime time) {
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}
WallTime from_milliseconds(std::int64_t count) { return WallTime{} + milliseconds(count); }

std::int64_t Row::integer(std::size_t column) const {
    return number_or_zero<std::int64_t>(text(column));
}
double Row::real(std::size_t column) const { return number_or_zero<double>(text(column)); }
std::optional<WallTime> Row::optional_time(std::size_t column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

struct Session::Connection {
    Engine engine;
    soci::session sql;
    std::unordered_map<std::string_view, std::unique_ptr<Prepared>> prepared;
};

// A statement with the variables that it is bound to for as long as it lives. Columns are read as
// text, which both engines give for any type.
struct Session::Prepared final : Row {
    struct Slot {
        std::string name;
        bool is_text;
        std::string text;
        long long number = 0;
        soci::indicator indicator = soci::i_ok;
    };
    struct Column {
        std::string text;
        soci::indicator indicator = soci::i_ok;
    };

    Prepared(soci::session& sql, const Query& query, const std::vector<Param>& params)
        : columns(query.columns), statement(sql) {
        statement.alloc();
        statement.prepare(std::string(query.sql));
        for (const Param& param : params) {
            Slot& slot = slots.emplace_back();
            slot.name = param.name;
            slot.is_text = param.is_text;
            if (slot.is_text)
                statement.exchange(soci::use(slot.text, slot.indicator, slot.name));
            else
                statement.exchange(soci::use(slot.number, slot.indicator, slot.name));
        }
        for (Column& column : columns)
            statement.exchange(soci::into(column.text, column.indicator));
        statement.define_and_bind();
    }

    bool fits(const std::vector<Param>& params) const {
        if (params.size() != slots.size()) return false;
        for (std::size_t i = 0; i < params.size(); ++i)
            if (params[i].name != slots[i].name || params[i].is_text != slots[i].is_text)
                return false;
        return true;
    }
    void fill(const std::vector<Param>& params) {
        for (std::size_t i = 0; i < params.size(); ++i) {
            slots[i].indicator = params[i].is_null ? soci::i_null : soci::i_ok;
            if (slots[i].is_text)
                slots[i].text = storable(params[i].text);
            else
                slots[i].number = params[i].number;
        }
    }

    bool is_null(std::size_t column) const override {
        return columns.at(column).indicator == soci::i_null;
    }
    const std::string& text(std::size_t column) const override {
        static const std::string kNone;
        return is_null(column) ? kNone : columns.at(column).text;
    }

    std::deque<Slot> slots;  // their addresses are bound
    std::deque<Column> columns;
    soci::statement statement;
};

Result<std::unique_ptr<Session>> Session::open(Engine engine, const std::string& connect) {
    try {
        auto connection = std::make_unique<Connection>();
        connection->engine = engine;
        if (engine == Engine::sqlite)
            connection->sql.open(soci::sqlite3, connect);
        else
            connection->sql.open(soci::postgresql, connect);
        return std::unique_ptr<Session>(new Session(std::move(connection)));
    } catch (const soci::soci_error& error) {
        return fail(Errc::unavailable, "cannot open the database: " + first_line(error));
    }
}

Session::Session(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Session::~Session() {
    connection_->prepared.clear();  // before the connection that they belong to
}

Engine Session::engine() const { return connection_->engine; }

Result<Session::Prepared*> Session::start(const Query& query, const CommunitySid* community,
                                          Params given, bool& got_row) {
    std::vector<Param> params(given);
    if (community) params.emplace_back("community", *community);
    auto& prepared = connection_->prepared;
    try {
        auto found = prepared.find(query.name);
        if (found != prepared.end() && !found->second->fits(params)) {
            prepared.erase(found);
            found = prepared.end();
        }
        if (found == prepared.end())
            found = prepared
                        .emplace(query.name,
                                 std::make_unique<Prepared>(connection_->sql, query, params))
                        .first;
        found->second->fill(params);
        got_row = found->second->statement.execute(true) && query.columns > 0;
        return found->second.get();
    } catch (const soci::soci_error& error) {
        const Error failure{code_of(error), fmt::format("{}: {}", query.name, first_line(error))};
        prepared.erase(query.name);
        return tl::unexpected(failure);
    }
}

Result<bool> Session::next(const Query& query, Prepared& statement) {
    try {
        return statement.statement.fetch();
    } catch (const soci::soci_error& error) {
        const Error failure{code_of(error), fmt::format("{}: {}", query.name, first_line(error))};
        connection_->prepared.erase(query.name);
        return tl::unexpected(failure);
    }
}

const Row& Session::row_of(const Prepared& statement) { return statement; }

Result<std::int64_t> Session::execute(const CommunityQuery& query, const CommunitySid& community,
                                      Params params) {
    bool got_row = false;
    auto statement = start(query, &community, params, got_row);
    if (!statement) return tl::unexpected(statement.error());
    return (*statement)->statement.get_affected_rows();
}

Result<std::int64_t> Session::execute(const PlatformQuery& query, Params params) {
    bool got_row = false;
    auto statement = start(query, nullptr, params, got_row);
    if (!statement) return tl::unexpected(statement.error());
    return (*statement)->statement.get_affected_rows();
}

Result<void> Session::run(const std::string& sql) {
    try {
        connection_->sql << sql;
        return {};
    } catch (const soci::soci_error& error) {
        return fail(code_of(error), first_line(error));
    }
}

}  // namespace skyn3t::store
