#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "base/timer_wheel.hpp"
#include "call/ports.hpp"
#include "server/alert_log.hpp"
#include "store/call_store.hpp"

namespace skyn3t::server {

// The call log: a row for a call that goes on within 20 ms, which is long enough that one answered
// at once costs no second write; the row of its end at once; the lines of a story with the next row
// of their call. On the signalling thread; the store's writer does the work.
class CallLog final : public call::CallRecords {
  public:
    CallLog(TimerWheel& wheel, store::CallStore& store, AlertLog& alerts)
        : store_(store),
          alerts_(alerts),
          save_waiting_(wheel, [this] { save_waiting(); }),
          flush_(wheel, [this] { flush(); }) {}

    void begin(const model::CallRecord& record) override { save_soon(record); }
    void change(const model::CallRecord& record) override { save_soon(record); }
    void end(const model::CallRecord& record) override;
    void add(model::CallEvent event) override;
    void alert(model::Alert alert) override { alerts_.add(std::move(alert)); }
    void flush();
    void save_waiting();

  private:
    void save_soon(const model::CallRecord& record);
    void save(const model::CallRecord& record);

    store::CallStore& store_;
    AlertLog& alerts_;
    std::unordered_map<CallSid, model::CallRecord> waiting_;
    Timer save_waiting_;
    std::unordered_map<CallSid, std::vector<model::CallEvent>> stories_;
    Timer flush_;
};

}  // namespace skyn3t::server
