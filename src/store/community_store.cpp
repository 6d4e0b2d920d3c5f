#include "store/community_store.hpp"

#include <future>
#include <memory>

#include "store/audit_store.hpp"
#include "store/community_rows.hpp"
#include "store/community_writer.hpp"

namespace skyn3t::store {
namespace {

constexpr PlatformQuery kInsertDomain{
    "insert_domain",
    "INSERT INTO sip_domains (sid, account_sid, domain_name, friendly_name, realm, created_ms, "
    "updated_ms) VALUES (:sid, :account, :name, :friendly_name, :realm, :now, :now)"};
constexpr PlatformQuery kUpdateDomain{
    "update_domain",
    "UPDATE sip_domains SET domain_name = :name, friendly_name = :friendly_name, realm = :realm, "
    "updated_ms = :now WHERE sid = :sid"};

Result<model::Community> with_passwords(SealedCommunity sealed, const SecretBox& box) {
    model::Community community = std::move(sealed.stored.community);
    for (std::size_t i = 0; i < sealed.passwords.size() && i < community.roles.size(); ++i) {
        auto password =
            box.unseal(sealed.passwords[i], credential_context(sealed.stored.credentials[i].sid));
        if (!password) return tl::unexpected(password.error());
        community.roles[i].password = std::move(*password);
    }
    return community;
}

}  // namespace

Result<SipDomain> CommunityStore::open_domain(const std::string& name,
                                              const std::string& friendly_name,
                                              const std::string& realm) {
    const WallTime now = database_.clock().wall();
    SipDomain domain;
    auto done = database_.write_and_wait([&](Session& session) -> Result<void> {
        auto found = read_domain(session);
        if (!found) return tl::unexpected(found.error());
        const bool is_new = !*found;
        const bool new_realm = !is_new && (*found)->realm != realm;
        domain = {is_new ? DomainSid::generate() : (*found)->sid, name, friendly_name, realm};
        auto written = is_new ? session.execute(kInsertDomain, {{"sid", domain.sid},
                                                                {"account", account_},
                                                                {"name", name},
                                                                {"friendly_name", friendly_name},
                                                                {"realm", realm},
                                                                {"now", now}})
                              : session.execute(kUpdateDomain, {{"name", name},
                                                                {"friendly_name", friendly_name},
                                                                {"realm", realm},
                                                                {"now", now},
                                                                {"sid", domain.sid}});
        if (!written) return tl::unexpected(written.error());
        if (new_realm) return CommunityWriter(session, box_, account_, domain, now).renew_ha1();
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return domain;
}

Result<void> CommunityStore::change(ModelChange change, ChangeDone done) {
    auto changed = std::make_shared<ModelChanged>();
    return database_.write(
        [this, changed, change = std::move(change)](Session& session) -> Result<void> {
            auto domain = read_domain(session);
            if (!domain) return tl::unexpected(domain.error());
            if (!*domain)
                return fail(Errc::not_found, "there is no SIP domain yet: start the server first");
            CommunityWriter writer(session, box_, account_, **domain, database_.clock().wall());
            auto put = writer.apply(change);
            if (!put) return tl::unexpected(put.error());
            changed->put = std::move(*put);
            return {};
        },
        [changed, done = std::move(done)](const Result<void>& result) {
            if (result)
                done(*changed);
            else
                done(tl::unexpected(result.error()));
        });
}

Result<ModelChanged> CommunityStore::change_and_wait(ModelChange wanted) {
    std::promise<Result<ModelChanged>> promise;
    auto result = promise.get_future();
    auto queued = change(std::move(wanted),
                         [&](const Result<ModelChanged>& changed) { promise.set_value(changed); });
    if (!queued) return tl::unexpected(queued.error());
    return result.get();
}

Result<void> CommunityStore::set_sha256_offer(const CommunitySid& community,
                                              const CredentialListSid& list, Sha256Offer offer) {
    static constexpr CommunityQuery kSet{
        "set_sha256_offer",
        "UPDATE credential_lists SET offers_sha256 = :offer, updated_ms = :now "
        "WHERE community_id = :community AND sid = :list"};
    return database_.write_and_wait([&](Session& session) -> Result<void> {
        auto changed = session.execute(kSet, community,
                                       {{"offer", static_cast<int>(offer)},
                                        {"now", database_.clock().wall()},
                                        {"list", list}});
        if (!changed) return tl::unexpected(changed.error());
        if (*changed == 0) return fail(Errc::not_found, "no such credential list: " + list.str());
        return {};
    });
}

Result<std::vector<StoredCommunity>> CommunityStore::all() {
    auto sealed = database_.read([](Session& session) { return read_communities(session); });
    if (!sealed) return tl::unexpected(sealed.error());
    std::vector<StoredCommunity> stored;
    for (SealedCommunity& each : *sealed) stored.push_back(std::move(each.stored));
    return stored;
}

Result<std::optional<StoredCommunity>> CommunityStore::find(const CommunitySid& community) {
    auto sealed =
        database_.read([&](Session& session) { return read_community(session, community); });
    if (!sealed) return tl::unexpected(sealed.error());
    if (!*sealed) return std::optional<StoredCommunity>{};
    return std::move((*sealed)->stored);
}

Result<std::optional<StoredCommunity>> CommunityStore::find_by_code(std::string_view code) {
    static constexpr PlatformQuery kByCode{"community_by_code",
                                           "SELECT sid FROM communities WHERE code = :code"};
    auto sid = database_.read([&](Session& session) {
        return session.query_one(kByCode, {{"code", code}},
                                 [](const Row& row) { return row.sid<CommunitySid>(0); });
    });
    if (!sid) return tl::unexpected(sid.error());
    if (!*sid) return std::optional<StoredCommunity>{};
    return find(**sid);
}

Result<std::vector<model::Community>> CommunityStore::all_with_passwords() {
    auto sealed = database_.read([](Session& session) { return read_communities(session); });
    if (!sealed) return tl::unexpected(sealed.error());
    std::vector<model::Community> communities;
    for (SealedCommunity& each : *sealed) {
        auto community = with_passwords(std::move(each), box_);
        if (!community) return tl::unexpected(community.error());
        communities.push_back(std::move(*community));
    }
    return communities;
}

Result<std::optional<model::Community>> CommunityStore::find_with_passwords(
    const CommunitySid& community) {
    auto sealed =
        database_.read([&](Session& session) { return read_community(session, community); });
    if (!sealed) return tl::unexpected(sealed.error());
    if (!*sealed) return std::optional<model::Community>{};
    auto found = with_passwords(std::move(**sealed), box_);
    if (!found) return tl::unexpected(found.error());
    return std::move(*found);
}

}  // namespace skyn3t::store
