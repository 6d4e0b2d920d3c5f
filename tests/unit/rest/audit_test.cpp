// Every change leaves an entry: who, what, before and after. Walks all routes of the API that are
// not read only, and fails for one that is neither proven here nor said to change nothing.
#include <set>

#include "call_rig.hpp"

namespace skyn3t::rest {
namespace {

class Audit : public test::CallApiTest {
  protected:
    static constexpr const char* kBelow = "/2010-04-01/Accounts/{AccountSid}/";

    enum class Change { create, update, remove };

    std::vector<store::AuditEntry> entries() { return audit_->list_all(10'000).value(); }

    // Asks and looks at the entry that must be there then.
    Json change(Change what, const std::string& pattern, const std::string& path, http::Params form,
                const std::string& action) {
        const char* method = what == Change::remove ? "DELETE" : "POST";
        proven_.insert(std::string(method) + " " + pattern);
        const auto count = entries().size();
        const auto answer = send(request(path, std::move(form), method));
        EXPECT_LT(answer.status, 300) << method << " " << path << " " << answer.body;
        database_->flush();
        const auto all = entries();
        EXPECT_EQ(all.size(), count + 1) << method << " " << pattern << " left no entry";
        const auto named = std::find_if(all.begin(), all.end(),
                                        [&](const auto& entry) { return entry.action == action; });
        if (named == all.end()) {
            ADD_FAILURE() << "there is no entry " << action;
        } else {
            EXPECT_EQ(named->actor, "api 127.0.0.1");
            const Json detail = Json::parse(named->detail);
            EXPECT_EQ(detail.contains("before"), what != Change::create) << action << detail;
            EXPECT_EQ(detail.contains("after"), what != Change::remove) << action << detail;
        }
        return answer.body.empty() ? Json() : Json::parse(answer.body);
    }
    // Made, changed if it can be, and removed.
    void life(const std::string& pattern, const std::string& path, const std::string& noun,
              http::Params made, http::Params changed) {
        const auto sid = change(Change::create, kBelow + pattern + ".json", path_of(path),
                                std::move(made), noun + ".create")["sid"]
                             .get<std::string>();
        const std::string one = kBelow + pattern + "/{Sid}.json";
        if (!changed.empty())
            change(Change::update, one, path_of(path + "/" + sid), std::move(changed),
                   noun + ".update");
        change(Change::remove, one, path_of(path + "/" + sid), {}, noun + ".delete");
    }
    // The service that does it audits it itself, by whom it is told here; the tests of server/ and
    // store/ see the entries.
    void handed_on(const char* method, const std::string& pattern, const std::string& path,
                   http::Params form, std::string& actor) {
        proven_.insert(std::string(method) + " " + pattern);
        actor.clear();
        const auto answer = send(request(path, std::move(form), method));
        EXPECT_LT(answer.status, 300) << method << " " << path << " " << answer.body;
        EXPECT_EQ(actor, "api 127.0.0.1") << method << " " << pattern;
    }
    void changes_nothing(std::initializer_list<const char*> routes) {
        for (const auto* route : routes) proven_.insert(route);
    }

    void walk_resources();
    void walk_mappings();
    void walk_calls();
    void walk_our_own();

    std::set<std::string> proven_;
};

void Audit::walk_resources() {
    life("SIP/Domains", "SIP/Domains", "sip_domain", {{"DomainName", "a.example.cl"}},
         {{"FriendlyName", "Otro"}});
    life("SIP/CredentialLists", "SIP/CredentialLists", "credential_list", {{"FriendlyName", "A"}},
         {{"FriendlyName", "B"}});
    const std::string list = make("SIP/CredentialLists", {{"FriendlyName", "L"}})["sid"];
    life("SIP/CredentialLists/{ParentSid}/Credentials",
         "SIP/CredentialLists/" + list + "/Credentials", "credential",
         {{"Username", "ana"}, {"Password", "Clave12345678"}}, {{"Password", "Otra12345678A"}});
    life("SIP/IpAccessControlLists", "SIP/IpAccessControlLists", "ip_access_control_list",
         {{"FriendlyName", "A"}}, {{"FriendlyName", "B"}});
    const std::string addresses = make("SIP/IpAccessControlLists", {{"FriendlyName", "L"}})["sid"];
    life("SIP/IpAccessControlLists/{ParentSid}/IpAddresses",
         "SIP/IpAccessControlLists/" + addresses + "/IpAddresses", "ip_address",
         {{"FriendlyName", "A"}, {"IpAddress", "203.0.113.9"}}, {{"FriendlyName", "B"}});
    life("IncomingPhoneNumbers", "IncomingPhoneNumbers", "incoming_phone_number",
         {{"PhoneNumber", "+56229145248"}}, {{"FriendlyName", "B"}});
    for (const auto& [kind, number] : {std::pair("Local", "+56229145200"),
                                       {"Mobile", "+56987654300"},
                                       {"TollFree", "+56800123456"}})
        change(Change::create, std::string(kBelow) + "IncomingPhoneNumbers/" + kind + ".json",
               path_of(std::string("IncomingPhoneNumbers/") + kind), {{"PhoneNumber", number}},
               "incoming_phone_number.create");
    life("Applications", "Applications", "application", {{"FriendlyName", "A"}},
         {{"FriendlyName", "B"}});
    // What is answered is Twilio's validation request, without the SID of what it made.
    change(Change::create, std::string(kBelow) + "OutgoingCallerIds.json",
           path_of("OutgoingCallerIds"), {{"PhoneNumber", "+56987654321"}},
           "outgoing_caller_id.create");
    const Json ids = Json::parse(get(path_of("OutgoingCallerIds")).body)["outgoing_caller_ids"];
    const std::string caller_id = "OutgoingCallerIds/" + ids.at(0).at("sid").get<std::string>();
    const std::string one_id = std::string(kBelow) + "OutgoingCallerIds/{Sid}.json";
    change(Change::update, one_id, path_of(caller_id), {{"FriendlyName", "B"}},
           "outgoing_caller_id.update");
    change(Change::remove, one_id, path_of(caller_id), {}, "outgoing_caller_id.delete");
    life("Queues", "Queues", "queue", {{"FriendlyName", "A"}}, {{"FriendlyName", "B"}});
    life("Keys", "Keys", "key", {{"FriendlyName", "A"}}, {{"FriendlyName", "B"}});
    life("SigningKeys", "SigningKeys", "key", {{"FriendlyName", "A"}}, {{"FriendlyName", "B"}});
    const std::string account = "/2010-04-01/Accounts/" + account_.str() + ".json";
    change(Change::update, "/2010-04-01/Accounts/{AccountSid}.json", account,
           {{"FriendlyName", "Otra"}}, "account.update");
}

void Audit::walk_mappings() {
    const std::string domain = make("SIP/Domains", {{"DomainName", "b.example.cl"}})["sid"];
    const std::string list = make("SIP/CredentialLists", {{"FriendlyName", "M"}})["sid"];
    const std::string addresses = make("SIP/IpAccessControlLists", {{"FriendlyName", "M"}})["sid"];
    for (const auto& [place, parameter, sid] :
         {std::tuple("Auth/Calls/CredentialListMappings", "CredentialListSid", list),
          {"Auth/Calls/IpAccessControlListMappings", "IpAccessControlListSid", addresses},
          {"Auth/Registrations/CredentialListMappings", "CredentialListSid", list},
          {"CredentialListMappings", "CredentialListSid", list},
          {"IpAccessControlListMappings", "IpAccessControlListSid", addresses}})
        life(std::string("SIP/Domains/{DomainSid}/") + place, "SIP/Domains/" + domain + "/" + place,
             "domain_mapping", {{parameter, sid}}, {});
}

void Audit::walk_calls() {
    const auto community = declare("A", "+56222222222");
    live_calls_.numbers = {{"+56222222222", community}};
    change(Change::create, std::string(kBelow) + "Calls.json", calls_path(),
           {{"To", "+56987654321"}, {"From", "+56222222222"}, {"Url", "https://a.example.cl/"}},
           "call.create");
    model::CallRecord call;
    call.sid = CallSid::generate();
    call.community = community;
    call.status = model::CallStatus::in_progress;
    call.start_time = clock_.wall();
    ASSERT_TRUE(calls_->save(call));
    database_->flush();
    live_calls_.record = call;
    const std::string one = std::string(kBelow) + "Calls/{Sid}.json";
    const std::string path = calls_path("/" + call.sid.str() + ".json");
    change(Change::update, one, path, {{"Status", "completed"}}, "call.update");
    call.status = model::CallStatus::completed;
    ASSERT_TRUE(calls_->save(call));
    database_->flush();
    change(Change::remove, one, path, {}, "call.delete");
}

void Audit::walk_our_own() {
    change(Change::create, "/v1/Verifications", "/v1/Verifications", {}, "verification.create");
    handed_on("DELETE", "/v1/Communities/{Code}", "/v1/Communities/A", {}, communities_.actor);
    handed_on("POST", "/v1/Communities/{Code}/Rotations", "/v1/Communities/A/Rotations", {},
              communities_.actor);
    handed_on("POST", "/v1/Communities/{Code}/Renames", "/v1/Communities/A/Renames",
              {{"Code", "C"}}, communities_.actor);
    handed_on("POST", "/v1/RemovedCommunities/{Code}/Restorations",
              "/v1/RemovedCommunities/A/Restorations", {}, communities_.actor);
    handed_on("POST", "/v1/Communities/{Code}/Recordings/{Name}",
              "/v1/Communities/A/Recordings/bienvenida", {{"x", "y"}}, recordings_.actor);
    handed_on("DELETE", "/v1/Communities/{Code}/Recordings/{Name}",
              "/v1/Communities/A/Recordings/bienvenida", {}, recordings_.actor);
    handed_on("DELETE", "/v1/Blocks", "/v1/Blocks?User=ana", {}, blocks_.actor);
    proven_.insert("DELETE /v1/Registrations");
    EXPECT_EQ(send(request("/v1/Registrations?CommunityCode=A&Username=%2B56229145248-office", {},
                           "DELETE"))
                  .status,
              200);
    EXPECT_EQ(registrations_.removed.value().actor, "api 127.0.0.1");
    // declare() has made A, above.
    proven_.insert("POST /v1/Communities/{Code}/SigningSecret");
    EXPECT_EQ(send(request("/v1/Communities/A/SigningSecret", {}, "POST")).status, 200);
    const auto all = entries();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const auto& entry) {
        return entry.action == "community.signing-secret" && entry.actor == "api 127.0.0.1";
    }));
    const std::string one = "/v1/Documents/{Sid}";
    const auto document =
        "/v1/Documents/" +
        change(Change::create, "/v1/Documents", "/v1/Documents",
               {{"FriendlyName", "saludo"}, {"Content", "<Response><Hangup/></Response>"}},
               "document.create")["sid"]
            .get<std::string>();
    change(Change::update, one, document, {{"FriendlyName", "despedida"}}, "document.update");
    change(Change::remove, one, document, {}, "document.delete");
    changes_nothing({"POST /v1/Documents/Preview.json", "POST /v1/Documents/Preview.wav"});
    proven_.insert("POST /v1/Communities/{Code}/Migration");
    EXPECT_EQ(send(request("/v1/Communities/A/Migration", {{"To", "local"}}, "POST")).status, 202);
    EXPECT_EQ(migrations_.ordered.value().actor, "api 127.0.0.1");
    proven_.insert("POST /v1/Communities");
    EXPECT_EQ(send(request("/v1/Communities", {{"Manifest", "communities: []"}}, "POST")).status,
              200);
    EXPECT_EQ(communities_.applied.value().actor, "api 127.0.0.1");
}

TEST_F(Audit, HasAnEntryForEveryChangeThatTheApiCanMake) {
    walk_resources();
    walk_mappings();
    walk_calls();
    walk_our_own();
    // What Twilio asks for and reports; it is in the call log.
    changes_nothing({"POST /twiml/{Code}/main", "POST /twiml/{Code}/route", "POST /twiml/domain",
                     "POST /twiml/documents/{Sid}", "POST /twiml/status"});
    // Refused whatever they ask: there is nothing of the kind.
    changes_nothing({"POST /2010-04-01/Accounts.json"});
    for (const char* path :
         {"Conferences/{ConferenceSid}/Participants", "Conferences/{ConferenceSid}/Recordings",
          "Conferences/{ConferenceSid}/Participants/{Sid}",
          "Conferences/{ConferenceSid}/Recordings/{Sid}", "Conferences/{Sid}", "Recordings/{Sid}",
          "Addresses/{Sid}", "Calls/{CallSid}/Recordings/{Sid}", "Calls/{CallSid}/Recordings",
          "Queues/{QueueSid}/Members/{CallSid}"})
        for (const char* method : {"POST", "DELETE"})
            proven_.insert(std::string(method) + " " + kBelow + path + ".json");
    for (const auto& [method, pattern] : router_.routes())
        if (method != "GET") {
            EXPECT_TRUE(proven_.contains(method + " " + pattern))
                << method << " " << pattern << " may change something and leave no entry";
        }
}

TEST_F(Audit, ShowsNoSecrets) {
    const Json key = make("Keys", {{"FriendlyName", "A"}});
    const std::string list = make("SIP/CredentialLists", {{"FriendlyName", "L"}})["sid"];
    make("SIP/CredentialLists/" + list + "/Credentials",
         {{"Username", "ana"}, {"Password", "Clave12345678"}});
    std::string all;
    for (const auto& entry : entries()) all += entry.detail;
    EXPECT_EQ(all.find(key["secret"].get<std::string>()), std::string::npos);
    EXPECT_EQ(all.find("Clave12345678"), std::string::npos);
}

}  // namespace
}  // namespace skyn3t::rest
