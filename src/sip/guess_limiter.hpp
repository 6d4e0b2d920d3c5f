#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Who has guessed wrong too often, counted three ways, each within 60 s and blocked for 5 minutes:
// 10 failures of one user name from one address, 100 of one address whatever the names, 400 of one
// network (/24, or /64 of IPv6). A name is counted inside the record of its address, so made-up
// names fill no table: long before they could, the address is blocked. A name that the directory
// does not have is blocked like one that it has, since the difference would tell which exist; but
// its text is not kept. Bounded: a full table forgets the address that failed longest ago, one that
// is not blocked if there is any. On the signalling thread.
class GuessLimiter {
  public:
    struct Limits {
        std::size_t of_user = 10;
        std::size_t of_address = 100;
        std::size_t of_network = 400;
        seconds window{60};
        seconds block{300};
        std::size_t addresses = 8192;
        std::size_t networks = 4096;
    };
    enum class Scope : std::uint8_t { user, address, network };
    // Whose name was tried.
    enum class User : std::uint8_t { known, unknown };
    // A line of the list that operators see.
    struct Entry {
        Scope scope = Scope::user;
        std::string address;                   // "198.51.100.66", "198.51.100.0/24"
        std::string user{};                    // of Scope::user; empty: names that nobody has
        std::size_t failures = 0;              // in the last window; of a block: those that made it
        std::optional<seconds> blocked_for{};  // what is left of it
    };

    explicit GuessLimiter(const Clock& clock) : GuessLimiter(clock, Limits()) {}
    GuessLimiter(const Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

    // The widest block that this failure has begun; nullopt when it began none.
    std::optional<Scope> note_failure(const Endpoint& source, std::string_view user, User known);
    // The widest block that stands against this user at this address.
    [[nodiscard]] std::optional<Scope> blocked_by(const Endpoint& source,
                                                  std::string_view user) const;
    std::vector<Entry> list() const;  // the latest failure first
    // Forgets what this user, address or network ("198.51.100.0/24") has failed; an empty one means
    // any. An address takes the block of its network with it. How many entries of list() are gone.
    std::size_t clear(std::string_view address = {}, std::string_view user = {});
    std::size_t size() const { return addresses_.records.size() + networks_.records.size(); }

  private:
    // The latest failures, as many as the limit, and the block that they made.
    struct Failures {
        std::vector<SteadyTime> times{};  // a ring once it has grown to the limit
        std::size_t next = 0;
        std::size_t made_block = 0;  // how many failures the block took
        SteadyTime blocked_until{};
    };
    struct UserFailures {
        std::size_t hash;
        std::string name;  // empty: the directory has no such user
        Failures failures;
    };
    struct Record {
        Endpoint key;
        Failures failures;
        std::vector<UserFailures> users{};  // of an address, the latest first; about its limit
    };
    struct Table {
        std::list<Record> records{};  // the latest failure first
        std::unordered_map<Endpoint, std::list<Record>::iterator> index{};
    };

    bool note(Failures& failures, std::size_t limit) const;
    std::size_t recent(const Failures& failures) const;
    bool is_blocked(const Failures& failures) const;
    bool is_of_interest(const Failures& failures) const;
    Entry entry(Scope scope, const Failures& failures) const;
    void list_users(const Record& record, std::vector<Entry>& out) const;
    UserFailures& failures_of(Record& record, std::string_view user, User known) const;
    Record& touch(Table& table, const Endpoint& key, std::size_t most) const;
    void make_room(Table& table) const;

    const Clock& clock_;
    Limits limits_;
    Table addresses_;
    Table networks_;
};

[[nodiscard]] std::string_view name_of(GuessLimiter::Scope scope);  // "user", "address", "network"

}  // namespace skyn3t::sip
