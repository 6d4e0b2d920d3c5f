#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "model/secret.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// A name that a community had at a target and has no more: what has it there is to be removed. It
// outlives the community, so that a removal which was cut goes on later.
struct OldName {
    enum class Kind { list, username, number };
    std::string target;  // "local", or the account's SID at Twilio
    CommunitySid community;
    std::string code, community_name;  // as they were, for people
    Kind kind{};
    std::string name;
};

// In a transaction of the writer's.
Result<void> insert_old_names(Session& session, const std::vector<OldName>& names);

// What provisioning has to remember, since a target does not tell it. `target` as in OldName. Any
// thread but the signalling one.
class ProvisionStore {
  public:
    explicit ProvisionStore(Database& database) : database_(database) {}

    Result<void> note_old_names(const std::vector<OldName>& names);
    Result<std::vector<OldName>> old_names();
    // The communities whose place is not yet as they were last declared, each with a mark of that
    // declaration (CommunityStore::change sets it).
    struct Mark {
        std::string mark;
        std::optional<WallTime> old_passwords_until;
        bool operator==(const Mark&) const = default;
    };
    using Marks = std::map<CommunitySid, Mark>;
    Result<Marks> unprovisioned();
    // These are as they were declared, unless they have another mark by now, and what had these
    // names is gone.
    Result<void> note_done(const Marks& provisioned, const std::vector<OldName>& gone);

    // The password that a credential took, as a hash, and the target's own word for when
    // (date_updated): another one there means that somebody has changed it.
    Result<void> note_password(std::string_view target, std::string_view credential,
                               const model::Secret& password, std::string_view updated);
    // By the credential's SID: what matches() is given.
    Result<std::map<std::string, std::string>> passwords(std::string_view target);
    static std::string noted_as(std::string_view credential, const model::Secret& password,
                                std::string_view updated);
    static bool matches(const std::string& noted, std::string_view credential,
                        const model::Secret& password, std::string_view updated);

  private:
    Database& database_;
};

}  // namespace skyn3t::store
