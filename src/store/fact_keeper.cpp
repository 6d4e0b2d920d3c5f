#include "store/fact_keeper.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "store/database.hpp"

namespace skyn3t::store {
namespace {

constexpr std::size_t kReplayBatch = 256;

constexpr PlatformQuery kBeat{"heartbeat", "UPDATE heartbeats SET beats = beats + 1 WHERE id = 1"};

// The database as a whole cannot: the same fact may be written later.
bool is_outage(const Result<void>& result) {
    return !result &&
           (result.error().code == Errc::unavailable || result.error().code == Errc::timeout ||
            result.error().code == Errc::too_many);
}

SteadyTime keeper_now() { return std::chrono::steady_clock::now(); }

}  // namespace

FactKeeper::FactKeeper(Database& database, Options options)
    : database_(database),
      options_(std::move(options)),
      // Of no earlier process, so that a fact that one left in the spool is none of ours.
      last_id_(static_cast<std::uint64_t>(to_milliseconds(SystemClock().wall())) << 20) {
    auto opened = Spool::open(options_.file, options_.sizes);
    if (opened)
        spool_ = std::move(*opened);
    else
        log::error("what the database cannot take will wait in memory only reason={}",
                   skyn3t::quoted(opened.error().detail));
    is_behind_ = spool_ && spool_->waiting() > 0;
    if (is_behind_)
        log::warn("facts that the database did not take before are written now count={}",
                  spool_->waiting());
    figures_.waiting = is_behind_ ? spool_->waiting() : 0;
    thread_ = std::thread([this] { run(); });
}

// The writer has ended: what it has not committed is spooled, for the next start.
FactKeeper::~FactKeeper() {
    stop();
    std::unique_lock lock(mutex_);
    if (replay_) end_replay();
    for (auto& [id, each] : in_flight_)
        if (!each.is_spooled && !hold(each)) ++figures_.lost;
    in_flight_.clear();
    is_spool_full_ = false;
    spool(lock);
    if (figures_.waiting > 0)
        log::warn("facts wait for the database in the spool count={} file={}", figures_.waiting,
                  options_.file.string());
    figures_.lost += held_.size();
    tell_lost();
}

void FactKeeper::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

FactKeeper::Figures FactKeeper::figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

// ---- Any thread

Result<void> FactKeeper::keep(Fact given, Done done) {
    Waiting waiting;
    waiting.fact = std::make_shared<const Fact>(std::move(given));
    waiting.done = std::move(done);
    waiting.since = keeper_now();
    std::unique_lock lock(mutex_);
    const auto id = waiting.id = ++last_id_;
    const bool wakes = !has_work();
    const auto full = [] {
        return fail(Errc::too_many, "neither the database nor its spool has room");
    };
    if (is_behind_) {
        if (!hold(waiting)) {
            ++figures_.lost;
            return full();
        }
        changed_.notify_all();
        return {};
    }
    const auto fact = waiting.fact;
    in_flight_.emplace(id, std::move(waiting));
    lock.unlock();
    const auto queued =
        database_.write([fact](Session& session) { return write_fact(session, *fact); },
                        [this, id](const Result<void>& result) { settled(id, result); });
    if (queued) {
        if (wakes) changed_.notify_all();
        return {};
    }
    lock.lock();
    auto refused = in_flight_.extract(id);
    is_behind_ = true;
    changed_.notify_all();
    if (refused.mapped().is_spooled || hold(refused.mapped())) return {};
    ++figures_.lost;
    return full();
}

// On the writer's thread.
void FactKeeper::settled(std::uint64_t id, const Result<void>& result) {
    std::unique_lock lock(mutex_);
    auto found = in_flight_.extract(id);
    if (!found) return;
    Waiting& waiting = found.mapped();
    if (waiting.is_spooled) {
        if (result && is_behind_) committed_.insert(id);
    } else if (is_outage(result)) {
        is_behind_ = true;
        is_failing_ = true;
        next_try_ = keeper_now() + options_.retry;
        changed_.notify_all();
        if (hold(waiting)) return;
        ++figures_.lost;
    } else if (!result) {
        ++figures_.refused;
    }
    lock.unlock();
    settled_.notify_all();
    if (waiting.done)
        waiting.done(result);
    else if (!result && !waiting.is_spooled)
        log::error("the database refused a fact reason={}", skyn3t::quoted(result.error().detail));
}

void FactKeeper::settle(milliseconds most) {
    std::unique_lock lock(mutex_);
    const auto last = last_id_;
    settled_.wait_for(lock, most, [&] {
        if (is_failing_ || is_stopping_) return true;
        return !is_behind_ && (in_flight_.empty() || in_flight_.begin()->first > last);
    });
}

void FactKeeper::database_failed() {
    {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(is_failing_, true)) next_try_ = keeper_now() + options_.retry;
    }
    changed_.notify_all();
}

// Under the lock. The last quarter of the memory is for vital facts.
bool FactKeeper::hold(Waiting& waiting) {
    const std::size_t size = size_of(*waiting.fact);
    const std::size_t bound = is_vital(*waiting.fact) ? options_.memory : options_.memory / 4 * 3;
    if (held_octets_ + size > bound) return false;
    held_octets_ += size;
    ++figures_.waiting;
    held_.push_back(std::move(waiting));
    return true;
}

// ---- The keeper's thread

bool FactKeeper::has_work() const { return is_behind_ || is_failing_ || !in_flight_.empty(); }

void FactKeeper::run() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
        const auto is_due = [this] {
            if (is_stopping_ || (replay_ && replay_->has_ended)) return true;
            return (!held_.empty() && spool_ && !is_spool_full_) ||
                   (is_behind_ && !replay_ && keeper_now() >= next_try_);
        };
        if (!has_work())
            changed_.wait(lock, [&] { return is_stopping_ || has_work(); });
        else
            changed_.wait_for(lock, std::min(options_.late, options_.retry) / 2, is_due);
        if (is_stopping_) return;
        collect_late();
        spool(lock);
        if (is_behind_)
            go_on_with_replay(lock);
        else if (is_failing_ && !is_beating_ && keeper_now() >= next_try_)
            beat();
        tell_lost();
    }
}

// Under the lock. Jobs that wait for long may wait for a database that is locked or away: a crash
// would take them along.
void FactKeeper::collect_late() {
    if (in_flight_.empty() || is_behind_) return;
    if (keeper_now() - in_flight_.begin()->second.since < options_.late) return;
    is_behind_ = true;
    for (auto& [id, each] : in_flight_) {
        if (each.is_spooled) continue;
        Waiting copy = each;
        each.is_spooled = hold(copy);
        if (each.is_spooled) each.done = {};
    }
}

// What is held is brought to the disk, as far as there is room.
void FactKeeper::spool(std::unique_lock<std::mutex>& lock) {
    if (!spool_ || held_.empty() || is_spool_full_ || (replay_ && !replay_->is_from_spool)) return;
    std::vector<Spool::Entry> entries;
    std::vector<FactPtr> facts;
    std::vector<std::uint64_t> ids;
    for (const Waiting& each : held_) {
        ids.push_back(each.id);
        facts.push_back(each.fact);
    }
    lock.unlock();
    for (std::size_t i = 0; i < ids.size(); ++i) entries.push_back({ids[i], fact_text(*facts[i])});
    const std::size_t taken = spool_->append(entries);
    lock.lock();
    is_spool_full_ = taken < entries.size();
    std::vector<Done> told;
    for (std::size_t i = 0; i < taken; ++i) {
        held_octets_ -= size_of(*held_.front().fact);
        if (held_.front().done) told.push_back(std::move(held_.front().done));
        held_.pop_front();
    }
    figures_.spooled += taken;
    lock.unlock();
    for (const Done& done : told) done({});
    lock.lock();
}

void FactKeeper::go_on_with_replay(std::unique_lock<std::mutex>& lock) {
    if (replay_ && replay_->has_ended) end_replay();
    if (replay_ || keeper_now() < next_try_) return;
    const bool is_empty = (!spool_ || spool_->waiting() == 0) && held_.empty();
    if (!is_empty) return begin_replay(lock);
    is_behind_ = false;
    is_spool_full_ = false;
    committed_.clear();
    figures_.waiting = 0;
    settled_.notify_all();
}

void FactKeeper::begin_replay(std::unique_lock<std::mutex>& lock) {
    auto replay = std::make_unique<Replay>();
    read_batch(*replay);
    replay_ = std::move(replay);
    const std::vector<FactPtr> facts = replay_->facts;
    lock.unlock();
    const auto queued = database_.write(
        [facts](Session& session) -> Result<void> {
            for (const auto& fact : facts)
                if (auto written = write_fact(session, *fact); !written) return written;
            // Also when nothing is left to write: it must be known that the disk takes something.
            if (auto beaten = session.execute(kBeat); !beaten)
                return tl::unexpected(beaten.error());
            return {};
        },
        [this](const Result<void>& result) {
            const std::lock_guard guard(mutex_);
            replay_->result = result;
            replay_->has_ended = true;
            changed_.notify_all();
        });
    lock.lock();
    if (queued) return;
    replay_.reset();
    next_try_ = keeper_now() + options_.retry;
}

// Under the lock; the spool is this thread's.
void FactKeeper::read_batch(Replay& replay) {
    replay.is_from_spool = spool_ && spool_->waiting() > 0;
    if (!replay.is_from_spool) {
        replay.count = std::min(batch_, held_.size());
        for (std::size_t i = 0; i < replay.count; ++i) replay.facts.push_back(held_[i].fact);
        return;
    }
    const auto entries = spool_->next(batch_);
    replay.count = entries.size();
    for (const auto& entry : entries) {
        if (committed_.contains(entry.id)) continue;
        if (auto fact = read_fact(entry.text)) {
            replay.facts.push_back(std::make_shared<const Fact>(std::move(*fact)));
        } else {
            ++figures_.refused;
            log::error("a fact of the spool cannot be read reason={}",
                       skyn3t::quoted(fact.error().detail));
        }
    }
}

void FactKeeper::end_replay() {
    const auto replay = std::exchange(replay_, nullptr);
    is_failing_ = is_outage(replay->result);
    if (is_failing_) {
        settled_.notify_all();
        next_try_ = keeper_now() + options_.retry;
        return;
    }
    if (replay->result) {
        pass(*replay);
        figures_.replayed += replay->facts.size();
        batch_ = std::min(batch_ * 2, kReplayBatch);
    } else if (replay->count > 1) {
        batch_ = 1;  // one of them is refused, which must not keep the others
    } else {
        pass(*replay);
        ++figures_.refused;
        log::error("the database refused a fact of the spool reason={}",
                   skyn3t::quoted(replay->result.error().detail));
    }
}

void FactKeeper::pass(const Replay& replay) {
    figures_.waiting -= std::min<std::uint64_t>(figures_.waiting, replay.count);
    if (replay.is_from_spool) {
        spool_->pass(replay.count);
        is_spool_full_ = is_spool_full_ && spool_->waiting() > 0;
        return;
    }
    for (std::size_t i = 0; i < replay.count; ++i) {
        held_octets_ -= size_of(*held_.front().fact);
        if (held_.front().done) held_.front().done({});
        held_.pop_front();
    }
}

// Under the lock. Nothing waits to be written, but whether anything could be must be known.
void FactKeeper::beat() {
    next_try_ = keeper_now() + options_.retry;
    is_beating_ = true;
    const auto queued = database_.write(
        [](Session& session) -> Result<void> {
            if (auto beaten = session.execute(kBeat); !beaten)
                return tl::unexpected(beaten.error());
            return {};
        },
        [this](const Result<void>& result) {
            const std::lock_guard lock(mutex_);
            is_beating_ = false;
            is_failing_ = !result;
        });
    if (!queued) is_beating_ = false;
}

// Under the lock.
void FactKeeper::tell_lost() {
    if (figures_.lost == std::exchange(told_lost_, figures_.lost)) return;
    log::error("facts were lost: database, spool and memory have no room lost={}", figures_.lost);
}

}  // namespace skyn3t::store
