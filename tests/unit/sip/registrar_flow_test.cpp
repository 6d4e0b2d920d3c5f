// Which binding a phone's new contact replaces, how a binding is reached, and what outlives a
// restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message.hpp"
#include "sip/registrar.hpp"
#include "support/fake_clock.hpp"
#include "support/registration.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::direct;
using test::kDomain;
using test::kOffice;
using test::RequestText;
using test::tcp_from;
using test::udp_from;
using testing::ElementsAre;
using testing::IsEmpty;

struct RegistrarFlowTest : testing::Test {
    test::FakeLoop loop;
    test::RecordedBindings records;
    Registrar registrar{loop.wheel, {}, records};
    AddressOfRecord office{CommunitySid::generate(), kOffice, kDomain, "office"};
    Source source = direct(udp_from("198.51.100.20", 5060));
    Source edge{.flow = udp_from("10.0.0.5", 5060),
                .peer = Endpoint::v4(198, 51, 100, 20, 1024),
                .transport = TransportKind::udp,
                .via_edge = true};

    Reply bind(const std::string& contact, const std::string& call_id, const Source& from,
               const std::string& more = {}, std::string_view visibility = {}) {
        const RequestText request{.to = "<sip:" + office.user + "@" + kDomain + ">",
                                  .call_id = call_id,
                                  .more = "Contact: " + contact + "\r\n" + more};
        return registrar.process(request.message(), from, office, visibility);
    }
    std::vector<std::string> bound(std::string_view visibility = {}) {
        std::vector<std::string> out;
        for (const auto& binding : registrar.lookup(office, visibility))
            out.push_back(binding.contact);
        return out;
    }
};

TEST_F(RegistrarFlowTest, ThePhoneIsReachedOverTheFlowItCameFromAndNotItsPrivateAddress) {
    bind("<sip:office@192.168.1.10:5060>", "a", source);
    EXPECT_EQ(registrar.lookup(office).at(0).source.flow.remote.str(), "198.51.100.20:5060");
}

TEST_F(RegistrarFlowTest, ARefreshThroughAnotherNatPortMovesTheFlow) {
    bind("<sip:office@192.168.1.10:5060>", "a", source);
    const auto moved = direct(udp_from("198.51.100.20", 40001));
    bind("<sip:office@192.168.1.10:5060>", "b", moved);
    EXPECT_EQ(registrar.size(), 1u);
    EXPECT_EQ(registrar.lookup(office).at(0).source.flow, moved.flow);
    EXPECT_FALSE(registrar.find_by_flow(source, kOffice));
    EXPECT_TRUE(registrar.find_by_flow(moved, kOffice));
}

TEST_F(RegistrarFlowTest, TheSameInstanceWithAnotherPortReplacesItsBinding) {
    const std::string instance = ">;+sip.instance=\"<urn:uuid:1>\"";
    bind("<sip:office@192.168.1.10:5060" + instance, "a", source);
    bind("<sip:office@192.168.1.10:5071" + instance, "b", direct(udp_from("198.51.100.20", 40001)));
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.168.1.10:5071"));
    EXPECT_EQ(records.lines.back(), "refreshed sip:office@192.168.1.10:5071");
}

TEST_F(RegistrarFlowTest, TheSameInstanceWithAnotherRegIdIsASecondFlow) {
    const std::string instance = ">;+sip.instance=\"<urn:uuid:1>\"";
    bind("<sip:office@192.168.1.10" + instance + ";reg-id=1", "a", source);
    bind("<sip:office@192.168.1.10" + instance + ";reg-id=2", "b", source);
    EXPECT_EQ(registrar.size(), 2u);
}

TEST_F(RegistrarFlowTest, TwoInstancesWithOnePrivateAddressAreTwoPhones) {
    bind("<sip:office@192.168.1.10>;+sip.instance=\"<urn:uuid:1>\"", "a", source);
    bind("<sip:office@192.168.1.10>;+sip.instance=\"<urn:uuid:2>\"", "b",
         direct(udp_from("203.0.113.77", 5060)));
    EXPECT_EQ(registrar.size(), 2u);
}

TEST_F(RegistrarFlowTest, WithoutInstanceTheSameUserFromTheSameFlowReplacesItsBinding) {
    bind("<sip:office@192.168.1.10:5060;rinstance=1>", "a", source);
    bind("<sip:office@192.168.1.10:5060;rinstance=2>", "b", source);
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.168.1.10:5060;rinstance=2"));
}

TEST_F(RegistrarFlowTest, WithoutInstanceAnotherSourcePortIsASecondPhone) {
    bind("<sip:office@192.168.1.10:5060>", "a", source);
    bind("<sip:office@192.168.1.11:5060>", "b", direct(udp_from("198.51.100.20", 1025)));
    EXPECT_EQ(registrar.size(), 2u);
}

TEST_F(RegistrarFlowTest, TwoContactsOfOneRequestDoNotReplaceEachOther) {
    bind("<sip:office@192.168.1.10:5060>, <sip:office@192.168.1.10;transport=tcp>", "a", source);
    EXPECT_EQ(registrar.size(), 2u);
}

TEST_F(RegistrarFlowTest, APathFromAnEdgeIsKeptInOrderAndToldBack) {
    const auto reply = bind("<sip:office@192.168.1.10>", "a", edge,
                            "Path: <sip:10.0.0.5;lr;received=1>,<sip:10.0.0.6;lr>\r\n"
                            "Supported: path\r\n");
    EXPECT_THAT(registrar.lookup(office).at(0).path,
                ElementsAre("<sip:10.0.0.5;lr;received=1>", "<sip:10.0.0.6;lr>"));
    std::vector<std::string> paths;
    for (const auto& [name, value] : reply.headers)
        if (name == "Path") paths.push_back(value);
    EXPECT_THAT(paths, ElementsAre("<sip:10.0.0.5;lr;received=1>", "<sip:10.0.0.6;lr>"));
}

TEST_F(RegistrarFlowTest, APathFromAStrangerDoesNotSteerOurRequests) {
    bind("<sip:office@192.168.1.10>", "a", source, "Path: <sip:192.0.2.66;lr>\r\n");
    EXPECT_THAT(registrar.lookup(office).at(0).path, IsEmpty());
}

TEST_F(RegistrarFlowTest, AMalformedPathIs400) {
    EXPECT_EQ(bind("<sip:office@192.168.1.10>", "a", edge, "Path: <sip:10.0.0.5\r\n").status, 400);
}

TEST_F(RegistrarFlowTest, PhonesBehindOneEdgeAreToldApartByWhatTheEdgeSaw) {
    bind("<sip:office@192.168.1.10>", "a", edge);
    auto neighbour = edge;
    neighbour.peer.port = 1025;
    EXPECT_TRUE(registrar.find_by_flow(edge, kOffice));
    EXPECT_FALSE(registrar.find_by_flow(neighbour, kOffice));
    EXPECT_FALSE(registrar.find_by_flow(direct(edge.flow), kOffice));
}

TEST_F(RegistrarFlowTest, AClosedConnectionTakesItsBindingsWithIt) {
    const auto connection = direct(tcp_from("198.51.100.20", 40000, 7));
    bind("<sip:office@192.168.1.10;transport=tcp>", "a", connection);
    bind("<sip:other@192.168.1.11;transport=tcp>", "b",
         direct(tcp_from("198.51.100.20", 40001, 8)));
    registrar.on_flow_closed(connection.flow);
    EXPECT_THAT(bound(), ElementsAre("sip:other@192.168.1.11;transport=tcp"));
    EXPECT_EQ(records.lines.back(), "removed sip:office@192.168.1.10;transport=tcp flow_lost");
}

TEST_F(RegistrarFlowTest, ALateCloseOfTheOldConnectionLeavesARefreshedBinding) {
    const auto old_connection = direct(tcp_from("198.51.100.20", 40000, 7));
    bind("<sip:office@192.168.1.10;transport=tcp>", "a", old_connection);
    bind("<sip:office@192.168.1.10;transport=tcp>", "b",
         direct(tcp_from("198.51.100.20", 40002, 9)));
    registrar.on_flow_closed(old_connection.flow);
    EXPECT_EQ(registrar.size(), 1u);
}

TEST_F(RegistrarFlowTest, AnEdgesConnectionMayCloseWithoutLosingThePhonesBehindIt) {
    edge.flow = tcp_from("10.0.0.5", 50000, 3);
    bind("<sip:office@192.168.1.10>", "a", edge, "Path: <sip:10.0.0.5;transport=tcp;lr>\r\n");
    registrar.on_flow_closed(edge.flow);
    EXPECT_EQ(registrar.size(), 1u);
    edge.flow = tcp_from("10.0.0.5", 50001, 4);
    EXPECT_TRUE(registrar.find_by_flow(edge, kOffice));
}

TEST_F(RegistrarFlowTest, TwoUsersOnOneFlowAreToldApartByFrom) {
    bind("<sip:one@192.168.1.10>", "a", source);
    office.user = "+56229145248-security";
    bind("<sip:two@192.168.1.10>", "b", source);
    EXPECT_EQ(registrar.find_by_flow(source, kOffice)->aor.user, kOffice);
    EXPECT_EQ(registrar.find_by_flow(source, "+56229145248-security")->aor.user,
              "+56229145248-security");
    EXPECT_FALSE(registrar.find_by_flow(source, "anonymous"));
}

TEST_F(RegistrarFlowTest, OneUserOnAFlowIsKnownWhateverItsFromSays) {
    bind("<sip:one@192.168.1.10>, <sip:two@192.168.1.10>", "a", source);
    EXPECT_EQ(registrar.find_by_flow(source, "anonymous")->aor.user, kOffice);
}

TEST_F(RegistrarFlowTest, AnAddressIsLiveFromTheFirstBindingToTheLast) {
    const auto same_building = Endpoint::v4(198, 51, 100, 20, 61000);
    EXPECT_FALSE(registrar.is_live(same_building));
    bind("<sip:one@192.168.1.10>;expires=60", "a", source);
    bind("<sip:two@192.168.1.10>;expires=90", "b", source);
    EXPECT_TRUE(registrar.is_live(same_building));
    loop.run_for(61s);
    EXPECT_TRUE(registrar.is_live(same_building));
    loop.run_for(30s);
    EXPECT_FALSE(registrar.is_live(same_building));
}

TEST_F(RegistrarFlowTest, AnAddressIsLiveForTheCommunitiesOfItsPhonesAlone) {
    const auto same_building = Endpoint::v4(198, 51, 100, 20, 61000);
    bind("<sip:one@192.168.1.10>;expires=60", "a", source);
    EXPECT_TRUE(registrar.is_live(same_building, office.community));
    EXPECT_FALSE(registrar.is_live(same_building, CommunitySid::generate()));
    EXPECT_FALSE(registrar.is_live(Endpoint::v4(198, 51, 100, 21, 5060), office.community));
    loop.run_for(61s);
    EXPECT_FALSE(registrar.is_live(same_building, office.community));
}

TEST_F(RegistrarFlowTest, RestoredBindingsRingAndExpireAsBefore) {
    bind("<sip:office@192.168.1.10>;expires=600", "a", source);
    const auto saved = registrar.list_all();
    loop.run_for(100s);
    test::RecordedBindings later;
    Registrar restarted(loop.wheel, {}, later);
    restarted.restore(saved);
    ASSERT_EQ(restarted.lookup(office).size(), 1u);
    EXPECT_EQ(restarted.lookup(office)[0].id, saved[0].binding.id);
    EXPECT_EQ(restarted.lookup(office)[0].source.flow, source.flow);
    EXPECT_TRUE(restarted.find_by_flow(source, kOffice));
    EXPECT_THAT(later.lines, IsEmpty());
    loop.run_for(501s);
    EXPECT_THAT(later.lines, ElementsAre("removed sip:office@192.168.1.10 expired"));
}

TEST_F(RegistrarFlowTest, WhatExpiredOrHungOnAConnectionIsNotRestored) {
    bind("<sip:short@192.168.1.10>;expires=60", "a", source);
    bind("<sip:tcp@192.168.1.11;transport=tcp>", "b", direct(tcp_from("198.51.100.21", 4000, 7)));
    const auto saved = registrar.list_all();
    loop.run_for(61s);
    test::RecordedBindings later;
    Registrar restarted(loop.wheel, {}, later);
    restarted.restore(saved);
    EXPECT_EQ(restarted.size(), 0u);
    EXPECT_THAT(later.lines,
                testing::UnorderedElementsAre("removed sip:short@192.168.1.10 expired",
                                              "removed sip:tcp@192.168.1.11;transport=tcp "
                                              "flow_lost"));
}

TEST_F(RegistrarFlowTest, ACSeqThatWasUsedBeforeTheRestartIsStillLate) {
    bind("<sip:office@192.168.1.10>", "a", source);
    Registrar restarted(loop.wheel, {}, records);
    restarted.restore(registrar.list_all());
    const RequestText again{.call_id = "a", .more = "Contact: <sip:office@192.168.1.10>\r\n"};
    EXPECT_EQ(restarted.process(again.message(), source, office).status, 500);
}

TEST_F(RegistrarFlowTest, ForgettingAUserEndsItsBindingsAndNoOthers) {
    bind("<sip:one@192.168.1.10>", "a", source);
    const auto first = office;
    office.user = "+56229145248-security";
    bind("<sip:two@192.168.1.10>", "b", source);
    EXPECT_EQ(registrar.forget(first.community, first.user), 1u);
    EXPECT_THAT(registrar.lookup(first), IsEmpty());
    EXPECT_THAT(bound(), ElementsAre("sip:two@192.168.1.10"));
    EXPECT_EQ(registrar.forget(first.community), 1u);
    EXPECT_EQ(registrar.size(), 0u);
}

// Probes: the product's own test call (verify).
TEST_F(RegistrarFlowTest, AProbeIsSeenByItsOwnTokenOnly) {
    bind("<sip:office@192.168.1.10>", "a", source);
    const auto probe = direct(udp_from("127.0.0.1", 39000));
    bind("<sip:probe@127.0.0.1:39000>", "b", probe, {}, "token-1");
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.168.1.10"));
    EXPECT_THAT(bound("token-1"), ElementsAre("sip:probe@127.0.0.1:39000"));
    EXPECT_THAT(bound("token-2"), IsEmpty());
}

TEST_F(RegistrarFlowTest, AProbeIsNeverListedRecordedOrCountedAsAPhone) {
    const auto probe = direct(udp_from("127.0.0.1", 39000));
    bind("<sip:probe@127.0.0.1:39000>", "b", probe, {}, "token-1");
    EXPECT_THAT(registrar.list(office.community), IsEmpty());
    EXPECT_THAT(registrar.list_all(), IsEmpty());
    EXPECT_FALSE(registrar.is_live(probe.peer));
    EXPECT_EQ(registrar.forget_probe("token-1"), 1u);
    EXPECT_THAT(records.lines, IsEmpty());
}

TEST_F(RegistrarFlowTest, AProbeNeitherSeesNorRemovesThePhonesBindings) {
    bind("<sip:office@192.168.1.10>", "a", source);
    const RequestText star{.call_id = "b", .cseq = 9, .more = "Contact: *\r\nExpires: 0\r\n"};
    const auto reply = registrar.process(star.message(), source, office, "token-1");
    EXPECT_EQ(reply.header("Contact"), "");
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.168.1.10"));
}

TEST_F(RegistrarFlowTest, AProbeTakesNoneOfTheTenPlaces) {
    bind("<sip:probe@127.0.0.1:39000>", "p", direct(udp_from("127.0.0.1", 39000)), {}, "token-1");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(
            bind("<sip:p" + std::to_string(i) + "@192.0.2.1>", "c" + std::to_string(i), source)
                .status,
            200);
}

}  // namespace
}  // namespace skyn3t::sip
