#pragma once

#include "rest/live_calls.hpp"
#include "server/call_log.hpp"
#include "server/published.hpp"
#include "store/database.hpp"

namespace skyn3t::server {

// The API's hand in the calls in progress. On the HTTP threads.
class LiveCalls final : public rest::LiveCalls {
  public:
    struct Parts {
        call::Services& services;
        call::Calls& calls;
        CallLog& log;
        const Published<call::Directory>& directory;
        store::Database& database;
    };
    explicit LiveCalls(Parts parts)
        : parts_(parts), emergency_(parts.services.settings.emergency) {}

    Result<model::CallRecord> place(call::Outgoing order) override;
    Result<model::CallRecord> update(const CallSid& sid, call::Calls::Update update) override;
    std::optional<CommunitySid> owner_of_number(std::string_view number) override;
    std::optional<CommunitySid> owner_of_phone(std::string_view host,
                                               std::string_view user) override;
    model::DialVerdict judge_dialling(const CommunitySid& community, std::string_view number,
                                      std::string_view shown) override;
    bool is_emergency(std::string_view dialled) const override {
        return emergency_.classify(dialled).has_value();
    }

  private:
    template <class Question>
    Result<model::CallRecord> ask_and_write(Question question);

    Parts parts_;
    const model::EmergencyNumbers emergency_;
};

}  // namespace skyn3t::server
