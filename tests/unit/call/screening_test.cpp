// twiml.md, 7.1: the document that who answers hears before it is joined.
#include "call/screening.hpp"

#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class ScreeningOfANoun : public DialTest {
  protected:
    static std::string noun(const std::string& user = test::kOffice) {
        return "<Sip url=\"/screen\">sip:" + user + "@" + test::kDomain + "</Sip>";
    }
    // The streams of a test in their order: the caller, then each dialled leg.
    static constexpr media::StreamId kFirst{2}, kSecond{3};
    void press_of(media::StreamId leg, char key) {
        media.fake.press(leg, key);
        loop.settle();
    }
    static inline const std::string kAsk =
        "<Gather numDigits=\"1\" action=\"/take\" timeout=\"5\"><Say>Presione uno.</Say></Gather>"
        "<Hangup/>";
};

TEST_F(ScreeningOfANoun, IsHeardByTheCalledPartyAndThenTheyAreJoined) {
    application.serve("/screen", "<Say>Llamada de la portería.</Say>");
    phone(test::kOffice);
    dial_with(noun());
    run(2500ms);
    EXPECT_NE(media.fake.last<media::PlayPrompts>(kFirst), nullptr);
    EXPECT_EQ(media.fake.last<media::PlayPrompts>(kCaller), nullptr);
    EXPECT_NE(media.fake.last<media::PlayTone>(kCaller), nullptr);
    EXPECT_EQ(commands<media::Bridge>(), 0u);
    run(1s);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(ScreeningOfANoun, IsFetchedForTheChildsLeg) {
    application.serve("/screen", "<Pause/>");
    phone(test::kOffice);
    dial_with(noun());
    run(3s);
    const auto& request = application.requests.back();
    EXPECT_EQ(test::FakeApplication::parameter(request, "CallSid"), records.child().sid.str());
    EXPECT_EQ(test::FakeApplication::parameter(request, "ParentCallSid"),
              records.parent().sid.str());
    EXPECT_EQ(test::FakeApplication::parameter(request, "CallStatus"), "in-progress");
}

TEST_F(ScreeningOfANoun, AKeyOfTheCalledPartyDecides) {
    application.serve("/screen", kAsk);
    application.serve("/take", "");
    phone(test::kOffice);
    dial_with(noun());
    run(2500ms);
    press('1');
    run(1s);
    EXPECT_EQ(commands<media::Bridge>(), 0u) << "the caller's keys are not its own";
    press_of(kFirst, '1');
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(ScreeningOfANoun, HangupKeepsThemApartAndTheDialIsNotAnswered) {
    application.serve("/screen", kAsk);
    phone(test::kOffice);
    dial_with(noun());
    run(20s);
    EXPECT_EQ(commands<media::Bridge>(), 0u);
    EXPECT_EQ(action(),
              "DialCallStatus=no-answer DialCallDuration=0 DialBridged=false "
              "DialSipResponseCode=200");
    EXPECT_EQ(child(), "completed declined 200");
}

TEST_F(ScreeningOfANoun, TheCalledPartysHangUpKeepsThemApart) {
    application.serve("/screen", kAsk);
    phone(test::kOffice).hangs_up_after = 1s;
    dial_with(noun());
    run(20s);
    EXPECT_EQ(child(), "completed callee_hung_up 200");
    EXPECT_TRUE(action().starts_with("DialCallStatus=no-answer")) << action();
}

TEST_F(ScreeningOfANoun, TheOthersRingOnUntilOneTakesTheCall) {
    application.serve("/screen", kAsk);
    application.serve("/take", "");
    phone(test::kOffice, 20).decides_after = 1s;
    auto& security = phone(kSecurity, 21);
    security.decides_after = 3s;
    dial_with(noun() + noun(kSecurity));
    run(2s);
    EXPECT_EQ(security.count("CANCEL"), 0u);
    run(2s);
    press_of(kSecond, '1');
    run(1s);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
    EXPECT_EQ(child(0), "completed answered_elsewhere 200");
    EXPECT_TRUE(security.is_talking());
}

TEST_F(ScreeningOfANoun, OutlastsTheTimeOfRinging) {
    application.serve("/screen", "<Pause length=\"10\"/>");
    phone(test::kOffice).decides_after = 4s;
    dial_with(noun(), "timeout=\"5\"");
    run(8s);
    EXPECT_EQ(actions(), 0u);
    run(8s);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(ScreeningOfANoun, WithADialInItIsWarnedAbout) {
    application.serve("/screen", dial(sip(kSecurity)));
    phone(test::kOffice);
    dial_with(noun());
    run(5s);
    EXPECT_TRUE(records.told("warning 13201"));
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(ScreeningOfANoun, ThatCannotBeHadKeepsThemApart) {
    phone(test::kOffice);
    dial_with("<Sip url=\"/missing\">sip:" + std::string(test::kOffice) + "@" + test::kDomain +
              "</Sip>");
    run(20s);
    EXPECT_EQ(child(), "completed document_error 200");
    EXPECT_TRUE(action().starts_with("DialCallStatus=no-answer")) << action();
}

TEST_F(ScreeningOfANoun, OfANumberComesAfterItsDigits) {
    application.serve("/screen", "<Say>Hola.</Say>");
    dial_with("<Number url=\"/screen\" sendDigits=\"12\">+56229999999</Number>");
    run(2100ms);
    ASSERT_NE(media.fake.last<media::SendDigits>(kFirst), nullptr);
    EXPECT_EQ(media.fake.last<media::PlayPrompts>(kFirst), nullptr);
    run(3s);
    EXPECT_EQ(commands<media::SendDigits>(), 1u);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

}  // namespace
}  // namespace skyn3t::call
