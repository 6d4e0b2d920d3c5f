#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class Applications : public test::ApiTest {};

TEST_F(Applications, AreANamedSetOfAddresses) {
    const auto made = make("Applications", {{"FriendlyName", "menu"},
                                            {"VoiceUrl", "https://a.cl/main"},
                                            {"VoiceCallerIdLookup", "true"}});
    EXPECT_EQ(made["voice_url"], "https://a.cl/main");
    EXPECT_EQ(made["voice_caller_id_lookup"], true);
    EXPECT_EQ(made["status_callback_method"], "POST");
    EXPECT_EQ(made.size(), 21u) << made;
    make("Applications", {{"FriendlyName", "menu"}});
    EXPECT_EQ(get_json(path_of("Applications") + "?FriendlyName=menu")["applications"].size(), 2u);
    EXPECT_EQ(get_json(path_of("Applications") + "?FriendlyName=men")["applications"].size(), 0u);
    EXPECT_EQ(error_of(post("Applications", {{"VoiceUrl", "x"}})), "400 21402");
    EXPECT_EQ(error_of(post("Applications", {{"VoiceMethod", "x"}})), "400 21403");
    EXPECT_EQ(error_of(post("Applications", {{"VoiceFallbackUrl", "https://a.cl/"}})), "400 21405");
}

TEST_F(Applications, MayAnswerANumber) {
    const std::string application =
        make("Applications", {{"VoiceUrl", "https://a.cl/main"}})["sid"];
    const auto number = make("IncomingPhoneNumbers", {{"PhoneNumber", "+56229145248"},
                                                      {"VoiceApplicationSid", application}});
    EXPECT_EQ(number["voice_application_sid"], application);
    const auto cleared =
        Json::parse(post("IncomingPhoneNumbers/" + number["sid"].get<std::string>(),
                         {{"VoiceApplicationSid", ""}})
                        .body);
    EXPECT_EQ(cleared["voice_application_sid"], nullptr);
}

TEST_F(Applications, OfACommunityAnswerNoOtherCommunitysNumber) {
    declare("A", "+56229145248");
    declare("B", "+56223456789");
    const std::string application =
        make("Applications", {{"FriendlyName", "b"}, {"CommunityCode", "B"}})["sid"];
    EXPECT_EQ(error_of(post("IncomingPhoneNumbers", {{"PhoneNumber", "+56229145248"},
                                                     {"VoiceApplicationSid", application}})),
              "400 21420");
}

class OutgoingCallerIds : public test::ApiTest {};

TEST_F(OutgoingCallerIds, AreValidForWhoHasTheAccountsCredentials) {
    const auto response = post("OutgoingCallerIds", {{"PhoneNumber", "+56229145248"}});
    ASSERT_EQ(response.status, 200);
    const auto request = Json::parse(response.body);
    EXPECT_EQ(request["phone_number"], "+56229145248");
    EXPECT_EQ(request["validation_code"].get<std::string>().size(), 6u);
    EXPECT_EQ(request.size(), 5u);
    const auto listed = fetch("OutgoingCallerIds")["outgoing_caller_ids"];
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["friendly_name"], "+56 2 2914 5248");
    const std::string path = "OutgoingCallerIds/" + listed[0]["sid"].get<std::string>();
    EXPECT_EQ(Json::parse(post(path, {{"FriendlyName", "casa"}}).body)["friendly_name"], "casa");
    EXPECT_EQ(error_of(post("OutgoingCallerIds", {{"PhoneNumber", "+56229145248"}})), "400 21450");
    EXPECT_EQ(error_of(post("OutgoingCallerIds", {{"PhoneNumber", "133"}})), "400 21421");
    EXPECT_EQ(remove(path).status, 204);
}

class Queues : public test::ApiTest {};

TEST_F(Queues, AreEmptyUntilSomethingPutsCallsIntoThem) {
    const auto made = make("Queues", {{"FriendlyName", "espera"}});
    EXPECT_EQ(made["max_size"], 100);
    EXPECT_EQ(made["current_size"], 0);
    EXPECT_EQ(made["average_wait_time"], 0);
    const std::string path = "Queues/" + made["sid"].get<std::string>();
    EXPECT_EQ(fetch(path + "/Members")["queue_members"].size(), 0u);
    EXPECT_EQ(error_of(look(path + "/Members/Front")), "404 20404");
    EXPECT_EQ(Json::parse(post(path, {{"MaxSize", "5"}}).body)["max_size"], 5);
    EXPECT_EQ(error_of(post(path, {{"MaxSize", "5001"}})), "400 20422");
    EXPECT_EQ(error_of(post("Queues", {{"FriendlyName", "espera"}})), "400 20002");
    EXPECT_EQ(error_of(post("Queues", {})), "400 20002");
    EXPECT_EQ(error_of(look("Queues/QU00000000000000000000000000000000/Members")), "404 20404");
}

TEST_F(Queues, HaveNamesOfTheirCommunitysOwn) {
    declare("A", "+56229145248");
    make("Queues", {{"FriendlyName", "espera"}});
    make("Queues", {{"FriendlyName", "espera"}, {"CommunityCode", "A"}});
}

class EmptyLists : public test::ApiTest {};

TEST_F(EmptyLists, AreListsAllTheSame) {
    for (const auto& [path, key] :
         {std::pair("Conferences", "conferences"), std::pair("Recordings", "recordings"),
          std::pair("Addresses", "addresses")}) {
        const auto body = fetch(path);
        EXPECT_EQ(body[key], Json::array()) << path;
        EXPECT_EQ(body["next_page_uri"], nullptr);
        EXPECT_EQ(body["end"], 0);
    }
    for (const char* path : {"Conferences/CF00000000000000000000000000000000",
                             "Conferences/CF00000000000000000000000000000000/Participants",
                             "Recordings/RE00000000000000000000000000000000", "Addresses/AD0"})
        EXPECT_EQ(error_of(look(path)), "404 20404") << path;
}

TEST_F(EmptyLists, OfACallNeedTheCall) {
    model::CallRecord call;
    call.sid = CallSid::generate();
    call.start_time = clock_.wall();
    ASSERT_TRUE(calls_->save(call));
    database_->flush();
    EXPECT_EQ(fetch("Calls/" + call.sid.str() + "/Recordings")["recordings"].size(), 0u);
    EXPECT_EQ(error_of(look("Calls/CA00000000000000000000000000000000/Recordings")), "404 20404");
}

}  // namespace
}  // namespace skyn3t::rest
