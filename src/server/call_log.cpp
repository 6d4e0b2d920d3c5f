#include "server/call_log.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace skyn3t::server {
namespace {

// Most short calls end before this, and cost no write of their own for their story; a crash takes
// no more than this from the story of a long one.
constexpr std::chrono::seconds kStoryDelay{2};
constexpr std::chrono::milliseconds kRowDelay{20};

}  // namespace

void CallLog::add(model::CallEvent event) {
    stories_[event.call].push_back(std::move(event));
    if (!flush_.is_running()) flush_.start_after(kStoryDelay);
}

void CallLog::flush() {
    std::vector<model::CallEvent> lines;
    for (auto& [sid, story] : stories_)
        lines.insert(lines.end(), std::make_move_iterator(story.begin()),
                     std::make_move_iterator(story.end()));
    stories_.clear();
    if (lines.empty()) return;
    const auto added = store_.add_events(std::move(lines), [](const Result<void>& done) {
        if (!done)
            log::error("stories not recorded reason={}", skyn3t::quoted(done.error().detail));
    });
    if (!added) log::error("stories not recorded, neither database nor spool has room");
}

void CallLog::save_soon(const model::CallRecord& record) {
    waiting_.insert_or_assign(record.sid, record);
    if (!save_waiting_.is_running()) save_waiting_.start_after(kRowDelay);
}

void CallLog::save_waiting() {
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& [sid, record] : waiting) save(record);
}

void CallLog::end(const model::CallRecord& record) {
    waiting_.erase(record.sid);  // it would come after the end
    save(record);
}

void CallLog::save(const model::CallRecord& record) {
    std::vector<model::CallEvent> story;
    if (auto found = stories_.extract(record.sid)) story = std::move(found.mapped());
    const auto saved =
        store_.save(record, std::move(story), [sid = record.sid](const Result<void>& done) {
            if (!done)
                log::error("call not recorded call_sid={} reason={}", sid.str(),
                           skyn3t::quoted(done.error().detail));
        });
    if (!saved)
        log::error("call not recorded, neither database nor spool has room call_sid={}",
                   record.sid.str());
}

}  // namespace skyn3t::server
