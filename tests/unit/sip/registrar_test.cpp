#include "sip/registrar.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
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
using testing::ElementsAre;
using testing::IsEmpty;

TEST(GrantExpiry, RefusesBelowTheMinimumButNotZero) {
    EXPECT_EQ(grant_expiry(59s, {}).error().code, Errc::interval_too_brief);
    EXPECT_EQ(grant_expiry(60s, {}), 60s);
    EXPECT_EQ(grant_expiry(0s, {}), 0s);
}

TEST(GrantExpiry, ShortensALongOneAndFillsInAMissingOne) {
    EXPECT_EQ(grant_expiry(86400s, {}), 3600s);
    EXPECT_EQ(grant_expiry(std::nullopt, {}), 3600s);
    EXPECT_EQ(grant_expiry(std::nullopt, {.fallback = 300s}), 300s);
}

TEST(GrantExpiry, NeverRefusesAnHourOrMore) {
    EXPECT_EQ(grant_expiry(3600s, {.minimum = 7200s, .maximum = 86400s}), 3600s);
}

struct RegistrarTest : testing::Test {
    test::FakeLoop loop;
    test::RecordedBindings records;
    Registrar registrar{loop.wheel, {.node = "node-1"}, records};
    AddressOfRecord aor{CommunitySid::generate(), kOffice, kDomain, "office"};
    Source source = test::direct(test::udp_from("198.51.100.20", 5060));

    Reply process(const RequestText& request) {
        return registrar.process(request.message(), source, aor);
    }
    Reply bind(const std::string& contact, unsigned cseq = 1,
               const std::string& call_id = "a84b4c76e66710") {
        return process({.call_id = call_id, .cseq = cseq, .more = "Contact: " + contact + "\r\n"});
    }
    static std::vector<std::string> contacts(const Reply& reply) {
        std::vector<std::string> out;
        for (const auto& [name, value] : reply.headers)
            if (name == "Contact") out.push_back(value);
        return out;
    }
    std::vector<std::string> bound() {
        std::vector<std::string> out;
        for (const auto& binding : registrar.lookup(aor)) out.push_back(binding.contact);
        return out;
    }
};

TEST_F(RegistrarTest, WhatWasBoundWithAnOlderPasswordIsForgotten) {
    const auto bind_with = [&](const std::string& user, std::uint32_t generation) {
        const RequestText request{
            .call_id = user, .cseq = 1, .more = "Contact: <sip:" + user + "@192.0.2.1>\r\n"};
        return registrar.process(request.message(), source, aor, {}, generation).status;
    };
    EXPECT_EQ(bind_with("old", 1), 200);
    EXPECT_EQ(bind_with("new", 2), 200);
    EXPECT_EQ(registrar.lookup(aor)[0].generation + registrar.lookup(aor)[1].generation, 3u);
    EXPECT_EQ(registrar.forget_older(CommunitySid::generate(), aor.user, 2), 0u);
    EXPECT_EQ(registrar.forget_older(aor.community, "other", 2), 0u);
    EXPECT_EQ(registrar.forget_older(aor.community, aor.user, 1), 0u);
    EXPECT_EQ(registrar.forget_older(aor.community, aor.user, 2), 1u);
    EXPECT_THAT(bound(), ElementsAre("sip:new@192.0.2.1"));
    // It comes back with the new one.
    EXPECT_EQ(bind_with("old", 2), 200);
    EXPECT_EQ(registrar.forget_older(aor.community, aor.user, 2), 0u);
}

// RFC 3261 section 10.3, step 2.
TEST_F(RegistrarTest, RefusesAnExtensionThatItIsRequiredToKnow) {
    const auto reply = process({.more = "Require: path, gruu\r\nContact: <sip:a@192.0.2.1>\r\n"});
    EXPECT_EQ(reply.status, 420);
    EXPECT_EQ(reply.header("Unsupported"), "gruu");
    EXPECT_THAT(bound(), IsEmpty());
}

// Step 4.
TEST_F(RegistrarTest, RefusesTheNameOfAnotherUser) {
    EXPECT_EQ(process({.to = "<sip:+56229145248-security@" + kDomain + ">",
                       .more = "Contact: <sip:a@192.0.2.1>\r\n"})
                  .status,
              403);
    EXPECT_THAT(bound(), IsEmpty());
}

// Step 5.
TEST_F(RegistrarTest, TheNameMayBeSpelledWithPercent2B) {
    EXPECT_EQ(process({.to = "<sip:%2B56229145248-office@" + kDomain + ">",
                       .more = "Contact: <sip:a@192.0.2.1>\r\n"})
                  .status,
              200);
    EXPECT_THAT(bound(), ElementsAre("sip:a@192.0.2.1"));
}

TEST_F(RegistrarTest, TheHostInToMayBeAnAddress) {
    EXPECT_EQ(process({.to = "<sip:" + kOffice + "@203.0.113.10>",
                       .more = "Contact: <sip:a@192.0.2.1>\r\n"})
                  .status,
              200);
    EXPECT_THAT(bound(), ElementsAre("sip:a@192.0.2.1"));
}

TEST_F(RegistrarTest, ATelUriInToThatIsNotTheUserIsRefused) {
    EXPECT_EQ(
        process({.to = "<tel:+56229145248>", .more = "Contact: <sip:a@192.0.2.1>\r\n"}).status,
        403);
}

TEST_F(RegistrarTest, ATelUriInToIsReadByItsNumber) {
    aor.user = "+56229145248";
    EXPECT_EQ(
        process({.to = "<tel:+56229145248>", .more = "Contact: <sip:a@192.0.2.1>\r\n"}).status,
        200);
}

// Step 6.
TEST_F(RegistrarTest, WithoutContactItOnlyTellsTheBindings) {
    bind("<sip:office@192.0.2.1>;expires=120");
    loop.run_for(20s);
    const auto reply = process({.cseq = 1, .more = "Expires: 60\r\n"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(contacts(reply), ElementsAre("<sip:office@192.0.2.1>;expires=100"));
}

TEST_F(RegistrarTest, AStarWithExpiresZeroRemovesAll) {
    bind("<sip:one@192.0.2.1>, <sip:two@192.0.2.2>");
    const auto reply = process({.cseq = 2, .more = "Contact: *\r\nExpires: 0\r\n"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(contacts(reply), IsEmpty());
    EXPECT_THAT(bound(), IsEmpty());
    EXPECT_THAT(records.lines, ElementsAre("added sip:one@192.0.2.1", "added sip:two@192.0.2.2",
                                           "removed sip:one@192.0.2.1 unregistered",
                                           "removed sip:two@192.0.2.2 unregistered"));
}

TEST_F(RegistrarTest, AStarWithoutExpiresZeroOrWithAnotherContactIs400) {
    bind("<sip:office@192.0.2.1>");
    for (const auto* more : {"Contact: *\r\n", "Contact: *\r\nExpires: 60\r\n",
                             "Contact: *\r\nContact: <sip:b@192.0.2.9>\r\nExpires: 0\r\n"})
        EXPECT_EQ(process({.cseq = 2, .more = more}).status, 400) << more;
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.0.2.1"));
}

TEST_F(RegistrarTest, ALateStarRemovesNothing) {
    bind("<sip:office@192.0.2.1>", 5);
    EXPECT_EQ(process({.cseq = 4, .more = "Contact: *\r\nExpires: 0\r\n"}).status, 500);
    EXPECT_THAT(bound(), ElementsAre("sip:office@192.0.2.1"));
}

// Step 7.
TEST_F(RegistrarTest, TheContactsOwnExpiresGoesBeforeTheField) {
    EXPECT_THAT(contacts(process({.more = "Contact: <sip:a@192.0.2.1>;expires=90\r\n"
                                          "Contact: <sip:b@192.0.2.2>\r\nExpires: 120\r\n"})),
                testing::UnorderedElementsAre("<sip:a@192.0.2.1>;expires=90",
                                              "<sip:b@192.0.2.2>;expires=120"));
}

TEST_F(RegistrarTest, WithoutAnyExpiresTheFallbackIsGranted) {
    EXPECT_THAT(contacts(bind("<sip:a@192.0.2.1>")), ElementsAre("<sip:a@192.0.2.1>;expires=3600"));
}

TEST_F(RegistrarTest, AMalformedExpiresCountsAsNone) {
    EXPECT_THAT(contacts(bind("<sip:a@192.0.2.1>;expires=soon")),
                ElementsAre("<sip:a@192.0.2.1>;expires=3600"));
}

TEST_F(RegistrarTest, ALongExpiresIsShortened) {
    EXPECT_THAT(contacts(bind("<sip:a@192.0.2.1>;expires=4294967295")),
                ElementsAre("<sip:a@192.0.2.1>;expires=3600"));
}

TEST_F(RegistrarTest, AShortExpiresIs423WithTheMinimumAndChangesNothing) {
    const auto reply = bind("<sip:a@192.0.2.1>, <sip:b@192.0.2.2>;expires=30");
    EXPECT_EQ(reply.status, 423);
    EXPECT_EQ(reply.header("Min-Expires"), "60");
    EXPECT_THAT(bound(), IsEmpty());
}

TEST_F(RegistrarTest, ZeroInOneContactRemovesThatOneAndKeepsTheOthers) {
    bind("<sip:a@192.0.2.1>, <sip:b@192.0.2.2>");
    const auto reply = bind("<sip:a@192.0.2.1>;expires=0", 2);
    EXPECT_THAT(contacts(reply), ElementsAre("<sip:b@192.0.2.2>;expires=3600"));
    EXPECT_THAT(bound(), ElementsAre("sip:b@192.0.2.2"));
}

TEST_F(RegistrarTest, RemovingWhatIsNotBoundIsNoError) {
    EXPECT_EQ(bind("<sip:a@192.0.2.1>;expires=0").status, 200);
    EXPECT_THAT(records.lines, IsEmpty());
}

TEST_F(RegistrarTest, OneRequestMayRemoveOneContactAndBindAnother) {
    bind("<sip:a@192.0.2.1>");
    bind("<sip:a@192.0.2.1>;expires=0, <sip:b@192.0.2.2>", 2);
    EXPECT_THAT(bound(), ElementsAre("sip:b@192.0.2.2"));
}

TEST_F(RegistrarTest, TheSameCallIdNeedsAHigherCSeq) {
    bind("<sip:a@192.0.2.1>;expires=600", 7);
    EXPECT_EQ(bind("<sip:a@192.0.2.1>;expires=900", 7).status, 500);
    EXPECT_EQ(bind("<sip:a@192.0.2.1>;expires=0", 6).status, 500);
    EXPECT_THAT(contacts(process({})), ElementsAre("<sip:a@192.0.2.1>;expires=600"));
    EXPECT_EQ(bind("<sip:a@192.0.2.1>;expires=900", 8).status, 200);
    EXPECT_THAT(contacts(process({})), ElementsAre("<sip:a@192.0.2.1>;expires=900"));
}

TEST_F(RegistrarTest, ANewCallIdMayStartItsCSeqAnew) {
    bind("<sip:a@192.0.2.1>;expires=600", 7);
    EXPECT_EQ(bind("<sip:a@192.0.2.1>;expires=900", 1, "after-restart").status, 200);
    EXPECT_THAT(contacts(process({})), ElementsAre("<sip:a@192.0.2.1>;expires=900"));
}

TEST_F(RegistrarTest, WhenOneContactIsLateNoneIsChanged) {
    bind("<sip:a@192.0.2.1>", 7);
    EXPECT_EQ(bind("<sip:b@192.0.2.2>, <sip:a@192.0.2.1>", 7).status, 500);
    EXPECT_THAT(bound(), ElementsAre("sip:a@192.0.2.1"));
}

TEST_F(RegistrarTest, EqualUrisAreOneContact) {
    bind("<sip:office@Phone.Example.cl;transport=udp;x=1>", 1);
    bind("<sip:%6Fffice@phone.example.cl;x=1;transport=UDP>", 2);
    EXPECT_THAT(bound(), ElementsAre("sip:%6Fffice@phone.example.cl;x=1;transport=UDP"));
    EXPECT_THAT(records.lines,
                ElementsAre("added sip:office@Phone.Example.cl;transport=udp;x=1",
                            "refreshed sip:%6Fffice@phone.example.cl;x=1;transport=UDP"));
}

TEST_F(RegistrarTest, TheSameContactTwiceInOneRequestIsBoundOnce) {
    EXPECT_EQ(bind("<sip:a@192.0.2.1>, <sip:a@192.0.2.1>").status, 200);
    EXPECT_THAT(bound(), ElementsAre("sip:a@192.0.2.1"));
}

// Step 8, and what phones write.
TEST_F(RegistrarTest, AContactWithoutBracketsHasHeaderParameters) {
    EXPECT_THAT(contacts(bind("sip:office@192.0.2.1:5062;expires=300;q=0.5")),
                ElementsAre("<sip:office@192.0.2.1:5062>;expires=300;q=0.500"));
}

TEST_F(RegistrarTest, TheInstanceAndRegIdAreToldBack) {
    const std::string instance =
        "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"";
    EXPECT_THAT(contacts(bind("<sip:a@192.0.2.1>;" + instance + ";reg-id=1;expires=600")),
                ElementsAre("<sip:a@192.0.2.1>;expires=600;" + instance + ";reg-id=1"));
}

TEST_F(RegistrarTest, AContactThatIsNoSipUriIs400) {
    EXPECT_EQ(bind("<mailto:office@example.cl>").status, 400);
    EXPECT_EQ(bind("<sip:>").status, 400);
    EXPECT_EQ(bind("<sip:a@192.0.2.1").status, 400);
}

TEST_F(RegistrarTest, TenContactsAreBoundAndTheEleventhIsRefused) {
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(bind(fmt::format("<sip:p{}@192.0.2.1>", i), 1, fmt::format("call-{}", i)).status,
                  200);
    const auto reply = bind("<sip:p10@192.0.2.1>", 1, "call-10");
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.header("X-Twilio-Error"), "32007 too many contacts for the address-of-record");
    EXPECT_EQ(registrar.size(), 10u);
}

TEST_F(RegistrarTest, WithTenContactsARefreshAndAnExchangeStillWork) {
    for (int i = 0; i < 10; ++i) bind(fmt::format("<sip:p{}@192.0.2.1>", i), 1);
    EXPECT_EQ(bind("<sip:p3@192.0.2.1>", 2).status, 200);
    EXPECT_EQ(bind("<sip:p4@192.0.2.1>;expires=0, <sip:new@192.0.2.1>", 3).status, 200);
    EXPECT_EQ(registrar.size(), 10u);
}

TEST_F(RegistrarTest, AnUnansweredAddressOfRecordHasNoTargets) {
    EXPECT_THAT(registrar.lookup(aor), IsEmpty());
}

TEST_F(RegistrarTest, TargetsComeByFallingQAndTheNewestFirst) {
    bind("<sip:old@192.0.2.1>;q=0.7");
    loop.run_for(1s);
    bind("<sip:last@192.0.2.2>;q=0.1", 2);
    loop.run_for(1s);
    bind("<sip:new@192.0.2.3>;q=0.7", 3);
    EXPECT_THAT(bound(),
                ElementsAre("sip:new@192.0.2.3", "sip:old@192.0.2.1", "sip:last@192.0.2.2"));
}

TEST_F(RegistrarTest, ABindingEndsWhenItsTimeIsOverAndNotBefore) {
    bind("<sip:a@192.0.2.1>;expires=60");
    bind("<sip:b@192.0.2.2>;expires=90", 2);
    loop.run_for(59s);
    EXPECT_EQ(registrar.size(), 2u);
    loop.run_for(1010ms);
    EXPECT_THAT(bound(), ElementsAre("sip:b@192.0.2.2"));
    EXPECT_EQ(records.lines.back(), "removed sip:a@192.0.2.1 expired");
    loop.run_for(30s);
    EXPECT_EQ(registrar.size(), 0u);
}

TEST_F(RegistrarTest, ARefreshMovesTheEnd) {
    bind("<sip:a@192.0.2.1>;expires=60");
    loop.run_for(50s);
    bind("<sip:a@192.0.2.1>;expires=60", 2);
    loop.run_for(50s);
    EXPECT_THAT(bound(), ElementsAre("sip:a@192.0.2.1"));
}

TEST_F(RegistrarTest, OneTimerServesAllBindings) {
    for (int i = 0; i < 10; ++i) bind(fmt::format("<sip:p{}@192.0.2.1>;expires={}", i, 600 - i), 1);
    EXPECT_EQ(loop.wheel.running(), 1u);
    EXPECT_TRUE(loop.wheel.next_wake());
}

TEST_F(RegistrarTest, ABindingRemembersWhoTookItAndWhatThePhoneIs) {
    process({.more = "Contact: <sip:a@192.0.2.1>\r\nUser-Agent: Grandstream GXP1610 1.0.7.76\r\n"});
    const auto binding = registrar.lookup(aor).at(0);
    EXPECT_EQ(binding.node, "node-1");
    EXPECT_EQ(binding.user_agent, "Grandstream GXP1610 1.0.7.76");
    EXPECT_EQ(binding.sip_call_id, "a84b4c76e66710");
    EXPECT_EQ(binding.source.flow, source.flow);
    EXPECT_EQ(binding.expires - binding.registered, 3600s);
}

TEST_F(RegistrarTest, TheAnswerGoesOutWithTheRequestsFieldsAndAToTag) {
    const auto request = RequestText{.more = "Contact: <sip:a@192.0.2.1>\r\n"}.message();
    const auto text = response_text(request, registrar.process(request, source, aor));
    const auto response = test::parsed(text);
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.call_id(), "a84b4c76e66710");
    EXPECT_EQ(response.to_tag().size(), 16u);
    EXPECT_EQ(response.first(HeaderId::contact), "<sip:a@192.0.2.1>;expires=3600");
}

TEST_F(RegistrarTest, ASipsContactIsTakenBehindAnEdgeOnly) {
    const RequestText request{.more = "Contact: <sips:office@192.168.1.10>\r\n"};
    EXPECT_EQ(registrar.process(request.message(), source, aor).status, 400);
    auto behind_edge = source;
    behind_edge.via_edge = true;
    EXPECT_EQ(registrar.process(request.message(), behind_edge, aor).status, 200);
}

}  // namespace
}  // namespace skyn3t::sip
