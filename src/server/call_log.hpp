#pragma once

#include <unordered_map>
#include <vector>

#include "call/ports.hpp"
#include "store/call_store.hpp"

namespace skyn3t::server {

// The call log: rows at once, the lines of a story with the next row of their call. On the
// signalling thread; the store's writer does the work.
class CallLog final : public call::CallRecords {
  public:
    explicit CallLog(store::CallStore& store) : store_(store) {}

    void begin(const model::CallRecord& record) override { save(record); }
    void change(const model::CallRecord& record) override { save(record); }
    void end(const model::CallRecord& record) override { save(record); }
    void add(model::CallEvent event) override;

  private:
    void save(const model::CallRecord& record);

    store::CallStore& store_;
    std::unordered_map<CallSid, std::vector<model::CallEvent>> stories_;
};

}  // namespace skyn3t::server
