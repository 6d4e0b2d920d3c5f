#include "server/call_log.hpp"

#include <utility>

#include "base/log.hpp"

namespace skyn3t::server {

void CallLog::add(model::CallEvent event) { stories_[event.call].push_back(std::move(event)); }

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
        log::error("call not recorded, the database's queue is full call_sid={}", record.sid.str());
}

}  // namespace skyn3t::server
