#include "api_rig.hpp"
#include "http/signature.hpp"

namespace skyn3t::rest {
namespace {

class Access : public test::ApiTest {};

TEST_F(Access, HealthNeedsNoCredentialsAndTellsEachPart) {
    auto wanted = request("/healthz");
    wanted.credentials.reset();
    EXPECT_EQ(send(wanted).status, 200);
    status_.parts["sip"] = false;
    const auto down = send(wanted);
    EXPECT_EQ(down.status, 503);
    EXPECT_EQ(down.body, R"({"status":"down","parts":{"database":"up","sip":"down"}})");
}

TEST_F(Access, EverythingElseIs401WithoutTheAccountsCredentials) {
    for (const char* path : {"/metrics", "/v1/Communities", "/v1/Registrations", "/v1/Nothing",
                             "/twiml/A/main", "/"}) {
        for (const auto& credentials :
             {http::BasicCredentials{account_.str(), "wrong"},
              http::BasicCredentials{"AC2", kToken}, http::BasicCredentials{"", ""}}) {
            auto wanted = request(path);
            wanted.credentials = credentials;
            const auto response = send(wanted);
            EXPECT_EQ(error_of(response), "401 20003") << path;
            EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Basic realm=\"Twilio API\"");
        }
        auto wanted = request(path);
        wanted.credentials.reset();
        EXPECT_EQ(send(wanted).status, 401) << path;
    }
    EXPECT_EQ(get("/metrics").body, "skyn3t_calls 0\n");
}

TEST_F(Access, AnotherAccountLooksLikeOneThatDoesNotExist) {
    for (const char* path : {"/2010-04-01/Accounts/AC22222222222222222222222222222222/Calls.json",
                             "/2010-04-01/Accounts/AC22222222222222222222222222222222.json"})
        EXPECT_EQ(error_of(get(path)), "404 20404");
}

TEST_F(Access, DocumentsAreServedToASignedRequest) {
    auto wanted = request("/twiml/A/main?attempt=2", {{"CallSid", "CA1"}}, "POST");
    wanted.credentials.reset();
    wanted.headers.add("X-Twilio-Signature",
                       http::twilio_signature(
                           kToken, "https://voice.example.cl/twiml/A/main?attempt=2", wanted.form));
    const auto response = send(wanted);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.find("Content-Type"), "text/xml; charset=utf-8");
    EXPECT_EQ(response.body, "<Main attempt=\"2\"/>");
    wanted.form.add("Digits", "1");
    EXPECT_EQ(send(wanted).status, 401);
}

TEST_F(Access, ASignatureOpensDocumentsOnly) {
    auto wanted = request("/v1/Communities");
    wanted.credentials.reset();
    wanted.headers.add("X-Twilio-Signature",
                       http::twilio_signature(kToken, "https://voice.example.cl/v1/Communities"));
    EXPECT_EQ(send(wanted).status, 401);
}

TEST_F(Access, DocumentsTakeTheirParametersFromQueryAndForm) {
    EXPECT_EQ(send(request("/twiml/A/route", {{"Digits", "1"}}, "POST")).body,
              "<Route digits=\"1\"/>");
    EXPECT_EQ(get("/twiml/A/route?Digits=2").body, "<Route digits=\"2\"/>");
    EXPECT_EQ(get("/twiml/domain").body, "<Domain/>");
    EXPECT_EQ(error_of(get("/twiml/B/main")), "404 20404");
}

}  // namespace
}  // namespace skyn3t::rest
