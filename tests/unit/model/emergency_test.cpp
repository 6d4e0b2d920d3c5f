#include "model/emergency.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace skyn3t::model {
namespace {

const EmergencyNumbers kChile = EmergencyNumbers::chile();

TEST(EmergencyNumbers, KnowsChilesClasses) {
    for (const char* text : {"131", "132", "133", "911", "112"})
        EXPECT_EQ(kChile.classify(text), EmergencyClass::emergency) << text;
    for (const char* text :
         {"100", "130", "134", "135", "136", "137", "138", "139", "1400", "1409", "147", "149"})
        EXPECT_EQ(kChile.classify(text), EmergencyClass::expanded) << text;
}

TEST(EmergencyNumbers, SeesThroughEveryWayOfWritingThem) {
    for (const char* text :
         {"1 3 3", "1-3-3", " 133 ", "+56133", "56133", "0056133", "0133", "056133", "tel:133",
          "sip:133@skyn3t.example.cl", "SIPS:133;user=phone@host", "sip:%31%33%33@host", "133#",
          "*133", "sip:133;phone-context=+56@host"})
        EXPECT_EQ(kChile.classify(text), EmergencyClass::emergency) << text;
}

TEST(EmergencyNumbers, LeavesOrdinaryNumbersAlone) {
    for (const char* text : {"+56229145133", "229145248", "1330", "13", "", "edificio133", "office",
                             "+56229145248-office", "600 600 1313", "sip:edificio133@host"})
        EXPECT_FALSE(kChile.classify(text)) << text;
}

TEST(EmergencyNumbers, AreConfiguration) {
    const EmergencyNumbers single({{"112", EmergencyClass::emergency}});
    EXPECT_TRUE(single.classify("112"));
    EXPECT_FALSE(single.classify("133"));
}

TEST(TestTarget, IsANumberOrAPhonesUserName) {
    for (const char* text : {"+56229145248", "+56229145248-office", "+56234567890-security"}) {
        const auto target = TestTarget::from(text, kChile);
        ASSERT_TRUE(target) << text;
        EXPECT_EQ(target->str(), text);
    }
}

TEST(TestTarget, CannotBeMadeFromAnEmergencyNumber) {
    for (const char* text : {"131", "132", "133", "911", "100", "1400", "+56133", "0133",
                             "sip:133@host", "1-3-3", "%3133"}) {
        const auto target = TestTarget::from(text, kChile);
        ASSERT_FALSE(target) << text;
        EXPECT_EQ(target.error().code, Errc::forbidden) << text;
    }
}

TEST(TestTarget, CannotBeMadeFromAShortNumberEvenWhenTheListIsEmpty) {
    const EmergencyNumbers none({});
    for (const char* text :
         {"133", "+133", "133-office", "+56133", "+56133-office", "1330", "4040"})
        EXPECT_FALSE(TestTarget::from(text, none)) << text;
}

// There is no other way to make one.
static_assert(!std::is_default_constructible_v<TestTarget>);
static_assert(!std::is_constructible_v<TestTarget, std::string>);

}  // namespace
}  // namespace skyn3t::model
