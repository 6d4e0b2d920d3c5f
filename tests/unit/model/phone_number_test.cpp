#include "model/phone_number.hpp"

#include <gtest/gtest.h>

namespace skyn3t::model {
namespace {

struct Written {
    const char* text;
    const char* e164;
    bool old_form;
};

TEST(NumberReading, UnderstandsTheFormsThatPeopleWrite) {
    const Written cases[]{
        {"+56 2 2914 5248", "+56229145248", false},   {"+56229145248", "+56229145248", false},
        {"56 2 2914 5248", "+56229145248", false},    {"(2) 2914 5248", "+56229145248", false},
        {"229145248", "+56229145248", false},         {"9 8765 4321", "+56987654321", false},
        {"0056 9 8765-4321", "+56987654321", false},  {"+1 (415) 523-8886", "+14155238886", false},
        {" +56.2.2914.5248 ", "+56229145248", false}, {"09 8765 4321", "+56987654321", true},
        {"8765 4321", "+56987654321", true},          {"2914 5248", "+56229145248", true},
        {"0 32 212 3456", "+56322123456", true},
    };
    for (const Written& each : cases) {
        const auto reading = NumberReading::parse(each.text);
        ASSERT_TRUE(reading) << each.text;
        EXPECT_EQ(reading->number.str(), each.e164) << each.text;
        EXPECT_EQ(reading->old_form, each.old_form) << each.text;
    }
}

TEST(NumberReading, TellsAPossibleNumberFromAValidOne) {
    EXPECT_TRUE(NumberReading::parse("+56229145248")->valid);
    const auto example = NumberReading::parse("+56234567890");
    ASSERT_TRUE(example);
    EXPECT_FALSE(example->valid);
    EXPECT_EQ(example->number.str(), "+56234567890");
}

TEST(NumberReading, RefusesWhatIsNoNumber) {
    for (const char* text :
         {"", "   ", "office", "+", "133", "+56133", "12", "+56 2 2914 52489999", "+56+229145248",
          "2 2914 5248 ext 3", "+999999999999", "2222222222222222222222222222222222222222222222"})
        EXPECT_FALSE(NumberReading::parse(text)) << text;
}

TEST(PhoneNumber, TakesE164AndNothingElse) {
    EXPECT_TRUE(PhoneNumber::parse_e164("+56229145248"));
    for (const char* text : {"229145248", "+56 229145248", "56229145248", "+", "+5622914524a",
                             "+562291452481234567", ""})
        EXPECT_FALSE(PhoneNumber::parse_e164(text)) << text;
}

TEST(PhoneNumber, IsReadablePutInGroups) {
    EXPECT_EQ(format_international(PhoneNumber::parse_e164("+56229145248").value()),
              "+56 2 2914 5248");
}

TEST(PhoneNumber, HasATypeAndACountry) {
    const auto type = [](const char* text) {
        return type_of(PhoneNumber::parse_e164(text).value());
    };
    EXPECT_EQ(type("+56229145248"), NumberType::local);
    EXPECT_EQ(type("+56987654321"), NumberType::mobile);
    EXPECT_EQ(type("+56800200300"), NumberType::toll_free);
    EXPECT_EQ(country_of(PhoneNumber::parse_e164("+56229145248").value()), "CL");
    EXPECT_EQ(country_of(PhoneNumber::parse_e164("+12025550123").value()), "US");
    EXPECT_EQ(country_of(PhoneNumber::parse_e164("+80012345678").value()), "");
}

}  // namespace
}  // namespace skyn3t::model
