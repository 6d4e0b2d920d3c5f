#include "sip/uri.hpp"

#include <gtest/gtest.h>

namespace skyn3t::sip {
namespace {

UriView uri(std::string_view text) {
    auto parsed = UriView::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? *parsed : UriView{};
}
bool same(std::string_view a, std::string_view b) {
    return equivalent(uri(a), uri(b)) && equivalent(uri(b), uri(a));
}

TEST(Uri, PartsAreTakenApart) {
    const auto parsed = uri("sips:alice:secret@Example.COM:5071;transport=tcp;lr?subject=x&to=y");
    EXPECT_EQ(parsed.scheme, Scheme::sips);
    EXPECT_EQ(parsed.user, "alice");
    EXPECT_EQ(parsed.password, "secret");
    EXPECT_EQ(parsed.host, "Example.COM");
    EXPECT_EQ(parsed.port, 5071);
    EXPECT_EQ(parsed.params.find("TRANSPORT"), "tcp");
    EXPECT_TRUE(parsed.is_loose_route());
    EXPECT_EQ(parsed.headers, "subject=x&to=y");
}

TEST(Uri, Ipv6ReferenceLosesItsBrackets) {
    const auto parsed = uri("sip:bob@[2001:db8::10]:5070;ob");
    EXPECT_EQ(parsed.host, "2001:db8::10");
    EXPECT_TRUE(parsed.is_ipv6);
    EXPECT_EQ(parsed.port, 5070);
    EXPECT_TRUE(parsed.params.has("ob"));
}

TEST(Uri, TelHasANumberAndParameters) {
    const auto parsed = uri("tel:+56-2-2914-5248;phone-context=example.com");
    EXPECT_EQ(parsed.scheme, Scheme::tel);
    EXPECT_EQ(parsed.user, "+56-2-2914-5248");
    EXPECT_EQ(address_of_record_key(parsed), "+56229145248");
}

TEST(Uri, HashSignInTheUserIsTolerated) {  // phones dial *31# so
    EXPECT_EQ(uri("sip:*31#133@example.com").user, "*31#133");
}

TEST(Uri, MalformedOnesAreRefused) {
    for (const std::string_view text :
         {"", "example.com", ":", "sip:", "sip:@example.com", "sip:user@", "sip:user@host:0",
          "sip:user@host:70000", "sip:user@host:50x", "sip:a@b@c", "sip:user@[::1", "sip:u@[host]",
          "sip:user@ho st", "sip:us%4@host", "sip:us%zz@host", "sip:user@host\r\nX: y",
          "sip:<user@host>", "tel:", "1sip:user@host"})
        EXPECT_FALSE(UriView::parse(text)) << text;
}

TEST(Uri, MoreThan1024OctetsAreRefused) {
    EXPECT_TRUE(UriView::parse("sip:" + std::string(1020, 'a')));
    EXPECT_FALSE(UriView::parse("sip:" + std::string(1021, 'a')));
}

TEST(AddressOfRecord, EscapedPlusIsTheSameUser) {
    EXPECT_EQ(address_of_record_key(uri("sip:+56229145248-office@Example.cl")),
              "+56229145248-office@example.cl");
    EXPECT_EQ(address_of_record_key(uri("sip:%2B56229145248-office@example.CL")),
              "+56229145248-office@example.cl");
}

TEST(AddressOfRecord, UserIsCaseSensitiveAndHostIsNot) {
    EXPECT_NE(address_of_record_key(uri("sip:Office@h")),
              address_of_record_key(uri("sip:office@h")));
    EXPECT_EQ(address_of_record_key(uri("sip:office@H")),
              address_of_record_key(uri("sip:office@h")));
}

TEST(AddressOfRecord, ParametersPortAndPasswordDoNotCount) {
    EXPECT_EQ(address_of_record_key(uri("sip:office:pw@h:5080;user=phone;x=y?a=b")), "office@h");
    EXPECT_EQ(address_of_record_key(uri("sip:h")), "h");
}

TEST(UriEquality, ExamplesOfTheStandardThatAreEqual) {  // RFC 3261 §19.1.4
    EXPECT_TRUE(
        same("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
    EXPECT_TRUE(same("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
    EXPECT_TRUE(same("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"));
    EXPECT_TRUE(same("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                     "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
    EXPECT_TRUE(same("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                     "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
}

TEST(UriEquality, ExamplesOfTheStandardThatDiffer) {
    EXPECT_FALSE(
        same("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
    EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
    EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
    EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
    EXPECT_FALSE(same("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
    EXPECT_FALSE(same("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
    EXPECT_FALSE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
}

TEST(Uri, WrittenOnesEscapeTheirUser) {
    EXPECT_EQ((Uri{Scheme::sip, "+56229145248-office", "10.0.0.1", 5070, ";transport=tcp"}.text()),
              "sip:+56229145248-office@10.0.0.1:5070;transport=tcp");
    EXPECT_EQ((Uri{Scheme::sip, "a b@c\r\n", "2001:db8::1", {}, ""}.text()),
              "sip:a%20b%40c%0D%0A@[2001:db8::1]");
}

}  // namespace
}  // namespace skyn3t::sip
