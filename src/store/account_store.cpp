#include "store/account_store.hpp"

#include "base/random.hpp"
#include "model/community.hpp"

namespace skyn3t::store {
namespace {

constexpr PlatformQuery kFindAccount{
    "find_account",
    "SELECT sid, friendly_name, auth_token_sealed, created_ms, updated_ms FROM accounts "
    "ORDER BY created_ms, sid LIMIT 1"};
constexpr PlatformQuery kInsertAccount{
    "insert_account",
    "INSERT INTO accounts (sid, friendly_name, status, auth_token_sealed, created_ms, updated_ms) "
    "VALUES (:sid, :friendly_name, 'active', :token, :now, :now)"};
// What belongs to no declared community is the account's own (ADR 9).
constexpr CommunityQuery kInsertOwnCommunity{
    "insert_account_community",
    "INSERT INTO communities (sid, account_sid, code, name, type, language, target, passwords, "
    "caller_id, created_ms, updated_ms) VALUES (:community, :account, '', '', 'oficina', '', "
    "'local', 'generated', 'community', :now, :now)"};
constexpr PlatformQuery kSetToken{
    "set_account_token",
    "UPDATE accounts SET auth_token_sealed = :token, updated_ms = :now WHERE sid = :sid"};
constexpr PlatformQuery kRename{"rename_account",
                                "UPDATE accounts SET friendly_name = :name, updated_ms = :now"};

std::string context_of(const AccountSid& sid) { return "account " + sid.str(); }

struct SealedAccount {
    AccountSid sid;
    std::string friendly_name, token;
    WallTime created{}, updated{};
};
Result<std::optional<SealedAccount>> find_sealed(Session& session) {
    return session.query_one(kFindAccount, {}, [](const Row& row) {
        return SealedAccount{row.sid<AccountSid>(0), row.text(1), row.text(2), row.time(3),
                             row.time(4)};
    });
}

}  // namespace

Result<bool> AccountStore::exists(Database& database) {
    auto found = database.read([](Session& session) { return find_sealed(session); });
    if (!found) return tl::unexpected(found.error());
    return found->has_value();
}

Result<std::optional<Account>> AccountStore::find() {
    auto sealed = database_.read([](Session& session) { return find_sealed(session); });
    if (!sealed) return tl::unexpected(sealed.error());
    if (!*sealed) return std::optional<Account>{};
    auto token = box_.unseal((*sealed)->token, context_of((*sealed)->sid));
    if (!token) return tl::unexpected(token.error());
    return Account{(*sealed)->sid, (*sealed)->friendly_name, std::move(*token), (*sealed)->created,
                   (*sealed)->updated};
}

Result<void> AccountStore::rename(const std::string& friendly_name, const AuditEntry& audit) {
    const WallTime now = database_.clock().wall();
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = session.execute(kRename, {{"name", friendly_name}, {"now", now}});
        if (!done) return tl::unexpected(done.error());
        return AuditStore::add(session, audit);
    });
}

Result<AccountStore::Opened> AccountStore::open(const std::optional<AccountSid>& sid,
                                                const std::optional<model::Secret>& token) {
    auto found = database_.read([](Session& session) { return find_sealed(session); });
    if (!found) return tl::unexpected(found.error());
    const WallTime now = database_.clock().wall();

    if (!*found) {
        Account made{sid ? *sid : AccountSid::generate(), "SKYN3T",
                     token ? *token : model::Secret(random_hex(16)), now, now};
        const std::string sealed = box_.seal(made.auth_token, context_of(made.sid));
        auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
            auto done = session.execute(kInsertAccount, {{"sid", made.sid},
                                                         {"friendly_name", made.friendly_name},
                                                         {"token", sealed},
                                                         {"now", now}});
            if (done)
                done = session.execute(kInsertOwnCommunity, model::account_community(),
                                       {{"account", made.sid}, {"now", now}});
            if (!done) return tl::unexpected(done.error());
            return {};
        });
        if (!written) return tl::unexpected(written.error());
        return Opened{std::move(made), true};
    }
    if (sid && *sid != (*found)->sid)
        return fail(Errc::conflict, "the database belongs to account " + (*found)->sid.str() +
                                        ", SKYN3T_ACCOUNT_SID names " + sid->str());
    if (token) {
        const std::string sealed = box_.seal(*token, context_of((*found)->sid));
        auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
            auto done = session.execute(kSetToken,
                                        {{"token", sealed}, {"now", now}, {"sid", (*found)->sid}});
            if (!done) return tl::unexpected(done.error());
            return {};
        });
        if (!written) return tl::unexpected(written.error());
    }
    auto account = find();
    if (!account) return tl::unexpected(account.error());
    return Opened{std::move(**account), false};
}

}  // namespace skyn3t::store
