// rest-api.md, section 5: calls that the API places, and what it does to calls in progress.
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using model::CallStatus;
using model::EndReason;

class ApiCall : public DialTest {
  protected:
    CallSid place(twiml::Noun to, const std::string& verbs = "<Say>Hola.</Say>") {
        return place(outgoing(std::move(to), verbs));
    }
    CallSid place(Outgoing wanted) {
        const auto placed = calls.place(std::move(wanted));
        EXPECT_TRUE(placed) << placed.error().detail;
        EXPECT_EQ(placed->status, CallStatus::queued);
        return placed->sid;
    }
    static twiml::Sip office() { return sip_noun(test::kOffice); }
    static twiml::StartingPoint at(const std::string& path) {
        return {twiml::DocumentAddress{test::FakeApplication::kBase + path}, std::nullopt};
    }
    Result<model::CallRecord> redirect(const CallSid& sid, const std::string& path) {
        Calls::Update update;
        update.start = at(path);
        auto updated = calls.update(sid, std::move(update));
        loop.settle();
        return updated;
    }
    Result<model::CallRecord> set_status(const CallSid& sid, CallStatus status) {
        Calls::Update update;
        update.status = status;
        return calls.update(sid, std::move(update));
    }
    std::string outcome() const { return parent(); }
    Outgoing of_plaza_norte() {
        auto wanted = outgoing(sip_noun("+56223456789-office"), "<Say>Hola.</Say>");
        wanted.tenant = services.directory->of_number("+56223456789")->tenant;
        wanted.record.community = wanted.tenant->community.sid;
        return wanted;
    }
};

// ---- placed

TEST_F(ApiCall, RunsItsDocumentWhenTheFarSideAnswers) {
    auto& phone = this->phone(test::kOffice);
    place(office());
    run(1s);
    EXPECT_EQ(phone.heard, Lines{"INVITE"});
    EXPECT_EQ(application.requested, Lines{});
    run(10s);
    EXPECT_EQ(application.requested, Lines{"/api"});
    EXPECT_EQ(phone.heard, (Lines{"INVITE", "ACK", "BYE"}));
    EXPECT_EQ(records.story(), (Lines{"outgoing", "ringing", "answered", "say Hola.", "ended"}));
    EXPECT_EQ(outcome(), "completed document_hung_up 200");
    EXPECT_EQ(records.history_of(records.parent()), "begin change change end");
}

TEST_F(ApiCall, AsksItsDocumentAsACallInProgress) {
    phone(test::kOffice);
    const auto sid = place(office());
    run(3s);
    ASSERT_EQ(application.requests.size(), 1u);
    const auto& request = application.requests.front();
    EXPECT_EQ(test::FakeApplication::parameter(request, "CallStatus"), "in-progress");
    EXPECT_EQ(test::FakeApplication::parameter(request, "Direction"), "outbound-api");
    EXPECT_EQ(test::FakeApplication::parameter(request, "CallSid"), sid.str());
    EXPECT_EQ(test::FakeApplication::parameter(request, "From"), kNumber);
    run(5s);
}

TEST_F(ApiCall, TakesTheKeysOfTheFarSide) {
    application.serve("/key", "<Say>Gracias.</Say>");
    phone(test::kOffice);
    place(office(), "<Gather numDigits=\"1\" action=\"/key\"><Say>Elija.</Say></Gather>");
    run(2500ms);
    press('4');
    EXPECT_EQ(application.requested, (Lines{"/api", "/key Digits=4"}));
    run(5s);
}

TEST_F(ApiCall, ThatNobodyAnswersInTimeIsNoAnswer) {
    auto& phone = this->phone(test::kOffice);
    phone.decides_after.reset();
    auto wanted = outgoing(office(), "<Hangup/>");
    wanted.timeout = 10s;
    place(std::move(wanted));
    run(9s);
    EXPECT_EQ(phone.count("CANCEL"), 0u);
    run(3s);
    EXPECT_EQ(phone.count("CANCEL"), 1u);
    EXPECT_EQ(outcome(), "no-answer no_answer 180");
    EXPECT_EQ(callbacks.lines().back(), "/progress 2 no-answer");
}

TEST_F(ApiCall, ThatIsRefusedSaysHow) {
    phone(test::kOffice).answers_with = 486;
    place(office());
    run(5s);
    EXPECT_EQ(outcome(), "busy busy 486");
    EXPECT_EQ(application.requested, Lines{});
}

TEST_F(ApiCall, ToAPhoneThatIsOffFailsWithAnAlert) {
    place(office());
    run(5s);
    EXPECT_EQ(outcome(), "failed not_registered 480");
    EXPECT_EQ(records.parent().error_code, 32009);
    ASSERT_EQ(records.alerts.size(), 1u);
    EXPECT_EQ(records.alerts[0].code, 32009);
    EXPECT_EQ(records.alerts[0].call, records.parent().sid);
    EXPECT_EQ(records.alerts[0].community, records.parent().community);
}

TEST_F(ApiCall, ToAnotherCommunitysPhoneLooksLikeOneThatIsOff) {
    auto& other = phone("+56223456789-office");
    place(sip_noun("+56223456789-office"));
    run(5s);
    EXPECT_EQ(other.heard, Lines{});
    EXPECT_EQ(outcome(), "failed not_registered 480");
}

TEST_F(ApiCall, ToANumberGoesThroughTheTrunk) {
    twiml::Number number;
    number.number = "+56229999999";
    place(number);
    run(10s);
    EXPECT_EQ(trunk.last("INVITE").from()->uri,
              "sip:" + kNumber + "@" + std::string(test::kDomain));
    EXPECT_EQ(outcome(), "completed document_hung_up 200");
}

TEST_F(ApiCall, RingsEveryContactAndTheFirstToAnswerHasIt) {
    auto& first = phone(test::kOffice, 20);
    auto& second = phone(test::kOffice, 21);
    second.decides_after = 1s;
    place(office(), "<Pause length=\"5\"/>");
    run(3s);
    EXPECT_EQ(first.count("CANCEL"), 1u);
    EXPECT_TRUE(second.is_talking());
    run(5s);
    EXPECT_EQ(outcome(), "completed document_hung_up 200");
}

TEST_F(ApiCall, OneContactThatRefusesLeavesTheOtherRinging) {
    phone(test::kOffice, 20).answers_with = 486;
    auto& second = phone(test::kOffice, 21);
    second.decides_after = 5s;
    place(office(), "<Pause length=\"5\"/>");
    run(6s);
    EXPECT_TRUE(second.is_talking());
    run(6s);
    EXPECT_EQ(outcome(), "completed document_hung_up 200");
}

TEST_F(ApiCall, SendsItsDigitsBeforeTheDocumentRuns) {
    phone(test::kOffice);
    auto wanted = outgoing(office(), "<Say>Hola.</Say>");
    wanted.send_digits = "12ww3";
    place(std::move(wanted));
    run(2500ms);
    ASSERT_NE(media.fake.last<media::SendDigits>(kCaller), nullptr);
    EXPECT_EQ(media.fake.last<media::SendDigits>(kCaller)->digits, "12ww3");
    EXPECT_EQ(application.requested, Lines{});
    run(5s);
    EXPECT_EQ(application.requested, Lines{"/api"});
}

TEST_F(ApiCall, EndsAtItsTimeLimit) {
    phone(test::kOffice);
    auto wanted = outgoing(office(), "<Pause length=\"60\"/>");
    wanted.time_limit = 10s;
    place(std::move(wanted));
    run(15s);
    EXPECT_EQ(outcome(), "completed time_limit 200");
    EXPECT_EQ(records.parent().duration(), 10s);
}

TEST_F(ApiCall, WaitsItsTurnOfOneEachSecond) {
    auto& phone = this->phone(test::kOffice);
    phone.decides_after.reset();
    auto& other = this->phone(kSecurity, 21);
    other.decides_after.reset();
    const auto first = place(office()), second = place(sip_noun(kSecurity));
    run(500ms);
    EXPECT_EQ(phone.count("INVITE"), 1u);
    EXPECT_EQ(other.count("INVITE"), 0u);
    EXPECT_EQ(calls.find(second)->status, CallStatus::queued);
    run(700ms);
    EXPECT_EQ(other.count("INVITE"), 1u);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

TEST_F(ApiCall, DoesNotWaitForAnotherCommunitysCalls) {
    phone(test::kOffice).decides_after.reset();
    auto& other = phone("+56223456789-office", 21);
    other.decides_after.reset();
    for (int i = 0; i < 5; ++i) place(office());
    place(of_plaza_norte());
    place(of_plaza_norte());
    run(500ms);
    EXPECT_EQ(other.count("INVITE"), 1u);
    run(1s);
    EXPECT_EQ(other.count("INVITE"), 2u) << "at its own pace";
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

TEST_F(ApiCall, KeepsThePaceAlsoWhenNothingHasWaitedInBetween) {
    auto& phone = this->phone(test::kOffice);
    phone.decides_after.reset();
    place(office());
    run(500ms);
    place(office());
    run(400ms);
    EXPECT_EQ(phone.count("INVITE"), 1u);
    run(200ms);
    EXPECT_EQ(phone.count("INVITE"), 2u);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

TEST_F(ApiCall, TakesNobodysPlaceWhileItWaits) {
    services.settings.max_calls = 2;
    auto& phone = this->phone(test::kOffice);
    phone.decides_after.reset();
    place(office());
    const auto second = place(office());
    call_with("<Say loop=\"5\">Hola.</Say>");
    run(3s);
    EXPECT_TRUE(carrier.is_talking());
    EXPECT_EQ(calls.find(second)->status, CallStatus::queued) << "until there is a place for it";
    run(5s);
    EXPECT_EQ(phone.count("INVITE"), 2u);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

TEST_F(ApiCall, IsRefusedWhenTooManyOfItsCommunityWait) {
    phone(test::kOffice).decides_after.reset();
    for (std::size_t i = 0; i < WaitingCalls::kMostOfOne; ++i) place(office());
    const auto refused = calls.place(outgoing(office(), ""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::too_many);
    EXPECT_EQ(refused.error().detail,
              "300 calls of this community wait for their turn already, and one rings each second: "
              "place the others when these have rung");
    EXPECT_TRUE(calls.place(of_plaza_norte()));
    run(100ms);
    EXPECT_TRUE(calls.place(outgoing(office(), ""))) << "one has rung";
    calls.end_all(EndReason::ended_by_api);
    run(1s);
    EXPECT_TRUE(calls.place(outgoing(office(), ""))) << "those that were ended do not wait";
    run(1s);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

TEST_F(ApiCall, BeyondTheLimitIsRefused) {
    services.settings.max_calls = 0;
    const auto placed = calls.place(outgoing(office(), ""));
    ASSERT_FALSE(placed);
    EXPECT_EQ(placed.error().code, Errc::too_many);
    EXPECT_EQ(records.size(), 0u);
}

TEST_F(ApiCall, ThatWaitsIsEndedWhenTheServerStops) {
    phone(test::kOffice);
    place(office());
    calls.stop_placing();
    run(1s);
    EXPECT_EQ(records.parent().end_reason, EndReason::server_stopping);
    EXPECT_EQ(calls.place(outgoing(office(), "")).error().code, Errc::unavailable);
}

TEST_F(ApiCall, ItsWarningsAreAlerts) {
    phone(test::kOffice);
    auto wanted = outgoing(office(), "");
    wanted.warnings = {{32019, "Url and Twiml are both given: Url is used"}};
    place(std::move(wanted));
    run(5s);
    EXPECT_EQ(records.alerts.at(0).code, 32019);
}

// ---- Status of an update

TEST_F(ApiCall, CanceledEndsItWhileItWaits) {
    auto& phone = this->phone(test::kOffice);
    const auto sid = place(office());
    EXPECT_EQ(set_status(sid, CallStatus::canceled)->status, CallStatus::canceled);
    run(2s);
    EXPECT_EQ(phone.heard, Lines{});
    EXPECT_EQ(outcome(), "canceled ended_by_api 0");
}

TEST_F(ApiCall, CanceledEndsItWhileItRings) {
    auto& phone = this->phone(test::kOffice);
    const auto sid = place(office());
    run(1s);
    EXPECT_EQ(set_status(sid, CallStatus::canceled)->status, CallStatus::canceled);
    run(1s);
    EXPECT_EQ(phone.count("CANCEL"), 1u);
}

TEST_F(ApiCall, CanceledDoesNothingOnceItIsAnswered) {
    auto& phone = this->phone(test::kOffice);
    const auto sid = place(office(), "<Pause length=\"5\"/>");
    run(3s);
    EXPECT_EQ(set_status(sid, CallStatus::canceled)->status, CallStatus::in_progress);
    run(1s);
    EXPECT_TRUE(phone.is_talking());
    run(5s);
}

TEST_F(ApiCall, CompletedEndsItWhateverItDoes) {
    auto& phone = this->phone(test::kOffice);
    const auto sid = place(office(), "<Pause length=\"50\"/>");
    run(3s);
    EXPECT_EQ(set_status(sid, CallStatus::completed)->status, CallStatus::completed);
    run(1s);
    EXPECT_EQ(phone.count("BYE"), 1u);
    EXPECT_EQ(outcome(), "completed ended_by_api 200");
}

TEST_F(ApiCall, CompletedOfTheParentEndsBothLegs) {
    auto& phone = this->phone(test::kOffice);
    dial_office();
    run(5s);
    EXPECT_TRUE(set_status(records.parent().sid, CallStatus::completed));
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(phone.count("BYE"), 1u);
    EXPECT_EQ(child(), "completed ended_by_api 200");
}

TEST_F(ApiCall, CompletedOfTheChildEndsTheDialAndTheParentGoesOn) {
    auto& phone = this->phone(test::kOffice);
    dial_office();
    run(5s);
    const auto ended = set_status(records.child().sid, CallStatus::completed);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, CallStatus::completed);
    run(1s);
    EXPECT_EQ(phone.count("BYE"), 1u);
    EXPECT_EQ(action(),
              "DialCallStatus=completed DialCallDuration=3 DialBridged=true "
              "DialSipResponseCode=200");
}

TEST_F(ApiCall, OfACallThatIsOverIsNotFound) {
    phone(test::kOffice);
    const auto sid = place(office());
    run(20s);
    EXPECT_EQ(set_status(sid, CallStatus::completed).error().code, Errc::not_found);
    EXPECT_EQ(redirect(sid, "/new").error().code, Errc::not_found);
    EXPECT_FALSE(calls.find(sid));
}

// ---- Url of an update

TEST_F(ApiCall, RedirectReplacesWhatIsHeardAtOnce) {
    application.serve("/new", "<Say>Otra cosa.</Say>");
    call_with("<Say loop=\"9\">Hola.</Say>");
    run(500ms);
    ASSERT_TRUE(redirect(records.parent().sid, "/new"));
    EXPECT_NE(media.fake.last<media::StopPlay>(kCaller), nullptr);
    EXPECT_TRUE(records.told("say Otra cosa."));
    run(2s);
    EXPECT_EQ(parent(), "completed document_hung_up 200");
}

TEST_F(ApiCall, RedirectOfAGatherAnswersToNoKeyOfTheOldOne) {
    application.serve("/new", "<Gather numDigits=\"1\" action=\"/after\" timeout=\"3\"/>");
    call_with("<Gather numDigits=\"1\" action=\"/key\" timeout=\"20\"/>");
    run(1s);
    ASSERT_TRUE(redirect(records.parent().sid, "/new"));
    press('5');
    EXPECT_EQ(application.requested.back(), "/after Digits=5");
    run(20s);
    EXPECT_EQ(parent(), "completed document_error 200");
}

TEST_F(ApiCall, RedirectOfTheParentEndsTheLegItDialled) {
    application.serve("/new", "<Say>Otra cosa.</Say>");
    auto& phone = this->phone(test::kOffice);
    dial_office();
    run(5s);
    ASSERT_TRUE(redirect(records.parent().sid, "/new"));
    run(500ms);
    EXPECT_EQ(phone.count("BYE"), 1u);
    EXPECT_EQ(actions(), 0u);
    EXPECT_TRUE(records.told("say Otra cosa."));
    EXPECT_EQ(commands<media::Unbridge>(), 1u);
    run(5s);
    EXPECT_EQ(parent(), "completed document_hung_up 200");
    EXPECT_EQ(child(), "completed ended_by_api 200");
}

TEST_F(ApiCall, RedirectDuringADialDialsAnother) {
    auto& office = phone(test::kOffice);
    auto& security = phone(kSecurity, 21);
    application.serve("/new", dial(sip(kSecurity)));
    dial_office();
    run(1s);
    ASSERT_TRUE(redirect(records.parent().sid, "/new"));
    run(4s);
    EXPECT_EQ(office.count("CANCEL"), 1u);
    EXPECT_TRUE(security.is_talking());
}

TEST_F(ApiCall, RedirectOfTheChildEndsTheDialAndRunsOnTheChild) {
    application.serve("/new", "<Say loop=\"5\">Para usted.</Say>");
    application.serve("/after", "<Say loop=\"2\">Para quien llama.</Say>");
    auto& office = phone(test::kOffice);
    call_with(dial("<Sip statusCallback=\"/progress\">sip:" + std::string(test::kOffice) + "@" +
                       test::kDomain + "</Sip>",
                   "action=\"/after\""));
    run(5s);
    const auto sid = records.child().sid;
    const auto updated = redirect(sid, "/new");
    ASSERT_TRUE(updated);
    EXPECT_EQ(updated->status, CallStatus::in_progress);
    run(500ms);
    EXPECT_EQ(action(), "DialCallStatus=completed DialBridged=true");
    EXPECT_TRUE(records.told("say Para usted."));
    EXPECT_TRUE(records.told("say Para quien llama."));
    EXPECT_EQ(application.requests.back().url.find("/new") != std::string::npos ||
                  application.requests.back().url.find("/after") != std::string::npos,
              true);
    run(3s);
    EXPECT_EQ(carrier.count("BYE"), 1u) << "the caller's own document has ended";
    EXPECT_TRUE(office.is_talking());
    EXPECT_EQ(callbacks.lines(), Lines{});
    run(5s);
    EXPECT_EQ(office.count("BYE"), 1u);
    EXPECT_EQ(child(), "completed document_hung_up 200");
    EXPECT_EQ(callbacks.lines(), Lines{"/progress 0 completed"});
}

TEST_F(ApiCall, RedirectOfACallThatRingsIsRefused) {
    phone(test::kOffice);
    const auto sid = place(office());
    run(1s);
    EXPECT_EQ(redirect(sid, "/new").error().code, Errc::conflict);
    run(10s);
}

TEST_F(ApiCall, RedirectOfAChildThatRingsIsRefused) {
    phone(test::kOffice);
    dial_office();
    run(1s);
    EXPECT_EQ(redirect(records.child().sid, "/new").error().code, Errc::conflict);
}

TEST_F(ApiCall, RedirectMayChangeWhoIsTold) {
    application.serve("/new", "<Hangup/>");
    phone(test::kOffice);
    const auto sid = place(office(), "<Pause length=\"50\"/>");
    run(3s);
    Calls::Update update;
    update.start = at("/new");
    update.status_callback = twiml::StatusCallback{
        test::FakeApplication::kBase + "/other", twiml::Method::post, false, false, false, true};
    ASSERT_TRUE(calls.update(sid, std::move(update)));
    run(1s);
    EXPECT_EQ(callbacks.lines().back(), "/other 3 completed");
}

TEST_F(ApiCall, ATimeLimitCountsFromTheAnswer) {
    phone(test::kOffice);
    const auto sid = place(office(), "<Pause length=\"50\"/>");
    run(5s);
    Calls::Update update;
    update.time_limit = 6s;
    ASSERT_TRUE(calls.update(sid, std::move(update)));
    run(5s);
    EXPECT_EQ(outcome(), "completed time_limit 200");
    EXPECT_EQ(records.parent().duration(), 6s);
}

}  // namespace
}  // namespace skyn3t::call
