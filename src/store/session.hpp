#pragma once

#include <any>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/query.hpp"

namespace skyn3t::store {

class SecretBox;
enum class Engine { sqlite, postgresql };

// The current row of a running query; columns count from 0, in the order of the SELECT.
class Row {
  public:
    virtual ~Row() = default;
    virtual bool is_null(std::size_t column) const = 0;
    virtual const std::string& text(std::size_t column) const = 0;  // "" for NULL

    std::int64_t integer(std::size_t column) const;  // 0 for NULL
    double real(std::size_t column) const;
    bool flag(std::size_t column) const { return integer(column) != 0; }
    WallTime time(std::size_t column) const { return from_milliseconds(integer(column)); }
    std::optional<WallTime> optional_time(std::size_t column) const;
    // What the database holds was checked when it was written: anything else is read as none.
    template <class AnySid>
    AnySid sid(std::size_t column) const {
        return AnySid::parse(text(column)).value_or(AnySid{});
    }
};

using Params = std::initializer_list<Param>;

// One connection, used by one thread at a time. Keeps its prepared statements. Text that is not
// UTF-8 (a peer's header) is stored with U+FFFD in place of what is wrong, since PostgreSQL refuses
// it. Errors: Errc::conflict for a uniqueness or foreign key that does not hold, Errc::timeout for
// another's lock, Errc::unavailable for a lost connection or a full disk, Errc::io_error for the
// rest. The detail never holds a parameter's value.
class Session {
  public:
    static Result<std::unique_ptr<Session>> open(Engine engine, const std::string& connect);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Engine engine() const;
    // What seals the secrets of rows; none before Database::use_secrets().
    const SecretBox* secrets() const { return secrets_; }
    void use_secrets(const SecretBox* box) { secrets_ = box; }

    // Runs a statement; the number of rows it changed.
    Result<std::int64_t> execute(const CommunityQuery& query, const CommunitySid& community,
                                 Params params = {});
    Result<std::int64_t> execute(const PlatformQuery& query, Params params = {});

    // Every row, through `read(const Row&)`.
    template <class Read>
    auto query(const CommunityQuery& query, const CommunitySid& community, Params params, Read read)
        -> Result<std::vector<decltype(read(std::declval<const Row&>()))>> {
        return collect(query, &community, params, read);
    }
    template <class Read>
    auto query(const PlatformQuery& query, Params params, Read read)
        -> Result<std::vector<decltype(read(std::declval<const Row&>()))>> {
        return collect(query, nullptr, params, read);
    }
    // The first row, if there is one.
    template <class Read>
    auto query_one(const CommunityQuery& query, const CommunitySid& community, Params params,
                   Read read) -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
        return first(collect(query, &community, params, read));
    }
    template <class Read>
    auto query_one(const PlatformQuery& query, Params params, Read read)
        -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
        return first(collect(query, nullptr, params, read));
    }

    // A statement run once: schema, transactions, settings of the connection.
    Result<void> run(const std::string& sql);

    // What others want to know once it is committed; see Database::on_news().
    void announce(std::any news) { news_.push_back(std::move(news)); }
    std::vector<std::any>& news() { return news_; }

  private:
    struct Connection;
    struct Prepared;
    explicit Session(std::unique_ptr<Connection> connection);

    Result<Prepared*> start(const Query& query, const CommunitySid* community, Params params,
                            bool& got_row);
    Result<bool> next(const Query& query, Prepared& statement);
    static const Row& row_of(const Prepared& statement);

    template <class Read>
    auto collect(const Query& query, const CommunitySid* community, Params params, Read& read)
        -> Result<std::vector<decltype(read(std::declval<const Row&>()))>> {
        std::vector<decltype(read(std::declval<const Row&>()))> rows;
        bool got_row = false;
        auto statement = start(query, community, params, got_row);
        if (!statement) return tl::unexpected(statement.error());
        while (got_row) {
            rows.push_back(read(row_of(**statement)));
            auto more = next(query, **statement);
            if (!more) return tl::unexpected(more.error());
            got_row = *more;
        }
        return rows;
    }
    template <class T>
    static Result<std::optional<T>> first(Result<std::vector<T>> rows) {
        if (!rows) return tl::unexpected(rows.error());
        if (rows->empty()) return std::optional<T>{};
        return std::optional<T>(std::move(rows->front()));
    }

    std::unique_ptr<Connection> connection_;
    std::vector<std::any> news_;
    const SecretBox* secrets_ = nullptr;
};

}  // namespace skyn3t::store
