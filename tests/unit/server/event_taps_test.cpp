#include "server/event_taps.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/fake_clock.hpp"
#include "unit/server/fake_event_client.hpp"

namespace skyn3t::server {
namespace {

using model::CallStatus;

// Counts what is passed on.
struct Records final : call::CallRecords, sip::BindingRecords {
    void begin(const model::CallRecord&) override { ++passed; }
    void change(const model::CallRecord&) override { ++passed; }
    void end(const model::CallRecord&) override { ++passed; }
    void add(model::CallEvent) override { ++passed; }
    void alert(model::Alert) override { ++passed; }
    void added(const sip::AddressOfRecord&, const sip::Binding&) override { ++passed; }
    void refreshed(const sip::AddressOfRecord&, const sip::Binding&) override { ++passed; }
    void removed(const sip::AddressOfRecord&, const sip::Binding&, sip::RemovalReason) override {
        ++passed;
    }
    int passed = 0;
};

class Taps : public testing::Test {
  protected:
    Taps() {
        EXPECT_TRUE(hub_.subscribe({}, http::Responder(client_)));
        client_->take();
        call_.sid = CallSid::generate();
        call_.community = aor_.community = CommunitySid::generate();
        call_.status = CallStatus::ringing;
    }
    // The types of all that was told, in order.
    std::string told() {
        feed_.start([](const EventFeed::News& news) {
            const auto* phone = std::get_if<PhoneNews>(&news.what);
            return phone ? std::string(phone->reason) : std::string();
        });
        // The last one; what is before it is there when it is.
        feed_.tell({rest::event_type::kAlert, {}, model::Alert{}});
        while (client_->received.find("skyn3t.alert") == std::string::npos)
            std::this_thread::yield();
        feed_.stop();
        std::string types;
        for (std::size_t at = 0; (at = client_->received.find("event: ", at)) != std::string::npos;
             ++at) {
            const auto from = at + 7 + std::string_view("skyn3t.").size();
            types +=
                client_->received.substr(from, client_->received.find('\n', from) - from) + " ";
        }
        return types.substr(0, types.size() - std::string_view("alert ").size());
    }

    skyn3t::test::FakeLoop loop_;
    std::shared_ptr<test::FakeClient> client_ = std::make_shared<test::FakeClient>();
    EventHub hub_{"run"};
    EventFeed feed_{loop_.wheel, hub_};
    Records records_;
    int saved_ = 0;
    CallTap calls_{records_, feed_, [this] { ++saved_; }};
    PhoneTap phones_{records_, feed_};
    model::CallRecord call_;
    sip::AddressOfRecord aor_;
    sip::Binding binding_;
};

TEST_F(Taps, TellWhenACallBeginsIsAnsweredOnceAndEnds) {
    calls_.begin(call_);
    calls_.change(call_);
    call_.answer_time = WallTime{};
    calls_.change(call_);
    calls_.change(call_);
    calls_.end(call_);
    EXPECT_EQ(told(), "call.begun call.answered call.ended ");
    EXPECT_EQ(records_.passed, 5);
}

TEST_F(Taps, TellThatACallWasAnsweredBeforeItsEndEvenWhenNobodySaidSo) {
    calls_.begin(call_);
    call_.answer_time = WallTime{};
    calls_.end(call_);
    EXPECT_EQ(told(), "call.begun call.answered call.ended ");
}

TEST_F(Taps, HaveACallWrittenBeforeSomebodyHearsOfIt) {
    calls_.begin(call_);
    EXPECT_EQ(saved_, 1);
    calls_.change(call_);
    EXPECT_EQ(saved_, 1) << "nothing is told of it";
    client_->hang_up();
    calls_.end(call_);
    EXPECT_EQ(saved_, 1) << "nobody hears of it";
}

TEST_F(Taps, TellNothingOfAnAnswerThatNeverCame) {
    calls_.begin(call_);
    calls_.end(call_);
    EXPECT_EQ(told(), "call.begun call.ended ");
}

TEST_F(Taps, TellOfPhonesThatComeAndGoAndNotOfThoseThatStay) {
    phones_.added(aor_, binding_);
    phones_.refreshed(aor_, binding_);
    phones_.removed(aor_, binding_, sip::RemovalReason::replaced);
    phones_.removed(aor_, binding_, sip::RemovalReason::expired);
    EXPECT_EQ(told(), "registration.seen registration.gone ");
    EXPECT_NE(client_->received.find("data: expired\n"), std::string::npos);
    EXPECT_EQ(records_.passed, 4);
}

}  // namespace
}  // namespace skyn3t::server
