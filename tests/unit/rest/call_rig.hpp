#pragma once

#include <map>
#include <optional>
#include <string>

#include "api_rig.hpp"
#include "model/emergency.hpp"
#include "rest/call_api.hpp"

namespace skyn3t::test {}
namespace skyn3t::rest::test {
using namespace skyn3t::test;

// Calls as the API would place and change them.
struct FakeLiveCalls final : LiveCalls {
    std::map<std::string, CommunitySid, std::less<>> numbers, phones;  // whose they are
    std::optional<call::Outgoing> placed;
    std::optional<call::Calls::Update> updated;
    std::optional<Errc> refuses;
    model::CallRecord record;
    int dialling_refused = 0;  // Twilio's code

    Result<model::CallRecord> place(call::Outgoing order) override {
        if (refuses) return fail(*refuses, "refused");
        order.record.sid = CallSid::generate();
        placed = std::move(order);
        return placed->record;
    }
    Result<model::CallRecord> update(const CallSid&, call::Calls::Update update) override {
        if (refuses) return fail(*refuses, "refused");
        updated = std::move(update);
        return record;
    }
    std::optional<CommunitySid> owner_of_number(std::string_view number) override {
        const auto found = numbers.find(number);
        return found == numbers.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<CommunitySid> owner_of_phone(std::string_view host,
                                               std::string_view user) override {
        const auto found = phones.find(std::string(user) + "@" + std::string(host));
        return found == phones.end() ? std::nullopt : std::optional(found->second);
    }
    model::DialVerdict judge_dialling(const CommunitySid&, std::string_view,
                                      std::string_view shown) override {
        model::DialVerdict verdict;
        verdict.refused = dialling_refused;
        verdict.shown = shown;
        return verdict;
    }
    bool is_emergency(std::string_view dialled) const override {
        return model::EmergencyNumbers::chile().classify(dialled).has_value();
    }
};

// The API with what it does to calls.
class CallApiTest : public ApiTest {
  protected:
    CallApiTest() {
        add_call_api(router_,
                     {account_, model::Secret(kToken), "https://voice.example.cl", "skyn3t.test"},
                     {*calls_, *resources_, changes_, communities_, provisionings_, registrations_,
                      recordings_, blocks_, verifications_, documents_, previews_, cloud_calls_,
                      status_, *accounts_, *signing_, *usage_, *audit_, box_, clock_},
                     {live_calls_, alerts_, *database_});
    }

    store::AlertStore alerts_{*database_};
    FakeLiveCalls live_calls_;
};

}  // namespace skyn3t::rest::test
