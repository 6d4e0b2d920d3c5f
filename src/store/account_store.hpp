#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/secret.hpp"
#include "store/audit_store.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::store {

struct Account {
    AccountSid sid;
    std::string friendly_name;
    model::Secret auth_token;  // 32 lower-case hexadecimal digits
    WallTime created{};
    WallTime updated{};
};

// The platform's account. The token is sealed: webhooks are signed with it, so a hash would not do.
class AccountStore {
  public:
    AccountStore(Database& database, const SecretBox& box) : database_(database), box_(box) {}

    // The account, made when there is none. `is_new` tells whether to print its token, once. A SID
    // or token given (SKYN3T_AUTH_TOKEN) replaces the stored one. Errc::conflict when the database
    // is of another account than `sid`.
    struct Opened {
        Account account;
        bool is_new = false;
    };
    Result<Opened> open(const std::optional<AccountSid>& sid,
                        const std::optional<model::Secret>& token);
    // Whether there is one, and so something sealed; asked before there is a key.
    static Result<bool> exists(Database& database);
    Result<std::optional<Account>> find();
    // Changes the name that people see; `audit` in the same transaction.
    Result<void> rename(const std::string& friendly_name, const AuditEntry& audit);

  private:
    Database& database_;
    const SecretBox& box_;
};

}  // namespace skyn3t::store
