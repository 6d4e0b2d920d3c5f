#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "model/secret.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"

// What a credential keeps of its password, as properties that the API never shows: the password
// itself, sealed, and its realm. The digests that phones prove (HA1 of RFC 7616, section 3.4.2) are
// as good as the password: they are made from it in memory, and never stored (ADR 13).
namespace skyn3t::store {

// Sets them in `credential`, whose sid and "username" are known.
void set_password(Resource& credential, const SecretBox& box, const std::string& realm,
                  const model::Secret& password);
// Another password than the one it has: the next generation. With `keep_until` the one it has now
// stays good until then.
void change_password(Resource& credential, const SecretBox& box, const std::string& realm,
                     const model::Secret& password, std::optional<WallTime> keep_until);
[[nodiscard]] Result<model::Secret> password_of(const Resource& credential, const SecretBox& box);
// The same passwords in another realm.
void change_realm(Resource& credential, const std::string& realm);

// Adds the digests of both passwords to a credential that is kept in memory. Errc::unauthorized
// when a password does not open: then no phone may be let in by it.
[[nodiscard]] Result<void> add_digests(Resource& credential, const SecretBox& box);
// The digests that were added, as phones' requests are checked against them.
struct CredentialDigests {
    std::string realm;
    std::string md5, sha256;                  // lower-case hexadecimal
    std::string md5_escaped, sha256_escaped;  // of the user name spelled with %2B
};
[[nodiscard]] CredentialDigests digests_of(const Resource& credential);
// How often its password has changed.
[[nodiscard]] std::uint32_t generation_of(const Resource& credential);

// The password of the generation before, while it is kept.
struct PreviousPassword {
    CredentialDigests digests;
    WallTime until{};
};
[[nodiscard]] std::optional<PreviousPassword> previous_of(const Resource& credential);
void end_previous(Resource& credential);

}  // namespace skyn3t::store
