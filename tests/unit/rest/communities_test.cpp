#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

CommunityView office() {
    CommunityView view;
    view.community.sid = CommunitySid::parse("CM00000000000000000000000000000001").value();
    view.community.code = "OFICINA_PRINCIPAL";
    view.community.name = "Oficina Principal";
    view.community.number = model::PhoneNumber::parse_e164("+56229145248").value();
    view.community.roles = {{"office", '1', "oficina de administración", {}}};
    view.phones = {{"office", "+56229145248-office", 1, {}, {}}};
    return view;
}

class CommunitiesApi : public test::ApiTest {};

TEST_F(CommunitiesApi, ShowCommunitiesWithTheirPhonesAndNoPassword) {
    communities_.views = {office()};
    const auto list = get_json("/v1/Communities");
    ASSERT_EQ(list["communities"].size(), 1u);
    const auto one = get_json("/v1/Communities/OFICINA_PRINCIPAL");
    EXPECT_EQ(one, list["communities"][0]);
    EXPECT_EQ(one["number_formatted"], "+56 2 2914 5248");
    EXPECT_EQ(
        one["roles"].dump(),
        R"([{"role":"office","digit":"1","label":"oficina de administración","username":"+56229145248-office",)"
        R"("contacts":1,"offline_since":null,"offline_reason":null,"old_password_until":null,)"
        R"("contacts_with_old_password":0}])");
    EXPECT_EQ(one.dump().find("assword\":\""), std::string::npos);
    EXPECT_EQ(error_of(get("/v1/Communities/NADA")), "404 20404");
}

TEST_F(CommunitiesApi, SaySinceWhenAndWhyAPhoneIsOffline) {
    auto view = office();
    view.phones[0].contacts = 0;
    view.phones[0].offline_since = std::chrono::system_clock::from_time_t(1795352645);
    view.phones[0].offline_reason = "expired";
    communities_.views = {view};
    const auto phone = get_json("/v1/Communities/OFICINA_PRINCIPAL")["roles"][0];
    EXPECT_EQ(phone["offline_since"], "2026-11-22T13:04:05Z");
    EXPECT_EQ(phone["offline_reason"], "expired");
}

TEST_F(CommunitiesApi, ApplyAManifestWithItsDocuments) {
    communities_.outcome.applied = true;
    auto wanted = request("/v1/Communities",
                          {{"Manifest", "communities: []"},
                           {"File", "c.yaml"},
                           {"Document.main.xml", "<Response/>"},
                           {"Prune", "true"},
                           {"DryRun", "false"}},
                          "POST");
    wanted.headers.add("X-Skyn3t-Actor", "cli ana@central");
    const auto body = Json::parse(send(wanted).body);
    EXPECT_TRUE(body["applied"]);
    EXPECT_TRUE(body["is_empty"]);
    ASSERT_TRUE(communities_.applied);
    ASSERT_EQ(communities_.applied->files.size(), 1u);
    EXPECT_EQ(communities_.applied->files[0].yaml, "communities: []");
    EXPECT_EQ(communities_.applied->files[0].name, "c.yaml");
    EXPECT_EQ(communities_.applied->parallel, 4u);
    EXPECT_EQ(communities_.applied->documents.at("main.xml"), "<Response/>");
    EXPECT_EQ(communities_.applied->prune, provision::Prune::yes);
    EXPECT_FALSE(communities_.applied->dry_run);
    EXPECT_EQ(communities_.applied->actor, "cli ana@central 127.0.0.1");
}

TEST_F(CommunitiesApi, SayWhatIsWrongWithAManifest) {
    communities_.outcome.findings = {{"bad-code",
                                      provision::Level::error,
                                      {"c.yaml", 2, 11, "communities[0].code"},
                                      "código malo",
                                      "bad code"}};
    const auto response = send(request("/v1/Communities", {{"Manifest", "x"}}, "POST"));
    EXPECT_EQ(error_of(response), "400 20422");
    EXPECT_EQ(
        Json::parse(response.body)["findings"].dump(),
        R"([{"rule":"bad-code","level":"error","file":"c.yaml","line":2,"column":11,"key":"communities[0].code",)"
        R"("code":null,"text_es":"código malo","text_en":"bad code"}])");
    EXPECT_EQ(error_of(send(request("/v1/Communities", {{"DryRun", "true"}}, "POST"))),
              "400 20422");
}

TEST_F(CommunitiesApi, SayThatNothingWasChangedOnlyWhenNothingWasPaid) {
    communities_.outcome.findings = {
        {"moved-number", provision::Level::error, {}, "el número es de B", "it is B's"}};
    provision::Purchase purchase{{"A", {}}};
    purchase.state = provision::Purchase::State::offered;
    purchase.number = "+56221110001";
    communities_.outcome.purchases = {purchase};
    const auto why = [&](const http::ClientRequest& asked) {
        return Json::parse(send(asked).body).at("why_es");
    };
    const auto apply = request("/v1/Communities", {{"Manifest", "x"}}, "POST");
    EXPECT_EQ(why(apply), "El archivo tiene errores; no se cambió nada.");
    EXPECT_EQ(why(request("/v1/Communities/A", {}, "DELETE")), "No se cambió nada.");
    communities_.outcome.findings[0].rule = "number-not-bought";
    EXPECT_EQ(why(apply),
              "No se aplicó nada. Repita apply una vez corregido: si Twilio alcanzó a vender un "
              "número, se usa ese y no se compra otro.");
    communities_.outcome.purchases[0].state = provision::Purchase::State::bought;
    EXPECT_EQ(why(apply),
              "Se compró +56221110001; lo demás no se aplicó: corrija y repita apply, no se compra "
              "otra vez.");
    EXPECT_EQ(Json::parse(send(apply).body)["purchases"][0]["status"], "bought");
}

TEST_F(CommunitiesApi, RemoveACommunityOrOnlyPlanTo) {
    EXPECT_EQ(send(request("/v1/Communities/A?DryRun=true", {}, "DELETE")).status, 200);
    EXPECT_TRUE(communities_.was_dry_run);
    EXPECT_EQ(send(request("/v1/Communities/A", {}, "DELETE")).status, 200);
    EXPECT_FALSE(communities_.was_dry_run);
    EXPECT_EQ(communities_.removed_code, "A");
    EXPECT_EQ(error_of(send(request("/v1/Communities/NADA", {}, "DELETE"))), "404 20404");
}

TEST_F(CommunitiesApi, GetAnotherCode) {
    EXPECT_EQ(
        send(request("/v1/Communities/A/Renames", {{"Code", "C"}, {"DryRun", "true"}}, "POST"))
            .status,
        200);
    EXPECT_EQ(communities_.renamed, "A>C");
    EXPECT_TRUE(communities_.was_dry_run);
    EXPECT_EQ(send(request("/v1/Communities/A/Renames", {{"Code", "B"}}, "POST")).status, 409);
}

TEST_F(CommunitiesApi, ComeBackAfterARemoval) {
    const WallTime time = std::chrono::system_clock::from_time_t(1795352645);
    communities_.removed_views =
        std::vector<RemovedView>{{CommunitySid::generate(), "B", "Edificio B", "+56223456789", time,
                                  time + std::chrono::hours(1)}};
    const auto listed = Json::parse(get("/v1/RemovedCommunities").body)["communities"];
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0]["code"], "B");
    EXPECT_EQ(listed[0]["date_forgotten"], "2026-11-22T14:04:05Z");
    EXPECT_EQ(send(request("/v1/RemovedCommunities/B/Restorations", {}, "POST")).status, 200);
    EXPECT_EQ(communities_.restored, "B");
    EXPECT_EQ(error_of(send(request("/v1/RemovedCommunities/NADA/Restorations", {}, "POST"))),
              "404 20404");
}

TEST_F(CommunitiesApi, ArePutRightAgainWithoutAManifest) {
    EXPECT_EQ(send(request("/v1/Communities", {{"Declared", "true"}}, "POST")).status, 200);
    ASSERT_TRUE(communities_.applied);
    EXPECT_TRUE(communities_.applied->declared);
    EXPECT_EQ(error_of(send(
                  request("/v1/Communities", {{"Declared", "true"}, {"Manifest", "x"}}, "POST"))),
              "400 20422");
}

TEST_F(CommunitiesApi, AreExportedAsTheFileThatDeclaresThem) {
    communities_.views = {office()};
    const auto body = Json::parse(get("/v1/Export").body);
    EXPECT_EQ(body["communities"], 1);
    EXPECT_NE(body["manifest"].get<std::string>().find("- code: \"OFICINA_PRINCIPAL\"\n"),
              std::string::npos)
        << body;
    EXPECT_EQ(error_of(get("/v1/Export?CommunityCode=NADA")), "404 20404");
}

TEST_F(CommunitiesApi, GiveSecretsWithWhoAskedAndWithoutCaches) {
    declare("A", "+56223456789");
    const auto response = get("/v1/Communities/A/Secrets");
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(
        Json::parse(response.body)["phones"].dump(),
        R"([{"role":"office","label":"oficina","username":"+56229145248-office","password":"Clave12345678",)"
        R"("domain":"skyn3t.test","server":"203.0.113.10:5060","transport":"udp","expiry":600}])");
    EXPECT_EQ(communities_.actor, "api 127.0.0.1");
}

TEST_F(CommunitiesApi, ShowAndRotateWhatTheirWebhooksAreSignedWith) {
    const CommunitySid community = declare("A", "+56223456789");
    declare("B", "+56223456780");
    const auto secret_of = [this](const std::string& code) {
        return get_json("/v1/Communities/" + code + "/Secrets")["signing_secret"]
            .get<std::string>();
    };
    const std::string first = secret_of("A");
    EXPECT_EQ(first, signing_->of(community).reveal());
    EXPECT_NE(first, secret_of("B"));
    EXPECT_NE(first, kToken) << "the account's token opens everything";
    const auto rotated = send(request("/v1/Communities/A/SigningSecret", {}, "POST"));
    EXPECT_EQ(rotated.headers.find("Cache-Control"), "no-store");
    const std::string second = Json::parse(rotated.body)["signing_secret"];
    EXPECT_NE(second, first);
    EXPECT_EQ(secret_of("A"), second);
    const auto noted = audit().back();
    EXPECT_EQ(noted.action, "community.signing-secret");
    EXPECT_EQ(noted.detail.find(second), std::string::npos);
    EXPECT_EQ(error_of(send(request("/v1/Communities/NADA/SigningSecret", {}, "POST"))),
              "404 20404");
}

TEST_F(CommunitiesApi, ListRegistrations) {
    EXPECT_EQ(
        get("/v1/Registrations?CommunityCode=A").body,
        R"({"registrations":[{"community_code":"A","username":"+56229145248-office","domain":"skyn3t.test",)"
        R"("contact":"sip:x@10.0.0.1","flow":"udp:10.0.0.1:5060","user_agent":null,)"
        R"("date_registered":"2026-11-22T13:04:05Z","date_expires":"2026-11-22T13:14:05Z",)"
        R"("old_password":false,"reachability":"unknown","reachability_since":null,)"
        R"("reachability_status":null}],"failures":[{"community_code":"A",)"
        R"("username":"+56229145248-oficina","domain":"skyn3t.test","address":"10.0.0.2",)"
        R"("user_agent":"Yealink","wrong":"user","purpose":"registration","count":3,)"
        R"("date_first":"2026-11-22T13:04:05Z","date_last":"2026-11-22T13:05:05Z"}]})");
    EXPECT_EQ(registrations_.asked, "A");
}

TEST_F(CommunitiesApi, RemoveARegistration) {
    const auto removed =
        send(request("/v1/Registrations?CommunityCode=A&Username=%2B56229145248-office"
                     "&Contact=sip%3Ax%4010.0.0.1",
                     {}, "DELETE"));
    EXPECT_EQ(removed.body, R"({"removed":1})");
    EXPECT_EQ(registrations_.removed->contact, "sip:x@10.0.0.1");
    EXPECT_EQ(registrations_.removed->actor, "api 127.0.0.1");
    EXPECT_EQ(error_of(send(request("/v1/Registrations?CommunityCode=A&Username=x", {}, "DELETE"))),
              "404 20404");
    EXPECT_EQ(error_of(send(request("/v1/Registrations?Username=x", {}, "DELETE"))), "404 20404");
}

TEST_F(CommunitiesApi, StartAVerificationAndFindIt) {
    const auto started =
        send(request("/v1/Verifications", {{"CommunityCode", "A"}, {"Ring", "true"}}, "POST"));
    EXPECT_EQ(started.status, 201);
    EXPECT_TRUE(verifications_.asked.ring);
    Check check;
    check.id = "greeting";
    check.state = Check::State::passed;
    verifications_.view.state = VerificationView::State::passed;
    verifications_.view.communities = {{"A", "Edificio A", {check}}};
    const auto found = get_json(Json::parse(started.body)["url"]);
    EXPECT_EQ(found["status"], "passed");
    EXPECT_EQ(found["communities"][0]["checks"][0]["status"], "passed");
    EXPECT_EQ(error_of(get("/v1/Verifications/VN99999999999999999999999999999999")), "404 20404");
    EXPECT_EQ(error_of(send(request("/v1/Verifications", {{"CommunityCode", "NADA"}}, "POST"))),
              "404 20404");
    verifications_.can_verify = false;
    EXPECT_EQ(error_of(send(request("/v1/Verifications", {}, "POST"))), "501 20010");
}

CommunityProgress progress() {
    StepView step{provision::Verb::update,
                  provision::Subject::number,
                  "+56229145248",
                  {{"voice_url", "https://demo.example.com", "https://voice.example.cl/x"}},
                  {"ajustar el número +56229145248", "adjust the number +56229145248"}};
    CommunityProgress community{"A", "Edificio A", model::Target::twilio};
    community.steps = {step};
    community.strangers = {"door"};
    return community;
}

constexpr const char* kProgress =
    R"({"code":"A","name":"Edificio A","target":"twilio","status":"waiting","steps":[{"action":"update",)"
    R"("resource":"number","name":"+56229145248","fields":[{"field":"voice_url","from":"https://demo.example.com",)"
    R"("to":"https://voice.example.cl/x"}],"text_es":"ajustar el número +56229145248",)"
    R"("text_en":"adjust the number +56229145248","status":"waiting","milliseconds":0}],"strangers":["door"],)"
    R"("why_es":null,"why_en":null})";

TEST_F(CommunitiesApi, ADryRunShowsWhatWouldBeDoneAtTheTargets) {
    communities_.outcome.targets = {progress()};
    const auto body = Json::parse(send(request("/v1/Communities",
                                               {{"Manifest", "a"},
                                                {"Manifest", "b"},
                                                {"File", "a.yaml"},
                                                {"DryRun", "true"},
                                                {"Parallel", "16"},
                                                {"Destroy", "true"}},
                                               "POST"))
                                      .body);
    EXPECT_FALSE(body["is_empty"]);
    EXPECT_EQ(body["targets"][0].dump(), kProgress);
    ASSERT_EQ(communities_.applied->files.size(), 2u);
    EXPECT_EQ(communities_.applied->files[1].yaml, "b");
    EXPECT_EQ(communities_.applied->parallel, 16u);
    EXPECT_TRUE(communities_.applied->destroy);
    EXPECT_EQ(
        error_of(send(request("/v1/Communities", {{"Manifest", "a"}, {"Parallel", "0"}}, "POST"))),
        "400 20422");
}

TEST_F(CommunitiesApi, FollowAProvisioning) {
    ProvisioningView view;
    view.sid = ProvisioningSid::generate();
    view.communities = {progress()};
    view.state = ProvisioningView::State::failed;
    view.duration = std::chrono::milliseconds(1234);
    communities_.outcome.applied = true;
    communities_.outcome.provisioning = provisionings_.view = view;
    const auto applied =
        Json::parse(send(request("/v1/Communities", {{"Manifest", "a"}}, "POST")).body);
    const auto found = get_json(applied["provisioning"]["url"]);
    EXPECT_EQ(found, applied["provisioning"]);
    EXPECT_EQ(found["status"], "failed");
    EXPECT_EQ(found["milliseconds"], 1234);
    EXPECT_EQ(found["communities"][0].dump(), kProgress);
    EXPECT_EQ(error_of(get("/v1/Provisionings/PV99999999999999999999999999999999")), "404 20404");
}

TEST_F(CommunitiesApi, ShowDriftOfOneCommunityOrOfAll) {
    EXPECT_EQ(get_json("/v1/Drift")["is_empty"], true);
    communities_.outcome.targets = {progress()};
    const auto drift = get_json("/v1/Drift?CommunityCode=A");
    EXPECT_EQ(drift["is_empty"], false);
    EXPECT_EQ(drift["communities"][0].dump(), kProgress);
    EXPECT_EQ(error_of(get("/v1/Drift?CommunityCode=NADA")), "404 20404");
    communities_.outcome.why = {"Twilio no respondió.", "Twilio did not answer."};
    EXPECT_EQ(error_of(get("/v1/Drift")), "503 20503");
    EXPECT_EQ(get_json("/v1/Drift")["why_es"], "Twilio no respondió.");
}

TEST_F(CommunitiesApi, ImportAnAccount) {
    EXPECT_EQ(get("/v1/Import?Target=local").body,
              R"({"communities":0,"manifest":"communities: []\n"})");
    EXPECT_EQ(error_of(get("/v1/Import?Target=twilio")), "400 20422");
    EXPECT_EQ(error_of(get("/v1/Import?Target=x")), "400 20422");
}

TEST_F(CommunitiesApi, RotateThePasswordOfARole) {
    EXPECT_EQ(send(request("/v1/Communities/A/Rotations", {{"Role", "office"}}, "POST")).status,
              200);
    EXPECT_EQ(communities_.rotated, "A/office");
    EXPECT_EQ(communities_.grace, std::chrono::hours(24));
    EXPECT_EQ(send(request("/v1/Communities/A/Rotations", {{"Grace", "0"}}, "POST")).status, 200);
    EXPECT_EQ(communities_.rotated, "A/");
    EXPECT_EQ(communities_.grace, std::chrono::seconds(0));
    for (const char* grace : {"-1", "1h", "2592001", ""})
        EXPECT_EQ(
            error_of(send(request("/v1/Communities/A/Rotations", {{"Grace", grace}}, "POST"))),
            "400 20422")
            << grace;
}

}  // namespace
}  // namespace skyn3t::rest
