#pragma once

#include <unordered_map>
#include <vector>

#include "base/timer_wheel.hpp"
#include "call/ports.hpp"
#include "store/call_store.hpp"

namespace skyn3t::server {

// The call log: rows at once, the lines of a story with the next row of their call. On the
// signalling thread; the store's writer does the work.
class CallLog final : public call::CallRecords {
  public:
    CallLog(TimerWheel& wheel, store::CallStore& store)
        : store_(store), flush_(wheel, [this] { flush(); }) {}

    void begin(const model::CallRecord& record) override { save(record); }
    void change(const model::CallRecord& record) override { save(record); }
    void end(const model::CallRecord& record) override { save(record); }
    void add(model::CallEvent event) override;
    void flush();

  private:
    void save(const model::CallRecord& record);

    store::CallStore& store_;
    std::unordered_map<CallSid, std::vector<model::CallEvent>> stories_;
    Timer flush_;
};

}  // namespace skyn3t::server
