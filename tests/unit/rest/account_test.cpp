#include "api_rig.hpp"

namespace skyn3t::rest {
namespace {

class AccountApi : public test::ApiTest {
  protected:
    std::string account_path() const { return "/2010-04-01/Accounts/" + account_.str() + ".json"; }
    http::ClientResponse update(http::Params form) {
        return send(request(account_path(), std::move(form), "POST"));
    }
};

TEST_F(AccountApi, ShowsTheOneAccountWithoutItsToken) {
    const auto account = get_json(account_path());
    EXPECT_EQ(account["sid"], account_.str());
    EXPECT_EQ(account["owner_account_sid"], account_.str());
    EXPECT_EQ(account["status"], "active");
    EXPECT_EQ(account["type"], "Full");
    EXPECT_EQ(account["auth_token"], "[Redacted]");
    EXPECT_EQ(account["uri"], account_path());
    EXPECT_EQ(get(account["subresource_uris"]["calls"]).status, 200);
    const auto list = get_json("/2010-04-01/Accounts.json");
    EXPECT_EQ(list["accounts"], Json::array({account}));
    EXPECT_EQ(list["page_size"], 50);
    EXPECT_EQ(get_json("/2010-04-01/Accounts.json?FriendlyName=x")["accounts"].size(), 0u);
    EXPECT_EQ(get_json("/2010-04-01/Accounts.json?Status=closed")["accounts"].size(), 0u);
}

TEST_F(AccountApi, ChangesItsNameAndNotesIt) {
    EXPECT_EQ(Json::parse(update({{"FriendlyName", "Torres"}}).body)["friendly_name"], "Torres");
    EXPECT_EQ(get_json(account_path())["friendly_name"], "Torres");
    EXPECT_EQ(audit()[0].action, "account.update");
    EXPECT_EQ(
        audit()[0].detail,
        R"({"after":{"friendly_name":"Torres"},"before":{"friendly_name":"SKYN3T"},"sid":"AC11111111111111111111111111111111"})");
    EXPECT_EQ(error_of(update({{"FriendlyName", ""}})), "400 20002");
}

TEST_F(AccountApi, IsNeitherClosedNorDivided) {
    EXPECT_EQ(error_of(update({{"Status", "closed"}})), "400 21477");
    EXPECT_EQ(error_of(update({{"Status", "gone"}})), "400 21475");
    EXPECT_EQ(update({{"Status", "active"}}).status, 200);
    EXPECT_EQ(error_of(send(request("/2010-04-01/Accounts.json", {{"FriendlyName", "x"}}, "POST"))),
              "400 21480");
    EXPECT_EQ(error_of(send(request(account_path(), {}, "DELETE"))), "405 20004");
}

TEST_F(AccountApi, HasNoBalanceWithoutATariff) {
    EXPECT_EQ(fetch("Balance"),
              Json({{"account_sid", account_.str()}, {"balance", nullptr}, {"currency", nullptr}}));
}

TEST_F(AccountApi, ShowsTheTrunksOfTheConfigurationAndWhatKeepsThemFromWorking) {
    const auto trunk = get_json("/v1/Trunks/carrier");
    EXPECT_EQ(trunk["hosts"], Json::array({"198.51.100.7"}));
    EXPECT_EQ(trunk["destination"], "198.51.100.7:5060");
    EXPECT_EQ(trunk["takes_calls"], true);
    EXPECT_EQ(trunk["places_calls"], true);
    EXPECT_TRUE(trunk["warnings"].empty());
    EXPECT_EQ(trunk["url"], "/v1/Trunks/carrier");
    const auto empty = get_json("/v1/Trunks/vac%C3%ADa");
    EXPECT_EQ(empty["destination"], nullptr);
    EXPECT_EQ(empty["takes_calls"], false);
    EXPECT_EQ(empty["places_calls"], false);
    EXPECT_EQ(empty["warnings"].size(), 2u);
    EXPECT_EQ(get_json("/v1/Trunks")["trunks"], Json::array({trunk, empty}));
    EXPECT_EQ(error_of(get("/v1/Trunks/none")), "404 20404");
}

class UsageRecords : public test::ApiTest {
  protected:
    // A call on a day, counted from today.
    void call(int days, model::Direction direction, const std::string& from, const std::string& to,
              int length, CommunitySid community = {}) {
        model::CallRecord call;
        call.sid = CallSid::generate();
        call.community = std::move(community);
        call.from = from;
        call.to = to;
        call.direction = direction;
        call.status = model::CallStatus::completed;
        call.start_time = clock_.wall() + std::chrono::hours(24 * days);
        call.answer_time = call.start_time;
        call.end_time = call.start_time + seconds(length);
        ASSERT_TRUE(calls_->save(call));
        database_->flush();
    }
    // "2 calls, 3 minutes" of a category.
    std::string used(const std::string& category, const std::string& list = "",
                     const std::string& query = "") {
        const auto body =
            get_json(path_of("Usage/Records" + list) + "?Category=" + category + query);
        const auto& record = body["usage_records"][0];
        return record["count"].get<std::string>() + " " + record["usage"].get<std::string>();
    }
    static constexpr auto kIn = model::Direction::inbound;
    static constexpr auto kOut = model::Direction::outbound_dial;
};

TEST_F(UsageRecords, CountTheCallLogByDirectionAndFarEnd) {
    call(0, kIn, "+56987654321", "+56229145248", 61);
    call(0, kOut, "+56987654321", "sip:+56229145248-office@a.cl", 60);
    call(0, kIn, "sip:+56229145248-office@a.cl", "sip:100@a.cl", 1);
    call(0, kOut, "+56229145248", "+56987654321", 0);
    EXPECT_EQ(used("calls"), "4 4");
    EXPECT_EQ(used("calls-inbound"), "1 2");
    EXPECT_EQ(used("calls-outbound"), "1 0");
    EXPECT_EQ(used("calls-sip"), "2 2");
    EXPECT_EQ(used("calls-sip-inbound"), "1 1");
    EXPECT_EQ(used("calls-sip-outbound"), "1 1");
    EXPECT_EQ(fetch("Usage/Records")["usage_records"].size(), 6u);
    EXPECT_EQ(get_json(path_of("Usage/Records") + "?Category=sms")["usage_records"].size(), 0u);
}

TEST_F(UsageRecords, AreOfTheTimeThatTheirListNames) {
    call(0, kIn, "+56987654321", "+56229145248", 60);
    call(-1, kIn, "+56987654321", "+56229145248", 60);
    call(-400, kIn, "+56987654321", "+56229145248", 60);
    EXPECT_EQ(used("calls", "/Today"), "1 1");
    EXPECT_EQ(used("calls", "/Yesterday"), "1 1");
    EXPECT_EQ(used("calls", "/AllTime"), "3 3");
    EXPECT_EQ(used("calls", "", "&StartDate=-30days"), "2 2");
    EXPECT_EQ(used("calls", "", "&StartDate=-30days&EndDate=-1days"), "1 1");
    EXPECT_EQ(error_of(get(path_of("Usage/Records") + "?StartDate=soon")), "400 20422");
    EXPECT_EQ(error_of(get(path_of("Usage/Records") + "?StartDate=2026-02-02&EndDate=2026-02-01")),
              "400 20422");
}

TEST_F(UsageRecords, AreDividedIntoDaysMonthsAndYears) {
    call(0, kIn, "+56987654321", "+56229145248", 60);
    const auto dates = [this](const std::string& list, const std::string& range) {
        std::vector<std::string> out;
        const Json page = get_json(path_of("Usage/Records" + list) + "?Category=calls&" + range);
        for (const auto& record : page["usage_records"])
            out.push_back(record["start_date"].get<std::string>() + ".." +
                          record["end_date"].get<std::string>());
        return out;
    };
    using Dates = std::vector<std::string>;
    EXPECT_EQ(
        dates("/Daily", "StartDate=2026-02-27&EndDate=2026-03-01"),
        (Dates{"2026-03-01..2026-03-01", "2026-02-28..2026-02-28", "2026-02-27..2026-02-27"}));
    EXPECT_EQ(
        dates("/Monthly", "StartDate=2025-12-15&EndDate=2026-02-03"),
        (Dates{"2026-02-01..2026-02-03", "2026-01-01..2026-01-31", "2025-12-15..2025-12-31"}));
    EXPECT_EQ(
        dates("/Yearly", "StartDate=2024-05-01&EndDate=2026-02-03"),
        (Dates{"2026-01-01..2026-02-03", "2025-01-01..2025-12-31", "2024-05-01..2024-12-31"}));
}

// Whatever is asked for: what no call can have happened in would use up all memory.
TEST_F(UsageRecords, AreOfTenYearsAndNotOfTheFutureAtMost) {
    call(0, kIn, "+56987654321", "+56229145248", 60);
    const std::string daily = path_of("Usage/Records/Daily") + "?Category=calls&StartDate=";
    const auto all = get_json(daily + "0001-01-01&EndDate=9999-12-31");
    const auto now = std::chrono::floor<std::chrono::days>(clock_.wall());
    EXPECT_EQ(all["usage_records"].size(), 50u) << "a page";
    EXPECT_EQ(all["usage_records"][0]["start_date"], iso8601(now).substr(0, 10));
    EXPECT_EQ(all["usage_records"][0]["count"], "1");
    auto page = get_json(daily + "0001-01-01&EndDate=9999-12-31&PageSize=1000");
    std::size_t days = page["usage_records"].size();
    while (!page["next_page_uri"].is_null() && days < 10'000) {
        page = get_json(page["next_page_uri"]);
        days += page["usage_records"].size();
    }
    EXPECT_EQ(days, 3654u) << "ten years and today";
    EXPECT_EQ(page["usage_records"].back()["start_date"],
              iso8601(now - std::chrono::days(3653)).substr(0, 10));
    EXPECT_EQ(get_json(daily + "0001-01-01&EndDate=1950-01-01")["usage_records"].size(), 0u);
    EXPECT_EQ(get_json(daily + "9998-01-01&EndDate=9999-01-01")["usage_records"].size(), 0u);
}

TEST_F(UsageRecords, HaveNoPriceAndPageLikeOtherLists) {
    const auto body = get_json(path_of("Usage/Records") + "?PageSize=2");
    EXPECT_EQ(body["usage_records"][0]["price"], nullptr);
    EXPECT_EQ(body["usage_records"].size(), 2u);
    const auto next = get_json(body["next_page_uri"]);
    EXPECT_EQ(next["start"], 2);
    EXPECT_EQ(get_json(next["previous_page_uri"])["usage_records"][0]["category"], "calls");
}

TEST_F(UsageRecords, AreACommunitysOwnForItsKey) {
    const auto a = declare("A", "+56229145248");
    call(0, kIn, "+56987654321", "+56229145248", 60, a);
    call(0, kIn, "+56987654321", "+56223456789", 60);
    const auto key = make("Keys", {{"CommunityCode", "A"}});
    EXPECT_EQ(key["friendly_name"], "A");
    auto wanted = request(path_of("Usage/Records") + "?Category=calls");
    wanted.credentials = http::BasicCredentials{key["sid"], key["secret"]};
    EXPECT_EQ(Json::parse(send(wanted).body)["usage_records"][0]["count"], "1");
}

}  // namespace
}  // namespace skyn3t::rest
