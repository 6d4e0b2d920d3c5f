#pragma once

#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "call/ports.hpp"
#include "server/event_feed.hpp"
#include "sip/registrar.hpp"

// Stand before who keeps a record, pass everything on, and tell the feed. Signalling thread.
namespace skyn3t::server {

class CallTap final : public call::CallRecords {
  public:
    // `save` writes what the call log still holds back; called when somebody hears of the call.
    CallTap(call::CallRecords& records, EventFeed& feed, std::function<void()> save)
        : records_(records), feed_(feed), save_(std::move(save)) {}

    void begin(const model::CallRecord& record) override;
    void change(const model::CallRecord& record) override;
    void end(const model::CallRecord& record) override;
    void add(model::CallEvent event) override { records_.add(std::move(event)); }
    void alert(model::Alert alert) override { records_.alert(std::move(alert)); }

  private:
    void tell(std::string_view type, const model::CallRecord& record);
    void tell_if_answered(const model::CallRecord& record);

    call::CallRecords& records_;
    EventFeed& feed_;
    const std::function<void()> save_;
    std::unordered_set<CallSid> answered_;  // and told so; of calls in progress
};

class PhoneTap final : public sip::BindingRecords {
  public:
    PhoneTap(sip::BindingRecords& records, EventFeed& feed) : records_(records), feed_(feed) {}

    void added(const sip::AddressOfRecord& aor, const sip::Binding& binding) override;
    void refreshed(const sip::AddressOfRecord& aor, const sip::Binding& binding) override {
        records_.refreshed(aor, binding);
    }
    void removed(const sip::AddressOfRecord& aor, const sip::Binding& binding,
                 sip::RemovalReason reason) override;
    void reachability_changed(const sip::AddressOfRecord& aor,
                              const sip::Binding& binding) override;

  private:
    sip::BindingRecords& records_;
    EventFeed& feed_;
};

}  // namespace skyn3t::server
