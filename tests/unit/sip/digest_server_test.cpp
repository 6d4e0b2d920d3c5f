#include "sip/digest_server.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "sip/message.hpp"
#include "support/fake_clock.hpp"
#include "support/registration.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::kDomain;
using test::kOffice;
using test::RequestText;

// What a phone puts into its credentials; a test changes what it is about.
struct Answer {
    std::string nonce;
    std::string username = kOffice;
    std::string hashed_as = kOffice;
    std::string realm = kDomain;
    std::string password = "correct horse";
    std::string uri = "sip:" + kDomain;
    std::string nc = "00000001";
    std::string qop = "auth";
    DigestAlgorithm algorithm = DigestAlgorithm::md5;
    std::string algorithm_text = "MD5";
    bool upper_case = false;
    std::string field = "Authorization";

    std::string line(std::string_view method) const {
        const auto ha1 = digest_ha1(algorithm, hashed_as, realm, password);
        const bool legacy = qop.empty();
        std::string response(digest_response({.algorithm = algorithm,
                                              .ha1 = ha1,
                                              .method = method,
                                              .uri = uri,
                                              .nonce = nonce,
                                              .nc = legacy ? "" : nc,
                                              .cnonce = legacy ? "" : "0a4f113b",
                                              .qop = qop})
                                 .view());
        if (upper_case)
            for (char& c : response) c = c >= 'a' ? static_cast<char>(c - 32) : c;
        auto text = field + ": Digest username=\"" + username + "\", realm=\"" + realm +
                    "\", nonce=\"" + nonce + "\", uri=\"" + uri + "\", response=\"" + response +
                    "\", algorithm=" + algorithm_text;
        if (!legacy) text += ", cnonce=\"0a4f113b\", qop=" + qop + ", nc=" + nc;
        return text + "\r\n";
    }
};

std::string nonce_in(const Challenge& challenge) {
    const auto& value = challenge.reply.headers.back().second;
    return std::string(DigestParams::parse(value).value().nonce);
}

bool nobody(const CommunitySid&) { return false; }

struct DigestServerTest : testing::Test {
    test::FakeClock clock;
    test::FakeDirectory directory;
    CommunitySid community = CommunitySid::generate();
    Credential& credential = directory.add(community, kOffice, "correct horse");
    DigestServer server{directory, clock, {}};
    Endpoint phone = Endpoint::v4(198, 51, 100, 20, 5060);
    std::optional<CommunitySid> home;  // of the phones that are live at that address

    DigestServer::Result check(const RequestText& request,
                               Purpose purpose = Purpose::registration) {
        return server.check(request.message(), purpose, phone,
                            [this](const CommunitySid& asked) { return home && asked == *home; });
    }
    std::string fresh_nonce() { return nonce_in(std::get<Challenge>(check({}))); }
    DigestServer::Result answer(const Answer& answer) {
        return check({.more = answer.line("REGISTER")});
    }
    static bool accepted(const DigestServer::Result& result) {
        return std::holds_alternative<DigestServer::Accepted>(result);
    }
    // The status, with "stale" behind it.
    static std::string said(const DigestServer::Result& result) {
        if (accepted(result)) return "accepted";
        if (const auto* refuse = std::get_if<Refuse>(&result))
            return std::to_string(refuse->reply.status);
        const auto& challenge = std::get<Challenge>(result);
        return std::to_string(challenge.reply.status) + (challenge.stale ? " stale" : "");
    }
};

TEST_F(DigestServerTest, WithoutCredentialsItChallengesWithMd5Alone) {
    const auto challenge = std::get<Challenge>(check({}));
    EXPECT_EQ(challenge.reply.status, 401);
    ASSERT_EQ(challenge.reply.headers.size(), 1u);
    EXPECT_EQ(challenge.reply.headers[0].first, "WWW-Authenticate");
    EXPECT_EQ(challenge.reply.headers[0].second,
              "Digest realm=\"communities.sip.example.cl\", nonce=\"" + nonce_in(challenge) +
                  "\", algorithm=MD5, qop=\"auth\"");
}

TEST_F(DigestServerTest, TheRightPasswordIsAccepted) {
    const auto result = answer({.nonce = fresh_nonce()});
    ASSERT_TRUE(accepted(result)) << said(result);
    EXPECT_EQ(std::get<DigestServer::Accepted>(result).credential->user, kOffice);
    EXPECT_EQ(std::get<DigestServer::Accepted>(result).domain->name, kDomain);
}

TEST_F(DigestServerTest, TheSetting407ChallengesAsAProxyAndEitherHeaderIsRead) {
    DigestServer proxy(directory, clock, {.challenge = DigestSettings::Kind::proxy});
    for (const auto* field : {"Authorization", "Proxy-Authorization"}) {
        const auto result = proxy.check(RequestText{}.message(), Purpose::call, phone, nobody);
        const auto& challenge = std::get<Challenge>(result);
        EXPECT_EQ(challenge.reply.status, 407);
        EXPECT_EQ(challenge.reply.headers[0].first, "Proxy-Authenticate");
        const Answer given{.nonce = nonce_in(challenge), .field = field};
        EXPECT_TRUE(accepted(proxy.check(RequestText{.more = given.line("REGISTER")}.message(),
                                         Purpose::call, phone, nobody)));
    }
}

TEST_F(DigestServerTest, AWrongPasswordIsChallengedAgainWithoutStale) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .password = "guess"})), "401");
}

TEST_F(DigestServerTest, AnUnknownUserLooksLikeAWrongPassword) {
    const auto wrong = std::get<Challenge>(answer({.nonce = fresh_nonce(), .password = "guess"}));
    const auto unknown = std::get<Challenge>(
        answer({.nonce = fresh_nonce(), .username = "+56999999999-x", .hashed_as = "nobody"}));
    EXPECT_EQ(unknown.reply.status, wrong.reply.status);
    ASSERT_EQ(unknown.reply.headers.size(), wrong.reply.headers.size());
    EXPECT_EQ(unknown.reply.headers[0].second.size(), wrong.reply.headers[0].second.size());
}

TEST_F(DigestServerTest, ANonceThatIsNotOursIsStaleAndNothingIsLookedUpToVerify) {
    DigestServer::Result result =
        answer({.nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093dcd98b7102dd2f0e8b11d0f6"});
    EXPECT_EQ(said(result), "401 stale");
    EXPECT_NE(std::get<Challenge>(result).reply.headers[0].second.find("stale=true"),
              std::string::npos);
    EXPECT_EQ(directory.look_ups, 1);  // for the list's setting of what to offer
    EXPECT_TRUE(server.limiter().list().empty());
}

TEST_F(DigestServerTest, AnExpiredNonceIsStale) {
    const auto nonce = fresh_nonce();
    clock.advance(301s);
    EXPECT_EQ(said(answer({.nonce = nonce})), "401 stale");
}

TEST_F(DigestServerTest, AReplayedCountIsStaleAndAHigherOneIsAccepted) {
    const auto nonce = fresh_nonce();
    EXPECT_EQ(said(answer({.nonce = nonce})), "accepted");
    EXPECT_EQ(said(answer({.nonce = nonce})), "401 stale");
    EXPECT_EQ(said(answer({.nonce = nonce, .nc = "00000002"})), "accepted");
}

TEST_F(DigestServerTest, TenThousandRequestsWithOneNonceAndCountGetInOnce) {
    const Answer same{.nonce = fresh_nonce()};
    const auto message = RequestText{.more = same.line("REGISTER")}.message();
    int accepted_times = 0;
    for (int i = 0; i < 10000; ++i)
        accepted_times += accepted(server.check(message, Purpose::registration, phone, nobody));
    EXPECT_EQ(accepted_times, 1);
}

TEST_F(DigestServerTest, AWrongPasswordDoesNotUseUpTheCount) {
    const auto nonce = fresh_nonce();
    EXPECT_EQ(said(answer({.nonce = nonce, .password = "guess"})), "401");
    EXPECT_EQ(said(answer({.nonce = nonce})), "accepted");
}

TEST_F(DigestServerTest, AListThatOffersSha256GetsItFirstAndMd5Second) {
    credential.offers_sha256 = true;
    const auto challenge = std::get<Challenge>(check({}));
    ASSERT_EQ(challenge.reply.headers.size(), 2u);
    EXPECT_NE(challenge.reply.headers[0].second.find("algorithm=SHA-256,"), std::string::npos);
    EXPECT_NE(challenge.reply.headers[1].second.find("algorithm=MD5,"), std::string::npos);
    EXPECT_EQ(said(answer({.nonce = nonce_in(challenge),
                           .algorithm = DigestAlgorithm::sha256,
                           .algorithm_text = "SHA-256"})),
              "accepted");
}

TEST_F(DigestServerTest, AListThatOffersNoSha256GetsMd5AloneWhateverOthersGet) {
    directory.unknown_are_offered_sha256 = true;
    const auto challenge = std::get<Challenge>(check({}));
    ASSERT_EQ(challenge.reply.headers.size(), 1u);
    EXPECT_NE(challenge.reply.headers[0].second.find("algorithm=MD5,"), std::string::npos);
}

TEST_F(DigestServerTest, AUserThatNoListHasIsOfferedWhatTheDirectorySaysForSuch) {
    const std::string nobody = "<sip:+56220000000-office@" + test::kDomain + ">";
    credential.offers_sha256 = true;
    for (const bool offers : {false, true}) {
        directory.unknown_are_offered_sha256 = offers;
        const auto challenge =
            std::get<Challenge>(check({.to = nobody, .from = nobody + ";tag=1"}));
        EXPECT_EQ(challenge.reply.headers.size(), offers ? 2u : 1u);
    }
}

TEST_F(DigestServerTest, ACredentialWithoutSha256IsNotOpenToIt) {
    credential.password.sha256.clear();
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(),
                           .algorithm = DigestAlgorithm::sha256,
                           .algorithm_text = "SHA-256"})),
              "401");
}

TEST_F(DigestServerTest, OddSpellingsOfTheAnswerAreAccepted) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .algorithm_text = "\"MD5\""})), "accepted");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .algorithm_text = "md5"})), "accepted");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .nc = "1"})), "accepted");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .upper_case = true})), "accepted");
}

TEST_F(DigestServerTest, AnAnswerWithoutQopIsGoodOncePerNonce) {
    const auto nonce = fresh_nonce();
    EXPECT_EQ(said(answer({.nonce = nonce, .qop = ""})), "accepted");
    EXPECT_EQ(said(answer({.nonce = nonce, .qop = ""})), "401 stale");
}

TEST_F(DigestServerTest, AnAnswerWithoutQopCanBeForbidden) {
    DigestServer strict(directory, clock, {.allow_without_qop = false});
    const auto first = strict.check(RequestText{}.message(), Purpose::registration, phone, nobody);
    const Answer given{.nonce = nonce_in(std::get<Challenge>(first)), .qop = ""};
    EXPECT_EQ(said(strict.check(RequestText{.more = given.line("REGISTER")}.message(),
                                Purpose::registration, phone, nobody)),
              "401");
}

TEST_F(DigestServerTest, ACountThatIsNoNumberIs400) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .nc = "xyz"})), "400");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .nc = "123456789"})), "400");
}

TEST_F(DigestServerTest, CredentialsForAnotherRealmAreNotOurs) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .realm = "asterisk"})), "401");
    const Answer other{.nonce = fresh_nonce(), .realm = "asterisk"};
    EXPECT_FALSE(server.has_credentials(RequestText{.more = other.line("REGISTER")}.message()));
    EXPECT_TRUE(server.limiter().list().empty());
}

TEST_F(DigestServerTest, OursAreFoundBehindCredentialsForAnotherRealm) {
    const auto nonce = fresh_nonce();
    const Answer other{.nonce = nonce, .realm = "asterisk", .field = "Proxy-Authorization"};
    const Answer ours{.nonce = nonce};
    EXPECT_EQ(said(check({.more = other.line("REGISTER") + ours.line("REGISTER")})), "accepted");
}

TEST_F(DigestServerTest, AnAlgorithmThatWeDoNotComputeIsChallengedAgain) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .algorithm_text = "MD5-sess"})), "401");
}

TEST_F(DigestServerTest, AUserNameSpelledWithPercent2BIsTheSameUser) {
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .username = "%2B56229145248-office"})),
              "accepted");
}

TEST_F(DigestServerTest, APasswordThatIsBeingReplacedIsGoodUntilItsTimeIsOver) {
    const auto generation = [&] {
        const auto result = answer({.nonce = fresh_nonce()});
        const auto* accepted = std::get_if<DigestServer::Accepted>(&result);
        return accepted ? static_cast<int>(accepted->generation) : -1;
    };
    const auto old = credential.password;
    const auto next = std::string(
        digest_ha1(DigestAlgorithm::md5, credential.user, kDomain, "battery staple").view());
    EXPECT_EQ(generation(), 0);
    credential.generation = 7;
    EXPECT_EQ(generation(), 7);
    credential.password.md5 = next;
    EXPECT_EQ(generation(), -1);
    credential.previous = Credential::Previous{old, clock.wall() + 10s};
    EXPECT_EQ(generation(), 6);
    // The new one is what it always was.
    credential.password = old;
    EXPECT_EQ(generation(), 7);
    credential.password.md5 = next;
    clock.advance(10s);
    EXPECT_EQ(generation(), -1);
}

TEST_F(DigestServerTest, AUserNameHashedWithPercent2BIsAcceptedWhenThatHashIsStored) {
    const std::string escaped = "%2B56229145248-office";
    const Answer given{.nonce = fresh_nonce(), .username = escaped, .hashed_as = escaped};
    EXPECT_EQ(said(answer(given)), "401");
    credential.password.md5_escaped =
        std::string(digest_ha1(DigestAlgorithm::md5, escaped, kDomain, "correct horse").view());
    EXPECT_EQ(said(answer(given)), "accepted");
}

TEST_F(DigestServerTest, ADigestUriWithAnotherHostOrNoUserIsTolerated) {
    for (const auto* uri : {"sip:203.0.113.10", "sip:203.0.113.10:5060;transport=udp",
                            "sip:COMMUNITIES.sip.example.cl"})
        EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .uri = uri})), "accepted") << uri;
}

TEST_F(DigestServerTest, ADigestForOneNumberDoesNotDialAnother) {
    const auto dial = [&](const std::string& digest_uri) {
        const Answer given{.nonce = fresh_nonce(), .uri = digest_uri};
        return said(check({.method = "INVITE",
                           .uri = "sip:+56223456789@" + kDomain,
                           .more = given.line("INVITE")},
                          Purpose::call));
    };
    EXPECT_EQ(dial("sip:+56999999999@" + kDomain), "400");
    EXPECT_EQ(dial("sip:%2B56223456789@203.0.113.10"), "accepted");
}

TEST_F(DigestServerTest, ACredentialMappedToCallsOnlyCannotRegister) {
    credential.for_registrations = false;
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "401");
    const Answer given{.nonce = fresh_nonce()};
    EXPECT_EQ(said(check({.more = given.line("REGISTER")}, Purpose::call)), "accepted");
}

TEST_F(DigestServerTest, ADomainWithRegistrationOffRefusesIt) {
    directory.domain().accepts_registrations = false;
    EXPECT_EQ(said(check({})), "403");
    EXPECT_EQ(said(check({}, Purpose::call)), "401");
}

TEST_F(DigestServerTest, AnAddressInTheUriMeansTheDefaultDomain) {
    const auto nonce = fresh_nonce();
    const Answer given{.nonce = nonce, .uri = "sip:203.0.113.10"};
    EXPECT_EQ(said(check({.uri = "sip:203.0.113.10", .more = given.line("REGISTER")})), "accepted");
}

TEST_F(DigestServerTest, ANonceOfOneDomainIsStaleInAnother) {
    directory.add_domain("other.example.cl").realm = kDomain;
    directory.add(community, kOffice, "correct horse", "other.example.cl");
    const Answer given{.nonce = fresh_nonce()};
    EXPECT_EQ(said(check({.uri = "sip:other.example.cl", .more = given.line("REGISTER")})),
              "401 stale");
}

TEST_F(DigestServerTest, AfterTenFailuresTheUserIsRefusedFromThatSourceForFiveMinutes) {
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(said(answer({.nonce = fresh_nonce(), .password = "guess"})), "401");
    const auto refused = answer({.nonce = fresh_nonce()});
    ASSERT_EQ(said(refused), "403");
    EXPECT_EQ(std::get<Refuse>(refused).reply.header("X-Twilio-Error"),
              "32202 too many bad user credentials");
    clock.advance(300s);
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "accepted");
}

TEST_F(DigestServerTest, BothSpellingsOfAUserNameCountTogether) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(said(answer({.nonce = fresh_nonce(),
                               .username = i % 2 ? kOffice : "%2B56229145248-office",
                               .password = "guess"})),
                  "401");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "403");
}

TEST_F(DigestServerTest, GuessingUnknownUsersIsLimitedAlike) {
    const auto guess = [&] {
        return said(answer({.nonce = fresh_nonce(), .username = "+56999999999-x"}));
    };
    for (int i = 0; i < 10; ++i) ASSERT_EQ(guess(), "401");
    EXPECT_EQ(guess(), "403");
}

TEST_F(DigestServerTest, ASourceWithALivePhoneOfTheCommunityIsNotBlocked) {
    for (int i = 0; i < 10; ++i) (void)answer({.nonce = fresh_nonce(), .password = "guess"});
    ASSERT_EQ(said(answer({.nonce = fresh_nonce()})), "403");
    home = community;
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "accepted");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce(), .password = "guess"})), "401");
}

// Seen: a phone of one community guessed another's passwords for ever.
TEST_F(DigestServerTest, ALivePhoneOfOneCommunityIsNoLeaveToGuessAnothersPasswords) {
    home = CommunitySid::generate();
    for (int i = 0; i < 10; ++i)
        ASSERT_EQ(said(answer({.nonce = fresh_nonce(), .password = "guess"})), "401");
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "403");
}

TEST_F(DigestServerTest, WhatCanBlockNobodyIsNotInTheListOfBlocks) {
    home = community;
    for (int i = 0; i < 20; ++i)
        ASSERT_EQ(said(answer({.nonce = fresh_nonce(), .password = "guess"})), "401");
    EXPECT_TRUE(server.limiter().list().empty());
}

TEST_F(DigestServerTest, ManyMadeUpUsersBlockTheirAddress) {
    int i = 0;
    while (said(answer({.nonce = fresh_nonce(), .username = "x" + std::to_string(i)})) == "401")
        ASSERT_LT(++i, 1000);
    EXPECT_EQ(i, 100);
    EXPECT_EQ(said(answer({.nonce = fresh_nonce()})), "403");
}

TEST_F(DigestServerTest, ANonceIsGoodForTheAddressThatAskedForIt) {
    const auto nonce = fresh_nonce();
    phone = Endpoint::v4(198, 51, 100, 20, 6060);
    EXPECT_EQ(said(answer({.nonce = nonce})), "accepted");
    phone = Endpoint::v4(198, 51, 100, 21, 5060);
    EXPECT_EQ(said(answer({.nonce = nonce})), "401 stale");
    EXPECT_TRUE(server.limiter().list().empty());
}

TEST_F(DigestServerTest, OperatorsAreToldWhichPartIsWrong) {
    std::vector<std::string> told;
    server.on_failed_proof([&](const FailedProof& failed) {
        told.push_back(std::string(name_of(failed.wrong)) + " " + std::string(failed.user) +
                       (failed.community == community ? " ours" : ""));
    });
    directory.add_domain("other.example.cl");
    directory.add(community, "+56229145249-office", "secret", "other.example.cl");
    (void)answer({.nonce = fresh_nonce(), .password = "guess"});
    (void)answer({.nonce = fresh_nonce(), .username = "ghost"});
    (void)answer({.nonce = fresh_nonce(), .username = "+56229145249-office"});
    credential.for_registrations = false;
    (void)answer({.nonce = fresh_nonce()});
    EXPECT_EQ(told, (std::vector<std::string>{"password " + kOffice + " ours", "user ghost",
                                              "domain +56229145249-office ours",
                                              "use " + kOffice + " ours"}));
}

TEST_F(DigestServerTest, BrokenCredentialsAreAsGoodAsNone) {
    for (const auto* line : {"Authorization: Digest\r\n", "Authorization: Basic dXNlcjpwYXNz\r\n",
                             "Authorization: Digest username=\"\r\n", "Authorization: ,,,,\r\n"})
        EXPECT_EQ(said(check({.more = line})), "401") << line;
}

}  // namespace
}  // namespace skyn3t::sip
