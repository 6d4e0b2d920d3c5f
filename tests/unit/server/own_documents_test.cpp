#include "server/own_documents.hpp"

#include <gtest/gtest.h>

#include "support/call_directory.hpp"

namespace skyn3t::server {
namespace {

std::shared_ptr<const call::Directory> directory(const CommunitySid& sid) {
    model::Community community;
    community.sid = sid;
    community.code = "LAS_FLORES";
    community.name = "Condominio Las Flores";
    community.number = model::PhoneNumber::parse_e164("+56234567890").value();
    community.roles = {{"office", '1', "administración", {}}};
    std::vector<model::Community> communities{community};
    return test::directory_of("skyn3t.test", std::move(communities));
}

class OwnDocumentsTest : public testing::Test {
  protected:
    std::string body(std::string_view path, const http::Params& params = {}) {
        return documents_.by_path(path, params, community_).value_or("");
    }

    void store(const char* sid, const CommunitySid& owner) {
        auto table = std::make_shared<StoredDocuments>(*stored_.get());
        table->emplace(sid, std::make_shared<const StoredDocument>(
                                StoredDocument{owner, "<Response><Say>{{From}}</Say></Response>"}));
        stored_.set(table);
    }

    const CommunitySid community_ = CommunitySid::generate();
    Published<call::Directory> directory_{directory(community_)};
    Published<StoredDocuments> stored_{std::make_shared<const StoredDocuments>()};
    OwnDocuments documents_{directory_, stored_, model::EmergencyNumbers::chile()};
};

TEST_F(OwnDocumentsTest, AreTheStoredOnesOfTheCallsCommunityAndOfTheAccount) {
    store("EH1", community_);
    store("EH2", model::account_community());
    for (const char* path : {"/twiml/documents/EH1", "/twiml/documents/EH2"})
        EXPECT_EQ(body(path, {{"From", "<ana>"}}), "<Response><Say>&lt;ana&gt;</Say></Response>");
}

TEST_F(OwnDocumentsTest, AreNotTheStoredOnesOfAnotherCommunity) {
    const auto other = CommunitySid::generate();
    store("EH1", other);
    const auto refused = documents_.by_path("/twiml/documents/EH1", {}, community_);
    const auto unknown = documents_.by_path("/twiml/documents/EH9", {}, community_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::not_found);
    EXPECT_EQ(refused.error().detail, "there is no document /twiml/documents/EH1");
    EXPECT_EQ(unknown.error().detail, "there is no document /twiml/documents/EH9");
    EXPECT_FALSE(documents_.by_path("/twiml/documents/EH1", {}, model::account_community()))
        << "a number of the account's own is none of that community";
    EXPECT_TRUE(documents_.stored("EH1", {})) << "over HTTP, with credentials or a signature";
    EXPECT_FALSE(documents_.stored("EH9", {}));
}

TEST_F(OwnDocumentsTest, AreFoundByTheirPaths) {
    EXPECT_NE(body("/twiml/LAS_FLORES/main").find("Bienvenido a Condominio Las Flores."),
              std::string::npos);
    EXPECT_NE(body("/twiml/LAS_FLORES/route", {{"Digits", "1"}})
                  .find("sip:+56234567890-office@skyn3t.test"),
              std::string::npos);
    EXPECT_NE(body("/twiml/domain").find("<Response>"), std::string::npos);
}

TEST_F(OwnDocumentsTest, AreAsUnknownAsNoneToCallsOfAnotherCommunity) {
    const auto other = CommunitySid::generate();
    for (const char* path : {"/twiml/LAS_FLORES/main", "/twiml/LAS_FLORES/route"}) {
        const auto refused = documents_.by_path(path, {}, other);
        ASSERT_FALSE(refused) << path;
        EXPECT_EQ(refused.error().code, Errc::not_found);
        EXPECT_EQ(refused.error().detail, std::string("there is no document ") + path);
        EXPECT_TRUE(documents_.by_path(path, {}, model::account_community()))
            << "a number of the account's own may ring anywhere";
    }
}

TEST_F(OwnDocumentsTest, AreNotFoundForAnUnknownCommunityOrPath) {
    for (const char* path : {"/twiml/NADA/main", "/twiml/LAS_FLORES/other", "/twiml/LAS_FLORES",
                             "/twiml/LAS_FLORES/main/x", "/twiml/", "/v1/Communities"}) {
        const auto found = documents_.by_path(path, {}, community_);
        ASSERT_FALSE(found) << path;
        EXPECT_EQ(found.error().code, Errc::not_found) << path;
    }
}

TEST_F(OwnDocumentsTest, CountTheAttemptThatTheirAddressNames) {
    const auto first = body("/twiml/LAS_FLORES/route", {{"Digits", "9"}, {"attempt", "1"}});
    EXPECT_NE(first.find("attempt=2"), std::string::npos) << first;
    const auto third = body("/twiml/LAS_FLORES/route", {{"Digits", "9"}, {"attempt", "3"}});
    EXPECT_EQ(third.find("/main"), std::string::npos) << third;
}

}  // namespace
}  // namespace skyn3t::server
