// What the API does to calls, at every moment of them.
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using model::CallStatus;
using model::EndReason;

struct Moment {
    const char* name;
    std::function<void(test::CallWorld&)> begin;
    std::function<void(test::CallWorld&)> injection;
};
void PrintTo(const Moment& moment, std::ostream* out) { *out << moment.name; }

void slow(test::CallWorld& world) {
    world.application.delay = 50ms;
    world.prompts.delay = 50ms;
    world.application.serve("/new", "<Say>Otra cosa.</Say>");
    world.application.serve("/after", "<Say>Listo.</Say>");
}
void api_call(test::CallWorld& world) {
    slow(world);
    world.phone(test::kOffice, 20);
    world.phone(test::kOffice, 21).decides_after = 2010ms;
    ASSERT_TRUE(world.calls.place(
        world.outgoing(test::CallWorld::sip_noun(test::kOffice),
                       "<Gather timeout=\"1\"><Say>Elija.</Say></Gather><Say>Chao.</Say>")));
}
void api_call_that_dials(test::CallWorld& world) {
    slow(world);
    world.phone(test::kOffice, 20);
    world.phone(test::CallWorld::kSecurity, 21).hangs_up_after = 2s;
    ASSERT_TRUE(world.calls.place(
        world.outgoing(test::CallWorld::sip_noun(test::kOffice),
                       test::CallWorld::dial(test::CallWorld::sip(test::CallWorld::kSecurity)))));
}
void inbound_call_that_dials(test::CallWorld& world) {
    slow(world);
    world.phone(test::kOffice, 20).hangs_up_after = 2s;
    world.call_with(test::CallWorld::dial(test::CallWorld::sip(test::kOffice),
                                          "action=\"/after\" answerOnBridge=\"true\""));
}
void end_from_outside(test::CallWorld& world) { world.calls.end_all(EndReason::ended_by_api); }
void phones_hang_up(test::CallWorld& world) {
    for (auto& phone : world.phones)
        if (phone.is_talking()) phone.hang_up();
}
void redirect_all(test::CallWorld& world, bool children) {
    for (const auto& sid : world.records.sids(children)) {
        Calls::Update update;
        update.start = twiml::StartingPoint{
            twiml::DocumentAddress{test::FakeApplication::kBase + "/new"}, std::nullopt};
        (void)world.calls.update(sid, std::move(update));
    }
}
void redirect_parent(test::CallWorld& world) { redirect_all(world, false); }
void redirect_child(test::CallWorld& world) { redirect_all(world, true); }
void redirect_both(test::CallWorld& world) {
    redirect_child(world);
    redirect_parent(world);
}
void complete_child(test::CallWorld& world) {
    for (const auto& sid : world.records.sids(true)) {
        Calls::Update update;
        update.status = CallStatus::completed;
        (void)world.calls.update(sid, std::move(update));
    }
}
void redirect_child_and_end(test::CallWorld& world) {
    redirect_child(world);
    end_from_outside(world);
}

class AtEveryMoment : public testing::TestWithParam<Moment> {};

TEST_P(AtEveryMoment, NothingIsLeft) {
    std::size_t events = 0;
    {
        test::CallWorld whole;
        GetParam().begin(whole);
        events = whole.run_events(SIZE_MAX, {});
        EXPECT_EQ(whole.records.open(), 0u) << "ends by itself too";
        whole.expect_nothing_left();
    }
    for (std::size_t at = 0; at < events && !HasFailure(); ++at) {
        SCOPED_TRACE("before event " + std::to_string(at) + " of " + std::to_string(events));
        test::CallWorld world;
        GetParam().begin(world);
        world.run_events(at, GetParam().injection);
        world.expect_nothing_left();
    }
}

INSTANTIATE_TEST_SUITE_P(
    OfACall, AtEveryMoment,
    testing::Values(Moment{"ApiCallEnded", api_call, end_from_outside},
                    Moment{"ApiCallHungUp", api_call, phones_hang_up},
                    Moment{"ApiCallRedirected", api_call, redirect_parent},
                    Moment{"ApiDialEnded", api_call_that_dials, end_from_outside},
                    Moment{"ApiDialHungUp", api_call_that_dials, phones_hang_up},
                    Moment{"ApiDialChildRedirected", api_call_that_dials, redirect_child},
                    Moment{"ParentRedirected", inbound_call_that_dials, redirect_parent},
                    Moment{"ChildRedirected", inbound_call_that_dials, redirect_child},
                    Moment{"BothRedirected", inbound_call_that_dials, redirect_both},
                    Moment{"ChildCompleted", inbound_call_that_dials, complete_child},
                    Moment{"ChildRedirectedAndEnded", inbound_call_that_dials,
                           redirect_child_and_end}),
    [](const auto& moment) { return std::string(moment.param.name); });

}  // namespace
}  // namespace skyn3t::call
