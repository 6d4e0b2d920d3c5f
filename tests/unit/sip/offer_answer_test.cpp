#include "sip/offer_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::crlf;
using testing::HasSubstr;

LocalMedia local() {
    LocalMedia media;
    media.address = "203.0.113.10";
    media.port = 20000;
    media.session_id = 77;
    return media;
}

SdpSession sdp(std::string_view media_lines, std::string_view connection = "IN IP4 192.0.2.5") {
    auto parsed =
        parse_sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.5\r\ns=-\r\nc=" + std::string(connection) +
                  "\r\nt=0 0\r\n" + crlf(media_lines));
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().detail);
    return *std::move(parsed);
}

Answer answer_to(const SdpSession& offer, const LocalMedia& media = local()) {
    auto answer = make_answer(offer, media);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().detail);
    return answer ? *std::move(answer) : Answer{};
}

std::string refusal_of(std::string_view media_lines, const LocalMedia& media = local()) {
    const auto answer = make_answer(sdp(media_lines), media);
    if (answer) return "accepted";
    EXPECT_EQ(answer.error().code, Errc::not_acceptable);
    return answer.error().detail;
}

TEST(Offer, HasAllOurCodecsAndTheDigits) {
    EXPECT_EQ(to_string(make_offer(local())), crlf(R"(
v=0
o=- 77 1 IN IP4 203.0.113.10
s=-
c=IN IP4 203.0.113.10
t=0 0
m=audio 20000 RTP/AVP 0 8 9 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:9 G722/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
)"));
}

TEST(Answer, TakesOneCodecAndKeepsThePeersPayloadTypes) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/AVP 18 97 8 96
a=rtpmap:97 pcmu/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-16
)"));
    EXPECT_EQ(to_string(answer.sdp), crlf(R"(
v=0
o=- 77 1 IN IP4 203.0.113.10
s=-
c=IN IP4 203.0.113.10
t=0 0
m=audio 20000 RTP/AVP 97 96
a=rtpmap:97 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20
a=sendrecv
)"));
    EXPECT_EQ(answer.media.codec, Codec::pcmu);
    EXPECT_EQ(answer.media.send_payload_type, 97);
    EXPECT_EQ(answer.media.receive_payload_type, 97);
    EXPECT_EQ(answer.media.send_telephone_event, 96);
    EXPECT_EQ(answer.media.remote_address, "192.0.2.5");
    EXPECT_EQ(answer.media.remote_port, 4000);
    EXPECT_EQ(answer.media.remote_rtcp_port, 4001);
}

struct CodecCase {
    const char* offered;
    std::optional<Codec> codec;
    int payload_type;
};
class AnsweredCodec : public testing::TestWithParam<CodecCase> {};

TEST_P(AnsweredCodec, IsOurFirstThatThePeerOffers) {
    const auto answer = make_answer(sdp(GetParam().offered), local());
    ASSERT_EQ(answer.has_value(), GetParam().codec.has_value()) << GetParam().offered;
    if (!answer) return;
    EXPECT_EQ(answer->media.codec, *GetParam().codec);
    EXPECT_EQ(answer->media.send_payload_type, GetParam().payload_type);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AnsweredCodec,
    testing::Values(
        CodecCase{"m=audio 4000 RTP/AVP 0\n", Codec::pcmu, 0},
        CodecCase{"m=audio 4000 RTP/AVP 9 8 0\n", Codec::pcmu, 0},
        CodecCase{"m=audio 4000 RTP/AVP 18 8\n", Codec::pcma, 8},
        CodecCase{"m=audio 4000 RTP/AVP 9\n", Codec::g722, 9},
        CodecCase{"m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/16000\n", Codec::g722, 9},
        CodecCase{"m=audio 4000 RTP/AVP 100\na=rtpmap:100 PCMA/8000/1\n", Codec::pcma, 100},
        // An rtpmap gives a static number another meaning.
        CodecCase{"m=audio 4000 RTP/AVP 0\na=rtpmap:0 speex/8000\n", {}, 0},
        CodecCase{"m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/16000\n", {}, 0},
        CodecCase{"m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000/2\n", {}, 0},
        CodecCase{"m=audio 4000 RTP/AVP 18\n", {}, 0},
        CodecCase{"m=audio 4000 RTP/AVP 128 256 -1 x\n", {}, 0},
        // Only digits are no audio.
        CodecCase{"m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n", {}, 0}));

TEST(Answer, EventsOfAnotherClockAreNotTaken) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/AVP 9 102
a=rtpmap:102 telephone-event/16000
)"));
    EXPECT_EQ(answer.media.send_telephone_event, std::nullopt);
    EXPECT_EQ(answer.sdp.media[0].formats, std::vector<std::string>{"9"});
}

TEST(Answer, EventsOfOurClockAreFoundAmongOthers) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/AVP 9 0 102 103
a=rtpmap:102 telephone-event/48000
a=rtpmap:103 telephone-event/8000
)"));
    EXPECT_EQ(answer.media.send_telephone_event, 103);
}

// A gateway that lists every clock of an event under one payload type.
TEST(Answer, OfSeveralMapsOfOnePayloadTypeTheUsableOneIsTaken) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/AVP 0 101
a=rtpmap:101 telephone-event/16000
a=rtpmap:101 telephone-event/8000
)"));
    EXPECT_EQ(answer.media.send_telephone_event, 101);
    EXPECT_THAT(to_string(answer.sdp), HasSubstr("a=rtpmap:101 telephone-event/8000\r\n"));
}

TEST(Answer, OfSeveralMapsOfACodecTheUsableOneIsTaken) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/AVP 96
a=rtpmap:96 PCMA/16000
a=rtpmap:96 PCMA/8000
)"));
    EXPECT_EQ(answer.media.codec, Codec::pcma);
    EXPECT_EQ(answer.media.send_payload_type, 96);
}

TEST(Answer, OfTwoAudioLinesTheUsableOneIsTaken) {
    const auto answer = answer_to(sdp(R"(
m=audio 4000 RTP/SAVP 0
m=audio 4002 RTP/AVP 8
)"));
    EXPECT_EQ(answer.media.remote_port, 4002);
    ASSERT_EQ(answer.sdp.media.size(), 2u);
    EXPECT_EQ(answer.sdp.media[0].port, 0);
    EXPECT_EQ(answer.sdp.media[1].port, 20000);
}

TEST(AppliedAnswer, OfSeveralMapsOfOnePayloadTypeTheUsableOneIsTaken) {
    const auto media = apply_answer(make_offer(local()), sdp(R"(
m=audio 4000 RTP/AVP 0 101
a=rtpmap:101 telephone-event/48000
a=rtpmap:101 telephone-event/8000
)"));
    ASSERT_TRUE(media);
    EXPECT_EQ(media->send_telephone_event, 101);
}

TEST(Answer, RefusedLinesStayInTheirOrder) {  // RFC 3264 §6
    const auto answer = answer_to(sdp(R"(
m=video 4010 RTP/AVP 31 32
m=audio 0 RTP/AVP 0
m=audio 4000 RTP/SAVP 0
m=audio 4002 RTP/AVP 8
m=audio 4004 RTP/AVP 8
m=image 4006 udptl t38
)"));
    std::string lines;
    for (const auto& media : answer.sdp.media)
        lines += media.type + ' ' + std::to_string(media.port) + ' ' + media.formats[0] + '\n';
    EXPECT_EQ(lines, "video 0 31\naudio 0 0\naudio 0 0\naudio 20000 8\naudio 0 8\nimage 0 t38\n");
    EXPECT_EQ(answer.media.remote_port, 4002);
}

TEST(Answer, FeedbackProfileIsAnsweredAsItself) {
    const auto answer = answer_to(sdp("m=audio 4000 RTP/AVPF 0\n"));
    EXPECT_EQ(answer.sdp.media[0].protocol, "RTP/AVPF");
}

TEST(Answer, RefusalNamesWhatWasOfferedAndWhatIsAllowed) {
    EXPECT_EQ(refusal_of("m=audio 4000 RTP/AVP 18 101\na=rtpmap:101 telephone-event/8000\n"),
              "offered \"audio RTP/AVP G729, telephone-event/8000\", "
              "allowed audio RTP/AVP PCMU, PCMA, G722 over IPv4");
    EXPECT_THAT(refusal_of("m=audio 4000 RTP/SAVP 0\n"), HasSubstr("audio RTP/SAVP PCMU"));
    EXPECT_THAT(refusal_of("m=audio 49170 udptl (\n"), HasSubstr("audio udptl ("));
    EXPECT_THAT(refusal_of("m=audio 0 RTP/AVP 0\n"), HasSubstr("port 0"));
    EXPECT_THAT(refusal_of(""), HasSubstr("offered \"\""));
}

TEST(Answer, AddressThatWeCannotReachIsRefused) {
    for (const std::string_view connection : {"IN IP6 2001:db8::5", "IN IP4 phone.example.com"}) {
        const auto answer = make_answer(sdp("m=audio 4000 RTP/AVP 0\n", connection), local());
        ASSERT_FALSE(answer) << connection;
        EXPECT_EQ(answer.error().code, Errc::not_acceptable);
    }
}

TEST(Answer, Ipv6MeetsIpv6) {
    LocalMedia media = local();
    media.address = "2001:db8::1";
    const auto answer = answer_to(sdp("m=audio 4000 RTP/AVP 0\n", "IN IP6 2001:db8::5"), media);
    EXPECT_EQ(answer.media.remote_address, "2001:db8::5");
    EXPECT_THAT(to_string(answer.sdp), HasSubstr("c=IN IP6 2001:db8::1\r\n"));
}

struct DirectionCase {
    const char* offered;
    Direction ours;
    const char* answered;
    Direction we_may;
    bool on_hold;
};
class AnsweredDirection : public testing::TestWithParam<DirectionCase> {};

TEST_P(AnsweredDirection, IsWhatBothWant) {  // RFC 3264 §6.1
    const auto& expected = GetParam();
    LocalMedia media = local();
    media.direction = expected.ours;
    const auto answer =
        answer_to(sdp("m=audio 4000 RTP/AVP 0\na=" + std::string(expected.offered) + "\n"), media);
    EXPECT_EQ(name_of(*answer.sdp.media[0].direction), expected.answered);
    EXPECT_EQ(answer.media.direction, expected.we_may);
    EXPECT_EQ(answer.media.on_hold, expected.on_hold);
}
INSTANTIATE_TEST_SUITE_P(
    Table, AnsweredDirection,
    testing::Values(
        DirectionCase{"sendrecv", Direction::sendrecv, "sendrecv", Direction::sendrecv, false},
        DirectionCase{"sendonly", Direction::sendrecv, "recvonly", Direction::recvonly, true},
        DirectionCase{"recvonly", Direction::sendrecv, "sendonly", Direction::sendonly, false},
        DirectionCase{"inactive", Direction::sendrecv, "inactive", Direction::inactive, true},
        DirectionCase{"sendrecv", Direction::sendonly, "sendonly", Direction::sendonly, false},
        DirectionCase{"sendonly", Direction::sendonly, "inactive", Direction::inactive, true},
        DirectionCase{"sendrecv", Direction::inactive, "inactive", Direction::inactive, false}));

TEST(Answer, HoldByAddressStopsUsAndIsAnsweredPlainly) {  // RFC 3264 §8.4
    const auto answer = answer_to(sdp("m=audio 4000 RTP/AVP 0\n", "IN IP4 0.0.0.0"));
    EXPECT_TRUE(answer.media.on_hold);
    EXPECT_EQ(answer.media.direction, Direction::recvonly);
    EXPECT_EQ(answer.media.remote_address, "");
    EXPECT_EQ(answer.sdp.media[0].direction, Direction::sendrecv);
}

TEST(Answer, DirectionOfTheSessionHolds) {
    auto offer = sdp("m=audio 4000 RTP/AVP 0\n");
    offer.direction = Direction::sendonly;
    EXPECT_TRUE(answer_to(offer).media.on_hold);
}

TEST(Answer, PacketTimeIsThePeersWithinOurs) {
    const auto with = [](std::string_view attributes) {
        return answer_to(sdp("m=audio 4000 RTP/AVP 0\n" + std::string(attributes))).media.ptime;
    };
    EXPECT_EQ(with(""), 20ms);
    EXPECT_EQ(with("a=ptime:10\n"), 10ms);
    EXPECT_EQ(with("a=ptime:30\n"), 20ms);
    EXPECT_EQ(with("a=ptime:40\n"), 40ms);
    EXPECT_EQ(with("a=ptime:40\na=maxptime:30\n"), 20ms);
    EXPECT_EQ(with("a=ptime:40\na=maxptime:20\n"), 20ms);
    EXPECT_EQ(with("a=ptime:60\n"), 40ms);
    EXPECT_EQ(with("a=ptime:25\n"), 20ms);
    EXPECT_EQ(with("a=maxptime:10\n"), 10ms);
    EXPECT_EQ(with("a=ptime:1\n"), 10ms);
}

TEST(Answer, TheLongestPacketThatThePeerTakesIsKnown) {
    EXPECT_EQ(answer_to(sdp("m=audio 4000 RTP/AVP 0\na=maxptime:20\n")).media.maxptime, 20ms);
    EXPECT_EQ(answer_to(sdp("m=audio 4000 RTP/AVP 0\n")).media.maxptime, std::nullopt);
}

TEST(Answer, RtcpGoesWhereThePeerSays) {
    const auto explicit_port =
        answer_to(sdp("m=audio 4000 RTP/AVP 0\na=rtcp:5005 IN IP4 192.0.2.9\n"));
    EXPECT_EQ(explicit_port.media.remote_rtcp_port, 5005);
    EXPECT_EQ(explicit_port.media.remote_rtcp_address, "192.0.2.9");
    const auto multiplexed = answer_to(sdp("m=audio 4000 RTP/AVP 0\na=rtcp-mux\n"));
    EXPECT_TRUE(multiplexed.media.rtcp_mux);
    EXPECT_EQ(multiplexed.media.remote_rtcp_port, 4000);
    EXPECT_TRUE(multiplexed.sdp.media[0].rtcp_mux);
}

TEST(Answer, VersionGrowsOnlyWhenSomethingChanged) {  // RFC 3264 §8
    const auto offer = sdp("m=audio 4000 RTP/AVP 0\n");
    const auto first = answer_to(offer);
    const auto same = *make_answer(offer, local(), &first.sdp);
    EXPECT_EQ(to_string(same.sdp), to_string(first.sdp));
    const auto held = *make_answer(sdp("m=audio 4000 RTP/AVP 0\na=sendonly\n"), local(), &same.sdp);
    EXPECT_EQ(held.sdp.origin.session_id, 77u);
    EXPECT_EQ(held.sdp.origin.version, 2u);
    const auto resumed = *make_answer(offer, local(), &held.sdp);
    EXPECT_EQ(resumed.sdp.origin.version, 3u);
}

TEST(Offer, LaterOneKeepsLinesAndPayloadTypes) {
    const auto first = answer_to(sdp(R"(
m=video 4010 RTP/AVP 31
m=audio 4000 RTP/AVP 0 96
a=rtpmap:96 telephone-event/8000
)"));
    LocalMedia media = local();
    media.direction = Direction::sendonly;
    EXPECT_EQ(to_string(make_offer(media, &first.sdp)), crlf(R"(
v=0
o=- 77 2 IN IP4 203.0.113.10
s=-
c=IN IP4 203.0.113.10
t=0 0
m=video 0 RTP/AVP 31
m=audio 20000 RTP/AVP 0 8 9 96
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:9 G722/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20
a=sendonly
)"));
}

TEST(Offer, RepeatedOneKeepsItsVersion) {  // a session refresh
    const auto first = make_offer(local());
    EXPECT_EQ(make_offer(local(), &first).origin.version, 1u);
}

TEST(AppliedAnswer, TakesThePeersFirstCodec) {
    const auto media = apply_answer(make_offer(local()), sdp(R"(
m=audio 4000 RTP/AVP 8 0 110
a=rtpmap:110 telephone-event/8000
a=ptime:40
a=maxptime:60
)"));
    ASSERT_TRUE(media);
    EXPECT_EQ(media->codec, Codec::pcma);
    EXPECT_EQ(media->send_payload_type, 8);
    EXPECT_EQ(media->receivable.size(), 2u);
    // Each side has its own number for what it receives.
    EXPECT_EQ(media->send_telephone_event, 110);
    EXPECT_EQ(media->receive_telephone_event, 101);
    EXPECT_EQ(media->ptime, 40ms);
    EXPECT_EQ(media->maxptime, 60ms);
    EXPECT_EQ(media->direction, Direction::sendrecv);
}

TEST(AppliedAnswer, WithoutEventsHasNone) {
    const auto media = apply_answer(make_offer(local()), sdp("m=audio 4000 RTP/AVP 0\n"));
    EXPECT_EQ(media->send_telephone_event, std::nullopt);
    EXPECT_EQ(media->receive_telephone_event, std::nullopt);
}

TEST(AppliedAnswer, HoldIsSeen) {
    const auto offer = make_offer(local());
    const auto held = apply_answer(offer, sdp("m=audio 4000 RTP/AVP 0\na=inactive\n"));
    EXPECT_TRUE(held->on_hold);
    EXPECT_EQ(held->direction, Direction::inactive);
    const auto unreachable = apply_answer(offer, sdp("m=audio 4000 RTP/AVP 0\n", "IN IP4 0.0.0.0"));
    EXPECT_TRUE(unreachable->on_hold);
}

TEST(AppliedAnswer, OneThatDoesNotAnswerIsRefused) {
    const auto offer = make_offer(local());
    for (const std::string_view lines :
         {"", "m=audio 0 RTP/AVP 0\n", "m=audio 4000 RTP/SAVP 0\n", "m=video 4000 RTP/AVP 0\n",
          "m=audio 4000 RTP/AVP 18\n", "m=audio 4000 RTP/AVP 101\na=rtpmap:101 PCMX/8000\n"}) {
        const auto media = apply_answer(offer, sdp(lines));
        ASSERT_FALSE(media) << lines;
        EXPECT_EQ(media.error().code, Errc::not_acceptable);
    }
    EXPECT_FALSE(apply_answer(offer, sdp("m=audio 4000 RTP/AVP 0\n", "IN IP6 2001:db8::5")));
}

TEST(AppliedAnswer, OurOwnAnswerFitsOurOffer) {
    const auto offer = make_offer(local());
    const auto answer = answer_to(offer);
    const auto media = apply_answer(offer, answer.sdp);
    ASSERT_TRUE(media);
    EXPECT_EQ(media->codec, answer.media.codec);
    EXPECT_EQ(media->send_telephone_event, 101);
}

}  // namespace
}  // namespace skyn3t::sip
