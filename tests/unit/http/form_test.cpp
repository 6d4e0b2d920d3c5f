#include "http/form.hpp"

#include <gtest/gtest.h>

namespace skyn3t::http {
namespace {

TEST(Form, EncodesSpacesAsPlusAndOctetsAsPercent) {
    EXPECT_EQ(encode_form({{"Name", "Ñuñoa 1"}, {"To", "+56229145248"}, {"E", ""}}),
              "Name=%C3%91u%C3%B1oa+1&To=%2B56229145248&E=");
}

TEST(Form, ReadsBackWhatItWrote) {
    const Params params{{"a b", "1&2=3"}, {"a b", "%41"}, {"ñ", ""}, {"~*-._", "~*-._"}};
    EXPECT_EQ(parse_form(encode_form(params)).value(), params);
}

TEST(Form, ReadsANameWithoutValueAndSkipsEmptyPairs) {
    EXPECT_EQ(parse_form("&a&&b=&=c&").value(), (Params{{"a", ""}, {"b", ""}, {"", "c"}}));
}

TEST(Form, KeepsRepeatedNamesInOrder) {
    const auto params = parse_form("Event=ringing&Event=answered").value();
    EXPECT_EQ(params.find("Event"), "ringing");
    EXPECT_EQ(params.find_all("Event"), (std::vector<std::string_view>{"ringing", "answered"}));
    EXPECT_FALSE(params.has("event"));
}

TEST(Form, RefusesABrokenEscape) {
    for (const char* text : {"a=%", "a=%4", "a=%zz", "%=a"}) {
        const auto params = parse_form(text);
        ASSERT_FALSE(params) << text;
        EXPECT_EQ(params.error().code, Errc::parse_error);
    }
}

TEST(Form, RefusesNulAndWhatIsNotUtf8) {
    EXPECT_FALSE(parse_form("a=%00"));
    EXPECT_FALSE(parse_form("a=%ff%fe"));
}

TEST(Form, RefusesMorePairsOrOctetsThanItsLimits) {
    EXPECT_TRUE(parse_form("a=1&b=2", {.octets = 7, .pairs = 2}));
    EXPECT_EQ(parse_form("a=1&b=2&c=3", {.pairs = 2}).error().code, Errc::too_large);
    EXPECT_EQ(parse_form("a=1&b=2", {.octets = 6}).error().code, Errc::too_large);
}

TEST(PercentEncoding, KeepsPlusApartFromSpace) {
    EXPECT_EQ(percent_encode("+56 2/~"), "%2B56%202%2F~");
    EXPECT_EQ(percent_decode("+56%202%2F~"), "+56 2/~");
    EXPECT_FALSE(percent_decode("%2"));
}

}  // namespace
}  // namespace skyn3t::http
