#pragma once

#include <string>

#include "base/result.hpp"
#include "model/secret.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"

// What a credential keeps of its password, as properties that the API never shows: the digests that
// phones prove (RFC 7616, section 3.4.2), and the password itself, sealed, for a changed realm.
namespace skyn3t::store {

// Sets them in `credential`, whose sid and "username" are known.
void set_password(Resource& credential, const SecretBox& box, const std::string& realm,
                  const model::Secret& password);
[[nodiscard]] Result<model::Secret> password_of(const Resource& credential, const SecretBox& box);

// The digests, as phones' requests are checked against them.
struct CredentialDigests {
    std::string realm;
    std::string md5, sha256;                  // lower-case hexadecimal
    std::string md5_escaped, sha256_escaped;  // of the user name spelled with %2B
};
[[nodiscard]] CredentialDigests digests_of(const Resource& credential);

}  // namespace skyn3t::store
