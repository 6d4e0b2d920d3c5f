// One dialog plus its media, seen from the caller that it talks to.
#include "call/leg.hpp"

#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class LegTest : public test::CallTest {
  protected:
    static inline const std::string kTalks = "<Say loop=\"100\">Hola.</Say>";
    // The last offer or answer of ours.
    std::string sdp(const std::string& name = "200 INVITE") const {
        return std::string(carrier.last(name).body());
    }
    bool has(const std::string& text, const std::string& part) const {
        return text.find(part) != std::string::npos;
    }
    const media::RemoteMedia& remote() const {
        return media.fake.last<media::SetRemote>(kCaller)->remote;
    }
};

TEST_F(LegTest, AnswersTheOfferWithItsOwnPort) {
    call_with(kTalks);
    run(1s);
    EXPECT_TRUE(has(sdp(), "m=audio 20000 RTP/AVP")) << sdp();
    EXPECT_TRUE(has(sdp(), "c=IN IP4 203.0.113.10")) << sdp();
    EXPECT_EQ(remote().rtp.port(), 40000);
    EXPECT_EQ(remote().codec, media::Codec::pcmu);
    EXPECT_EQ(remote().telephone_event_send, 101);
}

TEST_F(LegTest, AnOfferWithoutACodecOfOursIs488AndNamesBoth) {
    carrier.body = test::offer_of("198.51.100.7", "18", "a=rtpmap:18 G729/8000\r\n");
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"488 INVITE"});
    EXPECT_EQ(parent(), "failed no_common_codec 488");
    EXPECT_EQ(records.history_of(records.parent()), "begin end");
    const auto& detail = records.events.back().detail.back().second;
    EXPECT_TRUE(has(detail, "G729")) << detail;
    EXPECT_TRUE(has(detail, "PCMU")) << detail;
    EXPECT_EQ(media.fake.configs.size(), 0u) << "no port was taken for it";
}

TEST_F(LegTest, AnSdpThatIsNoneIs400) {
    carrier.body = "rubbish";
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"400 INVITE"});
    EXPECT_EQ(parent(), "failed refused 400");
}

TEST_F(LegTest, AMediaLineThatIsNoneIs488) {
    carrier.body = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nm=audio 49170 udptl (\r\n";
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"488 INVITE"});
}

// RFC 5621: a gateway's ISUP message beside the SDP, in every message that may carry one.
TEST_F(LegTest, TheSdpIsFoundBesideAnIsupMessage) {
    const auto beside_isup = [](const std::string& sdp) {
        return "--e\r\nContent-Type: application/sdp\r\n\r\n" + sdp +
               "\r\n--e\r\nContent-Type: application/ISUP;version=itu-t92+\r\n"
               "Content-Disposition: signal;handling=optional\r\n\r\n\x01\x02\r\n--e--\r\n";
    };
    carrier.body_type = "multipart/mixed;boundary=e";
    carrier.body = beside_isup(test::offer_of("198.51.100.7"));
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.count("200 INVITE"), 1u);
    EXPECT_EQ(remote().codec, media::Codec::pcmu);
    carrier.reinvite(beside_isup(test::offer_of("198.51.100.7", "8", "a=sendonly\r\n")));
    run(1s);
    EXPECT_EQ(carrier.count("200 INVITE"), 2u);
    EXPECT_EQ(remote().codec, media::Codec::pcma);
    carrier.body_of_ack = beside_isup(test::offer_of("198.51.100.7", "9", ""));
    carrier.reinvite("");
    run(1s);
    EXPECT_EQ(remote().codec, media::Codec::g722);
}

TEST_F(LegTest, WithoutAPortItIs503) {
    media.fake.refuse_streams = true;
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"503 INVITE"});
    EXPECT_EQ(parent(), "failed server_error 503");
}

TEST_F(LegTest, AnInviteThatCanMakeNoDialogIsLoggedAsRefused) {
    test::SipPeer peer{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5064)};
    peer.send(kServer, test::wire("INVITE sip:+56229145248@203.0.113.10 SIP/2.0\n"
                                  "Via: SIP/2.0/UDP 198.51.100.7:5064;rport;branch=z9hG4bKx\n"
                                  "Max-Forwards: 70\nFrom: <sip:+56987654321@198.51.100.7>;tag=1\n"
                                  "To: <sip:+56229145248@203.0.113.10>\nCall-ID: no-contact\n"
                                  "CSeq: 1 INVITE\nContent-Type: application/sdp\n",
                                  test::offer_of("198.51.100.7")));
    run(1s);
    EXPECT_EQ(peer.story().at(0), "400 INVITE");
    EXPECT_EQ(parent(), "failed refused 400");
}

TEST_F(LegTest, AnEarlyByeIsLoggedAsTheCallersHangUp) {
    call_with("<Pause length=\"9\"/>" + kTalks);
    run(1s);
    carrier.bye();
    run(1s);
    EXPECT_EQ(carrier.count("487 INVITE"), 1u);
    EXPECT_EQ(parent(), "canceled caller_hung_up 487");
}

// ---- delayed offer

TEST_F(LegTest, AnInviteWithoutAnOfferGetsOursAndItsAnswerComesWithTheAck) {
    carrier.body.clear();
    carrier.body_of_ack = test::offer_of("198.51.100.7", "8", "");
    call_with(kTalks);
    run(1s);
    EXPECT_TRUE(has(sdp(), "m=audio 20000 RTP/AVP 0 8 9")) << sdp();
    EXPECT_EQ(remote().codec, media::Codec::pcma);
}

TEST_F(LegTest, AnAckWithAnAnswerThatFitsNotEndsTheCall) {
    carrier.body.clear();
    carrier.body_of_ack = test::offer_of("198.51.100.7", "18", "");
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed no_common_codec 200");
}

TEST_F(LegTest, AnAckThatOwesUsItsAnswerEndsTheCall) {
    carrier.body.clear();
    call_with(kTalks);
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed no_common_codec 200");
}

// ---- re-INVITE

TEST_F(LegTest, ReinviteHoldsAndResumes) {
    call_with(kTalks);
    run(1s);
    carrier.reinvite(test::offer_of("198.51.100.7", "0", "a=sendonly\r\n"));
    run(1s);
    EXPECT_EQ(carrier.count("200 INVITE"), 2u);
    EXPECT_TRUE(has(sdp(), "a=recvonly")) << sdp();
    EXPECT_EQ(remote().direction, media::Direction::receive_only);
    carrier.reinvite(test::offer_of("198.51.100.7", "0", ""));
    run(1s);
    EXPECT_EQ(remote().direction, media::Direction::send_receive);
    EXPECT_EQ(calls.size(), 1u);
}

TEST_F(LegTest, ReinviteHoldsTheOldWayByAddress) {
    call_with(kTalks);
    run(1s);
    carrier.reinvite(test::offer_of("0.0.0.0", "0", ""));
    run(1s);
    EXPECT_TRUE(remote().rtp.address().is_unspecified());
}

TEST_F(LegTest, ReinviteChangesTheCodec) {
    call_with(kTalks);
    run(1s);
    carrier.reinvite(test::offer_of("198.51.100.7", "9", ""));
    run(1s);
    EXPECT_EQ(remote().codec, media::Codec::g722);
}

TEST_F(LegTest, ReinviteWithoutACodecOfOursIs488AndTheCallStays) {
    call_with(kTalks);
    run(1s);
    carrier.reinvite(test::offer_of("198.51.100.7", "18", ""));
    run(1s);
    EXPECT_EQ(carrier.count("488 INVITE"), 1u);
    EXPECT_EQ(calls.size(), 1u);
    EXPECT_EQ(remote().codec, media::Codec::pcmu);
}

TEST_F(LegTest, ReinviteWithoutAnOfferGetsOurs) {
    call_with(kTalks);
    run(1s);
    carrier.body_of_ack = test::offer_of("198.51.100.7", "8", "");
    carrier.reinvite("");
    run(1s);
    EXPECT_TRUE(has(sdp(), "m=audio 20000")) << sdp();
    EXPECT_EQ(remote().codec, media::Codec::pcma);
}

// ---- INFO

struct Info {
    const char* type;
    const char* body;
    const char* digit;  // none: ""
};
void PrintTo(const Info& info, std::ostream* out) { *out << info.type << " " << info.body; }
class LegInfo : public LegTest, public testing::WithParamInterface<Info> {};

TEST_P(LegInfo, IsTheKeyThatItSays) {
    call_with("<Gather timeout=\"100\" finishOnKey=\"\"/>");
    run(1s);
    carrier.info(GetParam().type, GetParam().body);
    run(1s);
    EXPECT_EQ(records.told("digit " + std::string(GetParam().digit)), *GetParam().digit != 0);
    EXPECT_EQ(carrier.count("200 INFO"), 1u);
    if (*GetParam().digit == 0) {
        EXPECT_EQ(records.story(), (Lines{"incoming", "answered"}));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, LegInfo,
    testing::Values(Info{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5"},
                    Info{"application/dtmf-relay", "Signal= #\r\nDuration=100\r\n", "#"},
                    Info{"application/dtmf-relay", "signal=a\n", "A"},
                    Info{"application/dtmf-relay", "Signal=10\r\n", "*"},
                    Info{"application/dtmf-relay", "Signal=11\r\n", "#"},
                    Info{"application/dtmf", "7", "7"}, Info{"application/dtmf", "*\r\n", "*"},
                    Info{"application/dtmf-relay", "Duration=160\r\n", ""},
                    Info{"application/dtmf-relay", "Signal=\r\nDuration=160\r\n", ""},
                    Info{"application/dtmf-relay", "Signal=123\r\n", ""},
                    Info{"application/dtmf", "!", ""}, Info{"application/dtmf", "", ""},
                    Info{"text/plain", "5", ""}));

// ---- the media engine

TEST_F(LegTest, AFullMediaQueueEndsTheCall) {
    call_with(kTalks);
    run(1s);
    media.fake.refuse_commands = true;
    media.fake.raise(media::DigitReceived{kCaller, '1', 100ms, media::DigitSource::rfc4733});
    calls.end_all(model::EndReason::ended_by_api);
    run(1s);
    EXPECT_EQ(calls.size(), 1u) << "its port is not given back yet";
    media.fake.refuse_commands = false;
    run(1s);
    EXPECT_EQ(calls.size(), 0u);
}

TEST_F(LegTest, AFullMediaQueueAtTheAnswerIsAServerError) {
    call_with("<Pause length=\"1\"/>" + kTalks);
    run(500ms);
    media.fake.refuse_commands = true;
    run(1s);
    media.fake.refuse_commands = false;
    run(1s);
    EXPECT_EQ(carrier.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed server_error 200");
}

TEST_F(LegTest, ClosesOnceEvenAfterTheQueueWasFull) {
    struct Owner final : LegOwner {
        int ended = 0, closed = 0;
        void on_leg_ended(Leg&, const LegEnd&) override { ++ended; }
        void on_leg_closed(Leg&) override { ++closed; }
    } owner;
    Leg leg(services, owner, "OFICINA_PRINCIPAL");
    sip::OutgoingInvite invite;
    invite.target = "sip:x@198.51.100.8";
    invite.from = "<sip:a@b>";
    invite.flow = transport.udp_to(kTrunk);
    ASSERT_TRUE(leg.call(std::move(invite), std::nullopt));
    run(1s);
    media.fake.refuse_commands = true;
    leg.stop_play();
    media.fake.refuse_commands = false;
    leg.hang_up(model::EndReason::caller_hung_up);
    run(1s);
    EXPECT_EQ(owner.closed, 1);
    EXPECT_EQ(owner.ended, 0) << "we ended it ourselves";
}

TEST_F(LegTest, MediaEventsOfALegThatIsGoneAreDropped) {
    call_with("<Say>Hola.</Say>");
    run(5s);
    ASSERT_EQ(calls.size(), 0u);
    press('1');
    media.fake.raise(media::RtpTimeout{kCaller, 60s});
    run(1s);
    EXPECT_FALSE(records.told("digit 1"));
}

TEST_F(LegTest, StreamsOfOneCallShareTheCommunitysThread) {
    phone(test::kOffice);
    call_with(dial(sip(test::kOffice)));
    run(1s);
    ASSERT_EQ(media.fake.configs.size(), 2u);
    EXPECT_EQ(media.fake.configs[0].key, "OFICINA_PRINCIPAL");
    EXPECT_EQ(media.fake.configs[1].key, "OFICINA_PRINCIPAL");
}

}  // namespace
}  // namespace skyn3t::call
