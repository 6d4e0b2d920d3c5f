#include "sip/guess_limiter.hpp"

#include <algorithm>

namespace skyn3t::sip {
namespace {

constexpr std::size_t kGuessedOctets = 64;
constexpr std::size_t kSearched = 32;  // the oldest records looked at for one that is not blocked

Endpoint guesser_address(Endpoint endpoint) {
    endpoint.port = 0;
    return endpoint;
}

// A provider gives a household a /64 of IPv6, and a room full of rented machines a /24 of IPv4.
Endpoint guesser_network(Endpoint endpoint) {
    endpoint.port = 0;
    const auto kept = endpoint.address.begin() + (endpoint.is_v6 ? 8 : 3);
    std::fill(kept, endpoint.address.end(), std::uint8_t{0});
    return endpoint;
}

std::string guesser_network_text(const Endpoint& network) {
    return network.host() + (network.is_v6 ? "/64" : "/24");
}

std::size_t guessed_name_hash(std::string_view user) {
    return std::hash<std::string_view>{}(user.substr(0, kGuessedOctets));
}

}  // namespace

std::string_view name_of(GuessLimiter::Scope scope) {
    using Scope = GuessLimiter::Scope;
    switch (scope) {
        case Scope::user:
            return "user";
        case Scope::address:
            return "address";
        case Scope::network:
            return "network";
    }
    return "";
}

std::size_t GuessLimiter::recent(const Failures& failures) const {
    const auto from = clock_.now() - limits_.window;
    return static_cast<std::size_t>(
        std::ranges::count_if(failures.times, [&](SteadyTime at) { return at > from; }));
}

bool GuessLimiter::is_blocked(const Failures& failures) const {
    return failures.blocked_until > clock_.now();
}

bool GuessLimiter::is_of_interest(const Failures& failures) const {
    return is_blocked(failures) || recent(failures) > 0;
}

// True when it begins a block. The block counts for the failures so far; as many new ones make the
// next.
bool GuessLimiter::note(Failures& failures, std::size_t limit) const {
    if (failures.times.size() < limit)
        failures.times.push_back(clock_.now());
    else
        failures.times[failures.next++ % limit] = clock_.now();
    if (recent(failures) < limit) return false;
    failures.made_block = limit;
    failures.blocked_until = clock_.now() + limits_.block;
    failures.times.clear();
    failures.next = 0;
    return true;
}

GuessLimiter::UserFailures& GuessLimiter::failures_of(Record& record, std::string_view user,
                                                      User known) const {
    const auto hash = guessed_name_hash(user);
    const auto name = known == User::known ? user.substr(0, kGuessedOctets) : std::string_view{};
    const auto found = std::ranges::find_if(record.users, [&](const UserFailures& each) {
        return each.hash == hash && (each.name == name || each.name.empty());
    });
    if (found != record.users.end()) {
        found->name = name;  // the user may have been made since
        std::rotate(record.users.begin(), found, found + 1);
        return record.users.front();
    }
    std::erase_if(record.users,
                  [&](const UserFailures& each) { return !is_of_interest(each.failures); });
    return *record.users.insert(record.users.begin(), UserFailures{hash, std::string(name), {}});
}

std::optional<GuessLimiter::Scope> GuessLimiter::note_failure(const Endpoint& source,
                                                              std::string_view user, User known) {
    Record& address = touch(addresses_, guesser_address(source), limits_.addresses);
    Record& network = touch(networks_, guesser_network(source), limits_.networks);
    std::optional<Scope> begun;
    if (note(failures_of(address, user, known).failures, limits_.of_user)) begun = Scope::user;
    if (note(address.failures, limits_.of_address)) begun = Scope::address;
    if (note(network.failures, limits_.of_network)) begun = Scope::network;
    return begun;
}

std::optional<GuessLimiter::Scope> GuessLimiter::blocked_by(const Endpoint& source,
                                                            std::string_view user) const {
    if (networks_.records.empty()) return std::nullopt;
    const auto network = networks_.index.find(guesser_network(source));
    if (network != networks_.index.end() && is_blocked(network->second->failures))
        return Scope::network;
    const auto address = addresses_.index.find(guesser_address(source));
    if (address == addresses_.index.end()) return std::nullopt;
    if (is_blocked(address->second->failures)) return Scope::address;
    const auto hash = guessed_name_hash(user);
    for (const UserFailures& each : address->second->users)
        if (each.hash == hash && is_blocked(each.failures)) return Scope::user;
    return std::nullopt;
}

GuessLimiter::Entry GuessLimiter::entry(Scope scope, const Failures& failures) const {
    Entry entry{.scope = scope, .address = {}, .failures = recent(failures)};
    if (!is_blocked(failures)) return entry;
    entry.failures = failures.made_block;
    entry.blocked_for = std::chrono::ceil<seconds>(failures.blocked_until - clock_.now());
    return entry;
}

// Names that nobody has are one line together: each by itself says nothing.
void GuessLimiter::list_users(const Record& record, std::vector<Entry>& out) const {
    std::optional<Entry> unknown;
    for (const UserFailures& each : record.users) {
        if (!is_of_interest(each.failures)) continue;
        Entry line = entry(Scope::user, each.failures);
        line.address = record.key.host();
        line.user = each.name;
        if (!each.name.empty()) {
            out.push_back(std::move(line));
        } else if (!unknown) {
            unknown = std::move(line);
        } else {
            unknown->failures += line.failures;
            unknown->blocked_for = std::max(unknown->blocked_for, line.blocked_for);
        }
    }
    if (unknown) out.push_back(std::move(*unknown));
}

std::vector<GuessLimiter::Entry> GuessLimiter::list() const {
    std::vector<Entry> out;
    // Of addresses and networks only the blocks: below that, their users say it.
    for (const Record& network : networks_.records) {
        if (!is_blocked(network.failures)) continue;
        out.push_back(entry(Scope::network, network.failures));
        out.back().address = guesser_network_text(network.key);
    }
    for (const Record& address : addresses_.records) {
        if (is_blocked(address.failures)) {
            out.push_back(entry(Scope::address, address.failures));
            out.back().address = address.key.host();
        }
        list_users(address, out);
    }
    return out;
}

std::size_t GuessLimiter::clear(std::string_view address, std::string_view user) {
    const auto before = list().size();
    const auto forget = [](Table& table, auto unwanted) {
        std::erase_if(table.records, [&](const Record& record) {
            if (!unwanted(record)) return false;
            table.index.erase(record.key);
            return true;
        });
    };
    const auto is_meant = [&](const Record& record) {
        return address.empty() || record.key.host() == address ||
               guesser_network_text(guesser_network(record.key)) == address;
    };
    if (user.empty()) {
        std::vector<Endpoint> networks;
        for (const Record& record : addresses_.records)
            if (is_meant(record)) networks.push_back(guesser_network(record.key));
        forget(addresses_, is_meant);
        forget(networks_, [&](const Record& record) {
            return is_meant(record) || std::ranges::count(networks, record.key) > 0;
        });
    } else {
        for (Record& record : addresses_.records)
            if (is_meant(record))
                std::erase_if(record.users,
                              [&](const UserFailures& each) { return each.name == user; });
    }
    return before - list().size();
}

GuessLimiter::Record& GuessLimiter::touch(Table& table, const Endpoint& key,
                                          std::size_t most) const {
    const auto known = table.index.find(key);
    if (known != table.index.end()) {
        table.records.splice(table.records.begin(), table.records, known->second);
    } else {
        if (table.records.size() >= most) make_room(table);
        table.records.push_front(Record{.key = key, .failures = {}});
        table.index.emplace(key, table.records.begin());
    }
    return table.records.front();
}

void GuessLimiter::make_room(Table& table) const {
    auto victim = std::prev(table.records.end());
    auto candidate = victim;
    for (std::size_t n = 0; n < kSearched; ++n) {
        const bool has_block = is_blocked(candidate->failures) ||
                               std::ranges::any_of(candidate->users, [&](const auto& each) {
                                   return is_blocked(each.failures);
                               });
        if (!has_block) {
            victim = candidate;
            break;
        }
        if (candidate == table.records.begin()) break;
        --candidate;
    }
    table.index.erase(victim->key);
    table.records.erase(victim);
}

}  // namespace skyn3t::sip
