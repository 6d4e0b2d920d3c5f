// Requests of ours outside of any dialog.
#include "sip/outgoing_request.hpp"

#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::SipPeer;
using Lines = std::vector<std::string>;

class OutgoingRequestTest : public test::UserAgentTest {
  protected:
    std::vector<std::string> told;
    RequestHandle handle;

    OutgoingRequest options() const {
        OutgoingRequest request;
        request.target = "sip:office@198.51.100.7";
        request.from = "<sip:sip.example.cl>";
        request.flow = transport.udp_to(kPeer);
        return request;
    }
    void send(OutgoingRequest request) {
        handle = agent->request(std::move(request), [this](const RequestOutcome& outcome) {
            told.push_back(std::to_string(outcome.status) +
                           (outcome.response == nullptr ? " none" : "") + " cseq " +
                           std::to_string(outcome.cseq));
            handle.reset();  // from within its own call
        });
        loop.settle();
    }
    void answer(int status, std::string_view lines = {}) {
        peer_sends(SipPeer::response(peer.heard.back().message, status, "theirs", lines));
    }
    void TearDown() override {
        handle.reset();
        expect_nothing_left();
    }
};

TEST_F(OutgoingRequestTest, IsWholeAndItsAnswerIsTold) {
    auto request = options();
    request.to = "<sip:office@sip.example.cl>";
    request.route = {"<sip:edge.example.cl;lr>"};
    request.headers = {{"Accept", "application/sdp"}};
    send(std::move(request));
    const auto& sent = peer.last("OPTIONS");
    EXPECT_EQ(sent.request_uri(), "sip:office@198.51.100.7");
    EXPECT_EQ(sent.to()->uri, "sip:office@sip.example.cl");
    EXPECT_EQ(sent.first(HeaderId::route), "<sip:edge.example.cl;lr>");
    EXPECT_EQ(sent.first(HeaderId::cseq), "1 OPTIONS");
    EXPECT_EQ(sent.first(HeaderId::user_agent), "SKYN3T");
    EXPECT_FALSE(sent.from_tag().empty());
    EXPECT_EQ(sent.defect(), nullptr);
    answer(180);
    EXPECT_EQ(told, Lines{});
    answer(200);
    EXPECT_EQ(told, Lines{"200 cseq 1"});
}

TEST_F(OutgoingRequestTest, IsRepeatedUntilItsPatienceIsOverAndNoLonger) {
    auto request = options();
    request.patience = 8s;
    send(std::move(request));
    run_ms(20'000);
    EXPECT_EQ(peer.times("OPTIONS"), (std::vector<int>{0, 500, 1500, 3500, 7500}));
    EXPECT_EQ(told, Lines{"408 none cseq 1"});
}

TEST_F(OutgoingRequestTest, ThatIsDroppedIsNeitherRepeatedNorTold) {
    send(options());
    handle.reset();
    run_ms(20'000);
    EXPECT_EQ(peer.heard.size(), 1u);
    EXPECT_EQ(told, Lines{});
}

TEST_F(OutgoingRequestTest, OverAConnectionThatIsGoneIsToldAtOnce) {
    const auto flow = transport.open(TransportKind::tcp, kPeer);
    auto request = options();
    request.flow = *flow;
    transport.close(flow->connection);
    send(std::move(request));
    run_ms(20);
    EXPECT_EQ(told, Lines{"503 none cseq 1"});
}

TEST_F(OutgoingRequestTest, AnswersAChallengeOnceAndGoesOnCounting) {
    auto request = options();
    request.method = Method::register_;
    request.credentials = Credentials{"ana", "secret"};
    request.sip_call_id = "kept";
    request.from_tag = "ours";
    request.cseq = 7;
    send(std::move(request));
    answer(401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\n");
    const auto& again = peer.last("REGISTER");
    EXPECT_EQ(again.first(HeaderId::cseq), "8 REGISTER");
    EXPECT_EQ(again.call_id(), "kept");
    EXPECT_EQ(again.from_tag(), "ours");
    EXPECT_TRUE(again.has(HeaderId::authorization));
    answer(401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", algorithm=MD5, qop=\"auth\"\n");
    EXPECT_EQ(told, Lines{"401 cseq 8"});
}

}  // namespace
}  // namespace skyn3t::sip
