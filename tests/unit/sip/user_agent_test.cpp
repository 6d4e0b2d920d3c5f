// Requests outside dialogs: the checks of RFC 3261 §8.2 in their order, and what the user agent
// answers by itself.
#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::SipPeer;
using test::wire;
using Lines = std::vector<std::string>;

struct Request {
    std::string method = "INVITE";
    std::string uri = "sip:+56229145248@192.0.2.1";
    std::string via = "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKr1";
    std::string to_tag = "";
    std::string more = "";  // header lines
    std::string body = "";
    int max_forwards = 70;

    std::string text() const {
        return wire(method + " " + uri + " SIP/2.0\nVia: " + via +
                        "\nMax-Forwards: " + std::to_string(max_forwards) +
                        "\n"
                        "From: <sip:a@example.cl>;tag=1\n"
                        "To: <sip:b@example.cl>" +
                        (to_tag.empty() ? "" : ";tag=" + to_tag) +
                        "\n"
                        "Call-ID: call-1\n"
                        "CSeq: 1 " +
                        method + "\nContact: <sip:a@198.51.100.7>\n" + more,
                    body);
    }
};

class UserAgentChecks : public test::UserAgentTest {
  protected:
    // The response that the user agent gives by itself.
    const Message& refused(const Request& request) {
        peer_sends(request.text());
        EXPECT_TRUE(handler.requests.empty());
        EXPECT_EQ(peer.heard.size(), 1u);
        return peer.heard.back().message;
    }
    int status_of(const Request& request) { return refused(request).status(); }
    void TearDown() override {
        handler.requests.clear();
        expect_nothing_left();
    }
};

TEST_F(UserAgentChecks, AKnownMethodThatIsNotServedIs405WithAllow) {
    const auto& response = refused({.method = "SUBSCRIBE"});
    EXPECT_EQ(response.status(), 405);
    EXPECT_EQ(response.first(HeaderId::allow),
              "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REGISTER");
}

TEST_F(UserAgentChecks, AnUnknownMethodIs501) {
    EXPECT_EQ(status_of({.method = "!interesting-Method0123456789_*+`.%indeed'~"}), 501);
}

TEST_F(UserAgentChecks, AnUnknownSchemeIs416) {
    EXPECT_EQ(status_of({.uri = "nobodyKnowsThisScheme:totallyopaquecontent"}), 416);
}

TEST_F(UserAgentChecks, AnOptionThatWeLackIs420WithUnsupported) {
    const auto& response =
        refused({.more = "Require: timer, 100rel\nRequire: nothingSupportsThis\n"});
    EXPECT_EQ(response.status(), 420);
    EXPECT_EQ(response.first(HeaderId::unsupported), "100rel, nothingSupportsThis");
}

TEST_F(UserAgentChecks, ABodyThatIsNoSdpIs415WithAccept) {
    const auto& response =
        refused({.more = "Content-Type: application/unknownformat\n", .body = "<audio>\n"});
    EXPECT_EQ(response.status(), 415);
    EXPECT_EQ(response.first(HeaderId::accept), "application/sdp, multipart/mixed");
}

TEST_F(UserAgentChecks, AnEncodedBodyIs415WithAcceptEncoding) {
    const auto& response =
        refused({.more = "Content-Type: application/sdp\nContent-Encoding: gzip\n", .body = "x"});
    EXPECT_EQ(response.status(), 415);
    EXPECT_EQ(response.first(HeaderId::accept_encoding), "identity");
}

TEST_F(UserAgentChecks, ACallerThatTakesNoSdpIs406) {
    EXPECT_EQ(status_of({.more = "Accept: text/nobodyKnowsThis\n"}), 406);
}

TEST_F(UserAgentChecks, ACallThatHasNoHopsLeftIs483) {
    EXPECT_EQ(status_of({.max_forwards = 0}), 483);
}

TEST_F(UserAgentChecks, OptionsWithNoHopsLeftAreAnswered) {
    EXPECT_EQ(status_of({.method = "OPTIONS", .max_forwards = 0}), 200);
}

TEST_F(UserAgentChecks, TheMethodIsJudgedBeforeTheOptionsAndTheUriBeforeThem) {
    Request request{.method = "PUBLISH", .more = "Require: foo\n"};
    EXPECT_EQ(status_of(request), 405);
    peer.heard.clear();
    request.method = "INVITE";
    request.uri = "unknown:x";
    request.via += "2";
    EXPECT_EQ(status_of(request), 416);
}

TEST_F(UserAgentChecks, TheSameInviteByAnotherWayIs482) {
    peer_sends(Request{}.text());
    handler.requests.front().respond(404);
    loop.settle();
    EXPECT_EQ(peer.take_story(), Lines{"404 INVITE"});
    peer_sends(Request{.via = "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKr2"}.text());
    EXPECT_EQ(peer.story(), Lines{"482 INVITE"});
}

TEST_F(UserAgentChecks, RequestsOfDialogsThatWeDoNotKnowAre481) {
    for (const auto* method : {"BYE", "INVITE", "UPDATE", "INFO", "REFER"}) {
        const auto via = std::string("SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bK") + method;
        EXPECT_EQ(status_of({.method = method, .via = via, .to_tag = "old"}), 481) << method;
        peer.heard.clear();
    }
    EXPECT_EQ(status_of({.method = "BYE"}), 481) << "without a tag at all";
}

TEST_F(UserAgentChecks, ACancelOfNothingIs481AndAStrayAckIsNothing) {
    EXPECT_EQ(status_of({.method = "CANCEL"}), 481);
    peer.heard.clear();
    peer_sends(Request{.method = "ACK", .to_tag = "old"}.text());
    EXPECT_TRUE(peer.heard.empty());
}

TEST_F(UserAgentChecks, OptionsAreAnsweredWithWhatWeCanDo) {
    const auto& response = refused({.method = "OPTIONS"});
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.first(HeaderId::accept), "application/sdp, multipart/mixed");
    EXPECT_EQ(response.first(HeaderId::supported), "timer, path");
    EXPECT_EQ(response.first(HeaderId::server), "SKYN3T");
    EXPECT_TRUE(response.has(HeaderId::allow));
    EXPECT_FALSE(response.to_tag().empty());
}

TEST_F(UserAgentChecks, OptionsMayBeAnsweredByAHook) {
    agent.reset();
    agent = make_agent({.options_status = [](const Message&, const Flow&) { return 404; }});
    EXPECT_EQ(status_of({.method = "OPTIONS"}), 404);
}

TEST_F(UserAgentChecks, WhatTheParserFindsWrongIsAnsweredWithItsReason) {
    auto text = Request{}.text();
    text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: x");
    peer_sends(text);
    peer_sends(text);  // a copy gets the same answer
    ASSERT_EQ(peer.heard.size(), 2u);
    EXPECT_EQ(peer.heard[0].message.status(), 400);
    EXPECT_NE(peer.heard[0].message.reason(), "Bad Request") << "says what";
    EXPECT_EQ(peer.heard[0].message.text(), peer.heard[1].message.text());
}

TEST_F(UserAgentChecks, AnotherVersionIs505) {
    auto text = Request{.method = "OPTIONS"}.text();
    text.replace(text.find("SIP/2.0"), 7, "SIP/7.0");
    peer_sends(text);
    EXPECT_EQ(peer.heard.back().message.status(), 505);
}

TEST_F(UserAgentChecks, KeepAlivesStunAndNoiseAreDropped) {
    peer_sends("\r\n\r\n");
    peer_sends(std::string("\0", 1));
    peer_sends(std::string("\x00\x01\x00\x00\x21\x12\xa4\x42", 8));
    EXPECT_EQ(agent->counters().dropped, 0u);
    peer_sends("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(agent->counters().dropped, 1u);
    EXPECT_TRUE(peer.heard.empty());
}

TEST_F(UserAgentChecks, OtherRequestsGoToTheHandlerWhichMayAnswerLater) {
    peer_sends(Request{.method = "REGISTER"}.text());
    ASSERT_EQ(handler.requests.size(), 1u);
    run_ms(5000);
    EXPECT_TRUE(peer.heard.empty());
    peer_sends(Request{.method = "REGISTER"}.text());  // impatient
    EXPECT_EQ(handler.requests.size(), 1u);
    auto& request = handler.requests.front();
    EXPECT_EQ(request.flow(), (Flow{TransportKind::udp, kOurs, kPeer, 0}));
    auto response = request.response(401);
    response.header(HeaderId::www_authenticate, "Digest realm=\"r\", nonce=\"n\"");
    request.send(401, response.build());
    EXPECT_FALSE(request.is_open());
    request.respond(200);  // ignored
    loop.settle();
    EXPECT_EQ(peer.story(), Lines{"401 REGISTER"});
    EXPECT_FALSE(peer.heard.back().message.to_tag().empty());
}

TEST_F(UserAgentChecks, ARequestThatTheHandlerDropsIs500) {
    peer_sends(Request{.method = "REGISTER"}.text());
    handler.requests.clear();
    loop.settle();
    EXPECT_EQ(peer.story(), Lines{"500 REGISTER"});
}

TEST_F(UserAgentChecks, AKeptRequestMayOutliveTheUserAgent) {
    peer_sends(Request{}.text());
    agent.reset();
    EXPECT_FALSE(handler.requests.front().is_open());
    handler.requests.front().respond(200);
    agent = make_agent({});
}

TEST_F(UserAgentChecks, DrainingRefusesCallsAndOptionsButNotRegistrations) {
    agent->set_draining(true);
    const auto& response = refused({});
    EXPECT_EQ(response.status(), 503);
    EXPECT_EQ(response.first(HeaderId::retry_after), "5");
    peer.heard.clear();
    EXPECT_EQ(status_of({.method = "OPTIONS"}), 503);
    peer_sends(Request{.method = "REGISTER"}.text());
    EXPECT_EQ(handler.requests.size(), 1u);
}

TEST_F(UserAgentChecks, AtItsLimitOfCallsItAnswers503WithRetryAfter) {
    agent.reset();
    agent = make_agent({.max_dialogs = 1});
    peer_sends(Request{}.text());
    auto leg = agent->take_invite(std::move(handler.requests.front()), observer);
    handler.requests.clear();
    const auto& response =
        refused({.via = "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKr2", .more = "X: y\n"});
    EXPECT_TRUE(response.status() == 503 || response.status() == 482);
    leg.reset();
}

TEST_F(UserAgentChecks, AtItsLimitOfTransactionsItAnswers503WithoutOne) {
    agent.reset();
    agent = make_agent({.max_server_transactions = 0});
    const auto& response = refused({});
    EXPECT_EQ(response.status(), 503);
    EXPECT_EQ(response.first(HeaderId::retry_after), "5");
    EXPECT_EQ(agent->counters().refused_by_limit, 1u);
}

// Seen: an INVITE without credentials whose sender never acknowledges was answered 11 times.
TEST_F(UserAgentChecks, AnInviteOfAStrangerIsAnsweredOnceAndNothingIsKept) {
    peer_sends(Request{}.text());
    handler.requests.front().respond_once({.status = 401});
    handler.requests.clear();
    run_ms(20);
    EXPECT_EQ(agent->size(), (UserAgentSize{}));
    run_ms(40'000);
    EXPECT_EQ(peer.story(), Lines{"401 INVITE"});
}

TEST_F(UserAgentChecks, ACopyOfAStrangersInviteIsDecidedAnewAndGetsTheSameTag) {
    for (int copy = 0; copy < 2; ++copy) {
        peer_sends(Request{}.text());
        ASSERT_EQ(handler.requests.size(), 1u);
        handler.requests.front().respond_once({.status = 401});
        handler.requests.clear();
        run_ms(20);
    }
    ASSERT_EQ(peer.heard.size(), 2u);
    const std::string tag(peer.heard[0].message.to_tag());
    EXPECT_FALSE(tag.empty());
    EXPECT_EQ(peer.heard[1].message.to_tag(), tag);
    peer_sends(Request{.method = "ACK", .to_tag = tag}.text());
    run_ms(1000);
    EXPECT_EQ(peer.heard.size(), 2u);
}

TEST_F(UserAgentChecks, WhatIsAnsweredWithoutAHandlerIsNotKept) {
    for (const auto* method : {"OPTIONS", "BYE", "CANCEL", "REFER", "MAKE-COFFEE"}) {
        peer_sends(Request{.method = method}.text());
        run_ms(20);
        EXPECT_EQ(agent->size(), (UserAgentSize{})) << method;
    }
    peer_sends(Request{.more = "Require: magic\n"}.text());
    peer_sends(Request{.method = "INFO", .to_tag = "old"}.text());
    run_ms(20);
    EXPECT_EQ(agent->size(), (UserAgentSize{}));
    run_ms(40'000);
    EXPECT_EQ(peer.heard.size(), 7u);
}

TEST_F(UserAgentChecks, TheLastQuarterOfTheTransactionsIsForThoseWhoAreKnown) {
    agent.reset();
    agent =
        make_agent({.is_known_source = [](const Flow& flow) { return flow.remote.port == 5061; },
                    .max_server_transactions = 4});
    const auto ask = [&](SipPeer& from, int number) {
        auto text = Request{.method = "REGISTER",
                            .via = "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKq" +
                                   std::to_string(number)}
                        .text();
        text.replace(text.find("call-1"), 6, "call-" + std::to_string(number));
        from.send(kOurs, text);
    };
    SipPeer known(loop, network, Endpoint::v4(198, 51, 100, 7, 5061));
    for (int i = 0; i < 4; ++i) ask(peer, i);
    EXPECT_EQ(handler.requests.size(), 3u);
    EXPECT_EQ(peer.story(), Lines{"503 REGISTER"});
    ask(known, 4);
    EXPECT_EQ(handler.requests.size(), 4u);
    ask(known, 5);
    EXPECT_EQ(known.story(), Lines{"503 REGISTER"});
}

TEST_F(UserAgentChecks, WhatIsNotAdmittedIsNotRead) {
    agent.reset();
    agent = make_agent({.admits = [](const Flow&) { return false; }});
    peer_sends(Request{}.text());
    EXPECT_TRUE(handler.requests.empty());
    EXPECT_TRUE(peer.heard.empty());
    EXPECT_EQ(agent->counters().shed, 1u);
    EXPECT_EQ(agent->counters().requests_received, 0u);
}

TEST_F(UserAgentChecks, ASipsUriWithoutTlsIsRefused) {
    EXPECT_EQ(status_of({.uri = "sips:+56229145248@192.0.2.1"}), 416);
    peer.heard.clear();
    auto text = Request{}.text();
    text.replace(text.find("Contact: <sip:"), 14, "Contact: <sips:");
    peer_sends(text);
    EXPECT_EQ(peer.story(), Lines{"400 INVITE"});
    peer.heard.clear();
    text.insert(text.find("Contact:"), "Record-Route: <sip:198.51.100.7;lr>\r\n");
    peer_sends(text);
    EXPECT_EQ(handler.requests.size(), 1u) << "the proxy speaks TLS with it";
}

TEST_F(UserAgentChecks, TheAdvertisedAddressStandsInViaAndContact) {
    agent.reset();
    agent =
        make_agent({.advertised = [](const Flow&) { return Endpoint::v4(203, 0, 113, 10, 5060); }});
    OutgoingInvite invite;
    invite.target = "sip:x@198.51.100.7";
    invite.from = "<sip:a@example.cl>";
    invite.flow = transport.udp_to(kPeer);
    auto leg = agent->invite(std::move(invite), observer);
    loop.settle();
    EXPECT_EQ(peer.last("INVITE").top_via()->host, "203.0.113.10");
    EXPECT_EQ(peer.last("INVITE").first(HeaderId::contact), "<sip:203.0.113.10:5060>");
    leg.reset();
}

// Where responses go, RFC 3261 §18.2 and RFC 3581

TEST_F(UserAgentChecks, BehindANatTheAnswerGoesToTheSource) {
    for (const auto* rport : {";rport", ""}) {
        const auto via =
            std::string("SIP/2.0/UDP 10.0.0.5:5062") + rport + ";branch=z9hG4bKnat" + rport;
        const auto& response = refused({.method = "OPTIONS", .via = via});
        EXPECT_EQ(response.top_via()->received, "198.51.100.7");
        peer.heard.clear();
    }
}

TEST_F(UserAgentChecks, APhoneThatSendsFromAnotherPortIsAnsweredAtItsViasPort) {
    SipPeer sender(loop, network, Endpoint::v4(198, 51, 100, 7, 49172));
    sender.send(kOurs, Request{.method = "OPTIONS",
                               .via = "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKasym"}
                           .text());
    EXPECT_TRUE(sender.heard.empty());
    EXPECT_EQ(peer.story(), Lines{"200 OPTIONS"});
    sender.send(kOurs, Request{.method = "OPTIONS",
                               .via = "SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKasym2",
                               .more = "X-Other: y\n"}
                           .text());
    EXPECT_EQ(sender.heard.size(), 1u) << "asked for rport";
}

TEST_F(UserAgentChecks, AnAnswerWhoseConnectionIsGoneGoesToTheViasPortOverANewOne) {
    const auto flow = peer.transport().open(TransportKind::tcp, kOurs);
    peer.send(*flow, Request{.method = "REGISTER",
                             .via = "SIP/2.0/TCP 198.51.100.7:5060;branch=z9hG4bKtcp"}
                         .text());
    peer.transport().close(flow->connection);
    loop.settle();
    handler.requests.front().respond(200);
    loop.settle();
    EXPECT_EQ(peer.story(), Lines{"200 REGISTER"});
    peer.transport().close(peer.heard.back().flow.connection);
}

TEST_F(UserAgentChecks, DumpNamesWhatIsAlive) {
    peer_sends(Request{}.text());
    auto leg = agent->take_invite(std::move(handler.requests.front()), observer);
    handler.requests.clear();
    const auto lines = agent->dump();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0],
              "dialog \"call-1\" early udp 192.0.2.1:5060 > 198.51.100.7:5060 pending=0 held=true");
    EXPECT_EQ(lines[1],
              "server transaction \"z9hG4bKr1 198.51.100.7:5060 INVITE\" proceeding udp "
              "192.0.2.1:5060 > 198.51.100.7:5060");
}

}  // namespace
}  // namespace skyn3t::sip
