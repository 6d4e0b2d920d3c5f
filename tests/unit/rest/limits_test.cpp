#include "api_rig.hpp"
#include "http/signature.hpp"
#include "rest/caller.hpp"

// How the API applies its limits; the limits themselves are in rate_limits_test.cpp.
namespace skyn3t::rest {
namespace {

class LimitedApi : public test::ApiTest {
  protected:
    // More in a row than any other test sends, and far more than a second gives back.
    static constexpr int kBurst = RateLimitSettings{}.burst;

    void use_up() {
        for (int i = 0; i < 3 * kBurst && send(request("/metrics")).status == 200; ++i) continue;
    }
    http::ClientResponse guess() {
        auto wanted = request("/metrics");
        wanted.credentials = http::BasicCredentials{"AC2", "guess"};
        return send(std::move(wanted));
    }
    void guess_until_refused() {
        for (unsigned i = 0; i <= 2 * RateLimitSettings{}.failed_logins_per_minute; ++i)
            if (guess().status == 429) return;
    }
    http::ClientRequest signed_request() {
        auto wanted = request("/twiml/A/main", {{"CallSid", "CA1"}}, "POST");
        wanted.credentials.reset();
        wanted.headers.add(
            "X-Twilio-Signature",
            http::twilio_signature(kToken, "https://voice.example.cl/twiml/A/main", wanted.form));
        return wanted;
    }
};

TEST_F(LimitedApi, AnswersTooManyRequestsAsTwilioDoes) {
    use_up();
    http::ClientResponse refused;
    for (int i = 0; i < kBurst && refused.status != 429; ++i) refused = get("/metrics");
    EXPECT_EQ(error_of(refused), "429 20429");
    EXPECT_EQ(refused.headers.find("Retry-After"), "1");
}

TEST_F(LimitedApi, NeverLimitsHealthNorWhatIsSigned) {
    use_up();
    guess_until_refused();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(get("/healthz").status, 200);
        EXPECT_EQ(send(signed_request()).status, 200);
    }
}

TEST_F(LimitedApi, RefusesToLookAtCredentialsAfterTooManyWrongOnes) {
    guess_until_refused();
    const auto refused = guess();
    EXPECT_EQ(error_of(refused), "429 20429");
    EXPECT_TRUE(refused.headers.find("Retry-After"));
    EXPECT_EQ(error_of(get("/metrics")), "429 20429") << "right or wrong";
}

TEST_F(LimitedApi, StillLooksAtThoseOfWhomItHasLetInFromThere) {
    EXPECT_EQ(get("/metrics").status, 200);
    guess_until_refused();
    EXPECT_EQ(get("/metrics").status, 200);
}

TEST_F(LimitedApi, DoesNotCountWhoGivesNoCredentials) {
    auto wanted = request("/metrics");
    wanted.credentials.reset();
    for (unsigned i = 0; i < 2 * RateLimitSettings{}.failed_logins_per_minute; ++i)
        EXPECT_EQ(send(wanted).status, 401) << "a client may ask first what is wanted";
    EXPECT_EQ(get("/metrics").status, 200);
}

TEST_F(LimitedApi, DoesNotLimitThisProcessItself) {
    struct Sink final : http::Responder::Sink {
        void respond(http::Response response) override { status = response.status; }
        int status = 0;
    };
    for (int i = 0; i < 3 * kBurst; ++i) {
        http::Request own;
        own.method = "GET";
        own.path = "/metrics";
        own.caller = Caller{};
        const auto sink = std::make_shared<Sink>();
        router_.handle(std::move(own), http::Responder(sink));
        ASSERT_EQ(sink->status, 200);
    }
}

}  // namespace
}  // namespace skyn3t::rest
