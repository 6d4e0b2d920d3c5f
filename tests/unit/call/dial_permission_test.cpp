// model/dialling_test.cpp has the rule's table; these are the places where it is asked.
#include "dial_fixture.hpp"
#include "model/alert.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class DialPermission : public DialTest {
  protected:
    void allow(const std::string& kinds) {
        communities[0].may_dial = model::MayDial::from_text(kinds);
        services.directory = test::directory_of(test::kDomain, communities);
    }
    void verify_number(const std::string& number, const CommunitySid& owner) {
        auto parts = test::directory_parts(test::kDomain, communities, "https://voice.example.cl");
        parts.verified.push_back({number, owner});
        services.directory = std::make_shared<const Directory>(std::move(parts));
    }
    std::string shown() const { return std::string(trunk.last("INVITE").from()->uri); }
};

TEST_F(DialPermission, ACountryThatIsNotAllowedIsNotDialled) {
    dial_with("<Number>+5491123456789</Number>");
    run(3s);
    EXPECT_EQ(trunk.heard, Lines{});
    EXPECT_EQ(child(), "failed destination_not_allowed 403");
    EXPECT_EQ(records.child().error_code, 13227);
    EXPECT_TRUE(action().starts_with("DialCallStatus=failed")) << action();
    ASSERT_EQ(records.alerts.size(), 1u);
    EXPECT_EQ(records.alerts[0].code, 13227);
    EXPECT_TRUE(records.told("warning 13227"));
}

TEST_F(DialPermission, PremiumNumbersAreRefusedByTheirOwnCode) {
    dial_with("<Number>+19005550123</Number>");
    run(3s);
    EXPECT_EQ(trunk.heard, Lines{});
    EXPECT_EQ(records.child().error_code, 13225);
}

TEST_F(DialPermission, WhatTheCommunityMayDialGoesOut) {
    allow("international");
    dial_with("<Number>+5491123456789</Number>", "callerId=\"+56229145248\"");
    run(1s);
    EXPECT_EQ(trunk.count("INVITE"), 1u);
}

TEST_F(DialPermission, AChosenNumberOfSomebodyElseIsNotShown) {
    for (const auto* stranger : {"+56911112222", "+56223456789", "Banco"}) {
        dial_with("<Number>+56229999999</Number>", "callerId=\"" + std::string(stranger) + "\"");
        run(3s);
    }
    EXPECT_EQ(trunk.heard, Lines{});
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(child(i), "failed caller_id_not_allowed 403");
        EXPECT_EQ(records.child(i).error_code, 13214);
    }
}

TEST_F(DialPermission, AVerifiedNumberIsShown) {
    verify_number("+56911112222", model::account_community());
    dial_with("<Number>+56229999999</Number>", "callerId=\"+56911112222\"");
    run(1s);
    EXPECT_EQ(shown(), "sip:+56911112222@communities.sip.example.cl");
}

TEST_F(DialPermission, ANumberVerifiedForAnotherCommunityIsNot) {
    verify_number("+56911112222", communities[1].sid);
    dial_with("<Number>+56229999999</Number>", "callerId=\"+56911112222\"");
    run(1s);
    EXPECT_EQ(trunk.heard, Lines{});
}

TEST_F(DialPermission, WhoCallsIsShownAsTheCommunity) {
    dial_with("<Number>+56229999999</Number>");
    run(1s);
    EXPECT_EQ(shown(), "sip:+56229145248@communities.sip.example.cl");
    EXPECT_EQ(records.child().from, kNumber);
    const auto dialled = std::find_if(records.events.begin(), records.events.end(),
                                      [](const auto& event) { return event.kind == "dial"; });
    EXPECT_EQ(dialled->detail.back(), (std::pair<std::string, std::string>("shown", kNumber)));
}

TEST_F(DialPermission, TheApiIsJudgedAgainWhenItsCallRings) {
    twiml::Number number;
    number.number = "+881612345678";
    ASSERT_TRUE(calls.place(outgoing(number, "")));
    run(3s);
    EXPECT_EQ(trunk.heard, Lines{});
    EXPECT_EQ(parent(), "failed destination_not_allowed 403");
    EXPECT_EQ(records.parent().error_code, 13225);
}

}  // namespace
}  // namespace skyn3t::call
