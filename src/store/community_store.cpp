#include "store/community_store.hpp"

#include <future>
#include <memory>

#include "store/community_rows.hpp"
#include "store/community_writer.hpp"
#include "store/credential_secrets.hpp"
#include "store/resource_rows.hpp"

namespace skyn3t::store {
namespace {

constexpr CommunityQuery kSetPassword{"set_role_password",
                                      "UPDATE roles SET password_sealed = :password WHERE "
                                      "community_id = :community AND role = :role"};

// Nothing when there is no such credential.
Result<std::optional<model::Secret>> password_in_list(Session& session, const SecretBox& box,
                                                      std::string_view list,
                                                      const std::string& user) {
    using Answer = std::optional<model::Secret>;
    auto found = find_resource_by_name(session, ResourceKind::credential_list, list);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return Answer{};
    auto credential =
        find_resource_by_name(session, ResourceKind::credential, (*found)->sid + "/" + user);
    if (!credential) return tl::unexpected(credential.error());
    if (!*credential) return Answer{};
    auto password = password_of(**credential, box);
    if (!password) return tl::unexpected(password.error());
    return Answer(std::move(*password));
}

}  // namespace

Result<void> CommunityStore::change(ModelChange change, ChangeDone done) {
    auto changed = std::make_shared<ModelChanged>();
    return database_.write(
        [this, changed, change = std::move(change)](Session& session) -> Result<void> {
            CommunityWriter writer(session, box_, account_, database_.clock().wall());
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

Result<std::vector<model::Community>> CommunityStore::all() {
    auto sealed = database_.read([](Session& session) { return read_communities(session); });
    if (!sealed) return tl::unexpected(sealed.error());
    std::vector<model::Community> communities;
    for (SealedCommunity& each : *sealed) communities.push_back(std::move(each.community));
    return communities;
}

Result<std::optional<model::Community>> CommunityStore::find(const CommunitySid& community) {
    auto sealed =
        database_.read([&](Session& session) { return read_community(session, community); });
    if (!sealed) return tl::unexpected(sealed.error());
    if (!*sealed) return std::optional<model::Community>{};
    return std::move((*sealed)->community);
}

Result<std::optional<model::Community>> CommunityStore::find_by_code(std::string_view code) {
    static constexpr PlatformQuery kByCode{"community_by_code",
                                           "SELECT sid FROM communities WHERE code = :code"};
    auto sid = database_.read([&](Session& session) {
        return session.query_one(kByCode, {{"code", code}},
                                 [](const Row& row) { return row.sid<CommunitySid>(0); });
    });
    if (!sid) return tl::unexpected(sid.error());
    if (!*sid) return std::optional<model::Community>{};
    return find(**sid);
}

Result<std::vector<model::Community>> CommunityStore::all_with_passwords() {
    auto sealed = database_.read([](Session& session) { return read_communities(session); });
    if (!sealed) return tl::unexpected(sealed.error());
    std::vector<model::Community> communities;
    for (SealedCommunity& each : *sealed) {
        auto community = unsealed(std::move(each), box_);
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
    auto found = unsealed(std::move(**sealed), box_);
    if (!found) return tl::unexpected(found.error());
    return std::move(*found);
}

Result<void> CommunityStore::take_over_passwords() {
    return database_.write_and_wait([this](Session& session) -> Result<void> {
        auto communities = read_communities(session);
        if (!communities) return tl::unexpected(communities.error());
        for (const auto& [community, passwords] : *communities)
            for (std::size_t i = 0; i < passwords.size(); ++i) {
                if (!passwords[i].empty()) continue;
                const std::string& role = community.roles[i].role;
                auto password =
                    password_in_list(session, box_, model::credential_list_name(community.code),
                                     model::username(community.number, role));
                if (!password) return tl::unexpected(password.error());
                if (!*password) continue;
                auto sealed = box_.seal(**password, role_context(community.sid, role));
                auto done = session.execute(kSetPassword, community.sid,
                                            {{"password", sealed}, {"role", role}});
                if (!done) return tl::unexpected(done.error());
            }
        return {};
    });
}

}  // namespace skyn3t::store
