// webhooks.md, section 2: what the application is told of a dialled leg, and in which order.
#include "call/progress.hpp"

#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class StatusCallbackOfANoun : public DialTest {
  protected:
    static std::string noun(const std::string& attributes) {
        return "<Sip statusCallback=\"/progress\" " + attributes +
               ">sip:" + std::string(test::kOffice) + "@" + test::kDomain + "</Sip>";
    }
    static inline const std::string kAll =
        "statusCallbackEvent=\"initiated ringing answered completed\"";
};

TEST_F(StatusCallbackOfANoun, IsCompletedOnlyByDefault) {
    phone(test::kOffice).hangs_up_after = 7s;
    dial_with(noun(""));
    run(15s);
    EXPECT_EQ(callbacks.lines(), Lines{"/progress 0 completed"});
}

TEST_F(StatusCallbackOfANoun, TellsTheEventsThatWereAskedForInTheirOrder) {
    phone(test::kOffice).hangs_up_after = 7s;
    dial_with(noun(kAll));
    run(15s);
    EXPECT_EQ(callbacks.lines(), (Lines{"/progress 0 initiated", "/progress 1 ringing",
                                        "/progress 2 in-progress", "/progress 3 completed"}));
}

TEST_F(StatusCallbackOfANoun, SaysWhichLegAndWhichCall) {
    phone(test::kOffice).hangs_up_after = 61s;
    dial_with(noun(kAll));
    run(80s);
    ASSERT_EQ(callbacks.sent.size(), 4u);
    const auto& last = callbacks.sent.back();
    EXPECT_EQ(last.call.sid, records.child().sid);
    EXPECT_EQ(last.call.community, records.parent().community);
    EXPECT_EQ(last.value("CallSid"), records.child().sid.str());
    EXPECT_EQ(last.value("ParentCallSid"), records.parent().sid.str());
    EXPECT_EQ(last.value("Direction"), "outbound-dial");
    EXPECT_EQ(last.value("To"), records.child().to);
    EXPECT_EQ(last.value("CallbackSource"), "call-progress-events");
    EXPECT_EQ(last.value("Timestamp"), "Sun, 22 Nov 2026 12:01:03 +0000");
    EXPECT_EQ(last.value("CallDuration"), "61");
    EXPECT_EQ(last.value("Duration"), "2") << "begun minutes";
    EXPECT_EQ(last.value("SipResponseCode"), "200");
    EXPECT_EQ(callbacks.sent.front().value("CallDuration"), "-");
    EXPECT_EQ(last.request.url, test::FakeApplication::kBase + "/progress");
    EXPECT_EQ(last.request.method, twiml::Method::post);
}

TEST_F(StatusCallbackOfANoun, CompletedComesForEveryOtherEndToo) {
    phone(test::kOffice).answers_with = 486;
    dial_with(noun("statusCallbackMethod=\"GET\""));
    run(15s);
    EXPECT_EQ(callbacks.lines(), Lines{"/progress 0 busy"});
    EXPECT_EQ(callbacks.sent.front().value("SipResponseCode"), "486");
    EXPECT_EQ(callbacks.sent.front().request.method, twiml::Method::get);
}

TEST_F(StatusCallbackOfANoun, APhoneThatIsOffIsFailedWithTwiliosCode) {
    dial_with(noun(kAll));
    run(15s);
    EXPECT_EQ(callbacks.lines(), (Lines{"/progress 0 initiated", "/progress 1 failed"}));
    EXPECT_EQ(callbacks.sent.back().value("ErrorCode"), "32009");
}

TEST_F(StatusCallbackOfANoun, TheCallersHangUpWhileItRingsIsCanceled) {
    phone(test::kOffice);
    dial_with(noun(""));
    run(1s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(callbacks.lines(), Lines{"/progress 0 canceled"});
}

class StatusCallbackOfACall : public test::CallTest {
  protected:
    // As Router::call_from_trunk() does, with the callback that its number has.
    void call_with_callback(twiml::StatusCallback where) {
        struct Number final : sip::RequestHandler {
            explicit Number(CallWorld& w) : world(w) {}
            CallWorld& world;
            twiml::StatusCallback where;
            void on_request(sip::IncomingRequest request) override {
                Incoming incoming;
                incoming.tenant = world.services.directory->of_number(kNumber)->tenant;
                incoming.record.sid = CallSid::generate();
                incoming.record.community = incoming.tenant->community.sid;
                incoming.record.to = kNumber;
                incoming.status_callback = where;
                world.calls.begin(std::move(request), std::move(incoming),
                                  {twiml::DocumentAddress{test::FakeApplication::kBase +
                                                          "/twiml/OFICINA_PRINCIPAL/main"},
                                   std::nullopt});
            }
        } number{*this};
        number.where = std::move(where);
        handler.real = &number;
        call();
        run(1ms);
        handler.real = &router;
    }
};

TEST_F(StatusCallbackOfACall, ThatCameInIsItsEnd) {
    application.serve("/twiml/OFICINA_PRINCIPAL/main", "<Say>Hola.</Say>");
    twiml::StatusCallback where;
    where.url = "https://a.example.cl/end";
    call_with_callback(where);
    run(5s);
    EXPECT_EQ(callbacks.lines(), Lines{"/end 0 completed"});
    EXPECT_EQ(callbacks.sent.front().value("Direction"), "inbound");
    EXPECT_EQ(callbacks.sent.front().value("SipResponseCode"), "-");
}

TEST_F(StatusCallbackOfACall, ThatFindsNoCodecIsFailed) {
    carrier.body = test::offer_of("198.51.100.7", "18");
    twiml::StatusCallback where;
    where.url = "https://a.example.cl/end";
    call_with_callback(where);
    EXPECT_EQ(callbacks.lines(), Lines{"/end 0 failed"});
}

}  // namespace
}  // namespace skyn3t::call
