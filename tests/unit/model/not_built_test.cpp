#include "model/not_built.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace skyn3t::model {
namespace {

TEST(NotBuilt, IsFoundByWhatADocumentAsks) {
    EXPECT_TRUE(find_not_built("Dial", "record", "record-from-answer"));
    EXPECT_TRUE(find_not_built("Calls", "MachineDetection", "Enable"));
    EXPECT_TRUE(find_not_built("Conference", "", ""));
    EXPECT_FALSE(find_not_built("Dial", "timeout", "20"));
    EXPECT_FALSE(find_not_built("Dial", "", ""));
}

TEST(NotBuilt, IsNotAskedByAValueThatAsksForNothing) {
    EXPECT_FALSE(find_not_built("Dial", "record", "do-not-record"));
    EXPECT_FALSE(find_not_built("Calls", "Record", "False"));
    EXPECT_FALSE(find_not_built("Calls", "AsyncAmd", "false"));
    EXPECT_FALSE(find_not_built("Number", "byoc", ""));
}

TEST(NotBuilt, IsExplainedByWhatAWarningShows) {
    const auto of_dial = explain_warning(13750, "<Dial record>");
    ASSERT_TRUE(of_dial);
    EXPECT_STREQ(of_dial->es, "este servidor todavía no graba llamadas");
    EXPECT_STREQ(of_dial->en, "this server does not record calls yet");
    EXPECT_STREQ(explain_warning(13750, "Record")->es, of_dial->es);
    EXPECT_STREQ(explain_warning(13750, "<Record>")->es, of_dial->es);
    EXPECT_STREQ(explain_warning(13750, "<Nothing>")->es, find_warning(13750)->es);
    EXPECT_STREQ(explain_warning(13223, "<Record>")->es, find_warning(13223)->es);
}

TEST(NotBuilt, IsWhatTheDocumentationSays) {
    std::ifstream file("docs/twiml.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const NotBuilt& each : not_built()) {
        const std::string place(each.place), name(each.name);
        const std::string shown = place == "Calls" ? "`" + name + "` of `POST Calls`"
                                  : name.empty()   ? "`<" + place + ">`"
                                                   : "`<" + place + " " + name + ">`";
        const auto at = text.find(shown);
        ASSERT_NE(at, std::string::npos) << shown;
        const std::string row = text.substr(at, text.find('\n', at) - at);
        EXPECT_TRUE(row.ends_with("| " + std::string(each.en) + " |")) << row;
    }
}

}  // namespace
}  // namespace skyn3t::model
