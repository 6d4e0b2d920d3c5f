// A call on its documents: what is said and played, which keys count, and why it ended.
#include "call/call.hpp"

#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using model::EndReason;

class CallOnDocuments : public test::CallTest {
  protected:
    std::size_t digits_requests(const std::string& line) const {
        std::size_t count = 0;
        for (const auto& each : application.requested) count += each == line ? 1u : 0u;
        return count;
    }
    bool requested(const std::string& line) const { return digits_requests(line) == 1; }
};
const std::string kMenu =
    "<Gather numDigits=\"1\" action=\"/key\" timeout=\"5\"><Say>Elija.</Say></Gather>"
    "<Say>Nada.</Say>";

// ---- say, play, pause

TEST_F(CallOnDocuments, AreAnsweredByTheirFirstSound) {
    call_with("<Pause length=\"2\"/><Say loop=\"2\">Hola.</Say>");
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"180 INVITE"});
    run(2s);
    EXPECT_EQ(carrier.heard, (Lines{"180 INVITE", "200 INVITE"}));
}

TEST_F(CallOnDocuments, AreHeardToTheEndAndThenHungUp) {
    call_with("<Say>Hola.</Say><Play>https://a.example.cl/b.wav</Play>");
    run(1500ms);
    EXPECT_EQ(carrier.count("BYE"), 0u);
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(records.story(), (Lines{"incoming", "answered", "say Hola.",
                                      "play https://a.example.cl/b.wav", "ended"}));
    EXPECT_EQ(parent(), "completed document_hung_up 200");
}

TEST_F(CallOnDocuments, LoopRepeatsTheSound) {
    call_with("<Say loop=\"3\">Hola.</Say>");
    run(100ms);
    ASSERT_NE(media.fake.last<media::PlayPrompts>(kCaller), nullptr);
    EXPECT_EQ(media.fake.last<media::PlayPrompts>(kCaller)->items.size(), 3u);
}

TEST_F(CallOnDocuments, ASoundThatComesLaterIsWaitedFor) {
    prompts.delay = 300ms;
    call_with("<Say>Hola.</Say>");
    run(200ms);
    EXPECT_EQ(media.fake.last<media::PlayPrompts>(kCaller), nullptr);
    run(200ms);
    EXPECT_NE(media.fake.last<media::PlayPrompts>(kCaller), nullptr);
}

TEST_F(CallOnDocuments, ASoundThatCannotBeHadIsWarnedAboutAndLeftOut) {
    prompts.missing = {"Hola.", "https://a.example.cl/b.wav"};
    call_with("<Say>Hola.</Say><Play>https://a.example.cl/b.wav</Play><Say>Chao.</Say>");
    run(3s);
    EXPECT_EQ(records.story(), (Lines{"incoming", "answered", "warning 13520", "warning 13420",
                                      "say Chao.", "ended"}));
}

TEST_F(CallOnDocuments, DigitsOfPlayAreSentToTheCaller) {
    call_with("<Play digits=\"1w2\"/>");
    run(100ms);
    ASSERT_NE(media.fake.last<media::SendDigits>(kCaller), nullptr);
    EXPECT_EQ(media.fake.last<media::SendDigits>(kCaller)->digits, "1w2");
    EXPECT_EQ(carrier.count("BYE"), 0u);
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
}

// ---- gather

TEST_F(CallOnDocuments, AKeyDuringThePromptStopsItAndCounts) {
    application.serve("/key", "<Say>Gracias.</Say>");
    call_with(kMenu);
    run(400ms);
    press('3');
    EXPECT_NE(media.fake.last<media::StopPlay>(kCaller), nullptr);
    EXPECT_TRUE(requested("/key Digits=3"));
}

TEST_F(CallOnDocuments, AKeyAfterThePromptCounts) {
    application.serve("/key", "<Say>Gracias.</Say>");
    call_with(kMenu);
    run(4s);
    press('3');
    EXPECT_TRUE(requested("/key Digits=3"));
}

TEST_F(CallOnDocuments, SeveralKeysAtOnceAreAllKept) {
    application.serve("/key", "<Say>Gracias.</Say>");
    call_with("<Gather numDigits=\"4\" action=\"/key\"><Say>Elija.</Say></Gather>");
    run(400ms);
    for (const char key : {'1', '2', '3', '4'}) media.fake.press(kCaller, key);
    run(10ms);
    EXPECT_TRUE(requested("/key Digits=1234"));
}

TEST_F(CallOnDocuments, KeysPressedBeforeAGatherAreNotItsOwn) {
    application.serve("/key", "<Say>Gracias.</Say>");
    call_with("<Say>Hola.</Say>" + kMenu);
    run(500ms);
    press('3');
    run(10s);
    EXPECT_FALSE(requested("/key Digits=3"));
    EXPECT_TRUE(records.told("say Nada."));
}

TEST_F(CallOnDocuments, KeysPressedWhileTheSoundIsMadeCount) {
    prompts.delay = 1s;
    application.serve("/key", "<Hangup/>");
    call_with(kMenu);
    run(500ms);
    press('3');
    run(2s);
    EXPECT_TRUE(requested("/key Digits=3"));
}

TEST_F(CallOnDocuments, NoKeyGoesOnWithTheNextVerb) {
    call_with(kMenu);
    run(5900ms);
    EXPECT_FALSE(records.told("say Nada."));
    run(200ms);
    EXPECT_TRUE(records.told("say Nada."));
    run(2s);
    EXPECT_EQ(parent(), "completed no_selection 200");
}

TEST_F(CallOnDocuments, AKeyByInfoCounts) {
    application.serve("/key", "<Say>Gracias.</Say>");
    call_with(kMenu);
    run(400ms);
    carrier.info("application/dtmf-relay", "Signal=7\r\nDuration=160\r\n");
    run(10ms);
    EXPECT_TRUE(requested("/key Digits=7"));
    EXPECT_EQ(carrier.count("200 INFO"), 1u);
}

TEST_F(CallOnDocuments, MoreKeysThanAnybodyWaitsForAreDropped) {
    call_with("<Say loop=\"5\">Hola.</Say>");
    run(100ms);
    for (int i = 0; i < 500; ++i) media.fake.press(kCaller, '1');
    run(1s);
    EXPECT_EQ(calls.size(), 1u);
    EXPECT_EQ(carrier.count("BYE"), 0u);
}

TEST_F(CallOnDocuments, OneKeyAndAnAnswerToItIsNotTooManyWrongKeys) {
    application.serve("/key", "<Say>Abrimos a las nueve.</Say>");
    call_with(kMenu);
    run(2s);
    press('3');
    run(3s);
    EXPECT_EQ(parent(), "completed document_hung_up 200");
}

// ---- documents

TEST_F(CallOnDocuments, ADocumentThatTakesLongIsWaitedForWhileItRings) {
    application.delay = 3s;
    call_with("<Say>Hola.</Say>");
    run(2s);
    EXPECT_EQ(carrier.heard, Lines{"180 INVITE"});
    run(2s);
    EXPECT_EQ(carrier.count("200 INVITE"), 1u);
}

TEST_F(CallOnDocuments, ADocumentThatCannotBeHadIsAnApologyAndADocumentError) {
    call_with("<Redirect>/missing</Redirect>");
    run(5s);
    EXPECT_TRUE(records.told("say Lo sentimos, ocurrió un error en la aplicación. Adiós."));
    EXPECT_EQ(parent(), "completed document_error 200");
    EXPECT_EQ(records.parent().error_code, 11200);
}

TEST_F(CallOnDocuments, AnEmptyDocumentAnswersAndHangsUp) {
    call_with("");
    run(1s);
    EXPECT_EQ(carrier.heard, (Lines{"180 INVITE", "200 INVITE", "BYE"}));
    EXPECT_EQ(parent(), "completed document_hung_up 200");
}

TEST_F(CallOnDocuments, RejectIs404AndNeverAnswered) {
    call_with("<Reject/>");
    run(1s);
    EXPECT_EQ(carrier.heard, (Lines{"180 INVITE", "404 INVITE"}));
    EXPECT_EQ(parent(), "no-answer rejected 404");
    EXPECT_FALSE(records.parent().answer_time);
}

TEST_F(CallOnDocuments, RejectAsBusyIs486) {
    call_with("<Reject reason=\"busy\"/>");
    run(1s);
    EXPECT_EQ(parent(), "busy rejected 486");
}

TEST_F(CallOnDocuments, KnowAPhoneCallAsWhatItIs) {
    call_with("<Say>Hola.</Say>");
    run(100ms);
    const auto& request = application.requests.at(0);
    const auto of = [&](const char* name) {
        return test::FakeApplication::parameter(request, name).value_or("absent");
    };
    EXPECT_EQ(of("CallSid"), records.parent().sid.str());
    EXPECT_EQ(of("From"), "+56987654321");
    EXPECT_EQ(of("To"), "+56229145248");
    EXPECT_EQ(of("CallStatus"), "ringing");
    EXPECT_EQ(of("Direction"), "inbound");
    EXPECT_EQ(of("AccountSid"), "AC11111111111111111111111111111111");
}

// ---- the end

TEST_F(CallOnDocuments, EndWhenTheCallerHangsUp) {
    call_with("<Say loop=\"20\">Hola.</Say><Say>Nunca.</Say>");
    run(5s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(parent(), "completed caller_hung_up 200");
    EXPECT_EQ(records.parent().duration(), 5s);
    EXPECT_FALSE(records.told("say Nunca."));
}

TEST_F(CallOnDocuments, EndWhenTheCallerCancels) {
    application.delay = 3s;
    call_with("<Say>Hola.</Say>");
    run(1s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(carrier.heard, (Lines{"180 INVITE", "200 CANCEL", "487 INVITE"}));
    EXPECT_EQ(parent(), "canceled caller_hung_up 487");
}

TEST_F(CallOnDocuments, TheAnswerOfAFinishedCallsDocumentIsDropped) {
    application.delay = 3s;
    call_with("<Say>Hola.</Say>");
    run(1s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(calls.size(), 0u);
    run(5s);
    EXPECT_FALSE(records.told("say Hola."));
}

TEST_F(CallOnDocuments, TheSoundOfAFinishedCallIsDropped) {
    prompts.delay = 3s;
    call_with("<Say>Hola.</Say>");
    run(1s);
    carrier.hang_up();
    run(10s);
    EXPECT_FALSE(records.told("say Hola."));
    EXPECT_EQ(parent(), "completed caller_hung_up 200");
}

struct EndedFromOutside {
    const char* name;
    std::string verbs;
    const char* parent;
};
void PrintTo(const EndedFromOutside& at, std::ostream* out) { *out << at.name; }
class EndFromOutside : public CallOnDocuments,
                       public testing::WithParamInterface<EndedFromOutside> {};

TEST_P(EndFromOutside, HangsUpAtOnceAndSaysWhy) {
    phone(test::kOffice).decides_after.reset();
    call_with(GetParam().verbs);
    run(1500ms);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
    EXPECT_EQ(parent(), GetParam().parent);
    EXPECT_EQ(calls.size(), 0u);
    EXPECT_EQ(carrier.count("BYE") + carrier.count("480 INVITE"), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    While, EndFromOutside,
    testing::Values(
        EndedFromOutside{"Ringing", "<Pause length=\"9\"/>", "canceled ended_by_api 480"},
        EndedFromOutside{"Playing", "<Say loop=\"9\">Hola.</Say>", "completed ended_by_api 200"},
        EndedFromOutside{"Gathering", "<Gather timeout=\"9\"/>", "completed ended_by_api 200"},
        EndedFromOutside{"Dialling", test::CallWorld::dial(test::CallWorld::sip(test::kOffice)),
                         "completed ended_by_api 200"}),
    [](const auto& at) { return std::string(at.param.name); });

TEST_F(CallOnDocuments, EndWithoutAnAck) {
    carrier.acknowledges = false;
    call_with("<Say loop=\"100\">Hola.</Say>");
    run(33s);
    EXPECT_EQ(parent(), "completed no_ack 200");
    EXPECT_EQ(records.parent().error_code, 32022);
}

TEST_F(CallOnDocuments, EndWhenNoAudioComes) {
    call_with("<Say loop=\"100\">Hola.</Say>");
    run(5s);
    media.fake.raise(media::RtpTimeout{kCaller, 60s});
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed no_audio 200");
    EXPECT_EQ(records.parent().error_code, 32014);
}

TEST_F(CallOnDocuments, EndAfterALongHoldForAReasonOfItsOwn) {
    call_with("<Say loop=\"100\">Hola.</Say>");
    run(5s);
    EXPECT_EQ(media.fake.configs[0].patience.on_hold, 3600s);
    media.fake.raise(media::RtpTimeout{kCaller, 3600s, media::SilentWhile::on_hold});
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed held_too_long 200");
}

TEST_F(CallOnDocuments, WithoutAKeyAndWithoutAudioBlameTheAudio) {
    media.fake.hears_peers = false;
    media.fake.stats.packets_absent = 500;
    call_with("<Gather timeout=\"5\"><Say>Hola.</Say></Gather><Hangup/>");
    run(20s);
    EXPECT_EQ(parent(), "completed caller_not_heard 200");
    EXPECT_TRUE(records.told("no_digit_heard"));
    EXPECT_FALSE(records.told("no_digit"));
    EXPECT_TRUE(records.told("no_audio"));
    EXPECT_DOUBLE_EQ(records.parent().media.loss_percent, 100);
}

TEST_F(CallOnDocuments, WithoutAKeyAndWithAudioThatStoppedDoSoToo) {
    call_with("<Gather timeout=\"20\"><Say>Hola.</Say></Gather><Hangup/>");
    run(5s);
    media.fake.raise(media::ReceptionChanged{kCaller, media::Reception::silent});
    run(1s);
    EXPECT_TRUE(records.told("no_audio")) << "at once, and once";
    media.fake.raise(media::ReceptionChanged{kCaller, media::Reception::flowing});
    media.fake.raise(media::ReceptionChanged{kCaller, media::Reception::silent});
    run(30s);
    EXPECT_EQ(parent(), "completed caller_not_heard 200");
    const auto story = records.story();
    EXPECT_EQ(std::count(story.begin(), story.end(), "no_audio"), 1) << "once";
}

TEST_F(CallOnDocuments, WithAudioThatCameAgainTheCallerJustPressedNothing) {
    call_with("<Gather timeout=\"20\"><Say>Hola.</Say></Gather><Hangup/>");
    run(5s);
    media.fake.raise(media::ReceptionChanged{kCaller, media::Reception::silent});
    media.fake.raise(media::ReceptionChanged{kCaller, media::Reception::flowing});
    run(30s);
    EXPECT_EQ(parent(), "completed no_selection 200");
}

TEST_F(CallOnDocuments, TheMediasFiguresAreInTheRecord) {
    media.fake.stats.codec = media::Codec::pcma;
    media.fake.stats.packets_received = 99;
    media.fake.stats.packets_lost = 1;
    call_with("<Say>Hola.</Say>");
    run(5s);
    EXPECT_EQ(records.parent().media.codec, "PCMA");
    EXPECT_DOUBLE_EQ(records.parent().media.loss_percent, 1.0);
}

// ---- Calls

TEST_F(CallOnDocuments, OneCallMoreThanAllowedGets503) {
    services.settings.max_calls = 1;
    test::Phone second{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5062), kServer, "second"};
    call_with("<Pause length=\"9\"/>");
    run(1s);
    second.call("sip:" + kNumber + "@" + kServer.host());
    run(1s);
    EXPECT_EQ(second.heard, Lines{"503 INVITE"});
    EXPECT_EQ(second.last("503 INVITE").first("Retry-After"), "5");
    EXPECT_EQ(calls.size(), 1u);
}

TEST_F(CallOnDocuments, OfOneCommunityEndAlone) {
    test::Phone second{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5062), kServer, "second"};
    application.serve("/twiml/PLAZA_NORTE/main", "<Say loop=\"9\">Hola.</Say>");
    call_with("<Say loop=\"9\">Hola.</Say>");
    second.call("sip:+56223456789@" + kServer.host());
    run(1s);
    ASSERT_EQ(calls.size(), 2u);
    calls.end_all_of(communities[1].sid, EndReason::server_stopping);
    run(1s);
    EXPECT_EQ(calls.size(), 1u);
    EXPECT_EQ(second.count("BYE"), 1u);
    EXPECT_EQ(carrier.count("BYE"), 0u);
}

TEST(CallsDestroyed, InTheMiddleOfEverythingHarmNothing) {
    for (const auto span : {0ms, 500ms, 1500ms, 5000ms}) {
        test::CallWorld world;
        world.prompts.delay = 100ms;
        world.application.delay = 100ms;
        world.phone(test::kOffice);
        world.call_with("<Say>Hola.</Say>" + test::CallWorld::dial(world.sip(test::kOffice)));
        world.run(span);
    }
}

}  // namespace
}  // namespace skyn3t::call
