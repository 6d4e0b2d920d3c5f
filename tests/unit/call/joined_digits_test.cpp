// A key pressed in a conversation: in whatever form it comes, it leaves in the form that the other
// side agreed to.
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class JoinedDigits : public DialTest {
  protected:
    static constexpr media::StreamId kCallee{2};
    enum class Takes { events, info, sound };

    // How `who` says what it takes.
    static void set_up(test::Phone& who, Takes takes) {
        who.body = takes == Takes::events ? test::offer_of(who.local().host())
                                          : test::offer_of(who.local().host(), "0", "");
        who.allow = takes == Takes::info ? "INVITE, ACK, BYE, INFO" : "INVITE, ACK, BYE";
    }
    test::Phone& talk(Takes caller, Takes callee) {
        auto& office = phone(test::kOffice);
        set_up(carrier, caller);
        set_up(office, callee);
        dial_office();
        run(5s);
        EXPECT_TRUE(office.is_talking());
        return office;
    }
    void hear(media::StreamId stream, char digit, media::DigitSource form) {
        media.fake.raise(media::DigitReceived{stream, digit, 100ms, form});
        loop.settle();
        run(100ms);
    }
    // What the engine was told to send, as an event or as sound: it knows which was agreed.
    std::string sent_to(media::StreamId stream) const {
        std::string digits;
        for (const auto& command : media.fake.all<media::SendDigits>())
            if (command.stream == stream) digits += command.digits;
        return digits;
    }
};

TEST_F(JoinedDigits, InfoBecomesAnEventWhereEventsWereAgreed) {
    talk(Takes::events, Takes::events);
    carrier.info("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n");
    carrier.info("application/dtmf", "#");
    run(1s);
    EXPECT_EQ(sent_to(kCallee), "5#");
    EXPECT_EQ(sent_to(kCaller), "");
}

TEST_F(JoinedDigits, InfoStaysInfoWhereOnlyThatIsAllowed) {
    auto& office = talk(Takes::events, Takes::info);
    carrier.info("application/dtmf", "*");
    run(1s);
    EXPECT_EQ(sent_to(kCallee), "");
    ASSERT_EQ(office.count("INFO"), 1u);
    EXPECT_EQ(office.last("INFO").first(sip::HeaderId::content_type), "application/dtmf-relay");
    EXPECT_EQ(office.last("INFO").body(), "Signal=*\r\nDuration=100\r\n");
}

TEST_F(JoinedDigits, InfoBecomesSoundAsTheLast) {
    auto& office = talk(Takes::events, Takes::sound);
    carrier.info("application/dtmf-relay", "Signal=5\r\n");
    run(1s);
    EXPECT_EQ(sent_to(kCallee), "5");
    EXPECT_EQ(office.count("INFO"), 0u);
}

TEST_F(JoinedDigits, AnEventIsForwardedByTheEngineAloneWhereEventsWereAgreed) {
    auto& office = talk(Takes::events, Takes::events);
    hear(kCaller, '5', media::DigitSource::rfc4733);
    EXPECT_EQ(sent_to(kCallee), "");
    EXPECT_EQ(office.count("INFO"), 0u);
}

TEST_F(JoinedDigits, AnEventBecomesInfoOrSoundWhereEventsWereNot) {
    auto& office = talk(Takes::events, Takes::info);
    hear(kCaller, '5', media::DigitSource::rfc4733);
    EXPECT_EQ(office.count("INFO"), 1u);
    EXPECT_EQ(sent_to(kCallee), "");
}

TEST_F(JoinedDigits, AnEventBecomesSoundForAPhoneThatTakesNothingElse) {
    talk(Takes::events, Takes::sound);
    hear(kCaller, '5', media::DigitSource::rfc4733);
    EXPECT_EQ(sent_to(kCallee), "5");
}

TEST_F(JoinedDigits, SoundBecomesAnEventAndIsOtherwiseHeardAsItIs) {
    talk(Takes::sound, Takes::events);
    hear(kCaller, '5', media::DigitSource::inband);
    EXPECT_EQ(sent_to(kCallee), "5");
    hear(kCallee, '7', media::DigitSource::inband);
    EXPECT_EQ(sent_to(kCaller), "") << "the tone is in the audio that it gets";
}

TEST_F(JoinedDigits, TheCalledSidesKeysReachTheCaller) {
    talk(Takes::info, Takes::events);
    hear(kCallee, '9', media::DigitSource::rfc4733);
    EXPECT_EQ(carrier.count("INFO"), 1u);
    EXPECT_TRUE(carrier.last("INFO").body().starts_with("Signal=9"));
}

TEST_F(JoinedDigits, AfterARefusedInfoTheyAreSound) {
    auto& office = talk(Takes::events, Takes::info);
    office.answers_info_with = 415;
    hear(kCaller, '5', media::DigitSource::rfc4733);
    hear(kCaller, '6', media::DigitSource::rfc4733);
    EXPECT_EQ(office.count("INFO"), 1u);
    EXPECT_EQ(sent_to(kCallee), "56");
}

TEST_F(JoinedDigits, NothingCrossesBeforeAndAfterTheConversation) {
    auto& office = phone(test::kOffice);
    set_up(office, Takes::info);
    application.serve("/after", "<Gather timeout=\"100\"/>");
    call_with(dial(sip(test::kOffice), "action=\"/after\""));
    run(1s);
    hear(kCaller, '1', media::DigitSource::info);
    EXPECT_EQ(office.count("INFO"), 0u);
    run(4s);
    office.bye();
    run(1s);
    hear(kCaller, '2', media::DigitSource::info);
    EXPECT_EQ(office.count("INFO"), 0u);
    EXPECT_EQ(sent_to(kCallee), "");
}

}  // namespace
}  // namespace skyn3t::call
