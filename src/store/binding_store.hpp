#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// A binding of the registrar (RFC 3261, section 10) as it survives a restart.
struct StoredBinding {
    CommunitySid community;
    std::string aor;      // "user@domain"
    std::string contact;  // the URI
    std::string call_id;
    std::int64_t cseq = 0;
    int q_thousandths = 1000;
    WallTime expires{};
    WallTime registered{};
    std::string path;      // RFC 3327: the Path values, in order, comma-separated
    std::string instance;  // +sip.instance
    std::string flow;      // where the request came from: "udp:203.0.113.9:5060"
    std::string user_agent;
    std::string node;  // the server that holds the flow
    bool operator==(const StoredBinding&) const = default;
};

// Write-behind: changes are gathered in memory, the last one for a binding wins, and flush() hands
// them over in one job. The registrar's thread calls put, remove and flush (every half a second or
// so, from the timer wheel); a crash loses what was not flushed, and the phone's next REGISTER
// mends it.
class BindingStore {
  public:
    // `capacity`: how many changes may wait while the database does not keep up.
    explicit BindingStore(Database& database, std::size_t capacity = 100'000);
    ~BindingStore();

    // Errc::too_many when too much waits already; the binding itself then lives in memory only.
    [[nodiscard]] Result<void> put(StoredBinding binding);
    [[nodiscard]] Result<void> remove(const CommunitySid& community, const std::string& aor,
                                      const std::string& contact);
    // Hands over what waits. What the database could not take is kept for the next flush.
    void flush();
    std::size_t waiting() const;

    // Every binding of `node` that has not expired; those that have are deleted. At start; blocks.
    Result<std::vector<StoredBinding>> load(const std::string& node);
    Result<std::vector<StoredBinding>> list(const CommunitySid& community);

  private:
    struct Key {
        CommunitySid community;
        std::string aor, contact;
        auto operator<=>(const Key&) const = default;
    };
    using Changes = std::map<Key, std::optional<StoredBinding>>;  // nothing: removed
    struct Failed;

    [[nodiscard]] Result<void> note(Key key, std::optional<StoredBinding> binding);
    void take_back_failed();
    static Result<void> write(Session& session, const Changes& changes);

    Database& database_;
    const std::size_t capacity_;
    Changes changes_;
    // Shared with the jobs in the writer's queue, which may outlive this object.
    std::shared_ptr<Failed> failed_;
};

}  // namespace skyn3t::store
