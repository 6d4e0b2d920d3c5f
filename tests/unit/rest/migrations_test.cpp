#include <gmock/gmock.h>

#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

using model::Move;
using model::Stage;

class MigrationApi : public test::ApiTest {
  protected:
    const std::string path = "/v1/Communities/A/Migration";

    http::ClientResponse order(http::Params form) {
        return send(request(path, std::move(form), "POST"));
    }
    // A key of the community with this code.
    http::BasicCredentials key_of(const std::string& code) {
        const auto made = make("Keys", {{"CommunityCode", code}});
        return {made["sid"], made["secret"]};
    }
    http::ClientResponse as(const http::BasicCredentials& key, http::ClientRequest wanted) {
        wanted.credentials = key;
        return send(std::move(wanted));
    }
};

TEST_F(MigrationApi, ShowsWhereACommunityStands) {
    auto& shown = migrations_.shown;
    shown.target = model::Target::twilio;
    shown.to = model::Target::local;
    shown.stage = Stage::phones;
    shown.next_stage = Stage::number;
    shown.calls = 7;
    shown.failures = 1;
    shown.max_failures = 20;
    shown.phones = {{"office", "oficina", "+56229145248-office", 1}};
    shown.obstacle = {"faltan teléfonos", "phones are missing"};
    shown.may_force = true;
    shown.work = MigrationWork{Move::advance, MigrationWork::State::failed, {}, {}, {"a", "b"}};
    const auto json = get_json(path);
    EXPECT_EQ(json["code"], "A");
    EXPECT_EQ(json["target"], "twilio");
    EXPECT_EQ(json["to"], "local");
    EXPECT_EQ(json["stage"], "phones");
    EXPECT_EQ(json["going"], nullptr);
    EXPECT_EQ(json["calls"], 7);
    EXPECT_EQ(json["failures"], 1);
    EXPECT_EQ(json["phones"][0]["contacts"], 1);
    EXPECT_EQ(json["next"]["stage"], "number");
    EXPECT_EQ(json["next"]["is_possible"], false);
    EXPECT_EQ(json["next"]["may_force"], true);
    EXPECT_EQ(json["next"]["why_es"], "faltan teléfonos");
    EXPECT_EQ(json["work"]["status"], "failed");
    EXPECT_EQ(json["work"]["why_en"], "b");
}

TEST_F(MigrationApi, OfACommunityAtRestSaysNothingOfAStage) {
    const auto json = get_json(path);
    EXPECT_EQ(json["to"], nullptr);
    EXPECT_EQ(json["stage"], "none");
    EXPECT_EQ(json["date_entered"], nullptr);
    EXPECT_EQ(json["work"], nullptr);
    EXPECT_EQ(error_of(get("/v1/Communities/NADA/Migration")), "404 20404");
    EXPECT_EQ(error_of(get(path + "?To=marte")), "400 20422");
}

TEST_F(MigrationApi, TakesAStep) {
    EXPECT_EQ(order({{"To", "local"}, {"Force", "true"}, {"TestCall", "false"}}).status, 202);
    EXPECT_EQ(migrations_.ordered->code, "A");
    EXPECT_EQ(migrations_.ordered->move, Move::advance);
    EXPECT_EQ(migrations_.ordered->to, model::Target::local);
    EXPECT_TRUE(migrations_.ordered->is_forced);
    EXPECT_FALSE(migrations_.ordered->test_call);
    EXPECT_EQ(order({{"Action", "back"}, {"MaxFailures", "35"}}).status, 202);
    EXPECT_EQ(migrations_.ordered->move, Move::back);
    EXPECT_TRUE(migrations_.ordered->test_call);
    EXPECT_EQ(migrations_.ordered->max_failures, 35u);
}

TEST_F(MigrationApi, RefusesAnOrderThatItDoesNotUnderstand) {
    EXPECT_EQ(error_of(order({})), "400 20422");
    EXPECT_EQ(error_of(order({{"To", "marte"}})), "400 20422");
    EXPECT_EQ(error_of(order({{"Action", "sideways"}})), "400 20422");
    for (const char* bad : {"101", "-1", "x", ""})
        EXPECT_EQ(error_of(order({{"To", "local"}, {"MaxFailures", bad}})), "400 20422") << bad;
    EXPECT_FALSE(migrations_.ordered);
}

TEST_F(MigrationApi, SaysWhyAStepIsNotPossible) {
    migrations_.refusal = {"no se puede", "it is not possible"};
    const auto response = order({{"To", "local"}});
    EXPECT_EQ(error_of(response), "409 20409");
    EXPECT_EQ(Json::parse(response.body)["why_es"], "no se puede");
}

TEST_F(MigrationApi, ACommunitysKeyReadsItsOwnAndWritesNone) {
    declare("A", "+56229145248");
    declare("B", "+56223456789");
    const auto own = key_of("A");
    const auto others = key_of("B");
    EXPECT_EQ(as(own, request(path)).status, 200);
    EXPECT_EQ(as(own, request(path + "/Accounts")).status, 200);
    for (const std::string& each : {path, path + "/Accounts"})
        EXPECT_EQ(error_of(as(others, request(each))), "404 20404") << each;
    for (const auto& key : {own, others})
        EXPECT_EQ(error_of(as(key, request(path, {{"To", "local"}}, "POST"))), "404 20404");
    EXPECT_FALSE(migrations_.ordered);
}

TEST_F(MigrationApi, ShowsTheSecondAccountsAndSaysWhoAsked) {
    const auto response = get(path + "/Accounts");
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(Json::parse(response.body)["phones"][0]["password"], "Clave12345678");
    EXPECT_EQ(migrations_.actor, "api 127.0.0.1");
}

}  // namespace
}  // namespace skyn3t::rest
