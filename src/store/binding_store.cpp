#include "store/binding_store.hpp"

#include <mutex>

#include "base/log.hpp"

namespace skyn3t::store {
namespace {

// A binding's id never moves to another community: the WHERE of the update sees to it. That of the
// SELECT leaves out the binding of a community that was removed a moment ago, so that it does not
// hold back the others: a savepoint for each row would cost three times the row.
constexpr CommunityQuery kPutBinding{
    "put_binding",
    "INSERT INTO bindings (id, community_id, aor_user, aor_domain, role, contact, q_thousandths, "
    "reg_id, instance, path, flow_transport, flow_local, flow_remote, peer, peer_transport, "
    "via_edge, sip_call_id, cseq, registered_ms, refreshed_ms, expires_ms, user_agent, node, "
    "password_generation) "
    "SELECT :id, :community, :user, :domain, :role, :contact, :q, :reg_id, :instance, :path, "
    ":flow_transport, :flow_local, :flow_remote, :peer, :peer_transport, :via_edge, :sip_call_id, "
    ":cseq, :registered, :refreshed, :expires, :user_agent, :node, :generation "
    "WHERE EXISTS (SELECT 1 FROM communities WHERE sid = :community AND removed_ms IS NULL) "
    "ON CONFLICT (id) DO UPDATE SET contact = excluded.contact, "
    "q_thousandths = excluded.q_thousandths, path = excluded.path, "
    "flow_transport = excluded.flow_transport, flow_local = excluded.flow_local, "
    "flow_remote = excluded.flow_remote, peer = excluded.peer, "
    "peer_transport = excluded.peer_transport, via_edge = excluded.via_edge, "
    "sip_call_id = excluded.sip_call_id, cseq = excluded.cseq, "
    "refreshed_ms = excluded.refreshed_ms, expires_ms = excluded.expires_ms, "
    "user_agent = excluded.user_agent, node = excluded.node, "
    "password_generation = excluded.password_generation "
    "WHERE bindings.community_id = excluded.community_id"};
constexpr CommunityQuery kRemoveBinding{
    "remove_binding", "DELETE FROM bindings WHERE community_id = :community AND id = :id"};
constexpr CommunityQuery kListBindings{
    "list_bindings",
    "SELECT id, community_id, aor_user, aor_domain, role, contact, q_thousandths, reg_id, "
    "instance, path, flow_transport, flow_local, flow_remote, peer, peer_transport, via_edge, "
    "sip_call_id, cseq, registered_ms, refreshed_ms, expires_ms, user_agent, node, "
    "password_generation FROM bindings "
    "WHERE community_id = :community ORDER BY aor_user, registered_ms, id"};
// A node's registrar serves every community.
constexpr PlatformQuery kLoad{
    "load_bindings",
    "SELECT id, community_id, aor_user, aor_domain, role, contact, q_thousandths, reg_id, "
    "instance, path, flow_transport, flow_local, flow_remote, peer, peer_transport, via_edge, "
    "sip_call_id, cseq, registered_ms, refreshed_ms, expires_ms, user_agent, node, "
    "password_generation FROM bindings "
    "WHERE node = :node ORDER BY id"};
constexpr PlatformQuery kDropExpired{
    "drop_expired_bindings", "DELETE FROM bindings WHERE node = :node AND expires_ms <= :now"};

// A header's value holds no line break, so that line breaks can part them.
std::string joined(const std::vector<std::string>& path) {
    std::string text;
    for (const std::string& route : path) text += route + "\n";
    return text;
}
std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> path;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        path.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return path;
}

StoredBinding read_binding(const Row& row) {
    StoredBinding binding;
    binding.id = static_cast<std::uint64_t>(row.integer(0));
    binding.community = row.sid<CommunitySid>(1);
    binding.user = row.text(2);
    binding.domain = row.text(3);
    binding.role = row.text(4);
    binding.contact = row.text(5);
    binding.q_thousandths = static_cast<int>(row.integer(6));
    binding.reg_id = static_cast<int>(row.integer(7));
    binding.instance = row.text(8);
    binding.path = parted(row.text(9));
    binding.flow_transport = row.text(10);
    binding.flow_local = row.text(11);
    binding.flow_remote = row.text(12);
    binding.peer = row.text(13);
    binding.peer_transport = row.text(14);
    binding.via_edge = row.flag(15);
    binding.sip_call_id = row.text(16);
    binding.cseq = static_cast<std::uint32_t>(row.integer(17));
    binding.registered = row.time(18);
    binding.refreshed = row.time(19);
    binding.expires = row.time(20);
    binding.user_agent = row.text(21);
    binding.node = row.text(22);
    binding.generation = static_cast<std::uint32_t>(row.integer(23));
    return binding;
}

Result<std::int64_t> put_one(Session& session, const StoredBinding& binding) {
    const std::string path = joined(binding.path);
    return session.execute(kPutBinding, binding.community,
                           {{"id", static_cast<std::int64_t>(binding.id)},
                            {"user", binding.user},
                            {"domain", binding.domain},
                            {"role", binding.role},
                            {"contact", binding.contact},
                            {"q", binding.q_thousandths},
                            {"reg_id", binding.reg_id},
                            {"instance", binding.instance},
                            {"path", path},
                            {"flow_transport", binding.flow_transport},
                            {"flow_local", binding.flow_local},
                            {"flow_remote", binding.flow_remote},
                            {"peer", binding.peer},
                            {"peer_transport", binding.peer_transport},
                            {"via_edge", binding.via_edge ? 1 : 0},
                            {"sip_call_id", binding.sip_call_id},
                            {"cseq", static_cast<std::int64_t>(binding.cseq)},
                            {"registered", binding.registered},
                            {"refreshed", binding.refreshed},
                            {"expires", binding.expires},
                            {"user_agent", binding.user_agent},
                            {"node", binding.node},
                            {"generation", static_cast<std::int64_t>(binding.generation)}});
}

}  // namespace

// What the writer could not commit, on its way back to the registrar's thread.
struct BindingStore::Failed {
    std::mutex mutex;
    Changes changes;
};

BindingStore::BindingStore(Database& database, std::size_t capacity)
    : database_(database), capacity_(capacity), failed_(std::make_shared<Failed>()) {}
BindingStore::~BindingStore() { flush(); }

Result<void> BindingStore::put(StoredBinding binding) {
    const std::uint64_t id = binding.id;
    Change change{binding.community, {}};
    change.binding = std::move(binding);
    return note(id, std::move(change));
}

Result<void> BindingStore::remove(const CommunitySid& community, std::uint64_t id) {
    return note(id, Change{community, {}});
}

Result<void> BindingStore::note(std::uint64_t id, Change change) {
    if (changes_.size() >= capacity_ && !changes_.contains(id))
        return fail(Errc::too_many, "the database does not keep up with registrations");
    changes_.insert_or_assign(id, std::move(change));
    return {};
}

std::size_t BindingStore::waiting() const { return changes_.size(); }

void BindingStore::flush() {
    take_back_failed();
    if (changes_.empty()) return;
    auto batch = std::make_shared<const Changes>(std::exchange(changes_, {}));
    const auto queued =
        database_.write([batch](Session& session) { return write(session, *batch); },
                        [batch, failed = failed_](const Result<void>& done) {
                            if (done) return;
                            const std::lock_guard lock(failed->mutex);
                            for (const auto& [id, change] : *batch)
                                failed->changes.insert_or_assign(id, change);
                        });
    if (queued) return;
    log::warn("bindings wait for the database waiting={}", batch->size());
    changes_ = *batch;
}

// What has changed again in the meantime is newer than what failed.
void BindingStore::take_back_failed() {
    const std::lock_guard lock(failed_->mutex);
    for (auto& [id, change] : failed_->changes)
        if (changes_.size() < capacity_) changes_.try_emplace(id, std::move(change));
    failed_->changes.clear();
}

Result<void> BindingStore::write(Session& session, const Changes& changes) {
    for (const auto& [id, change] : changes) {
        const auto done = change.binding ? put_one(session, *change.binding)
                                         : session.execute(kRemoveBinding, change.community,
                                                           {{"id", static_cast<std::int64_t>(id)}});
        if (!done) return tl::unexpected(done.error());
    }
    return {};
}

Result<std::vector<StoredBinding>> BindingStore::load(const std::string& node) {
    const WallTime now = database_.clock().wall();
    auto dropped = database_.write_and_wait([&](Session& session) -> Result<void> {
        auto done = session.execute(kDropExpired, {{"node", node}, {"now", now}});
        if (!done) return tl::unexpected(done.error());
        return {};
    });
    if (!dropped) return tl::unexpected(dropped.error());
    return database_.read([&](Session& session) {
        return session.query(kLoad, {{"node", node}}, read_binding);
    });
}

Result<std::vector<StoredBinding>> BindingStore::list(const CommunitySid& community) {
    return database_.read([&](Session& session) {
        return session.query(kListBindings, community, {}, read_binding);
    });
}

}  // namespace skyn3t::store
