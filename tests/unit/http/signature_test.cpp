#include "http/signature.hpp"

#include <gtest/gtest.h>

// The vectors of reference/webhooks.md, section 5.4.
namespace skyn3t::http {
namespace {

constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";

Params incoming_call() {
    return {{"AccountSid", "AC11111111111111111111111111111111"},
            {"ApiVersion", "2010-04-01"},
            {"CallSid", "CA22222222222222222222222222222222"},
            {"CallStatus", "ringing"},
            {"Called", "sip:+56221234567@demo.sip.example.cl"},
            {"Caller", "sip:alice@demo.sip.example.cl"},
            {"Direction", "inbound"},
            {"From", "sip:alice@demo.sip.example.cl"},
            {"SipCallId", "a84b4c76e66710@192.0.2.10"},
            {"SipDomain", "demo.sip.example.cl"},
            {"SipDomainSid", "SD33333333333333333333333333333333"},
            {"SipHeader_X-Site", "Ñuñoa 1"},
            {"SipSourceIp", "192.0.2.10"},
            {"To", "sip:+56221234567@demo.sip.example.cl"}};
}

Request form_post(std::string target, Params form, std::string signature) {
    Request request;
    request.method = "POST";
    request.target = std::move(target);
    request.form = std::move(form);
    request.body = encode_form(request.form);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                       {"X-Twilio-Signature", std::move(signature)}};
    return request;
}

TEST(Signature, OfAFormPostWithQueryAndUtf8) {
    EXPECT_EQ(twilio_signature(kToken, "https://pbx.example.cl/voice/incoming?tenant=demo&v=2",
                               incoming_call()),
              "yxpXBpOTpc8AVZeVlKwkn5ronCY=");
}

TEST(Signature, OfAJsonBodyCoversItsHashInTheUrl) {
    const std::string body =
        R"({"CallSid":"CA22222222222222222222222222222222","Status":"completed"})";
    const std::string url = url_with_body_hash("https://pbx.example.cl/hooks/events", body);
    EXPECT_EQ(url,
              "https://pbx.example.cl/hooks/events?bodySHA256="
              "543aa5c123577ceaefc5f84771340ce765258362d2a609d742d12edf8fe28096");
    EXPECT_EQ(twilio_signature(kToken, url), "MugYnmztc9siYrdHMoyI0Npy0AY=");
}

TEST(Signature, OfAGetKeepsThePortOverHttp) {
    EXPECT_EQ(twilio_signature(kToken,
                               "http://pbx.example.cl:8080/"
                               "v?x=1&CallSid=CA22222222222222222222222222222222&Digits=12%23"),
              "OAU9GetvwlCdnri48xGRg+s1oIk=");
}

TEST(Signature, SortsRepeatedParametersAndDropsDuplicates) {
    const Params params{{"digits", "9"},    {"Digits", "5678"},      {"Digits", "1234"},
                        {"Digits", "1234"}, {"SidAccount", "AC123"}, {"Sid", "CA123"}};
    EXPECT_EQ(twilio_signature(kToken, "https://pbx.example.cl/v?a=b", params),
              "v4anUVe7Tpbwx2lC7WCOcvEFZkY=");
}

TEST(Signature, ReproducesTwiliosPublishedVector) {
    const Params params{{"CallSid", "CA1234567890ABCDE"},
                        {"Caller", "+14158675309"},
                        {"Digits", "1234"},
                        {"From", "+14158675309"},
                        {"To", "+18005551212"}};
    EXPECT_EQ(twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", params),
              "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

TEST(Signature, LeavesOutUserInfoFragmentAndThePortOverHttps) {
    EXPECT_EQ(twilio_signature(kToken, "https://user:secret@pbx.example.cl:8443/v?a=b#rc=2"),
              twilio_signature(kToken, "https://pbx.example.cl/v?a=b"));
}

TEST(Signature, IsAcceptedOnTheRequestItWasMadeFor) {
    EXPECT_TRUE(has_valid_signature(kToken, "https://pbx.example.cl",
                                    form_post("/voice/incoming?tenant=demo&v=2", incoming_call(),
                                              "yxpXBpOTpc8AVZeVlKwkn5ronCY=")));
}

TEST(Signature, IsAcceptedWhetherTheSenderSignedThePortOrNot) {
    const Params form{{"a", "1"}};
    for (const char* url : {"https://pbx.example.cl/v", "https://pbx.example.cl:443/v"}) {
        // The sender's own drops it over https; other senders keep it, which is signed here as over
        // http.
        const auto request = form_post("/v", form, twilio_signature(kToken, url, form));
        EXPECT_TRUE(has_valid_signature(kToken, "https://pbx.example.cl:8443/", request));
    }
    const auto kept =
        form_post("/v", form, twilio_signature(kToken, "http://pbx.example.cl:8080/v", form));
    EXPECT_TRUE(has_valid_signature(kToken, "http://pbx.example.cl:8080", kept));
    const auto dropped =
        form_post("/v", form, twilio_signature(kToken, "http://pbx.example.cl/v", form));
    EXPECT_TRUE(has_valid_signature(kToken, "http://pbx.example.cl:8080", dropped));
}

TEST(Signature, IsRefusedWhenAnythingChanged) {
    const std::string good = "yxpXBpOTpc8AVZeVlKwkn5ronCY=";
    const std::string target = "/voice/incoming?tenant=demo&v=2";
    const std::string url = "https://pbx.example.cl";
    auto more = incoming_call();
    more.add("Digits", "1");
    EXPECT_FALSE(has_valid_signature(kToken, url, form_post(target, more, good)));
    EXPECT_FALSE(
        has_valid_signature(kToken, url, form_post("/voice/incoming", incoming_call(), good)));
    EXPECT_FALSE(
        has_valid_signature("another token", url, form_post(target, incoming_call(), good)));
    EXPECT_FALSE(has_valid_signature(kToken, url, form_post(target, incoming_call(), "")));
    EXPECT_FALSE(has_valid_signature(kToken, url, Request{}));
}

TEST(Signature, IsRefusedWithoutAToken) {
    const Params form{{"a", "1"}};
    const auto request =
        form_post("/v", form, twilio_signature("", "http://pbx.example.cl/v", form));
    EXPECT_FALSE(has_valid_signature("", "http://pbx.example.cl", request));
}

TEST(Signature, OfAJsonBodyIsRefusedWhenTheBodyChanged) {
    Request request;
    request.target =
        "/hooks/events?bodySHA256=543aa5c123577ceaefc5f84771340ce765258362d2a609d742d12edf8fe28096";
    request.query = {
        {"bodySHA256", "543aa5c123577ceaefc5f84771340ce765258362d2a609d742d12edf8fe28096"}};
    request.headers = {{"Content-Type", "application/json"},
                       {"X-Twilio-Signature", "MugYnmztc9siYrdHMoyI0Npy0AY="}};
    request.body = R"({"CallSid":"CA22222222222222222222222222222222","Status":"completed"})";
    EXPECT_TRUE(has_valid_signature(kToken, "https://pbx.example.cl", request));
    request.body[2] = 'X';
    EXPECT_FALSE(has_valid_signature(kToken, "https://pbx.example.cl", request));
}

}  // namespace
}  // namespace skyn3t::http
