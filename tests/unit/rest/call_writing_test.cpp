// rest-api.md, 5.1, 5.3 and 5.4: what may be asked of Calls, and what is refused by which number.
#include "call_rig.hpp"

namespace skyn3t::rest::test {
namespace {

using model::CallStatus;
using std::chrono::seconds;

class CallWriting : public CallApiTest {
  protected:
    void SetUp() override {
        live_calls_.numbers = {{"+56229145248", ours_}, {"+56223456789", theirs_}};
        live_calls_.phones = {{"+56229145248-office@skyn3t.test", ours_}};
    }
    // The form of a call that is fine, with some of it changed.
    http::Params form(std::initializer_list<http::Params::Pair> changes = {}) {
        std::map<std::string, std::string> all{
            {"To", "+56987654321"}, {"From", "+56229145248"}, {"Url", "https://a.example.cl/voz"}};
        for (const auto& [name, value] : changes) all[name] = value;
        http::Params params;
        for (const auto& [name, value] : all)
            if (!value.empty()) params.add(name, value);
        return params;
    }
    http::ClientResponse create(std::initializer_list<http::Params::Pair> changes = {}) {
        return post("Calls", form(changes));
    }
    std::string refused(std::initializer_list<http::Params::Pair> changes) {
        const std::string error = error_of(create(changes));
        EXPECT_FALSE(live_calls_.placed);
        return error;
    }
    const call::Outgoing& placed() { return live_calls_.placed.value(); }
    model::CallRecord logged(CallStatus status) {
        model::CallRecord record;
        record.sid = CallSid::generate();
        record.community = ours_;
        record.status = status;
        record.start_time = clock_.wall();
        EXPECT_TRUE(calls_->save(record));
        database_->flush();
        return record;
    }
    http::ClientResponse update(const model::CallRecord& call, http::Params params) {
        return post("Calls/" + call.sid.str(), std::move(params));
    }

    CommunitySid ours_ = CommunitySid::generate(), theirs_ = CommunitySid::generate();
};

TEST_F(CallWriting, SaysWhatItAsksAndIsNotBuilt) {
    EXPECT_EQ(create({{"Record", "true"}, {"MachineDetection", "Enable"}, {"Trim", ""}}).status,
              201);
    std::vector<std::string> said;
    for (const auto& [code, detail] : placed().warnings)
        said.push_back(std::to_string(code) + " " + detail);
    std::sort(said.begin(), said.end());
    EXPECT_EQ(said, (std::vector<std::string>{"13750 MachineDetection", "13750 Record"}));
}

TEST_F(CallWriting, IsAnsweredWith201AndTheQueuedCall) {
    const auto response = create();
    EXPECT_EQ(response.status, 201);
    const Json body = Json::parse(response.body);
    EXPECT_EQ(body["sid"], placed().record.sid.str());
    EXPECT_EQ(body["status"], "queued");
    EXPECT_EQ(body["direction"], "outbound-api");
    EXPECT_EQ(body["to"], "+56987654321");
    EXPECT_EQ(placed().record.community, ours_);
    EXPECT_EQ(std::get<twiml::DocumentAddress>(placed().start.document).url,
              "https://a.example.cl/voz");
    EXPECT_EQ(placed().timeout, seconds(60));
    EXPECT_EQ(placed().time_limit, seconds(14400));
    EXPECT_FALSE(placed().status_callback);
}

TEST_F(CallWriting, TakesEveryParameter) {
    create({{"Method", "GET"},
            {"FallbackUrl", "https://a.example.cl/otra"},
            {"StatusCallback", "https://a.example.cl/progreso"},
            {"StatusCallbackEvent", "answered"},
            {"Timeout", "20"},
            {"TimeLimit", "60"},
            {"SendDigits", "1wW#"},
            {"To", "(2) 2345 6789"}});
    EXPECT_EQ(std::get<twiml::DocumentAddress>(placed().start.document).method, twiml::Method::get);
    EXPECT_EQ(placed().start.fallback->url, "https://a.example.cl/otra");
    EXPECT_TRUE(placed().status_callback->answered);
    EXPECT_FALSE(placed().status_callback->completed);
    EXPECT_EQ(placed().timeout, seconds(20));
    EXPECT_EQ(placed().time_limit, seconds(60));
    EXPECT_EQ(placed().send_digits, "1wW#");
    EXPECT_EQ(std::get<twiml::Number>(placed().to).number, "+56223456789");
}

TEST_F(CallWriting, ToAPhoneTakesHeadersAndAName) {
    create({{"To", "sip:+56229145248-office@skyn3t.test?X-Site=7"}, {"From", "Porteria"}});
    const auto& sip = std::get<twiml::Sip>(placed().to);
    EXPECT_EQ(sip.uri, "sip:+56229145248-office@skyn3t.test");
    EXPECT_EQ(sip.headers.at(0).second, "7");
    EXPECT_EQ(placed().record.community, ours_) << "the phone's, since a name has none";
    EXPECT_EQ(placed().shown_caller, "Porteria");
}

TEST_F(CallWriting, AnInlineDocumentHasNoAddress) {
    create({{"Url", ""}, {"Twiml", "<Response/>"}});
    EXPECT_EQ(std::get<twiml::InlineDocument>(placed().start.document).xml, "<Response/>");
}

TEST_F(CallWriting, UrlGoesBeforeTwimlWithAWarning) {
    create({{"Twiml", "<Response/>"}});
    EXPECT_TRUE(std::holds_alternative<twiml::DocumentAddress>(placed().start.document));
    EXPECT_EQ(placed().warnings.at(0).first, 32019);
}

TEST_F(CallWriting, IsRefusedByTwiliosNumbers) {
    EXPECT_EQ(refused({{"To", ""}}), "400 21201");
    EXPECT_EQ(refused({{"From", ""}}), "400 21213");
    EXPECT_EQ(refused({{"To", "12"}}), "400 21211");
    EXPECT_EQ(refused({{"To", "client:ana"}}), "400 21211");
    EXPECT_EQ(refused({{"To", "sip:@skyn3t.test:99999"}}), "400 21211");
    EXPECT_EQ(refused({{"From", "+56911112222"}}), "400 21210");
    EXPECT_EQ(refused({{"From", "ana"}}), "400 21212");
    EXPECT_EQ(refused({{"To", "sip:a@skyn3t.test"}, {"From", "ana"}}), "400 21212");
    EXPECT_EQ(refused({{"Url", ""}}), "400 21205");
    EXPECT_EQ(refused({{"Url", "voz"}}), "400 21205");
    EXPECT_EQ(refused({{"Method", "PUT"}}), "400 21209");
    EXPECT_EQ(refused({{"StatusCallback", "no"}}), "400 21205");
    EXPECT_EQ(refused({{"StatusCallback", "https://a.cl/"}, {"StatusCallbackEvent", "now"}}),
              "400 20422");
    EXPECT_EQ(refused({{"Url", ""}, {"Twiml", std::string(4001, 'x')}}), "400 20422");
    EXPECT_EQ(refused({{"ApplicationSid", "AP00000000000000000000000000000000"}}), "400 21218");
    EXPECT_EQ(refused({{"SendDigits", "12a"}}), "400 21206");
    EXPECT_EQ(refused({{"SendDigits", std::string(33, '1')}}), "400 21206");
    EXPECT_EQ(refused({{"Timeout", "601"}}), "400 21208");
    EXPECT_EQ(refused({{"CallerId", "+56223456789"}}), "400 21210");
}

TEST_F(CallWriting, AsksWhetherTheCommunityMayDialIt) {
    const std::pair<int, const char*> kTable[] = {{13214, "400 21210"},
                                                  {13224, "400 21217"},
                                                  {13225, "400 21202"},
                                                  {13226, "400 21217"},
                                                  {13227, "400 21215"}};
    for (const auto& [code, answer] : kTable) {
        live_calls_.dialling_refused = code;
        EXPECT_EQ(refused({}), answer) << code;
    }
}

TEST_F(CallWriting, NeverGoesToAnEmergencyNumber) {
    for (const char* to : {"133", "+56133", "1-3-3", "sip:133@skyn3t.test", "131"})
        EXPECT_EQ(refused({{"To", to}}), "400 21216") << to;
}

TEST_F(CallWriting, WaitsAreBounded) {
    live_calls_.refuses = Errc::too_many;
    EXPECT_EQ(error_of(create()), "429 20429");
}

TEST_F(CallWriting, AnUpdateRedirectsOrEnds) {
    const auto call = logged(CallStatus::in_progress);
    live_calls_.record = call;
    EXPECT_EQ(update(call, {{"Url", "https://a.example.cl/otra"}, {"Method", "GET"}}).status, 200);
    const auto& document = std::get<twiml::DocumentAddress>(live_calls_.updated->start->document);
    EXPECT_EQ(document.url, "https://a.example.cl/otra");
    EXPECT_EQ(document.method, twiml::Method::get);
    EXPECT_EQ(update(call, {{"Status", "completed"}}).status, 200);
    EXPECT_EQ(live_calls_.updated->status, CallStatus::completed);
    EXPECT_FALSE(live_calls_.updated->start);
}

TEST_F(CallWriting, AnUpdateIsRefusedByTwiliosNumbers) {
    const auto call = logged(CallStatus::in_progress);
    EXPECT_EQ(error_of(update(call, {{"Status", "busy"}})), "400 20422");
    EXPECT_EQ(error_of(update(call, {{"StatusCallback", "https://a.cl/"}})), "400 20422");
    EXPECT_EQ(error_of(post("Calls/" + CallSid::generate().str(), {{"Status", "completed"}})),
              "404 20404");
    for (const Errc errc : {Errc::not_found, Errc::conflict}) {
        live_calls_.refuses = errc;
        EXPECT_EQ(error_of(update(call, {{"Status", "completed"}})), "400 21220");
    }
}

TEST_F(CallWriting, DeleteForgetsACallThatIsOver) {
    const auto live = logged(CallStatus::in_progress), over = logged(CallStatus::completed);
    EXPECT_EQ(error_of(remove("Calls/" + live.sid.str())), "409 20009");
    EXPECT_EQ(remove("Calls/" + over.sid.str()).status, 204);
    EXPECT_EQ(error_of(look("Calls/" + over.sid.str())), "404 20404");
    EXPECT_EQ(error_of(remove("Calls/" + over.sid.str())), "404 20404");
    EXPECT_EQ(audit_->list(ours_).value().at(0).action, "call.delete");
}

}  // namespace
}  // namespace skyn3t::rest::test
