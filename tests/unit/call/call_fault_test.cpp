// What a fault of this program, or of its clock, does to one call, and to no other.
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

using CallFault = DialTest;

TEST_F(CallFault, AnExceptionEndsItsCallAlone) {
    test::Phone second{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5062), kServer, "second"};
    application.serve("/twiml/PLAZA_NORTE/main", "<Say>Hola.</Say><Pause length=\"20\"/>");
    second.call("sip:+56223456789@" + kServer.host());
    run(1s);
    application.throws_at = "/after";
    call_with("<Say>Hola.</Say><Pause length=\"1\"/><Redirect>/after</Redirect>");
    run(4s);
    EXPECT_EQ(test::RecordedCalls::outcome(records.last()), "completed server_error 200");
    EXPECT_FALSE(carrier.is_talking());
    EXPECT_TRUE(second.is_talking()) << "the other call goes on";
    EXPECT_EQ(services.call_faults, 1u);
    ASSERT_EQ(records.alerts.size(), 1u);
    EXPECT_EQ(records.alerts[0].code, 12400);
    EXPECT_EQ(records.alerts[0].community, communities[0].sid);
    second.hang_up();
}

TEST_F(CallFault, AnExceptionBeforeTheFirstDocumentRefusesTheCall) {
    application.throws_at = "/twiml/";
    call();
    run(1s);
    EXPECT_EQ(parent(), "failed server_error 480");
    EXPECT_EQ(services.call_faults, 1u);
}

TEST_F(CallFault, AnExceptionAfterADialEndsItsCall) {
    phone(test::kOffice).answers_with = 486;
    application.throws_at = "/after";
    dial_office();
    run(6s);
    EXPECT_EQ(parent(), "completed server_error 200");
    EXPECT_EQ(child(), "busy busy 486");
}

TEST_F(CallFault, AnExceptionInAScreeningEndsThatLeg) {
    phone(test::kOffice);
    dial_with("<Sip url=\"/screen\">sip:" + std::string(test::kOffice) + "@" + test::kDomain +
              "</Sip>");
    application.throws_at = "/screen";
    run(5s);
    EXPECT_EQ(child(), "completed document_error 200");
    EXPECT_EQ(services.call_faults, 1u);
}

TEST_F(CallFault, AClockThatIsSetDoesNotLengthenACall) {
    phone(test::kOffice).decides_after = 0ms;
    dial_office();
    run(2s);
    loop.clock.set_wall_by(1h);
    run(3s);
    carrier.hang_up();
    run(1s);
    EXPECT_EQ(records.parent().duration(), 5s);
    EXPECT_EQ(records.child().duration(), 5s);
    EXPECT_LT(*records.parent().end_time - records.parent().start_time, 6s);
}

TEST_F(CallFault, AClockThatIsSetBackDoesNotEndACall) {
    call_with("<Say>Hola.</Say><Pause length=\"10\"/>");
    run(2s);
    loop.clock.set_wall_by(-1h);
    ASSERT_TRUE(calls.update(records.parent().sid, {.time_limit = 5s}));
    run(2s);
    EXPECT_TRUE(carrier.is_talking());
    run(2s);
    EXPECT_EQ(parent(), "completed time_limit 200");
    EXPECT_EQ(records.parent().duration(), 5s);
}

}  // namespace
}  // namespace skyn3t::call
