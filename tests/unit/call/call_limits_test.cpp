#include "call/call_limits.hpp"

#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

const CommunitySid kOne = CommunitySid::generate();
const CommunitySid kOther = CommunitySid::generate();

TEST(CallLimits, AreOfEachCommunityNumberAndPhone) {
    CallLimits limits;
    const CallCaps caps{
        .legs = 9, .legs_of_community = 3, .calls_of_number = 2, .calls_of_phone = 1};
    std::vector<CallLimits::Places> held;
    const auto take = [&](const PlaceTaker& who) -> std::string {
        auto taken = limits.take(who, caps);
        if (!taken) return taken.error().name + " " + std::to_string(taken.error().most);
        held.push_back(std::move(*taken));
        return "taken";
    };
    EXPECT_EQ(take({kOne, "+562", {}}), "taken");
    EXPECT_EQ(take({kOne, "+562", {}}), "taken");
    EXPECT_EQ(take({kOne, "+562", {}}), "+562 2");
    EXPECT_EQ(take({kOne, {}, "office"}), "taken");
    EXPECT_EQ(take({kOne, {}, "office"}), "office 1");
    EXPECT_EQ(take({kOne}), kOne.str() + " 3");
    EXPECT_EQ(take({kOther}), "taken");
    held.erase(held.begin());
    EXPECT_EQ(take({kOne, "+562", {}}), "taken") << "its place was given back";
    EXPECT_EQ(limits.legs(), 4u);
}

TEST(CallLimits, OfTheWholeServerCountEveryLeg) {
    CallLimits limits;
    const CallCaps caps{.legs = 1};
    const auto taken = limits.take({kOne}, caps);
    const auto refused = limits.take({kOther}, caps);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().subject, CallLimits::Subject::server);
}

TEST(CallLimits, AreNewsOnceAnHour) {
    CallLimits limits;
    const CallLimits::Full office{CallLimits::Subject::phone, "office", 1};
    const CallLimits::Full other{CallLimits::Subject::phone, "other", 1};
    const SteadyTime start{};
    EXPECT_TRUE(limits.is_news(office, start));
    EXPECT_TRUE(limits.is_news(other, start));
    EXPECT_FALSE(limits.is_news(office, start + 59min));
    EXPECT_TRUE(limits.is_news(office, start + 60min));
}

class LimitedCalls : public DialTest {
  protected:
    void call_from(test::Phone& caller, const std::string& number) {
        caller.call("sip:" + number + "@" + kServer.host());
        run(500ms);
    }
    test::Phone second{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5062), kServer, "second"};
};

TEST_F(LimitedCalls, ANumberThatIsFullIsBusyAndOthersAreNot) {
    services.settings.caps.calls_of_number = 1;
    application.serve("/twiml/PLAZA_NORTE/main", "<Say>Hola.</Say><Pause length=\"9\"/>");
    call_with("<Pause length=\"9\"/>");
    run(500ms);
    call_from(second, kNumber);
    EXPECT_EQ(second.heard, Lines{"486 INVITE"});
    EXPECT_EQ(test::RecordedCalls::outcome(records.last()), "failed too_many_of_number 486");
    EXPECT_EQ(records.last().error_code, 10004);
    ASSERT_EQ(records.alerts.size(), 1u);
    EXPECT_EQ(records.alerts[0].code, 10004);
    EXPECT_EQ(records.alerts[0].detail,
              "as many calls as allowed are in progress: 1 number +56229145248");
    call_from(second, kNumber);
    EXPECT_EQ(records.alerts.size(), 1u) << "told already";
    call_from(second, "+56223456789");
    EXPECT_TRUE(second.is_talking());
    second.hang_up();
    run(500ms);
}

TEST_F(LimitedCalls, EveryLegOfADialCounts) {
    services.settings.caps.legs_of_community = 3;
    std::string nouns;
    for (int i = 0; i < 10; ++i) nouns += "<Number>+5622999999" + std::to_string(i) + "</Number>";
    trunk.rings.reset();
    trunk.decides_after.reset();
    dial_with(nouns);
    run(300ms);  // before an INVITE is sent again
    EXPECT_EQ(trunk.count("INVITE"), 2u) << "the caller's leg is the third";
    EXPECT_EQ(child(2), "failed too_many_of_community 486");
    EXPECT_EQ(records.child(2).error_code, 10004);
    EXPECT_TRUE(records.told("warning 10004"));
    ASSERT_EQ(records.alerts.size(), 1u) << "one for all eight";
    EXPECT_EQ(records.alerts[0].detail,
              "as many calls as allowed are in progress: 3 community OFICINA_PRINCIPAL");
}

TEST_F(LimitedCalls, ACallOfTheApiWaitsForAPlaceInItsCommunity) {
    services.settings.caps.legs_of_community = 1;
    phone(test::kOffice);
    call_with("<Pause length=\"2\"/>");
    run(500ms);
    ASSERT_TRUE(calls.place(outgoing(sip_noun(test::kOffice), "")));
    run(1s);
    EXPECT_EQ(phones.front().count("INVITE"), 0u);
    run(4s);
    EXPECT_EQ(phones.front().count("INVITE"), 1u);
    run(5s);
}

}  // namespace
}  // namespace skyn3t::call
