#include "verify/checklist.hpp"

#include <gtest/gtest.h>

#include <map>

#include "support/fake_clock.hpp"

namespace skyn3t::verify {
namespace {

using namespace std::chrono_literals;
using State = rest::Check::State;

model::Community community() {
    model::Community community;
    community.code = "PLAZA_NORTE";
    community.number = model::PhoneNumber::parse_e164("+56223456789").value();
    community.roles = {{"office", '1', "oficina de administración", {}},
                       {"security", '2', "conserjería", {}}};
    return community;
}

std::vector<std::string> ids(const std::vector<rest::Check>& checks) {
    std::vector<std::string> ids;
    for (const auto& check : checks) ids.push_back(check.id);
    return ids;
}

TEST(ChecksOf, GoThroughTheConfigurationTheGreetingAndEachRole) {
    EXPECT_EQ(ids(checks_of(community(), Ring::probe)),
              (std::vector<std::string>{"number", "documents", "credentials", "phones", "answer",
                                        "greeting", "announcement-1", "ring-1", "audio-to-phone-1",
                                        "audio-to-caller-1", "hang-up-1", "log-1", "announcement-2",
                                        "ring-2", "audio-to-phone-2", "audio-to-caller-2",
                                        "hang-up-2", "log-2"}));
}

TEST(ChecksOf, RealPhonesRingAndMustBeAnswered) {
    const auto found = ids(checks_of(community(), Ring::real_phones));
    EXPECT_EQ((std::vector<std::string>(found.end() - 4, found.end())),
              (std::vector<std::string>{"announcement-2", "ring-2", "pick-up-2", "log-2"}));
}

struct ChecklistTest : testing::Test {
    test::FakeLoop loop;
    std::map<std::string, rest::Check> shown;
    Checklist list{checks_of(community(), Ring::probe), loop.clock,
                   [this](const rest::Check& check) { shown[check.id] = check; }};
};

TEST_F(ChecklistTest, MeasuresFromBeginToPass) {
    list.begin("answer");
    EXPECT_EQ(shown["answer"].state, State::running);
    loop.clock.advance(120ms);
    list.pass("answer");
    EXPECT_EQ(shown["answer"].state, State::passed);
    EXPECT_EQ(shown["answer"].duration, 120ms);
}

TEST_F(ChecklistTest, AFailureSaysWhyInBothLanguages) {
    list.begin("ring-1");
    list.fail("ring-1", {"No sonó.", "It did not ring."}, "486");
    EXPECT_EQ(shown["ring-1"].state, State::failed);
    EXPECT_EQ(shown["ring-1"].why_es, "No sonó.");
    EXPECT_EQ(shown["ring-1"].why_en, "It did not ring.");
    EXPECT_EQ(shown["ring-1"].detail, "486");
}

TEST_F(ChecklistTest, WhatIsLeftOfARoleIsSkippedAndTheOtherRolesWait) {
    list.pass("announcement-1");
    list.skip_waiting('1');
    EXPECT_EQ(shown["announcement-1"].state, State::passed);
    EXPECT_EQ(shown["ring-1"].state, State::skipped);
    EXPECT_FALSE(shown.contains("ring-2"));
    list.skip_waiting();
    EXPECT_EQ(shown["ring-2"].state, State::skipped);
}

}  // namespace
}  // namespace skyn3t::verify
