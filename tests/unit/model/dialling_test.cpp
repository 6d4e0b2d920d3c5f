#include "model/dialling.hpp"

#include <gtest/gtest.h>

#include <set>

namespace skyn3t::model {
namespace {

const EmergencyNumbers kNumbers = EmergencyNumbers::chile();
constexpr const char* kOwn = "+56229145248";
constexpr const char* kVerified = "+56987654321";
constexpr const char* kStranger = "+56911112222";

struct Numbers final : ShownNumbers {
    std::set<std::string, std::less<>> good{kOwn, kVerified};
    std::string own = kOwn;
    bool may_show(std::string_view number) const override { return good.contains(number); }
    std::string own_number() const override { return own; }
};

DialVerdict judge(std::string_view number, const MayDial& may_dial = MayDial::chile(),
                  std::string_view shown = kOwn, bool chosen = true,
                  Dialler by = Dialler::document) {
    return judge_dialling({number, shown, chosen, by}, may_dial, Numbers(), kNumbers);
}

TEST(Destination, IsReadFromTheNumber) {
    const std::pair<const char*, Destination> kTable[] = {
        {"+56229145248", Destination::local},  // Santiago
        {"+56322345678", Destination::local},  // Valparaiso
        {"+56234567890", Destination::local},  // possible, in no operator's range
        {"+56442345678", Destination::local},  // IP telephony
        {"+56987654321", Destination::mobile},
        {"+56800123456", Destination::national},   // free of charge
        {"+566001234567", Destination::national},  // shared cost
        {"+56700123456", Destination::premium},    // by the minute
        {"+56123012345", Destination::premium},    // through another carrier
        {"+5491123456789", Destination::international},
        {"+12125550123", Destination::international},
        {"+12425551234", Destination::premium},  // no range of the Bahamas
        {"+19005550123", Destination::premium},
        {"+447911123456", Destination::international},
        {"+449098790123", Destination::premium},  // 09: charged extra
        {"+447012345678", Destination::premium},  // a "personal" number
        {"+870773123456", Destination::premium},  // satellite
        {"+881612345678", Destination::premium},
        {"+979123456789", Destination::premium},       // premium of no country
        {"+80012345678", Destination::international},  // free of no country
    };
    for (const auto& [text, kind] : kTable) {
        const auto number = PhoneNumber::parse_e164(text);
        ASSERT_TRUE(number) << text;
        EXPECT_EQ(to_string(destination_of(*number)), to_string(kind)) << text;
    }
}

TEST(MayDial, IsItsText) {
    EXPECT_EQ(MayDial::chile().text(), "local, mobile, national");
    EXPECT_EQ(MayDial::from_text("premium,local, nowhere").text(), "local, premium");
    EXPECT_EQ(MayDial::nothing().text(), "");
    EXPECT_EQ(MayDial::from_text(""), MayDial::nothing());
}

TEST(Dialling, GoesWhereMayDialSays) {
    struct Row {
        const char* number;
        const char* may_dial;
        int refused;
    };
    const Row kTable[] = {
        {"+56987654321", "local, mobile, national", 0},
        {"+56987654321", "local", 13227},
        {"+56800123456", "local, mobile", 13227},
        {"+5491123456789", "local, mobile, national", 13227},
        {"+5491123456789", "international", 0},
        {"+19005550123", "international", 13225},
        {"+56700123456", "local, mobile, national", 13225},
        {"+56700123456", "premium", 0},
        {"+56987654321", "", 13227},
        {"+562291", "local", 13224},       // too short
        {"+21012345678", "local", 13226},  // no country
    };
    for (const auto& row : kTable)
        EXPECT_EQ(judge(row.number, MayDial::from_text(row.may_dial)).refused, row.refused)
            << row.number << " with " << row.may_dial;
}

TEST(Dialling, ShowsTheCommunitysNumberOrAVerifiedOne) {
    EXPECT_EQ(judge(kStranger, MayDial::chile(), kOwn).shown, kOwn);
    EXPECT_EQ(judge(kStranger, MayDial::chile(), kVerified).shown, kVerified);
    EXPECT_EQ(judge(kStranger, MayDial::chile(), kStranger).refused, 13214);
    EXPECT_EQ(judge(kStranger, MayDial::chile(), "anonymous").refused, 13214);
    EXPECT_EQ(judge(kStranger, MayDial::chile(), "133").refused, 13214);
}

TEST(Dialling, ShowsTheCommunityWhenNothingWasChosen) {
    const auto verdict = judge(kStranger, MayDial::chile(), "+5491123456789", false);
    EXPECT_EQ(verdict.refused, 0);
    EXPECT_EQ(verdict.shown, kOwn);
    Numbers none;
    none.own.clear();
    EXPECT_EQ(judge_dialling({kStranger, "ana", false, Dialler::document}, MayDial::chile(), none,
                             kNumbers)
                  .refused,
              13214);
}

TEST(Dialling, EmergencyNumbersAreForPhonesAlone) {
    for (const char* number : {"133", "131", "+56133", "147", "1-3-2"}) {
        const auto by = [&](Dialler dialler) {
            return judge(number, MayDial::nothing(), kStranger, true, dialler);
        };
        EXPECT_EQ(by(Dialler::phone).refused, 0) << number;
        EXPECT_EQ(by(Dialler::phone).shown, kOwn) << number;
        for (const auto other : {Dialler::document, Dialler::api, Dialler::test})
            EXPECT_EQ(by(other).refused, 13225) << number;
    }
}

}  // namespace
}  // namespace skyn3t::model
