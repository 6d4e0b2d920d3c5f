#pragma once

#include <optional>

#include "call/services.hpp"
#include "model/call_record.hpp"
#include "twiml/request.hpp"

namespace skyn3t::call {

// A leg as its application sees it, from its row.
[[nodiscard]] twiml::CallInfo info_of(const model::CallRecord& record, const Services& services);

// The progress of one leg, told to the application that asked for it (webhooks.md, section 2). It
// goes with the leg's row wherever that goes.
class ProgressCallback {
  public:
    enum class Event { initiated, ringing, answered, completed };

    ProgressCallback() = default;
    explicit ProgressCallback(std::optional<twiml::StatusCallback> where)
        : where_(std::move(where)) {}

    // From the next event on; the numbers go on.
    void replace(twiml::StatusCallback where) { where_ = std::move(where); }
    // `record` as it is at this event. Sends nothing when nobody asked.
    void report(Event event, const model::CallRecord& record, Services& services);

  private:
    bool is_wanted(Event event) const;

    std::optional<twiml::StatusCallback> where_;
    unsigned next_number_ = 0;
};

}  // namespace skyn3t::call
