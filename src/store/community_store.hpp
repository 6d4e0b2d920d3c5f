#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/community.hpp"
#include "store/database.hpp"
#include "store/provision_store.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::store {

// What one change of the model does, all of it or nothing.
struct ModelChange {
    std::vector<model::Community> put;  // with an empty sid: made; else changed
    std::vector<CommunitySid> remove;   // kept for kRemovedKept, with passwords
    std::string actor;                  // for the audit: "cli root@host", "api AC..."
    // Where it can be, phones may use a password that this replaces until then.
    std::optional<WallTime> old_passwords_until{};
    // What this takes from communities. With it, since neither may be known without the other: a
    // name that is declared is nobody's old one, and one that is neither is never removed.
    std::vector<OldName> old_names{};
    std::vector<CommunitySid> restore{};  // removed ones, which are declared again as they were
};
// How long a removed community can be had back.
inline constexpr std::chrono::hours kRemovedKept{24 * 30};
// A community that was removed and is kept still, with the names that it had.
struct RemovedCommunity {
    CommunitySid sid;
    std::string code, name, number;
    WallTime removed{};
};

struct ModelChanged {
    std::vector<CommunitySid> put;  // in the order of ModelChange::put
};

// Communities as they are declared, with their roles and passwords. What calls run on is made of
// them by provisioning (ADR 9): ProvisionStore knows for which it has not been done yet.
class CommunityStore {
  public:
    CommunityStore(Database& database, const SecretBox& box, AccountSid account)
        : database_(database), box_(box), account_(std::move(account)) {}

    // One transaction. Passwords that are missing are made by the community's policy; one that
    // exists is kept as long as role, policy and (for the formula) code stay. One that lives here
    // takes over what bears its names in the account's own community. Errc::conflict when code,
    // number or list name belongs to another. `done` on the writer's thread.
    using ChangeDone = std::function<void(const Result<ModelChanged>&)>;
    [[nodiscard]] Result<void> change(ModelChange change, ChangeDone done);
    Result<ModelChanged> change_and_wait(ModelChange change);

    Result<std::vector<model::Community>> all();  // by code; without passwords
    Result<std::optional<model::Community>> find(const CommunitySid& community);
    Result<std::optional<model::Community>> find_by_code(std::string_view code);
    // As all(), with every role's password: for a plan, for provisioning phones, and for
    // `--secrets` (audited).
    Result<std::vector<model::Community>> all_with_passwords();
    Result<std::optional<model::Community>> find_with_passwords(const CommunitySid& community);

    // Those that can be had back, the latest first; and one of them with its passwords.
    Result<std::vector<RemovedCommunity>> removed();
    Result<std::optional<model::Community>> find_removed(const CommunitySid& community);
    // Forgets those whose time is over; says which.
    Result<std::vector<CommunitySid>> forget_removed();

    // At start: a database of version 1 kept the phones' passwords in their credentials only.
    Result<void> take_over_passwords();

  private:
    Database& database_;
    const SecretBox& box_;
    AccountSid account_;
};

}  // namespace skyn3t::store
