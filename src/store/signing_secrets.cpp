#include "store/signing_secrets.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "model/community.hpp"

namespace skyn3t::store {
namespace {

constexpr PlatformQuery kAllSecrets{"all_signing_secrets",
                                    "SELECT community_id, secret_sealed FROM signing_secrets"};
constexpr CommunityQuery kForgetSecret{
    "forget_signing_secret", "DELETE FROM signing_secrets WHERE community_id = :community"};
constexpr CommunityQuery kInsertSecret{
    "insert_signing_secret",
    "INSERT INTO signing_secrets (community_id, secret_sealed, created_ms) "
    "VALUES (:community, :sealed, :now)"};

constexpr std::size_t kSecretOctets = 16;

std::string signing_context(const CommunitySid& community) {
    return "signing secret " + community.str();
}

}  // namespace

Result<void> SigningSecrets::load() {
    using Sealed = std::pair<CommunitySid, std::string>;
    auto all = database_.read([](Session& session) {
        return session.query(kAllSecrets, {}, [](const Row& row) {
            return Sealed{row.sid<CommunitySid>(0), row.text(1)};
        });
    });
    if (!all) return tl::unexpected(all.error());
    const std::lock_guard lock(mutex_);
    for (const auto& [community, sealed] : *all) {
        auto secret = box_.unseal(sealed, signing_context(community));
        if (!secret) return tl::unexpected(secret.error());
        rotated_.insert_or_assign(community, std::move(*secret));
    }
    return {};
}

model::Secret SigningSecrets::of(const CommunitySid& community) const {
    if (community == model::account_community()) return account_;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = rotated_.find(community); found != rotated_.end())
            return found->second;
    }
    const auto key = box_.derive_key(signing_context(community));
    return model::Secret(to_hex({key.data(), kSecretOctets}));
}

Result<model::Secret> SigningSecrets::rotate(const CommunitySid& community,
                                             const AuditEntry& audit) {
    const model::Secret secret(random_hex(kSecretOctets));
    const std::string sealed = box_.seal(secret, signing_context(community));
    const WallTime now = database_.clock().wall();
    auto written = database_.write_and_wait([&](Session& session) -> Result<void> {
        if (auto gone = session.execute(kForgetSecret, community); !gone)
            return tl::unexpected(gone.error());
        auto done = session.execute(kInsertSecret, community, {{"sealed", sealed}, {"now", now}});
        if (!done) return tl::unexpected(done.error());
        return AuditStore::add(session, audit);
    });
    if (!written) return tl::unexpected(written.error());
    const std::lock_guard lock(mutex_);
    rotated_.insert_or_assign(community, secret);
    return secret;
}

}  // namespace skyn3t::store
