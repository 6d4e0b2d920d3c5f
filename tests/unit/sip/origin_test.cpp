// The four rules of "who sent it" (DESIGN.md section 6), and that no community is taken for
// another.
#include "sip/origin.hpp"

#include <gtest/gtest.h>

#include "sip/message.hpp"
#include "support/fake_clock.hpp"
#include "support/registration.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::kDomain;
using test::kOffice;
using test::RequestText;
using test::udp_from;

struct OriginTest : testing::Test {
    test::FakeLoop loop;
    test::FakeDirectory directory;
    test::RecordedBindings records;
    Registrar registrar{loop.wheel, {}, records};
    DigestServer digest{directory, loop.clock, {}};
    Origin origin{settings(), digest, registrar};
    CommunitySid community = CommunitySid::generate();
    Flow phone = udp_from("198.51.100.20", 5060);
    Flow carrier = udp_from("192.0.2.50", 5060);

    OriginTest() { directory.add(community, kOffice, "secret"); }

    static AddressPattern pattern(std::string_view text) {
        return AddressPattern::parse(text).value();
    }
    static OriginSettings settings() {
        return {.edges = {pattern("10.0.0.0/24")},
                .trunks = {{"carrier", {pattern("192.0.2.50"), pattern("127.0.0.1:5080")}},
                           {"backup", {pattern("192.0.2.0/24")}}}};
    }
    static RequestText invite(const std::string& from_user = kOffice) {
        return {.method = "INVITE",
                .uri = "sip:+56229145248@" + kDomain,
                .from = "<sip:" + from_user + "@" + kDomain + ">;tag=1"};
    }
    Sender sender(const RequestText& request, const Flow& flow) {
        return origin.decide(request.message(), flow).sender;
    }
    static std::string said(const Sender& sender) {
        if (const auto* found = std::get_if<Phone>(&sender)) return "phone " + found->aor.user;
        if (const auto* found = std::get_if<Trunk>(&sender)) return "trunk " + found->name;
        if (const auto* found = std::get_if<Challenge>(&sender))
            return std::to_string(found->reply.status);
        return "refused " + std::to_string(std::get<Refuse>(sender).reply.status);
    }
    std::string who(const RequestText& request, const Flow& flow) {
        return said(sender(request, flow));
    }
    // The request again, with credentials for the challenge that it gets.
    RequestText with_credentials(RequestText request, const Flow& flow, const std::string& user,
                                 const std::string& password) {
        // Asked from elsewhere, so that a trunk or a known phone gets its challenge too.
        const auto challenge = digest.check(request.message(), Purpose::call,
                                            origin.source_of(request.message(), flow).peer,
                                            [](const CommunitySid&) { return true; });
        const auto value = std::get<Challenge>(challenge).reply.headers.back().second;
        const std::string nonce(DigestParams::parse(value).value().nonce);
        const auto ha1 = digest_ha1(DigestAlgorithm::md5, user, kDomain, password);
        const auto response = digest_response({.ha1 = ha1,
                                               .method = request.method,
                                               .uri = request.uri,
                                               .nonce = nonce,
                                               .nc = "00000001",
                                               .cnonce = "c",
                                               .qop = "auth"});
        request.more += "Authorization: Digest username=\"" + user + "\", realm=\"" + kDomain +
                        "\", nonce=\"" + nonce + "\", uri=\"" + request.uri + "\", response=\"" +
                        std::string(response.view()) +
                        "\", cnonce=\"c\", qop=auth, nc=00000001, algorithm=MD5\r\n";
        return request;
    }
    // Registers with credentials; the status that the phone gets.
    int register_phone(const std::string& user, const std::string& password, const Flow& flow,
                       const std::string& to_user, std::string_view visibility = {}) {
        RequestText request{.to = "<sip:" + to_user + "@" + kDomain + ">",
                            .call_id = user + flow.remote.str(),
                            .more = "Contact: <sip:" + to_user + "@192.168.1.10>\r\n"};
        const auto message = with_credentials(request, flow, user, password).message();
        const auto decision = origin.decide(message, flow);
        if (const auto* found = std::get_if<Phone>(&decision.sender))
            return registrar.process(message, decision.source, found->aor, visibility).status;
        if (const auto* found = std::get_if<Challenge>(&decision.sender))
            return found->reply.status;
        return std::get<Refuse>(decision.sender).reply.status;
    }
};

TEST_F(OriginTest, ATrunkOfOneTransportIsNoOthers) {
    OriginSettings probe;
    probe.trunks = {{"probe", {pattern("127.0.0.1:5080")}, TransportKind::udp}};
    origin.configure(std::move(probe));
    EXPECT_EQ(who(invite(), udp_from("127.0.0.1", 5080)), "trunk probe");
    EXPECT_EQ(who(invite(), udp_from("127.0.0.1", 5081)), "401");
    EXPECT_EQ(who(invite(), test::tcp_from("127.0.0.1", 5080, 7)), "401");
}

TEST_F(OriginTest, AnUnknownSourceIsChallenged) {
    EXPECT_EQ(who(invite(), udp_from("203.0.113.99", 5060)), "401");
}

TEST_F(OriginTest, ARequestWithGoodCredentialsIsThatPhone) {
    EXPECT_EQ(who(with_credentials(invite(), phone, kOffice, "secret"), phone), "phone " + kOffice);
}

TEST_F(OriginTest, ThePhonesAddressOfRecordIsItsCredentialsAndNotItsFrom) {
    const auto request = with_credentials(invite("+56999999999-boss"), phone, kOffice, "secret");
    const auto found = std::get<Phone>(sender(request, phone));
    EXPECT_EQ(found.aor, (AddressOfRecord{community, kOffice, kDomain, "office"}));
    EXPECT_EQ(found.aor.role, "office");
}

TEST_F(OriginTest, ARequestOnTheFlowOfALiveBindingIsThatPhoneWithoutCredentials) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    EXPECT_EQ(who(invite(), phone), "phone " + kOffice);
    EXPECT_EQ(who(invite("anonymous"), phone), "phone " + kOffice);
    EXPECT_EQ(who(invite(), udp_from("198.51.100.20", 5061)), "401");
}

TEST_F(OriginTest, AfterTheBindingExpiredTheFlowProvesNothing) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    loop.run_for(3601s);
    EXPECT_EQ(who(invite(), phone), "401");
}

TEST_F(OriginTest, ALiveFlowIsNoLeaveToCallWhenTheListIsForRegistrationsOnly) {
    directory.add(community, kOffice, "secret").for_calls = false;
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    EXPECT_EQ(who(invite(), phone), "401");
}

TEST_F(OriginTest, ALiveFlowProvesNothingOnceItsUserIsGone) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    directory.remove(kOffice);
    EXPECT_EQ(who(invite(), phone), "401");
}

TEST_F(OriginTest, AListedAddressCallsWithoutCredentialsAsItsListsCommunity) {
    auto& domain = directory.domain();
    domain.calls_need_credentials = false;
    domain.calls_need_address = true;
    domain.call_addresses = {{*AddressPattern::parse("198.51.100.0/24"), 24, community}};
    const auto known =
        std::get<KnownAddress>(sender(invite("door"), udp_from("198.51.100.20", 5070)));
    EXPECT_EQ(known.community, community);
    EXPECT_EQ(known.domain, kDomain);
    EXPECT_EQ(known.user, "door");
    EXPECT_EQ(who(invite(), udp_from("203.0.113.99", 5060)), "refused 403");
}

TEST_F(OriginTest, TheNarrowestAddressSaysWhoseCallItIs) {
    auto& domain = directory.domain();
    const auto other = CommunitySid::generate();
    domain.calls_need_credentials = false;
    domain.calls_need_address = true;
    domain.call_addresses = {{*AddressPattern::parse("198.51.100.20"), 32, other},
                             {*AddressPattern::parse("198.51.100.0/24"), 24, community}};
    const auto known = std::get<KnownAddress>(sender(invite(), udp_from("198.51.100.20", 5070)));
    EXPECT_EQ(known.community, other);
}

TEST_F(OriginTest, WhereBothAreMappedBothMustPass) {
    auto& domain = directory.domain();
    domain.calls_need_address = true;
    domain.call_addresses = {{*AddressPattern::parse(phone.remote.host()), 32, community}};
    EXPECT_EQ(who(with_credentials(invite(), phone, kOffice, "secret"), phone), "phone " + kOffice);
    EXPECT_EQ(who(invite(), phone), "401") << "a good address alone";
    const auto elsewhere = udp_from("203.0.113.99", 5060);
    EXPECT_EQ(who(with_credentials(invite(), elsewhere, kOffice, "secret"), elsewhere),
              "refused 403");
}

TEST_F(OriginTest, ALiveFlowCallsFromAListedAddressOnlyAndRegistersFromAnywhere) {
    auto& domain = directory.domain();
    domain.calls_need_address = true;
    domain.call_addresses = {{pattern("203.0.113.99"), 32, community}};
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    EXPECT_EQ(who(invite(), phone), "refused 403");
}

TEST_F(OriginTest, ADomainWithoutAnyMappingTakesNoCalls) {
    directory.domain().calls_need_credentials = false;
    EXPECT_EQ(who(invite(), phone), "refused 403");
}

TEST_F(OriginTest, ATrunkNeedsNoPlaceInAList) {
    directory.domain().calls_need_address = true;
    EXPECT_EQ(who(invite(), carrier), "trunk carrier");
}

TEST_F(OriginTest, ARegisterOnALiveFlowIsStillChallenged) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    EXPECT_EQ(who({}, phone), "401");
}

TEST_F(OriginTest, ATrunkIsKnownByItsAddress) {
    EXPECT_EQ(who(invite(), carrier), "trunk carrier");
    EXPECT_EQ(who(invite(), udp_from("192.0.2.51", 5060)), "trunk backup");
}

TEST_F(OriginTest, ATrunkWithAPortIsThatPortOnly) {
    EXPECT_EQ(who(invite(), udp_from("127.0.0.1", 5080)), "trunk carrier");
    EXPECT_EQ(who(invite(), udp_from("127.0.0.1", 5081)), "401");
}

TEST_F(OriginTest, AFromThatNamesAPhoneDoesNotMakeATrunkOne) {
    EXPECT_EQ(who(invite(kOffice), carrier), "trunk carrier");
}

TEST_F(OriginTest, ARegisterFromATrunksAddressIsAPhonesAndChallenged) {
    EXPECT_EQ(who({}, carrier), "401");
}

TEST_F(OriginTest, WrongCredentialsFromATrunksAddressAreNotTheTrunk) {
    EXPECT_EQ(who(with_credentials(invite(), carrier, kOffice, "guess"), carrier), "401");
}

TEST_F(OriginTest, ATrunkThatPassesOnCredentialsForAnotherRealmIsStillTheTrunk) {
    auto request = invite();
    request.more =
        "Proxy-Authorization: Digest username=\"x\", realm=\"carrier\", nonce=\"n\", "
        "uri=\"sip:x\", response=\"0123456789abcdef0123456789abcdef\"\r\n";
    EXPECT_EQ(who(request, carrier), "trunk carrier");
}

TEST_F(OriginTest, BehindAnEdgeTheSourceIsWhatTheEdgeSaw) {
    auto request = invite();
    request.vias =
        "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKedge\r\n"
        "Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bKp;received=192.0.2.50;rport=31000\r\n";
    const auto decision = origin.decide(request.message(), udp_from("10.0.0.5", 5060));
    EXPECT_EQ(said(decision.sender), "trunk carrier");
    EXPECT_TRUE(decision.source.via_edge);
    EXPECT_EQ(decision.source.peer.str(), "192.0.2.50:31000");
    EXPECT_EQ(decision.source.flow.remote.str(), "10.0.0.5:5060");
}

TEST_F(OriginTest, EdgesMayStandBehindOneAnother) {
    auto request = invite();
    request.vias =
        "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa, SIP/2.0/TCP 10.0.0.6:5060"
        ";branch=z9hG4bKb;received=10.0.0.6;rport=40000\r\n"
        "Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKp\r\n";
    const auto source = origin.source_of(request.message(), udp_from("10.0.0.5", 5060));
    EXPECT_EQ(source.peer.str(), "192.0.2.50:5060");
    EXPECT_EQ(source.transport, TransportKind::udp);
}

TEST_F(OriginTest, AViaThatAStrangerWroteIsNotBelieved) {
    auto request = invite();
    request.vias =
        "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa\r\n"
        "Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKb;received=192.0.2.50\r\n";
    EXPECT_EQ(who(request, udp_from("203.0.113.99", 5060)), "401");
}

TEST_F(OriginTest, AnEdgesOwnRequestIsTheEdges) {
    auto request = invite();
    request.vias = "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa\r\n";
    const auto decision = origin.decide(request.message(), udp_from("10.0.0.5", 5060));
    EXPECT_EQ(decision.source.peer.str(), "10.0.0.5:5060");
    EXPECT_EQ(said(decision.sender), "401");
}

TEST_F(OriginTest, GuessersBehindAnEdgeAreLimitedByTheirOwnAddress) {
    auto guess = [&](const std::string& address, const std::string& password) {
        auto request = invite();
        request.vias =
            "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa\r\n"
            "Via: SIP/2.0/UDP " +
            address + ";branch=z9hG4bKb\r\n";
        const auto edge = udp_from("10.0.0.5", 5060);
        return who(with_credentials(request, edge, kOffice, password), edge);
    };
    for (int i = 0; i < 10; ++i) EXPECT_EQ(guess("203.0.113.66", "guess"), "401");
    EXPECT_EQ(guess("203.0.113.66", "secret"), "refused 403");
    EXPECT_EQ(guess("203.0.113.67", "secret"), "phone " + kOffice);
}

TEST_F(OriginTest, ABuildingWithALivePhoneIsNeverLockedOut) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice), 200);
    const auto neighbour = udp_from("198.51.100.20", 1030);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(register_phone(kOffice, "guess", neighbour, kOffice), 401);
    EXPECT_EQ(register_phone(kOffice, "secret", neighbour, kOffice), 200);
}

TEST_F(OriginTest, AProbesRequestsCarryItsToken) {
    ASSERT_EQ(register_phone(kOffice, "secret", phone, kOffice, "token-1"), 200);
    EXPECT_EQ(std::get<Phone>(sender(invite(), phone)).visibility, "token-1");
    const auto request = with_credentials(invite(), phone, kOffice, "secret");
    EXPECT_EQ(std::get<Phone>(sender(request, phone)).visibility, "token-1");
}

// Isolation: every phone of three communities against every other one.
struct IsolationTest : OriginTest {
    struct User {
        CommunitySid community;
        std::string name;
        std::string password;
        Flow flow;
    };
    std::vector<User> users;

    IsolationTest() {
        std::uint16_t port = 5060;
        for (const auto* number : {"+56229145240", "+56223456789", "+56234567890"}) {
            const auto owner = CommunitySid::generate();
            for (const auto* role : {"office", "security"}) {
                const auto name = std::string(number) + "-" + role;
                directory.add(owner, name, "password of " + name);
                users.push_back(
                    {owner, name, "password of " + name, udp_from("198.51.100.30", port++)});
            }
        }
    }
    AddressOfRecord aor(const User& user) const { return {user.community, user.name, kDomain, ""}; }
};

TEST_F(IsolationTest, AUserRegistersItsOwnNameAndNoOther) {
    for (const auto& user : users)
        for (const auto& target : users) {
            const bool own = user.name == target.name;
            EXPECT_EQ(register_phone(user.name, user.password, user.flow, target.name),
                      own ? 200 : 403)
                << user.name << " as " << target.name;
        }
    EXPECT_EQ(registrar.size(), users.size());
}

TEST_F(IsolationTest, APasswordOpensItsOwnUserAndNoOther) {
    for (const auto& user : users)
        for (const auto& target : users)
            if (user.name != target.name) {
                EXPECT_EQ(register_phone(target.name, user.password, user.flow, target.name), 401)
                    << user.name << " as " << target.name;
            }
    EXPECT_EQ(registrar.size(), 0u);
}

TEST_F(IsolationTest, ACallIsTheCallersOwnWhateverItsFromSays) {
    for (const auto& user : users)
        ASSERT_EQ(register_phone(user.name, user.password, user.flow, user.name), 200);
    for (const auto& user : users)
        for (const auto& target : users) {
            const auto over_flow = std::get<Phone>(sender(invite(target.name), user.flow));
            EXPECT_EQ(over_flow.aor, aor(user));
            const auto request =
                with_credentials(invite(target.name), user.flow, user.name, user.password);
            EXPECT_EQ(std::get<Phone>(sender(request, user.flow)).aor, aor(user));
        }
}

TEST_F(IsolationTest, ALookUpWithAnotherCommunityFindsNothing) {
    for (const auto& user : users)
        ASSERT_EQ(register_phone(user.name, user.password, user.flow, user.name), 200);
    for (const auto& user : users)
        for (const auto& target : users) {
            const AddressOfRecord asked{user.community, target.name, kDomain, ""};
            EXPECT_EQ(registrar.lookup(asked).size(), user.community == target.community ? 1u : 0u)
                << user.name << " looks for " << target.name;
        }
}

TEST_F(IsolationTest, ACommunitysListHasItsOwnPhonesOnly) {
    for (const auto& user : users)
        ASSERT_EQ(register_phone(user.name, user.password, user.flow, user.name), 200);
    for (const auto& user : users) {
        const auto listed = registrar.list(user.community);
        ASSERT_EQ(listed.size(), 2u);
        for (const auto& entry : listed) EXPECT_EQ(entry.aor.community, user.community);
    }
}

}  // namespace
}  // namespace skyn3t::sip
