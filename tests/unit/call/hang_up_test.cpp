// DESIGN.md, section 3: a hang-up at every suspension point of every verb, with the real stack and
// the real Dialing. A run is cut into its events; each is preceded by the hang-up once.
#include <functional>

#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using test::CallWorld;

struct Case {
    const char* name;
    std::string verbs;
    std::function<void(CallWorld&)> prepare = [](CallWorld&) {};
    const char* keys = "";  // one each 700 ms, from the start
};
void PrintTo(const Case& verb, std::ostream* out) { *out << verb.name; }

std::string dial(const std::string& attributes, const std::string& nouns) {
    return "<Dial action=\"/after\" " + attributes + ">" + nouns + "</Dial>";
}
const std::string kOneNoun = CallWorld::sip(test::kOffice);
const std::string kTwoNouns = kOneNoun + CallWorld::sip(CallWorld::kSecurity);

void office_answers(CallWorld& world) { world.phone(test::kOffice).hangs_up_after = 1s; }
void office_refuses(CallWorld& world) { world.phone(test::kOffice).answers_with = 486; }
void office_rings_for_ever(CallWorld& world) { world.phone(test::kOffice).decides_after.reset(); }
void office_is_dead(CallWorld& world) {
    auto& office = world.phone(test::kOffice);
    office.rings.reset();
    office.decides_after.reset();
}
void two_contacts(CallWorld& world) {
    world.phone(test::kOffice, 20).hangs_up_after = 1s;
    world.phone(test::kOffice, 21).decides_after = 2010ms;
}
void two_phones(CallWorld& world) {
    world.phone(test::kOffice, 20).answers_with = 603;
    world.phone(CallWorld::kSecurity, 21).hangs_up_after = 1s;
}
void everything_takes_time(CallWorld& world) {
    world.application.delay = 50ms;
    world.prompts.delay = 50ms;
}
void office_answers_late(CallWorld& world) {
    everything_takes_time(world);
    auto& office = world.phone(test::kOffice);
    office.ignores_cancel = true;
    office.decides_after = 6s;
}
const std::string kScreened =
    "<Sip url=\"/screen\" statusCallback=\"/progress\">sip:" + std::string(test::kOffice) + "@" +
    test::kDomain + "</Sip>";
void office_takes_the_call(CallWorld& world) {
    everything_takes_time(world);
    world.application.serve("/screen", "<Say>Llamada.</Say><Pause/>");
    world.phone(test::kOffice).hangs_up_after = 4s;
}
void office_declines(CallWorld& world) {
    office_takes_the_call(world);
    world.application.serve("/screen", "<Gather timeout=\"1\"/><Hangup/>");
}
void two_phones_one_screened(CallWorld& world) {
    office_takes_the_call(world);
    world.phone(test::kOffice, 21).decides_after = 2500ms;
}

const std::vector<Case> kCases{
    {"Say", "<Say>Hola.</Say><Say>Chao.</Say>", everything_takes_time},
    {"Play", "<Play loop=\"2\">/a.wav</Play>", everything_takes_time},
    {"PlayDigits", "<Play digits=\"12w3\"/>"},
    {"PauseBeforeTheAnswer", "<Pause length=\"2\"/><Say>Hola.</Say>"},
    {"GatherTimeout", "<Gather timeout=\"1\"><Say>Elija.</Say></Gather><Say>Nada.</Say>",
     everything_takes_time},
    {"GatherBargeIn", "<Gather numDigits=\"1\" action=\"/after\"><Say>Elija.</Say></Gather>",
     everything_takes_time, "3"},
    {"GatherSeveral", "<Gather action=\"/after\"><Say>Elija.</Say></Gather>", everything_takes_time,
     "123#"},
    {"Redirect", "<Redirect>/after</Redirect>", everything_takes_time},
    {"RedirectToNothing", "<Redirect>/missing</Redirect>", everything_takes_time},
    {"Hangup", "<Hangup/>"},
    {"Reject", "<Reject/>"},
    {"DialAnswered", dial("", kOneNoun), office_answers},
    {"DialAnswerOnBridge", dial("answerOnBridge=\"true\"", kOneNoun), office_answers},
    {"DialRefused", dial("", kOneNoun), office_refuses},
    {"DialTimeout", dial("timeout=\"5\"", kOneNoun), office_rings_for_ever},
    {"DialDeadPhone", dial("timeout=\"5\"", kOneNoun), office_is_dead},
    {"DialNotRegistered", dial("", kOneNoun)},
    {"DialTwoContacts", dial("", kOneNoun), two_contacts},
    {"DialTwoNouns", dial("", kTwoNouns), two_phones},
    {"DialSequential", dial("sequential=\"true\"", kTwoNouns), two_phones},
    {"DialTimeLimit", dial("timeLimit=\"1\"", kOneNoun), office_answers},
    {"DialStar", dial("hangupOnStar=\"true\"", kOneNoun), office_answers, "1234*"},
    {"DialLateAnswer", dial("timeout=\"5\"", kOneNoun), office_answers_late},
    {"DialScreened", dial("", kScreened), office_takes_the_call},
    {"DialScreenedTwoNouns", dial("timeout=\"5\"", kScreened + kOneNoun), two_phones_one_screened},
    {"DialScreenedDeclined", dial("", kScreened), office_declines},
    {"DialTrunk", dial("timeLimit=\"2\"", "+56229999999")},
};

class HangUp : public testing::TestWithParam<Case> {
  protected:
    using Injection = std::function<void(CallWorld&)>;

    // Runs the case event by event, with `injection` before event number `at`. How many there were.
    static std::size_t run(CallWorld& world, std::size_t at, const Injection& injection) {
        GetParam().prepare(world);
        world.application.serve("/after", "<Say>Listo.</Say>");
        std::vector<std::unique_ptr<Timer>> presses;
        milliseconds when{0};
        for (const char* key = GetParam().keys; *key != 0; ++key) {
            presses.push_back(std::make_unique<Timer>(world.loop.wheel, [&world, key] {
                world.media.fake.press(CallWorld::kCaller, *key);
            }));
            presses.back()->start_after(when += 700ms);
        }
        world.call_with(GetParam().verbs);
        return world.run_events(at, injection);
    }
    static void expect_nothing_left_at_any_event(const Injection& injection) {
        CallWorld whole;
        const std::size_t events = run(whole, SIZE_MAX, injection);
        EXPECT_EQ(whole.records.open(), 0u) << "ends without a hang-up too";
        for (std::size_t at = 0; at < events && !HasFailure(); ++at) {
            SCOPED_TRACE("hang-up before event " + std::to_string(at) + " of " +
                         std::to_string(events));
            CallWorld world;
            run(world, at, injection);
            world.expect_nothing_left();
            std::size_t actions = 0;
            for (const auto& line : world.application.requested)
                actions += line.starts_with("/after DialCallStatus=") ? 1u : 0u;
            EXPECT_EQ(actions, world.records.size() > world.records.parents().size() ? 1u : 0u)
                << "a Dial's action is requested exactly once";
        }
    }
};

TEST_P(HangUp, ByTheCallerLeavesNothing) {
    expect_nothing_left_at_any_event([](CallWorld& world) { world.carrier.hang_up(); });
}

TEST_P(HangUp, FromOutsideLeavesNothing) {
    expect_nothing_left_at_any_event(
        [](CallWorld& world) { world.calls.end_all(model::EndReason::ended_by_api); });
}

TEST_P(HangUp, ByTheCallerAndThePhoneAtOnceLeavesNothing) {
    expect_nothing_left_at_any_event([](CallWorld& world) {
        for (auto& phone : world.phones)
            if (phone.is_talking()) phone.hang_up();
        world.carrier.hang_up();
    });
}

TEST_P(HangUp, WithAMediaQueueThatFillsUpLeavesNothing) {
    expect_nothing_left_at_any_event([](CallWorld& world) {
        world.media.fake.refuse_commands = true;
        world.loop.run_for(50ms);
        world.media.fake.refuse_commands = false;
    });
}

INSTANTIATE_TEST_SUITE_P(EveryVerb, HangUp, testing::ValuesIn(kCases),
                         [](const auto& verb) { return std::string(verb.param.name); });

}  // namespace
}  // namespace skyn3t::call
