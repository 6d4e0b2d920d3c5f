#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/sid.hpp"
#include "store/database.hpp"

namespace skyn3t::store {

// A binding of the registrar (RFC 3261, section 10) as it survives a restart.
struct StoredBinding {
    std::uint64_t id = 0;  // below 2^63; the same for as long as the contact is refreshed
    CommunitySid community;
    std::string user;    // of the address-of-record, unescaped
    std::string domain;  // the SIP domain's name
    std::string role;
    std::string contact;  // the URI
    int q_thousandths = 1000;
    int reg_id = 0;                 // RFC 5626
    std::string instance;           // +sip.instance
    std::vector<std::string> path;  // RFC 3327, the nearest to us first
    // Where its requests come from; addresses as "203.0.113.9:5060".
    std::string flow_transport;  // "udp", "tcp"
    std::string flow_local;
    std::string flow_remote;
    std::string peer;
    std::string peer_transport;
    bool via_edge = false;
    std::string sip_call_id;
    std::uint32_t cseq = 0;
    WallTime registered{};
    WallTime refreshed{};
    WallTime expires{};
    std::string user_agent;
    std::string node;              // the server that holds the flow
    std::uint32_t generation = 0;  // of the password that it was made with
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
    [[nodiscard]] Result<void> remove(const CommunitySid& community, std::uint64_t id);
    // Hands over what waits. What the database could not take is kept for the next flush.
    void flush();
    std::size_t waiting() const;

    // Every binding of `node` that has not expired; those that have are deleted. At start; blocks.
    Result<std::vector<StoredBinding>> load(const std::string& node);
    Result<std::vector<StoredBinding>> list(const CommunitySid& community);

  private:
    struct Change {
        CommunitySid community;
        std::optional<StoredBinding> binding;  // nothing: removed
    };
    using Changes = std::unordered_map<std::uint64_t, Change>;
    struct Failed;

    [[nodiscard]] Result<void> note(std::uint64_t id, Change change);
    void take_back_failed();
    static Result<void> write(Session& session, const Changes& changes);

    Database& database_;
    const std::size_t capacity_;
    Changes changes_;
    // Shared with the jobs in the writer's queue, which may outlive this object.
    std::shared_ptr<Failed> failed_;
};

}  // namespace skyn3t::store
