// Dial: who rings, who is joined, what came of it, and what the call log says of it.
#include <algorithm>

#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using model::CallStatus;

// ---- one phone

TEST_F(DialTest, RingsThePhoneAndJoinsItWhenItAnswers) {
    auto& office = phone(test::kOffice);
    dial_office();
    run(1s);
    EXPECT_EQ(office.heard, Lines{"INVITE"});
    EXPECT_EQ(records.child().status, CallStatus::ringing);
    EXPECT_EQ(commands<media::Bridge>(), 0u);
    run(2s);
    EXPECT_EQ(office.heard, (Lines{"INVITE", "ACK"}));
    EXPECT_EQ(records.child().status, CallStatus::in_progress);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(DialTest, TheCallerHearsRingbackUntilThePhoneAnswers) {
    phone(test::kOffice);
    dial_office();
    run(1s);
    const auto* tone = media.fake.last<media::PlayTone>(kCaller);
    ASSERT_NE(tone, nullptr);
    EXPECT_EQ(tone->country, "cl");
    EXPECT_EQ(tone->tone, media::Tone::ringback);
    EXPECT_EQ(media.fake.last<media::StopPlay>(kCaller), nullptr);
    run(2s);
    EXPECT_NE(media.fake.last<media::StopPlay>(kCaller), nullptr);
}

TEST_F(DialTest, RingToneIsTheDocumentsCountry) {
    phone(test::kOffice);
    dial_office("ringTone=\"us\"");
    run(1s);
    EXPECT_EQ(media.fake.last<media::PlayTone>(kCaller)->country, "us");
}

TEST_F(DialTest, ThePhonesHangUpIsCompleted) {
    phone(test::kOffice).hangs_up_after = 7s;
    dial_office();
    run(15s);
    EXPECT_EQ(
        action(),
        "DialCallStatus=completed DialCallDuration=7 DialBridged=true DialSipResponseCode=200");
    EXPECT_EQ(child(), "completed callee_hung_up 200");
    EXPECT_EQ(parent(), "completed callee_hung_up 200");
}

TEST_F(DialTest, TheOfferPrefersTheCallersCodecSoThatNothingIsTranscoded) {
    carrier.body = test::offer_of("198.51.100.7", "8 101");
    auto& office = phone(test::kOffice);
    dial_office();
    run(1s);
    EXPECT_NE(std::string(office.last("INVITE").body()).find("RTP/AVP 8 0 9"), std::string::npos);
}

TEST_F(DialTest, NobodyAnswersInTimeIsNoAnswer) {
    auto& office = phone(test::kOffice);
    office.decides_after.reset();
    dial_office("timeout=\"20\"");
    run(19s);
    EXPECT_EQ(office.count("CANCEL"), 0u);
    run(3s);
    EXPECT_EQ(office.count("CANCEL"), 1u);
    EXPECT_EQ(action(),
              "DialCallStatus=no-answer DialCallDuration=0 DialBridged=false "
              "DialSipResponseCode=487");
    EXPECT_EQ(child(), "no-answer no_answer 487");
    EXPECT_EQ(parent(), "completed no_answer 200");
}

TEST_F(DialTest, APhoneThatSaysNothingAtAllIsUnreachable) {
    auto& office = phone(test::kOffice);
    office.rings.reset();
    office.decides_after.reset();
    dial_office("timeout=\"20\"");
    run(25s);
    EXPECT_EQ(child(), "no-answer unreachable 0");
    EXPECT_TRUE(action().starts_with("DialCallStatus=no-answer")) << action();
}

struct Refusal {
    int status;
    const char* dial_status;
    const char* child;
};
class DialRefused : public DialTest, public testing::WithParamInterface<Refusal> {};

TEST_P(DialRefused, IsToldAndLoggedAsWhatItWas) {
    phone(test::kOffice).answers_with = GetParam().status;
    dial_office();
    run(5s);
    EXPECT_EQ(action(), "DialCallStatus=" + std::string(GetParam().dial_status) +
                            " DialCallDuration=0 DialBridged=false DialSipResponseCode=" +
                            std::to_string(GetParam().status));
    EXPECT_EQ(child(), GetParam().child);
}

INSTANTIATE_TEST_SUITE_P(ByThePhone, DialRefused,
                         testing::Values(Refusal{486, "busy", "busy busy 486"},
                                         Refusal{600, "busy", "busy busy 600"},
                                         Refusal{603, "busy", "busy declined 603"},
                                         Refusal{488, "failed", "failed no_common_codec 488"},
                                         Refusal{480, "no-answer", "no-answer no_answer 480"},
                                         Refusal{404, "failed", "failed refused 404"},
                                         Refusal{503, "failed", "failed unreachable 503"}),
                         [](const auto& refusal) {
                             return "With" + std::to_string(refusal.param.status);
                         });

TEST_F(DialTest, ARefusalForCodecsNamesWhatWasOffered) {
    phone(test::kOffice).answers_with = 488;
    dial_office();
    run(5s);
    for (const auto& event : records.events)
        if (event.kind == "ended" && event.call == records.child().sid) {
            EXPECT_EQ(event.detail.back().second,
                      "the phone takes none of what was offered: PCMU, PCMA, G722");
        }
}

TEST_F(DialTest, AnAnswerWithoutACodecOfOursEndsTheLeg) {
    auto& office = phone(test::kOffice);
    office.body = test::offer_of("192.0.2.20", "18", "");
    dial_office();
    run(5s);
    EXPECT_EQ(office.count("BYE"), 1u);
    EXPECT_EQ(child(), "failed no_common_codec 488");
}

// ---- nobody to ring

TEST_F(DialTest, APhoneThatIsNotRegisteredIs32009) {
    dial_office();
    run(1s);
    EXPECT_TRUE(action().starts_with("DialCallStatus=failed")) << action();
    EXPECT_EQ(child(), "failed not_registered 480");
    EXPECT_EQ(records.child().error_code, 32009);
    EXPECT_TRUE(records.told("warning 32009"));
}

TEST_F(DialTest, AnotherCommunitysPhoneLooksUnregistered) {
    auto& stranger = phone("+56223456789-office");
    dial_with(sip("+56223456789-office"));
    run(5s);
    EXPECT_EQ(stranger.heard, Lines{});
    EXPECT_EQ(child(), "failed not_registered 480");
    EXPECT_EQ(records.child().error_code, 32009);
    EXPECT_EQ(records.child().community, records.parent().community);
}

TEST_F(DialTest, AnotherServersDomainIsNotDialled) {
    dial_with("<Sip>sip:office@192.168.1.1</Sip>");
    run(5s);
    EXPECT_EQ(child(), "failed not_supported 404");
    EXPECT_EQ(records.child().error_code, 32002);
}

TEST_F(DialTest, WithoutAPortTheChildFailsAndTheCallGoesOn) {
    auto& office = phone(test::kOffice);
    call_with("<Say>Hola.</Say>" + dial(sip(test::kOffice)) + "<Say>Sigo.</Say>");
    run(500ms);
    media.fake.refuse_streams = true;
    run(5s);
    EXPECT_EQ(office.heard, Lines{});
    EXPECT_EQ(child(), "failed server_error 503");
    EXPECT_TRUE(records.told("say Sigo."));
}

// ---- several

TEST_F(DialTest, EveryContactOfAPhoneRingsAndTheFirstWins) {
    auto& slow = phone(test::kOffice, 20);
    slow.decides_after = 3s;
    auto& quick = phone(test::kOffice, 21);
    auto& silent = phone(test::kOffice, 22);
    silent.decides_after.reset();
    dial_office();
    run(5s);
    EXPECT_EQ(quick.heard, (Lines{"INVITE", "ACK"}));
    EXPECT_EQ(slow.heard, (Lines{"INVITE", "CANCEL", "ACK"}));
    EXPECT_EQ(silent.heard, (Lines{"INVITE", "CANCEL", "ACK"}));
    EXPECT_EQ(silent.last("CANCEL").first("Reason"),
              "SIP;cause=200;text=\"Call completed elsewhere\"")
        << "no missed call for what another phone took";
    EXPECT_EQ(records.size(), 2u) << "one child call, whatever number of contacts";
}

TEST_F(DialTest, OneContactThatRefusesLeavesTheOthersRinging) {
    auto& refusing = phone(test::kOffice, 20);
    refusing.answers_with = 486;
    refusing.decides_after = 1s;
    auto& willing = phone(test::kOffice, 21);
    dial_office();
    run(5s);
    EXPECT_TRUE(willing.is_talking());
    EXPECT_EQ(records.child().status, CallStatus::in_progress);
}

TEST_F(DialTest, TwoContactsAnswerAtTheSameMomentAndOneIsJoined) {
    auto& first = phone(test::kOffice, 20);
    auto& second = phone(test::kOffice, 21);
    dial_office();
    run(5s);
    EXPECT_NE(first.is_talking(), second.is_talking());
    EXPECT_EQ(first.count("BYE") + second.count("BYE"), 1u);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(DialTest, EveryContactRefusesAndTheLastTellsWhy) {
    auto& first = phone(test::kOffice, 20);
    first.answers_with = 603;
    first.decides_after = 1s;
    phone(test::kOffice, 21).answers_with = 486;
    dial_office();
    run(5s);
    EXPECT_EQ(child(), "busy busy 486");
}

TEST_F(DialTest, SeveralNounsRingAtOnceAndEachIsAChildCall) {
    auto& office = phone(test::kOffice, 20);
    office.decides_after.reset();
    auto& security = phone(kSecurity, 21);
    security.hangs_up_after = 2s;
    dial_with(sip(test::kOffice) + sip(kSecurity));
    run(1s);
    EXPECT_EQ(office.count("INVITE") + security.count("INVITE"), 2u);
    run(10s);
    EXPECT_EQ(child(0), "canceled answered_elsewhere 487");
    EXPECT_EQ(office.last("CANCEL").first("Reason"),
              "SIP;cause=200;text=\"Call completed elsewhere\"");
    EXPECT_EQ(child(1), "completed callee_hung_up 200");
    EXPECT_EQ(actions(), 1u);
    EXPECT_TRUE(action().starts_with("DialCallStatus=completed DialCallDuration=2")) << action();
}

// RFC 3326 in the other cases: a phone whose caller has gone shows a missed call.
TEST_F(DialTest, APhoneIsToldWhyItStopsRinging) {
    auto& office = phone(test::kOffice, 20);
    office.decides_after.reset();
    dial_office("timeout=\"5\"");
    run(7s);
    EXPECT_EQ(office.last("CANCEL").first("Reason"), "Q.850;cause=19;text=\"No answer\"");
    carrier.hang_up();
    run(1s);
    dial_office();
    run(1s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(office.count("CANCEL"), 2u);
    EXPECT_EQ(office.last("CANCEL").first("Reason"),
              "Q.850;cause=16;text=\"Normal call clearing\"");
}

// The trunk forked the call, and somebody else's phone took it.
TEST_F(DialTest, ACallThatWasCompletedElsewhereIsNoMissedCallHere) {
    auto& office = phone(test::kOffice, 20);
    office.decides_after.reset();
    dial_office("answerOnBridge=\"true\"");
    run(1s);
    carrier.hang_up_lines = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n";
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(parent(), "canceled answered_elsewhere 487");
    EXPECT_TRUE(std::ranges::any_of(records.events, [](const model::CallEvent& event) {
        return event.kind == "ended" &&
               event.detail.back().second == "SIP 200 Call completed elsewhere";
    }));
    EXPECT_EQ(office.last("CANCEL").first("Reason"),
              "SIP;cause=200;text=\"Call completed elsewhere\"");
}

TEST_F(DialTest, TheReasonThatAPhoneGivesIsPartOfTheStory) {
    auto& office = phone(test::kOffice, 20);
    office.hangs_up_after = 2s;
    office.hang_up_lines = "Reason: Q.850 ;cause=31 ;text=\"RTP broken\"\n";
    dial_office();
    run(8s);
    EXPECT_EQ(child(), "completed callee_hung_up 200");
    const auto is_ended = [](const model::CallEvent& event) { return event.kind == "ended"; };
    const auto ended = std::ranges::find_if(records.events, is_ended);  // the phone's comes first
    ASSERT_NE(ended, records.events.end());
    EXPECT_EQ(ended->detail.back().second, "Q.850 31 RTP broken");
}

TEST_F(DialTest, APhonesWishToTransferIsDeclinedAndTold) {
    auto& office = phone(test::kOffice, 20);
    dial_office();
    run(4s);
    office.refer("sip:+56911112222;cpc=ordinary@198.51.100.7");
    run(1s);
    EXPECT_EQ(office.count("603 REFER"), 1u);
    EXPECT_EQ(records.detail("transfer_declined", "phone"),
              "sip:" + test::kOffice + "@" + test::kDomain);
    EXPECT_EQ(records.detail("transfer_declined", "to"), "+56911112222");
    EXPECT_EQ(commands<media::Unbridge>(), 0u) << "the conversation goes on";
}

TEST_F(DialTest, APhoneThatWantsItsSessionRefreshedIsRefreshed) {
    auto& office = phone(test::kOffice, 20);
    office.answer_lines = "Session-Expires: 90;refresher=uac\nAllow: INVITE, UPDATE\n";
    dial_office();
    run(60s);
    EXPECT_EQ(office.count("UPDATE"), 1u);
    EXPECT_TRUE(office.is_talking());
}

TEST_F(DialTest, APhoneThatDoesNotRefreshItsSessionIsGone) {
    auto& office = phone(test::kOffice, 20);
    office.answer_lines = "Session-Expires: 90;refresher=uas\n";
    dial_office();
    run(70s);
    EXPECT_EQ(child(), "completed session_expired 200");
    EXPECT_EQ(office.count("BYE"), 1u);
}

TEST_F(DialTest, AllNounsRefuseAndTheDialEndsAtOnce) {
    phone(test::kOffice, 20).answers_with = 486;
    phone(kSecurity, 21).answers_with = 603;
    dial_with(sip(test::kOffice) + sip(kSecurity));
    run(3s);
    EXPECT_TRUE(action().starts_with("DialCallStatus=busy")) << action();
}

TEST_F(DialTest, OfSeveralNounsTheOneThatCameClosestTells) {
    phone(test::kOffice, 20).answers_with = 486;
    dial_with(sip(test::kOffice) + sip(kSecurity));  // security is not registered
    run(5s);
    EXPECT_TRUE(action().starts_with("DialCallStatus=busy")) << action();
    EXPECT_EQ(parent(), "completed busy 200");
}

TEST_F(DialTest, SequentialNounsRingOneAfterTheOther) {
    auto& office = phone(test::kOffice, 20);
    office.decides_after.reset();
    auto& security = phone(kSecurity, 21);
    dial_with(sip(test::kOffice) + sip(kSecurity), "sequential=\"true\" timeout=\"5\"");
    run(4s);
    EXPECT_EQ(security.count("INVITE"), 0u);
    EXPECT_EQ(records.size(), 2u);
    run(4s);
    EXPECT_EQ(office.count("CANCEL"), 1u);
    EXPECT_TRUE(security.is_talking());
    EXPECT_EQ(child(0), "no-answer no_answer 487");
}

TEST_F(DialTest, SequentialNounsAfterTheWinnerAreNeverDialled) {
    phone(test::kOffice, 20).hangs_up_after = 1s;
    auto& security = phone(kSecurity, 21);
    dial_with(sip(test::kOffice) + sip(kSecurity), "sequential=\"true\"");
    run(10s);
    EXPECT_EQ(security.heard, Lines{});
    EXPECT_EQ(records.size(), 2u);
    EXPECT_EQ(actions(), 1u);
}

// ---- through the trunk

TEST_F(DialTest, ANumberGoesThroughTheTrunk) {
    dial_with("+56229999999", "callerId=\"+56229145248\"");
    run(3s);
    EXPECT_TRUE(trunk.is_talking());
    EXPECT_EQ(trunk.last("INVITE").request_uri(), "sip:+56229999999@198.51.100.8:5060");
    EXPECT_EQ(trunk.last("INVITE").from()->uri, "sip:+56229145248@communities.sip.example.cl");
    EXPECT_EQ(trunk.last("INVITE").text().find("X-Twilio"), std::string::npos)
        << "a carrier has no business with our account";
    EXPECT_EQ(records.child().to, "+56229999999");
}

TEST_F(DialTest, WithoutATrunkANumberIsUnreachable) {
    services.settings.trunks.clear();
    dial_with("+56229999999");
    run(3s);
    EXPECT_EQ(child(), "failed unreachable 503");
    EXPECT_EQ(records.child().error_code, 32010);
}

TEST_F(DialTest, SendDigitsAreSentToTheCalleeBeforeTheBridge) {
    dial_with("<Number sendDigits=\"12\">+56229999999</Number>");
    run(3s);
    const auto sent = media.fake.all<media::SendDigits>();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].digits, "12");
    EXPECT_NE(sent[0].stream, kCaller);
}

// ---- attributes

TEST_F(DialTest, AnswerOnBridgeAnswersTheCallerWhenThePhoneDoes) {
    phone(test::kOffice);
    dial_office("answerOnBridge=\"true\"");
    run(1s);
    EXPECT_EQ(carrier.count("200 INVITE"), 0u);
    EXPECT_EQ(commands<media::PlayTone>(), 0u);
    run(2s);
    EXPECT_EQ(carrier.count("200 INVITE"), 1u);
    EXPECT_EQ(commands<media::Bridge>(), 1u);
}

TEST_F(DialTest, AnswerOnBridgeOfAnAnsweredCallPlaysRingback) {
    phone(test::kOffice);
    call_with("<Say>Hola.</Say>" + dial(sip(test::kOffice), "answerOnBridge=\"true\""));
    run(2s);
    EXPECT_EQ(commands<media::PlayTone>(), 1u);
}

TEST_F(DialTest, AnswerOnBridgeThatFailsGoesOnUnanswered) {
    phone(test::kOffice).answers_with = 486;
    call_with(dial(sip(test::kOffice), "answerOnBridge=\"true\"") + "<Reject reason=\"busy\"/>");
    run(5s);
    EXPECT_EQ(child(), "busy busy 486");
    EXPECT_EQ(records.history_of(records.child()), "begin change end");
}

TEST_F(DialTest, TheStarKeyEndsTheConversationOfHangupOnStar) {
    auto& office = phone(test::kOffice);
    dial_office("hangupOnStar=\"true\"");
    run(5s);
    press('5');
    press('*');
    run(1s);
    EXPECT_EQ(office.count("BYE"), 1u);
    EXPECT_TRUE(action().starts_with("DialCallStatus=completed DialCallDuration=3")) << action();
    EXPECT_EQ(child(), "completed hung_up_on_star 200");
    EXPECT_EQ(parent(), "completed hung_up_on_star 200");
}

TEST_F(DialTest, TheStarKeyWhileItRingsGivesTheDialUp) {
    auto& office = phone(test::kOffice);
    dial_office("hangupOnStar=\"true\"");
    run(1s);
    press('*');
    run(1s);
    EXPECT_EQ(office.count("CANCEL"), 1u);
    EXPECT_EQ(child(), "canceled hung_up_on_star 487");
}

TEST_F(DialTest, TheStarKeyMeansNothingWithoutHangupOnStar) {
    auto& office = phone(test::kOffice);
    dial_office();
    run(5s);
    press('*');
    run(1s);
    EXPECT_TRUE(office.is_talking());
}

TEST_F(DialTest, KeysOfTheConversationAreNeitherToldNorKept) {
    phone(test::kOffice).hangs_up_after = 3s;
    application.serve("/after", "<Gather numDigits=\"1\" timeout=\"2\"/>");
    call_with(dial(sip(test::kOffice), "action=\"/after\""));
    run(4s);
    press('7');
    run(10s);
    EXPECT_FALSE(records.told("digit 7"));
    EXPECT_EQ(parent(), "completed no_selection 200");
}

TEST_F(DialTest, TheTimeLimitEndsTheConversation) {
    auto& office = phone(test::kOffice);
    dial_office("timeLimit=\"5\"");
    run(6s);
    EXPECT_TRUE(office.is_talking());
    run(2s);
    EXPECT_FALSE(office.is_talking());
    EXPECT_TRUE(action().starts_with("DialCallStatus=completed DialCallDuration=5")) << action();
    EXPECT_EQ(child(), "completed time_limit 200");
    EXPECT_EQ(parent(), "completed time_limit 200");
}

TEST_F(DialTest, WithoutAnActionTheNextVerbRuns) {
    phone(test::kOffice).hangs_up_after = 1s;
    call_with(dial(sip(test::kOffice)) + "<Say>Sigo.</Say>");
    run(10s);
    EXPECT_TRUE(records.told("say Sigo."));
}

}  // namespace
}  // namespace skyn3t::call
