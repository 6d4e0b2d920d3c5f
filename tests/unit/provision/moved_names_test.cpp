#include "provision/moved_names.hpp"

#include <gmock/gmock.h>

namespace skyn3t::provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct MovedNames : testing::Test {
    model::Community community(const std::string& code, const std::string& last) {
        model::Community made;
        made.sid = CommunitySid::generate();
        made.code = code;
        made.number = model::PhoneNumber::parse_e164("+5622345678" + last).value();
        return made;
    }
    // What is said when the file has these numbers.
    std::vector<std::string> said(const std::vector<std::pair<int, const char*>>& numbers,
                                  Prune prune = Prune::no) {
        Manifest manifest;
        for (const auto& [index, last] : numbers) {
            auto wanted = community(actual[static_cast<std::size_t>(index)].code, last);
            wanted.sid = {};
            manifest.communities.push_back(
                {wanted, {}, {}, {}, {{"number", {"x.yaml", 7, 3, "number"}}}});
        }
        const auto plan = make_plan(manifest.values(), actual, prune);
        std::vector<std::string> all;
        for (const auto& each : moved_names(manifest, plan, actual)) {
            EXPECT_EQ(each.where.line, 7);
            all.push_back(each.en);
        }
        return all;
    }
    std::vector<model::Community> actual{community("A", "1"), community("B", "2"),
                                         community("C", "3")};
};

TEST_F(MovedNames, AreNoneWhereNumbersChangeWithoutMeeting) {
    EXPECT_THAT(said({{0, "1"}, {1, "2"}, {2, "3"}}), IsEmpty());
    EXPECT_THAT(said({{0, "4"}, {1, "5"}}), IsEmpty());
}

TEST_F(MovedNames, ANumberThatIsFreedIsTakenInASecondApply) {
    EXPECT_THAT(said({{0, "2"}, {1, "4"}}),
                ElementsAre("the number +56223456782 is B's until now and cannot go to A in the "
                            "same apply; first apply this file with A as it was, then as it is"));
}

TEST_F(MovedNames, AnExchangeTakesThree) {
    EXPECT_THAT(said({{0, "2"}, {1, "1"}}),
                ElementsAre(HasSubstr("first B with a number that nobody uses and A as it was, "
                                      "then A with +56223456782"),
                            HasSubstr("first A with")));
    EXPECT_THAT(said({{0, "2"}, {1, "3"}, {2, "1"}}),
                ElementsAre(HasSubstr("three applies"), HasSubstr("three applies"),
                            HasSubstr("three applies")));
}

TEST_F(MovedNames, ANumberThatSomebodyKeepsIsNotTaken) {
    EXPECT_THAT(said({{0, "2"}}), ElementsAre(HasSubstr("is B's, which keeps it")));
}

TEST_F(MovedNames, ANewCommunityDoesNotTakeTheNumberOfAnother) {
    Manifest manifest;
    auto wanted = community("DUP", "1");
    wanted.sid = {};
    manifest.communities.push_back({wanted, {}, {}, {}, {{"number", {"x.yaml", 4, 13, "number"}}}});
    const auto kept = moved_names(manifest, make_plan(manifest.values(), actual), actual);
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].where.line, 4);
    EXPECT_THAT(kept[0].es, HasSubstr("el número +56223456781 es de A, que lo conserva"));
    EXPECT_THAT(kept[0].es, HasSubstr("skyn3t community rename A DUP"));
    const auto pruned =
        moved_names(manifest, make_plan(manifest.values(), actual, Prune::yes), actual);
    ASSERT_EQ(pruned.size(), 1u);
    EXPECT_THAT(pruned[0].en, HasSubstr("say so: \"was: A\""));
    manifest.communities[0].was = "A";
    EXPECT_THAT(
        moved_names(manifest, make_plan(manifest.values(), actual, Prune::no, manifest.renames()),
                    actual),
        IsEmpty());
}

TEST_F(MovedNames, AnOldCodeThatStaysIsNobodysOldCode) {
    Manifest manifest;
    for (const char* code : {"DUP", "A"}) {
        auto wanted = community(code, *code == 'A' ? "1" : "7");
        wanted.sid = {};
        manifest.communities.push_back({wanted, {}, *code == 'A' ? "" : "A", {}, {}});
    }
    const auto found = moved_names(
        manifest, make_plan(manifest.values(), actual, Prune::no, manifest.renames()), actual);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].rule, "renamed-code");
}

TEST_F(MovedNames, ARemovedCommunityGoesFirst) {
    EXPECT_THAT(said({{0, "2"}}, Prune::yes), ElementsAre(HasSubstr("skyn3t community remove B")));
}

}  // namespace
}  // namespace skyn3t::provision
