// RFC 3966 section 3, RFC 4694, and what carriers send.
#include "model/telephone_subscriber.hpp"

#include <gtest/gtest.h>

namespace skyn3t::model {
namespace {

std::string number_in(std::string_view text) {
    const auto subscriber = TelephoneSubscriber::parse(text);
    return subscriber ? subscriber->number : "a name";
}

TEST(TelephoneSubscriber, IsTheNumberWithoutWhatStandsBehindIt) {
    EXPECT_EQ(number_in("+56229145248"), "+56229145248");
    EXPECT_EQ(number_in("+56229145248;npdi;rn=+56221110000"), "+56229145248");
    EXPECT_EQ(number_in("+56987654321;cpc=ordinary"), "+56987654321");
    EXPECT_EQ(number_in("+56987654321;cpc=ordinary;oli=00;"), "+56987654321");
    EXPECT_EQ(number_in("+56229145248;isub=1411"), "+56229145248");
    EXPECT_EQ(number_in("229145248;cic=+1-6789"), "229145248");
}

TEST(TelephoneSubscriber, LeavesVisualSeparatorsOut) {
    EXPECT_EQ(number_in("+56-2-2914.5248"), "+56229145248");
    EXPECT_EQ(number_in("+56(2)29145248"), "+56229145248");
    EXPECT_EQ(number_in("(2)2914-5248"), "229145248");
}

TEST(TelephoneSubscriber, ResolvesEscapes) {
    EXPECT_EQ(number_in("%2B56229145248"), "+56229145248");
    EXPECT_EQ(number_in("%2B56229145248%3Bnpdi"), "+56229145248");
    EXPECT_EQ(number_in("%2a67"), "*67");
    EXPECT_EQ(number_in("%23%32"), "#2");
}

TEST(TelephoneSubscriber, KeepsWhatItsParametersSay) {
    const auto ported =
        TelephoneSubscriber::parse("+56229145248;NPDI;RN=+56221110000;ext=12;isub=%31");
    ASSERT_TRUE(ported);
    EXPECT_EQ(ported->routing_number, "+56221110000");
    EXPECT_EQ(ported->extension, "12");
    EXPECT_EQ(ported->subaddress, "1");
    EXPECT_TRUE(ported->is_global());
}

TEST(TelephoneSubscriber, ACountryAsContextMakesANationalNumberGlobal) {
    EXPECT_EQ(number_in("229145248;phone-context=+56"), "+56229145248");
    EXPECT_EQ(number_in("22914-5248;phone-context=+5-6"), "+56229145248");
    EXPECT_EQ(number_in("133;phone-context=+56"), "133") << "a short number is dialled as it is";
    EXPECT_EQ(number_in("863-1234;phone-context=+1-914-555"), "8631234") << "a private plan";
    EXPECT_EQ(number_in("7042;phone-context=example.com"), "7042");
    EXPECT_EQ(number_in("+56229145248;phone-context=+1"), "+56229145248");
}

TEST(TelephoneSubscriber, LettersAreDigitsOnlyInAContext) {
    EXPECT_EQ(number_in("12A4;phone-context=example.com"), "12A4");
    EXPECT_EQ(number_in("dad"), "a name");
    EXPECT_EQ(number_in("12A4"), "a name");
}

TEST(TelephoneSubscriber, ANameIsNone) {
    for (const auto* name :
         {"", "+", "conserje", "+56229145248-office", "anonymous", "-.()", ";rn=+5", "+56*2",
          "++5622", "5622+5", "+56229145248;=x", "+5622914 5248;a b=c", "+56229145248;;npdi", "%"})
        EXPECT_EQ(number_in(name), "a name") << name;
    EXPECT_EQ(number_in(std::string(1025, '1')), "a name");
}

TEST(TelephoneSubscriber, TheFirstOfARepeatedParameterCounts) {
    EXPECT_EQ(TelephoneSubscriber::parse("+5622;rn=+1;rn=+2")->routing_number, "+1");
}

}  // namespace
}  // namespace skyn3t::model
