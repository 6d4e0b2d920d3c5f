#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/signal.hpp"
#include "call/ports.hpp"

namespace skyn3t::verify {

// A call and what it dialled, as the call log has been told so far.
struct WatchedCall {
    struct Leg {
        model::CallRecord record;
        bool is_final = false;
        std::optional<SteadyTime> rang{};
    };
    std::optional<Leg> parent;
    std::vector<Leg> children;

    bool is_final() const;
};

// Stands before the call log, passes everything on, and lets a verification see the records of its
// own calls. Signalling thread.
class CallWatch final : public call::CallRecords {
  public:
    explicit CallWatch(call::CallRecords& log) : log_(log) {}

    // Notifies `changed` of each record of the call with this SIP Call-ID, and of its children,
    // until unwatch(). The reference is good until then.
    const WatchedCall& watch(const std::string& sip_call_id, Signal& changed);
    void unwatch(const std::string& sip_call_id) { watched_.erase(sip_call_id); }

    void begin(const model::CallRecord& record) override;
    void change(const model::CallRecord& record) override;
    void end(const model::CallRecord& record) override;
    void add(model::CallEvent event) override { log_.add(std::move(event)); }
    void alert(model::Alert alert) override { log_.alert(std::move(alert)); }

  private:
    struct Watched {
        WatchedCall call;
        Signal* changed;
    };
    void note(const model::CallRecord& record, bool is_final);
    static void renew(WatchedCall::Leg& leg, const model::CallRecord& record, bool is_final,
                      SteadyTime now);

    call::CallRecords& log_;
    std::unordered_map<std::string, Watched> watched_;
};

}  // namespace skyn3t::verify
