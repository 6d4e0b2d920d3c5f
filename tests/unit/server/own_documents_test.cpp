#include "server/own_documents.hpp"

#include <gtest/gtest.h>

#include "support/call_directory.hpp"

namespace skyn3t::server {
namespace {

std::shared_ptr<const call::Directory> directory() {
    model::Community community;
    community.sid = CommunitySid::generate();
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
        return documents_.by_path(path, params).value_or("");
    }

    Published<call::Directory> directory_{directory()};
    OwnDocuments documents_{directory_, model::EmergencyNumbers::chile()};
};

TEST_F(OwnDocumentsTest, AreFoundByTheirPaths) {
    EXPECT_NE(body("/twiml/LAS_FLORES/main").find("Bienvenido a Condominio Las Flores."),
              std::string::npos);
    EXPECT_NE(body("/twiml/LAS_FLORES/route", {{"Digits", "1"}})
                  .find("sip:+56234567890-office@skyn3t.test"),
              std::string::npos);
    EXPECT_NE(body("/twiml/domain").find("<Response>"), std::string::npos);
}

TEST_F(OwnDocumentsTest, AreNotFoundForAnUnknownCommunityOrPath) {
    for (const char* path : {"/twiml/NADA/main", "/twiml/LAS_FLORES/other", "/twiml/LAS_FLORES",
                             "/twiml/LAS_FLORES/main/x", "/twiml/", "/v1/Communities"}) {
        const auto found = documents_.by_path(path, {});
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
