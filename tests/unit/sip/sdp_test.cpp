#include "sip/sdp.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::crlf;

const std::string kOffer = crlf(R"(
v=0
o=phone 8000 8001 IN IP4 192.168.1.20
s=A call
i=ignored
c=IN IP4 192.168.1.20
b=AS:64
t=0 0
a=sendonly
a=tool:x
m=audio 49170/2 RTP/AVP 0 8 97 101
a=rtpmap:0 PCMU/8000
a=rtpmap:97 opus/48000/2
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:30
a=maxptime:40
a=rtcp:53020 IN IP6 2001:db8::9
a=rtcp-mux
a=recvonly
m=video 51372 RTP/AVP 31
c=IN IP4 192.168.1.21/127
)");

TEST(Sdp, LinesOfSessionAndMediaAreRead) {
    const auto sdp = parse_sdp(kOffer);
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->origin.username, "phone");
    EXPECT_EQ(sdp->origin.session_id, 8000u);
    EXPECT_EQ(sdp->origin.version, 8001u);
    EXPECT_EQ(sdp->name, "A call");
    ASSERT_EQ(sdp->media.size(), 2u);

    const auto& audio = sdp->media[0];
    EXPECT_EQ(audio.port, 49170);
    EXPECT_EQ(audio.formats, (std::vector<std::string>{"0", "8", "97", "101"}));
    EXPECT_EQ(audio.rtpmap(97)->encoding, "opus");
    EXPECT_EQ(audio.rtpmap(97)->clock_rate, 48000u);
    EXPECT_EQ(audio.rtpmap(97)->channels, 2u);
    EXPECT_EQ(audio.rtpmap(8), nullptr);
    EXPECT_EQ(audio.fmtp("101"), "0-16");
    EXPECT_EQ(audio.ptime, 30ms);
    EXPECT_EQ(audio.maxptime, 40ms);
    EXPECT_EQ(audio.rtcp_port, 53020);
    EXPECT_EQ(audio.rtcp_address, "2001:db8::9");
    EXPECT_TRUE(audio.rtcp_mux);
}

TEST(Sdp, MediaOutweighsSession) {
    const auto sdp = parse_sdp(kOffer);
    EXPECT_EQ(sdp->direction_of(sdp->media[0]), Direction::recvonly);
    EXPECT_EQ(sdp->direction_of(sdp->media[1]), Direction::sendonly);
    EXPECT_EQ(sdp->address_of(sdp->media[0]), "192.168.1.20");
    EXPECT_EQ(sdp->address_of(sdp->media[1]), "192.168.1.21");
}

TEST(Sdp, WrittenOneReadsTheSame) {
    const auto sdp = parse_sdp(kOffer);
    EXPECT_EQ(to_string(*sdp), crlf(R"(
v=0
o=phone 8000 8001 IN IP4 192.168.1.20
s=A call
c=IN IP4 192.168.1.20
t=0 0
a=sendonly
m=audio 49170 RTP/AVP 0 8 97 101
a=rtpmap:0 PCMU/8000
a=rtpmap:97 opus/48000/2
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:30
a=maxptime:40
a=rtcp:53020 IN IP6 2001:db8::9
a=rtcp-mux
a=recvonly
m=video 51372 RTP/AVP 31
c=IN IP4 192.168.1.21
)"));
    EXPECT_EQ(to_string(*parse_sdp(to_string(*sdp))), to_string(*sdp));
}

TEST(Sdp, MediaLineThatHangsOldParsersIsAnOrdinaryLine) {  // sip-stack.md, section 1
    const auto sdp = parse_sdp("v=0\r\nm=audio 49170 udptl (\r\n");
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->media[0].protocol, "udptl");
    EXPECT_EQ(sdp->media[0].formats, std::vector<std::string>{"("});
}

TEST(Sdp, LineFeedsAloneAndBlanksAtTheEndAreTolerated) {
    const auto sdp = parse_sdp("v=0\no=- 1 1 IN IP4 1.2.3.4 \n\nm=audio  9  RTP/AVP   0 \n");
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->media[0].formats, std::vector<std::string>{"0"});
}

TEST(Sdp, OversizedOriginNumbersDoNotRefuseACall) {
    const auto sdp = parse_sdp("v=0\r\no=- 99999999999999999999999 -1 IN IP4 1.2.3.4\r\n");
    ASSERT_TRUE(sdp);
    EXPECT_EQ(sdp->origin.address, "1.2.3.4");
}

TEST(Sdp, MalformedAttributesAreIgnored) {
    const auto sdp = parse_sdp(crlf(R"(
v=0
m=audio 9 RTP/AVP 0
a=rtpmap:999 X/8000
a=rtpmap:97 X
a=rtpmap:
a=fmtp:
a=ptime:0
a=ptime:99999999999
a=rtcp:0
a=
a=:
)"));
    ASSERT_TRUE(sdp);
    EXPECT_TRUE(sdp->media[0].rtpmaps.empty());
    EXPECT_TRUE(sdp->media[0].fmtps.empty());
    EXPECT_EQ(sdp->media[0].ptime, std::nullopt);
}

TEST(Sdp, MalformedOnesAreRefusedByLine) {
    for (const std::string_view text :
         {"", "\r\n", "hello", "v=1\r\n", "o=- 1 1 IN IP4 1.2.3.4\r\nv=0\r\n", "v=0\r\nx\r\n",
          "v=0\r\nm=audio\r\n", "v=0\r\nm=audio 1\r\n", "v=0\r\nm=audio 70000 RTP/AVP 0\r\n",
          "v=0\r\nm=audio -1 RTP/AVP 0\r\n", "v=0\r\nm=audio 1 RTP/AVP\r\n", "v=0\r\nc=IN IP4\r\n",
          "v=0\r\nc=ATM X Y\r\n"})
        EXPECT_EQ(parse_sdp(text).error().code, Errc::parse_error) << text;
    EXPECT_EQ(parse_sdp("v=0\r\nm=audio x RTP/AVP 0\r\n").error().detail,
              "bad SDP line \"m=audio x RTP/AVP 0\"");
}

TEST(Sdp, LimitsHold) {
    std::string many = "v=0\r\n";
    for (int i = 0; i < 33; ++i) many += "m=audio 9 RTP/AVP 0\r\n";
    EXPECT_EQ(parse_sdp(many).error().code, Errc::too_large);
    std::string formats = "v=0\r\nm=audio 9 RTP/AVP";
    for (int i = 0; i < 129; ++i) formats += " 0";
    EXPECT_FALSE(parse_sdp(formats));
    EXPECT_EQ(parse_sdp("v=0\r\ns=" + std::string(65536, 'x')).error().code, Errc::too_large);
}

TEST(Sdp, OfALineThatStandsTwiceTheFirstUsableOneCounts) {
    const auto parsed = parse_sdp(crlf(R"(
v=0
c=IN IP4 gateway.example
c=IN IP4 192.0.2.5
c=IN IP4 192.0.2.6
m=audio 4000 RTP/AVP 0
c=IN IP4 192.0.2.7
c=IN IP4 gateway.example
a=ptime:0
a=ptime:30
a=ptime:20
a=maxptime:60
a=maxptime:0
a=rtcp:5001
a=rtcp:5003
)"));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->address, "192.0.2.5");
    EXPECT_EQ(parsed->media[0].address, "192.0.2.7");
    EXPECT_EQ(parsed->media[0].ptime, 30ms);
    EXPECT_EQ(parsed->media[0].maxptime, 60ms);
    EXPECT_EQ(parsed->media[0].rtcp_port, 5001);
}

}  // namespace
}  // namespace skyn3t::sip
