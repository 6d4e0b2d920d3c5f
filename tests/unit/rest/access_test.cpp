#include "api_rig.hpp"
#include "http/signature.hpp"

namespace skyn3t::rest {
namespace {

class Access : public test::ApiTest {};

TEST_F(Access, HealthNeedsNoCredentialsAndTellsEachPart) {
    auto wanted = request("/healthz");
    wanted.credentials.reset();
    EXPECT_EQ(send(wanted).status, 200);
    status_.now.parts["sip"] = false;
    const auto down = send(wanted);
    EXPECT_EQ(down.status, 503);
    EXPECT_EQ(down.body, R"({"status":"down","parts":{"database":"up","sip":"down"},)"
                         R"("facts":{"waiting":0,"lost":0}})");
}

TEST_F(Access, HealthTellsThatTheServerDrainsAndWhatWaitsForTheDatabase) {
    status_.now.is_draining = true;
    status_.now.facts_waiting = 7;
    status_.now.facts_lost = 2;
    const auto draining = send(request("/healthz"));
    EXPECT_EQ(draining.status, 503) << "no new calls: a load balancer looks elsewhere";
    EXPECT_EQ(draining.body, R"({"status":"draining","parts":{"database":"up","sip":"up"},)"
                             R"("facts":{"waiting":7,"lost":2}})");
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

TEST_F(Access, APathOfTwiliosThatIsNotBuiltHereIsNoTypingMistake) {
    const std::string account = "/2010-04-01/Accounts/" + account_.str();
    for (const std::string& path : {account + "/Messages.json", account + "/Calls/CA1/Streams.json",
                                    account + "/Usage/Triggers/UT1.json",
                                    std::string("/v1/Services"), std::string("/v2/Flows/F")}) {
        const auto answer = get(path);
        EXPECT_EQ(error_of(answer), "404 20010") << path;
        EXPECT_NE(answer.body.find("not built here"), std::string::npos) << path;
    }
    for (const std::string& path :
         {account + "/Mesages.json", account + "/Calls/CA1/Streams/MZ1/More.json",
          account + "/Messages//Media.json", std::string("/v1/Nothing"),
          std::string("/v3/Services")})
        EXPECT_EQ(error_of(get(path)), "404 20404") << path;
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

TEST_F(Access, ACommunitysSignatureOpensItsOwnDocumentsOnly) {
    const CommunitySid own = declare("A", "+56223456789");
    const CommunitySid other = declare("B", "+56223456780");
    const auto signed_by = [&](const CommunitySid& community, const std::string& path) {
        auto wanted = request(path, {{"CallSid", "CA1"}}, "POST");
        wanted.credentials.reset();
        wanted.headers.add("X-Twilio-Signature",
                           http::twilio_signature(signing_->of(community).reveal(),
                                                  "https://voice.example.cl" + path, wanted.form));
        return send(wanted).status;
    };
    EXPECT_EQ(signed_by(own, "/twiml/A/main"), 200);
    EXPECT_EQ(signed_by(other, "/twiml/A/main"), 401);
    EXPECT_EQ(signed_by(own, "/twiml/B/main"), 401);
    EXPECT_EQ(signed_by(own, "/twiml/domain"), 401);
    EXPECT_EQ(signed_by(own, "/twiml/status"), 401);
    const auto document = make("Applications", {{"FriendlyName", "x"}});
    EXPECT_EQ(signed_by(own, "/twiml/documents/" + document["sid"].get<std::string>()), 401);
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
