#include "twilio/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_twilio.hpp"
#include "twilio/curl_transport.hpp"

namespace skyn3t::twilio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Fault = test::FakeTwilio::Fault;

class TwilioClient : public testing::Test {
  protected:
    Patience patience() {
        return {.wait = [this](milliseconds pause) {
            pauses.push_back(pause);
            return !is_stopping;
        }};
    }

    test::FakeTwilio twilio;
    std::vector<milliseconds> pauses;
    bool is_stopping = false;
    Client client{twilio, test::FakeTwilio::kAccount, patience()};
};

TEST_F(TwilioClient, FollowsNextPageUriToTheEndOfAList) {
    for (int i = 0; i < 5; ++i) twilio.lists["CL" + std::to_string(i)] = {{"sid", "CL"}};
    EXPECT_EQ(client.credential_lists()->size(), 5u);
    EXPECT_EQ(twilio.requests().size(), 3u);
}

TEST_F(TwilioClient, WaitsTwiceAsLongAfterEachRefusalForLoadButNeverMoreThanThreeSeconds) {
    for (std::size_t i = 0; i < 7; ++i) twilio.fail_request(i, Fault::too_many);
    EXPECT_TRUE(client.domains().has_value());
    EXPECT_THAT(pauses, ElementsAre(milliseconds(100), milliseconds(200), milliseconds(400),
                                    milliseconds(800), milliseconds(1600), milliseconds(3000),
                                    milliseconds(3000)));
}

TEST_F(TwilioClient, GivesUpAfterEightTriesAndSaysWhatTheLastAnswerWas) {
    for (std::size_t i = 0; i < 9; ++i) twilio.fail_request(i, Fault::too_many);
    const auto answer = client.domains();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, 20429);
    EXPECT_EQ(twilio.requests().size(), 8u);
    EXPECT_EQ(to_error(answer.error()).code, Errc::too_many);
}

TEST_F(TwilioClient, GivesUpAtOnceWhenTheProgramEnds) {
    twilio.fail_next(Fault::broken);
    is_stopping = true;
    EXPECT_FALSE(client.domains());
    EXPECT_EQ(twilio.requests().size(), 1u);
}

TEST_F(TwilioClient, DoesNotRepeatWhatWasRefused) {
    twilio.refuse("POST", "CredentialLists", 400, 21240);
    const auto answer = client.create_credential_list("A_Credentials");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, 21240);
    EXPECT_FALSE(answer.error().is_general());
    EXPECT_EQ(twilio.requests().size(), 1u);
}

TEST_F(TwilioClient, ACreateWhoseAnswerWasLostIsFoundByItsNameAndNotMadeTwice) {
    twilio.fail_next(Fault::lost_answer);
    const auto list = client.create_credential_list("A_Credentials");
    ASSERT_TRUE(list);
    EXPECT_EQ(twilio.lists.size(), 1u);
    EXPECT_EQ(list->sid, twilio.lists.begin()->first);
    EXPECT_THAT(twilio.requests(),
                ElementsAre("POST /SIP/CredentialLists.json FriendlyName=A_Credentials",
                            "GET /SIP/CredentialLists.json"));
}

TEST_F(TwilioClient, ACreateThatNeverArrivedIsRepeatedOnceItWasLookedForInVain) {
    twilio.fail_next(Fault::lost_request);
    ASSERT_TRUE(client.create_number("+56229145248", {{"FriendlyName", "Oficina"}}));
    EXPECT_EQ(twilio.numbers.size(), 1u);
    EXPECT_EQ(twilio.requests().size(), 3u);
}

TEST_F(TwilioClient, ACreateThatMet429IsRepeatedWithoutLooking) {
    twilio.fail_next(Fault::too_many);
    ASSERT_TRUE(client.create_credential_list("A_Credentials"));
    EXPECT_THAT(twilio.requests()[1], HasSubstr("POST"));
}

TEST_F(TwilioClient, EveryKindOfCreateSurvivesALostAnswer) {
    const auto lose = [this] { twilio.fail_next(Fault::lost_answer); };
    lose();
    const auto domain = client.create_domain({{"DomainName", "a.sip.twilio.com"}});
    lose();
    const auto list = client.create_credential_list("A_Credentials");
    lose();
    const auto credential = client.create_credential(list->sid, "+1-office", "Secret123456");
    lose();
    EXPECT_TRUE(client.map(domain->sid, MappingPlace::calls, list->sid));
    lose();
    EXPECT_TRUE(client.map(domain->sid, MappingPlace::registrations, list->sid));
    lose();
    EXPECT_TRUE(client.create_number("+56229145248", {}));
    EXPECT_EQ(twilio.credentials.begin()->first, credential->sid);
    EXPECT_EQ(client.mappings(domain->sid, MappingPlace::calls)->at(0).list, list->sid);
}

// libcurl sends a request again when a kept connection closes without an answer.
TEST_F(TwilioClient, ANumberThatIsRefusedSinceItIsOursAlreadyIsBought) {
    const auto first = client.create_number("+56229145248", {});
    const auto again = client.create_number("+56229145248", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->sid, first->sid);
    twilio.buyable = {"+56229145248"};
    EXPECT_EQ(client.create_number("+56221111111", {}).error().code, 21422);
}

TEST_F(TwilioClient, WhatIsGoneAlreadyCountsAsDeleted) {
    EXPECT_TRUE(client.delete_credential_list("CL00000000000000000000000000000001"));
}

TEST_F(TwilioClient, FindsANumberByAllOfItsDigits) {
    client.create_number("+562291452481", {});
    const auto none = client.find_number("+56229145248");
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    const auto found = client.find_number("+562291452481");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->number, "+562291452481");
}

TEST(TwilioEndpoint, NamesEdgeAndRegionAsTwilioDoes) {
    Endpoint endpoint;
    EXPECT_EQ(endpoint.base_of(Product::api), "https://api.twilio.com");
    endpoint.edge = "sao-paulo";  // an edge alone is one of us1
    EXPECT_EQ(endpoint.base_of(Product::api), "https://api.sao-paulo.us1.twilio.com");
    endpoint.region = "ie1";
    EXPECT_EQ(endpoint.base_of(Product::numbers), "https://numbers.sao-paulo.ie1.twilio.com");
    endpoint.edge.clear();
    EXPECT_EQ(endpoint.base_of(Product::api), "https://api.ie1.twilio.com");
    endpoint.base_url = "http://127.0.0.1:9999";
    EXPECT_EQ(endpoint.base_of(Product::pricing), "http://127.0.0.1:9999");
}

TEST(TwilioRegulation, NamesEveryDocumentThatACountryAsksFor) {
    const auto regulation = read_regulation(Json::parse(R"({
        "sid": "RN1", "friendly_name": "Chile: Local - Business", "number_type": "local",
        "end_user_type": "business", "requirements": {
          "end_user": [{"name": "Business", "friendly_name": "Business information"}],
          "supporting_document": [[{"friendly_name": "Address",
             "accepted_documents": [{"friendly_name": "Proof of address"}]}]]}})"));
    EXPECT_EQ(regulation.name, "Chile: Local - Business");
    EXPECT_THAT(regulation.requirements,
                ElementsAre("Business information", "Address", "Proof of address"));
}

TEST(TwilioPrices, AreReadAsNumbers) {
    const auto prices = read_number_prices(Json::parse(
        R"({"price_unit": "USD", "phone_number_prices": [
             {"number_type": "local", "base_price": "6.00", "current_price": "5.00"}]})"));
    ASSERT_EQ(prices.size(), 1u);
    EXPECT_EQ(prices[0].price, 5.0);
    EXPECT_EQ(prices[0].number_type, "local");
}

TEST_F(TwilioClient, PlacesACallAndSeesHowItGoes) {
    const auto placed = client.create_call({{"To", "+56229145248"}, {"From", "+56229145248"}});
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->status, "queued");
    EXPECT_FALSE(client.fetch_call(placed->sid)->is_over());
    EXPECT_TRUE(client.end_call(placed->sid));
    EXPECT_TRUE(client.fetch_call(placed->sid)->is_over());
}

TEST_F(TwilioClient, ACallWhoseAnswerWasLostIsNotPlacedAgain) {
    twilio.fail_next(Fault::lost_answer);
    EXPECT_FALSE(client.create_call({{"To", "+56229145248"}}));
    EXPECT_EQ(twilio.calls.size(), 1u);
}

TEST_F(TwilioClient, ACallThatMetTheLimitIsPlacedOnce) {
    twilio.fail_next(Fault::too_many);
    EXPECT_TRUE(client.create_call({{"To", "+56229145248"}}));
    EXPECT_EQ(twilio.calls.size(), 1u);
}

}  // namespace
}  // namespace skyn3t::twilio
