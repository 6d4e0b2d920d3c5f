// What comes in outside of any dialog: who sent it, and where it goes.
#include "call/router.hpp"

#include "sip/digest.hpp"
#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class RouterTest : public test::CallTest {
  protected:
    test::SipPeer stranger{loop, network, sip::Endpoint::v4(192, 0, 2, 99, 5060)};

    std::string register_text(const sip::Endpoint& from) const {
        return test::wire(test::filled(
            "REGISTER sip:{domain} SIP/2.0\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bKr1\n"
            "Max-Forwards: 70\nFrom: <sip:{user}@{domain}>;tag=1\nTo: <sip:{user}@{domain}>\n"
            "Call-ID: r\nCSeq: 1 REGISTER\nContact: <sip:{user}@{from}>\n",
            {{"domain", test::kDomain}, {"user", test::kOffice}, {"from", from.str()}}));
    }
};

TEST_F(RouterTest, ATrunksCallGoesToItsCommunitysDocument) {
    call();
    run(100ms);
    EXPECT_EQ(application.requested, Lines{"/twiml/OFICINA_PRINCIPAL/main"});
}

TEST_F(RouterTest, ATrunkWritesNumbersInManyForms) {
    for (const auto* number : {"+56229145248", "56229145248", "229145248", "%2B56229145248"}) {
        carrier.call("sip:" + std::string(number) + "@" + kServer.host());
        run(100ms);
        carrier.hang_up();
        run(1s);
    }
    EXPECT_EQ(application.requested.size(), 4u);
    EXPECT_EQ(records.parent().to, "+56229145248");
}

TEST_F(RouterTest, ATrunksCallToATelUriIsUnderstood) {
    carrier.call("tel:+56229145248");
    run(100ms);
    EXPECT_EQ(application.requested, Lines{"/twiml/OFICINA_PRINCIPAL/main"});
}

// Ported numbers (RFC 4694), and what else stands behind a number or within it (RFC 3966).
TEST_F(RouterTest, ATrunkWritesParametersBehindNumbers) {
    const std::vector<std::string> forms = {
        "sip:+56229145248;npdi;rn=+56221110000@{host}",
        "sip:+56229145248;npdi;rn=+56221110000@{host};user=phone",
        "sip:+56229145248;npdi@{host}:5060;user=phone;transport=udp",
        "sip:%2B56229145248%3Bnpdi@{host}",
        "sip:229145248;phone-context=+56@{host};user=phone",
        "sip:+56-2-2914-5248;ext=12@{host}",
        "tel:+56-2-2914-5248;npdi;rn=+56221110000",
        "tel:229145248;phone-context=+56"};
    for (const auto& form : forms) {
        application.requested.clear();
        carrier.call(test::filled(form, {{"host", kServer.host()}}));
        run(100ms);
        EXPECT_EQ(application.requested, Lines{"/twiml/OFICINA_PRINCIPAL/main"}) << form;
        EXPECT_EQ(records.last().to, "+56229145248") << form;
        carrier.hang_up();
        run(1s);
    }
}

TEST_F(RouterTest, ACallersNumberIsTheNumberAlone) {
    const std::vector<std::pair<std::string, std::string>> forms = {
        {"+56987654321;cpc=ordinary", "+56987654321"},
        {"%2B56987654321;cpc=ordinary;oli=0", "+56987654321"},
        {"987654321;phone-context=+56", "+56987654321"},
        {"+1-415-555-2671", "+14155552671"},
        {"133;cpc=police", "133"},
        {"conserje;x=1", "conserje;x=1"}};
    std::uint16_t port = 5070;
    for (const auto& [from, number] : forms) {
        test::Phone gateway{loop, network, sip::Endpoint::v4(198, 51, 100, 7, port++), kServer,
                            from};
        gateway.call("sip:" + kNumber + "@" + kServer.host());
        run(100ms);
        EXPECT_EQ(records.last().from, number);
        gateway.hang_up();
        run(1s);
    }
}

// RFC 3325: a trunk that hides nothing tells in P-Asserted-Identity whom From does not name.
TEST_F(RouterTest, AnAssertedIdentityNamesACallerThatFromDoesNot) {
    test::Phone gateway{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5062), kServer,
                        "anonymous"};
    const auto from_of_call_with = [&](const std::string& lines) {
        gateway.call("sip:" + kNumber + "@" + kServer.host(), lines);
        run(100ms);
        gateway.hang_up();
        run(1s);
        return records.last().from;
    };
    const std::string asserted =
        "P-Asserted-Identity: \"Ana, la de abajo\" "
        "<sip:+56987654321;cpc=ordinary@carrier.example>, "
        "<tel:+56-9-8765-4321>\n";
    EXPECT_EQ(from_of_call_with(asserted), "+56987654321");
    EXPECT_EQ(from_of_call_with("P-Asserted-Identity: <sip:pbx@carrier.example>\n"
                                "P-Asserted-Identity: <tel:987654321;phone-context=+56>\n"),
              "+56987654321");
    EXPECT_EQ(from_of_call_with(asserted + "Privacy: none\n"), "+56987654321");
    EXPECT_EQ(from_of_call_with(asserted + "Privacy: id;critical\n"), "anonymous");
    EXPECT_EQ(from_of_call_with("P-Asserted-Identity: rubbish <\n"), "anonymous");
}

TEST_F(RouterTest, AFromThatIsANumberIsBelievedFirst) {
    carrier.call("sip:" + kNumber + "@" + kServer.host(),
                 "P-Asserted-Identity: <sip:+56911112222@carrier.example>\n");
    run(100ms);
    EXPECT_EQ(records.parent().from, "+56987654321");
}

TEST_F(RouterTest, WhoDivertedTheCallIsToldAsTwilioDoes) {  // RFC 5806: the latest stands first
    carrier.call("sip:" + kNumber + "@" + kServer.host(),
                 "Diversion: <sip:+56-2-2111-0000;cpc=ordinary@carrier.example>;reason=user-busy;"
                 "counter=1, <tel:+56222223333>;reason=no-answer\n");
    run(100ms);
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[0], "ForwardedFrom"),
              "+56221110000");
    EXPECT_EQ(records.detail("incoming", "forwarded_from"), "+56221110000");
}

TEST_F(RouterTest, APhoneMayDialANumberWithParameters) {
    auto& office = phone(test::kOffice);
    office.call("sip:912345678;phone-context=+56@" + test::kDomain + ";user=phone");
    run(100ms);
    EXPECT_EQ(records.parent().to, "sip:+56912345678@communities.sip.example.cl");
    run(5s);
}

TEST_F(RouterTest, ANumberThatNobodyOwnsIs404) {
    carrier.call("sip:+56229999999@" + kServer.host());
    run(100ms);
    EXPECT_EQ(carrier.heard, Lines{"404 INVITE"});
    EXPECT_EQ(calls.size(), 0u);
}

TEST_F(RouterTest, ATrunkReachesNumbersAndNoPhone) {
    auto& office = phone(test::kOffice);
    carrier.call("sip:" + test::kOffice + "@" + test::kDomain);
    run(1s);
    EXPECT_EQ(carrier.heard, Lines{"404 INVITE"});
    EXPECT_EQ(office.heard, Lines{});
}

TEST_F(RouterTest, ARegisterFromATrunkIsChallengedLikeAnybodys) {
    test::SipPeer trunk_peer{loop, network, sip::Endpoint::v4(198, 51, 100, 7, 5070)};
    trunk_peer.send(kServer, register_text(trunk_peer.local()));
    run(1s);
    EXPECT_EQ(trunk_peer.story(), Lines{"401 REGISTER"});
    EXPECT_EQ(registrar.size(), 0u);
}

TEST_F(RouterTest, AStrangersInviteIsChallenged) {
    test::Phone unknown{loop, network, sip::Endpoint::v4(192, 0, 2, 98, 5060), kServer, "x"};
    unknown.call("sip:" + kNumber + "@" + kServer.host());
    run(1s);
    EXPECT_EQ(unknown.heard, Lines{"401 INVITE"});
    EXPECT_TRUE(unknown.last("401 INVITE").first("WWW-Authenticate").has_value());
    EXPECT_EQ(calls.size(), 0u);
}

TEST_F(RouterTest, AStrangersInviteIsAnsweredOnceThoughNobodyAcknowledges) {
    stranger.send(kServer, test::wire(test::filled(
                               "INVITE sip:+56299999999@{domain} SIP/2.0\n"
                               "Via: SIP/2.0/UDP 192.0.2.99:5060;rport;branch=z9hG4bKs1\n"
                               "Max-Forwards: 70\nFrom: <sip:x@192.0.2.99>;tag=1\n"
                               "To: <sip:+56299999999@{domain}>\nCall-ID: s\nCSeq: 1 INVITE\n"
                               "Contact: <sip:x@192.0.2.99>\n",
                               {{"domain", test::kDomain}})));
    run(40s);
    EXPECT_EQ(stranger.story(), Lines{"401 INVITE"});
    EXPECT_EQ(records.size(), 0u) << "a scanner leaves no row";
}

TEST_F(RouterTest, ACallToOurNumberFromNoTrunkLeavesARowAndAnAlertAnHour) {
    test::Phone new_carrier{loop, network, sip::Endpoint::v4(192, 0, 2, 98, 5060), kServer,
                            "+56987654321"};
    for (int i = 0; i < 2; ++i) {
        new_carrier.call("sip:" + kNumber + "@" + kServer.host());
        run(1s);
        EXPECT_EQ(records.size(), static_cast<std::size_t>(i))
            << "it may still answer the challenge";
        run(5s);
    }
    EXPECT_EQ(records.size(), 2u);
    EXPECT_EQ(parent(), "failed not_a_trunk 401");
    EXPECT_EQ(records.parent().to, kNumber);
    EXPECT_EQ(records.parent().community, communities[0].sid);
    ASSERT_EQ(records.alerts.size(), 1u);
    EXPECT_NE(records.alerts[0].detail.find("192.0.2.98"), std::string::npos);
    EXPECT_NE(records.alerts[0].detail.find("trunks.hosts"), std::string::npos);
    run(61min);
    new_carrier.call("sip:" + kNumber + "@" + kServer.host());
    run(5s);
    EXPECT_EQ(records.alerts.size(), 2u);
}

// Twilio's user calls in its caller's name, so its first INVITE looks like a stranger's.
TEST_F(RouterTest, WhoeverShowsWhoItIsWhenChallengedIsNoStranger) {
    (void)phone(test::kOffice, 21);
    test::SipPeer caller{loop, network, sip::Endpoint::v4(192, 0, 2, 20, 5060)};
    const auto invite = [&](const std::string& cseq) {
        caller.send(
            kServer,
            test::wire(test::filled("INVITE sip:{number}@{domain} SIP/2.0\n"
                                    "Via: SIP/2.0/UDP {peer};rport;branch=z9hG4bKcq{cseq}\n"
                                    "Max-Forwards: 70\nFrom: <sip:+56987654321@{domain}>;tag=1\n"
                                    "To: <sip:{number}@{domain}>\nCall-ID: shown\n"
                                    "CSeq: {cseq} INVITE\nContact: <sip:x@{peer}>\n"
                                    "Content-Type: application/sdp\n",
                                    {{"domain", test::kDomain},
                                     {"number", kNumber},
                                     {"peer", caller.local().str()},
                                     {"cseq", cseq}}),
                       test::offer_of(caller.local().host())));
        run(1s);
    };
    invite("1");
    EXPECT_EQ(records.size(), 0u);
    const sip::AddressOfRecord aor{communities[0].sid, test::kOffice, test::kDomain, {}};
    const auto register_it = [&](const char* expires) {
        test::RequestText text;
        text.to = text.from = "<sip:" + test::kOffice + "@" + test::kDomain + ">";
        text.from += ";tag=1";
        text.call_id = std::string("for-") + expires;
        text.more = "Contact: <sip:x@192.0.2.20>\r\nExpires: " + std::string(expires) + "\r\n";
        return registrar
            .process(text.message(), test::direct(transport.udp_to(caller.local())), aor)
            .status;
    };
    EXPECT_EQ(register_it("3600"), 200);
    invite("2");
    run(10s);
    EXPECT_EQ(records.size(), 1u) << "the call alone";
    EXPECT_NE(records.parent().end_reason, model::EndReason::not_a_trunk);
    EXPECT_TRUE(records.alerts.empty());
}

TEST_F(RouterTest, ARegisteredPhonesCallGoesToTheDomainsDocument) {
    auto& office = phone(test::kOffice);
    office.call("sip:912345678@" + test::kDomain);
    run(100ms);
    EXPECT_EQ(application.requested, Lines{"/twiml/domain"});
    EXPECT_EQ(records.parent().from, "sip:+56229145248-office@communities.sip.example.cl");
    EXPECT_EQ(records.parent().to, "sip:912345678@communities.sip.example.cl");
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[0], "SipDomain"),
              test::kDomain);
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[0], "SipSourceIp"),
              "192.0.2.20");
    run(5s);
    EXPECT_EQ(parent(), "completed document_hung_up 200") << "it was told that calls do not exist";
}

// ADR 10: a call that runs at Twilio and was given to this server.
TEST_F(RouterTest, TwiliosUserSaysForWhomItCallsAndNobodyElse) {
    const std::string gateway = "+56229145248-twilio";
    users.add(communities[0].sid, gateway, "secret");
    (void)phone(test::kOffice, 20);
    test::SipPeer twilio{loop, network, sip::Endpoint::v4(192, 0, 2, 31, 5060)};
    test::RequestText text;
    text.to = text.from = "<sip:" + gateway + "@" + test::kDomain + ">";
    text.from += ";tag=1";
    text.more = "Contact: <sip:x@192.0.2.31>\r\nExpires: 3600\r\n";
    const sip::AddressOfRecord aor{communities[0].sid, gateway, test::kDomain, {}};
    EXPECT_EQ(registrar.process(text.message(), test::direct(transport.udp_to(twilio.local())), aor)
                  .status,
              200);
    const auto caller_seen = [&](test::SipPeer& peer, const std::string& user) {
        peer.send(kServer,
                  test::wire(
                      test::filled("INVITE sip:+56229145248@{domain} SIP/2.0\n"
                                   "Via: SIP/2.0/UDP {peer};rport;branch=z9hG4bK{host}\n"
                                   "Max-Forwards: 70\nFrom: <sip:{user}@{domain}>;tag=1\n"
                                   "To: <sip:+56229145248@{domain}>\nCall-ID: given-{host}\n"
                                   "CSeq: 1 INVITE\nContact: <sip:x@{peer}>\n"
                                   "X-Skyn3t-Caller: +56987654321\nContent-Type: application/sdp\n",
                                   {{"domain", test::kDomain},
                                    {"peer", peer.local().str()},
                                    {"host", peer.local().host()},
                                    {"user", user}}),
                      test::offer_of(peer.local().host())));
        run(100ms);
        return records.last().from;
    };
    test::SipPeer office{loop, network, sip::Endpoint::v4(192, 0, 2, 20, 5060)};
    EXPECT_EQ(caller_seen(office, test::kOffice), "sip:" + test::kOffice + "@" + test::kDomain);
    EXPECT_EQ(caller_seen(twilio, gateway), "+56987654321");
}

TEST_F(RouterTest, APhoneIsWhoItRegisteredAsWhateverItsFromSays) {
    (void)phone(test::kOffice, 20);
    test::SipPeer liar{loop, network, sip::Endpoint::v4(192, 0, 2, 20, 5060)};
    liar.send(kServer,
              test::wire("INVITE sip:911111111@communities.sip.example.cl SIP/2.0\n"
                         "Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bKliar\n"
                         "Max-Forwards: 70\n"
                         "From: <sip:+56223456789-office@communities.sip.example.cl>;tag=1\n"
                         "To: <sip:911111111@communities.sip.example.cl>\nCall-ID: liar\n"
                         "CSeq: 1 INVITE\nContact: <sip:x@192.0.2.20>\n"
                         "X-Door: 7\nContent-Type: application/sdp\n",
                         test::offer_of("192.0.2.20")));
    run(100ms);
    EXPECT_EQ(records.parent().from, "sip:+56229145248-office@communities.sip.example.cl");
    EXPECT_EQ(records.parent().community, communities[0].sid);
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[0], "SipHeader_X-Door"), "7");
    calls.end_all(model::EndReason::server_stopping);
}

TEST_F(RouterTest, APhoneOfACommunityThatWasRemovedIsRefused) {
    auto& office = phone(test::kOffice);
    services.directory = test::directory_of(test::kDomain, {});
    office.call("sip:912345678@" + test::kDomain);
    run(100ms);
    EXPECT_EQ(office.heard, Lines{"403 INVITE"});
}

TEST_F(RouterTest, ACallInProgressKeepsItsCommunityWhenTheDirectoryChanges) {
    phone(test::kOffice);
    call();
    run(500ms);
    services.directory = test::directory_of(test::kDomain, {});
    press('1');
    run(10s);
    EXPECT_EQ(child(), "failed not_registered 480") << "its phones are nobody's any more";
}

TEST_F(RouterTest, ACallRunsOnTheVoiceUrlOfItsNumber) {
    auto parts = test::directory_parts(test::kDomain, communities, application.kBase);
    parts.numbers[0].voice.document =
        twiml::DocumentAddress{application.kBase + "/own", twiml::Method::get};
    services.directory = std::make_shared<Directory>(std::move(parts));
    application.serve("/own", "<Reject/>");
    call();
    run(100ms);
    EXPECT_EQ(application.requested, Lines{"/own"});
    EXPECT_EQ(application.requests[0].method, twiml::Method::get);
    EXPECT_EQ(records.parent().community, communities[0].sid);
}

TEST_F(RouterTest, TheFallbackUrlIsAskedWhenTheVoiceUrlFails) {
    auto parts = test::directory_parts(test::kDomain, communities, application.kBase);
    parts.numbers[0].voice = {twiml::DocumentAddress{application.kBase + "/broken"},
                              twiml::DocumentAddress{application.kBase + "/fallback"},
                              {}};
    services.directory = std::make_shared<Directory>(std::move(parts));
    application.serve("/fallback", "<Reject/>");
    call();
    run(100ms);
    ASSERT_EQ(application.requested.size(), 2u);
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[1], "ErrorUrl"),
              application.kBase + "/broken");
    EXPECT_EQ(parent(), "no-answer rejected 404");
}

TEST_F(RouterTest, ACallToANumberWithoutAVoiceUrlFailsAndSaysWhy) {
    auto parts = test::directory_parts(test::kDomain, communities, application.kBase);
    parts.numbers[0].voice = {};
    services.directory = std::make_shared<Directory>(std::move(parts));
    call();
    run(30s);
    EXPECT_EQ(application.requested, Lines{});
    EXPECT_EQ(records.parent().end_reason, model::EndReason::document_error);
    EXPECT_EQ(records.parent().error_code, 11100);
}

TEST_F(RouterTest, ACallFromAPhoneRunsOnTheVoiceUrlOfItsDomain) {
    auto& office = phone(test::kOffice);
    auto parts = test::directory_parts(test::kDomain, communities, application.kBase);
    const auto sid = parts.domains[0].sid;
    parts.domains[0].voice.document = twiml::DocumentAddress{application.kBase + "/own"};
    services.directory = std::make_shared<Directory>(std::move(parts));
    application.serve("/own", "<Reject/>");
    office.call("sip:912345678@" + test::kDomain);
    run(100ms);
    EXPECT_EQ(application.requested, Lines{"/own"});
    EXPECT_EQ(test::FakeApplication::parameter(application.requests[0], "SipDomainSid"), sid.str());
}

TEST_F(RouterTest, OnlyAProbesOwnCallSeesItsBinding) {
    const auto probe_at = sip::Endpoint::v4(192, 0, 2, 77, 5060);
    test::Phone probe{loop, network, probe_at, kServer, test::kOffice};
    test::RequestText text;
    text.more = "Contact: <" + probe.contact() + ">\r\nExpires: 3600\r\n";
    const sip::AddressOfRecord aor{communities[0].sid, test::kOffice, test::kDomain, {}};
    ASSERT_EQ(
        registrar.process(text.message(), test::direct(transport.udp_to(probe_at)), aor, "token")
            .status,
        200);
    auto& office = phone(test::kOffice, 20);
    router.expect_probe("call-from-198.51.100.7:5060-1", "token");
    call_with(dial(sip(test::kOffice)));
    run(5s);
    EXPECT_TRUE(probe.is_talking());
    EXPECT_EQ(office.heard, Lines{});
    carrier.hang_up();
    run(1s);
    call_with(dial(sip(test::kOffice)));
    run(5s);
    EXPECT_TRUE(office.is_talking());
    EXPECT_EQ(probe.count("INVITE"), 1u);
    carrier.hang_up();
    run(1s);
    registrar.forget_probe("token");
}

}  // namespace
}  // namespace skyn3t::call
