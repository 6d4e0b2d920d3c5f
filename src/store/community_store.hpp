#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/community.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::store {

// A phone's credential. HA1 = H(username:realm:password), RFC 7616, section 3.4.2.
struct StoredCredential {
    CredentialSid sid;
    CredentialListSid list;
    std::string role;
    std::string username;
    std::string realm;
    model::Secret ha1_md5;     // lower-case hexadecimal
    model::Secret ha1_sha256;  // lower-case hexadecimal
    // The same of the user name spelled with %2B: a phone that spells it so hashes it so.
    model::Secret ha1_md5_escaped;
    model::Secret ha1_sha256_escaped;
};

// Whether the users of a credential list are offered SHA-256 beside MD5 (RFC 8760). The numbers are
// the column's.
enum class Sha256Offer { as_server = 0, yes = 1, no = 2 };

// A community and what is derived from it.
struct StoredCommunity {
    model::Community community;  // its roles hold no passwords
    NumberSid number_sid;
    CredentialListSid list;
    bool for_calls = true;                        // the list is mapped to the domain for calls,
    bool for_registrations = true;                // and for registrations
    Sha256Offer sha256 = Sha256Offer::as_server;  // the list's own setting
    std::vector<StoredCredential> credentials;    // one for each role, in the roles' order
};

// The SIP domain that all communities share; made at first start.
struct SipDomain {
    DomainSid sid;
    std::string name;
    std::string friendly_name;
    std::string realm;
};

// What one change of the model does, all of it or nothing.
struct ModelChange {
    std::vector<model::Community> put;  // with an empty sid: made; else changed
    std::vector<CommunitySid> remove;
    std::string actor;  // for the audit: "cli root@host", "api AC..."
};
struct ModelChanged {
    std::vector<CommunitySid> put;  // in the order of ModelChange::put
};

// Communities with their roles, numbers, credential lists and mappings.
class CommunityStore {
  public:
    CommunityStore(Database& database, const SecretBox& box, AccountSid account)
        : database_(database), box_(box), account_(std::move(account)) {}

    // Makes the domain at first start. When `realm` is another than before, every HA1 is made again
    // from the sealed passwords, so that phones keep working with the passwords they have.
    Result<SipDomain> open_domain(const std::string& name, const std::string& friendly_name,
                                  const std::string& realm);

    // One transaction. Passwords that are missing are made by the community's policy; one that
    // exists is kept as long as role, policy and (for the formula) code stay. Errc::conflict when
    // code or number belongs to another. `done` on the writer's thread.
    using ChangeDone = std::function<void(const Result<ModelChanged>&)>;
    [[nodiscard]] Result<void> change(ModelChange change, ChangeDone done);
    Result<ModelChanged> change_and_wait(ModelChange change);

    // Of a community's list; challenges follow it once the directory is loaded again.
    // Errc::not_found when the list is not the community's. Waits for the commit.
    Result<void> set_sha256_offer(const CommunitySid& community, const CredentialListSid& list,
                                  Sha256Offer offer);

    Result<std::vector<StoredCommunity>> all();  // by code
    Result<std::optional<StoredCommunity>> find(const CommunitySid& community);
    Result<std::optional<StoredCommunity>> find_by_code(std::string_view code);
    // As all(), with every role's password: for a plan, for provisioning phones, and for
    // `--secrets` (audited).
    Result<std::vector<model::Community>> all_with_passwords();
    Result<std::optional<model::Community>> find_with_passwords(const CommunitySid& community);

  private:
    Database& database_;
    const SecretBox& box_;
    AccountSid account_;
};

}  // namespace skyn3t::store
