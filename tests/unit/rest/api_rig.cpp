#include "api_rig.hpp"

#include <unistd.h>

namespace skyn3t::rest::test {

ApiTest::ApiTest(const std::vector<std::string>& available_numbers) {
    std::string pattern = (std::filesystem::temp_directory_path() / "skyn3t-rest-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    store::DatabaseOptions options;
    options.data = directory_;
    database_ = store::Database::open(options, clock_).value();
    accounts_ = std::make_unique<store::AccountStore>(*database_, box_);
    accounts_->open(account_, model::Secret(kToken)).value();
    signing_ = std::make_unique<store::SigningSecrets>(*database_, box_, model::Secret(kToken));
    usage_ = std::make_unique<store::UsageStore>(*database_);
    audit_ = std::make_unique<store::AuditStore>(*database_);
    calls_ = std::make_unique<store::CallStore>(*database_);
    resources_ = std::make_unique<store::ResourceStore>(*database_);
    ApiOptions settings{account_, model::Secret(kToken), "https://voice.example.cl", "skyn3t.test"};
    for (const std::string& number : available_numbers)
        settings.available_numbers.push_back(model::PhoneNumber::parse_e164(number).value());
    settings.trunks = {{"carrier", {"198.51.100.7"}, "198.51.100.7:5060"}, {"vacía", {}}};
    add_api(router_, settings,
            {*calls_, *resources_, changes_, communities_, provisionings_, registrations_,
             recordings_, blocks_, verifications_, documents_, previews_, cloud_calls_, status_,
             *accounts_, *signing_, *usage_, *audit_, box_, clock_});
    add_migration_api(router_, migrations_);
    http::ServerOptions server;
    server.port = 0;
    server_ = http::Server::start(server, router_).value();
}
ApiTest::~ApiTest() {
    server_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
}

http::ClientRequest ApiTest::request(const std::string& path, http::Params form,
                                     std::string method) {
    http::ClientRequest wanted;
    wanted.url = "http://127.0.0.1:" + std::to_string(server_->port()) + path;
    wanted.method = std::move(method);
    wanted.form = std::move(form);
    wanted.reach = http::Reach::anywhere;
    wanted.credentials = http::BasicCredentials{account_.str(), kToken};
    wanted.max_body = 10'000'000;
    return wanted;
}

http::ClientResponse ApiTest::send(http::ClientRequest wanted) {
    return client_.fetch(std::move(wanted)).value();
}

http::ClientResponse ApiTest::get(const std::string& path) { return send(request(path)); }

Json ApiTest::get_json(const std::string& path) { return Json::parse(get(path).body); }

std::string ApiTest::error_of(const http::ClientResponse& response) {
    const Json body = Json::parse(response.body);
    EXPECT_EQ(body["status"], response.status);
    EXPECT_EQ(body["more_info"], "https://www.twilio.com/docs/errors/" + body["code"].dump());
    return std::to_string(response.status) + " " + body["code"].dump();
}

std::string ApiTest::path_of(const std::string& rest) const {
    return "/2010-04-01/Accounts/" + account_.str() + "/" + rest + ".json";
}

http::ClientResponse ApiTest::post(const std::string& rest, http::Params form) {
    return send(request(path_of(rest), std::move(form), "POST"));
}

Json ApiTest::make(const std::string& rest, http::Params form) {
    const auto response = post(rest, std::move(form));
    EXPECT_EQ(response.status, 201) << response.body;
    return Json::parse(response.body);
}

http::ClientResponse ApiTest::remove(const std::string& rest) {
    return send(request(path_of(rest), {}, "DELETE"));
}

Json ApiTest::fetch(const std::string& rest) { return get_json(path_of(rest)); }

http::ClientResponse ApiTest::look(const std::string& rest) { return get(path_of(rest)); }

CommunitySid ApiTest::declare(const std::string& code, const std::string& number) {
    CommunityView view;
    view.community.sid = CommunitySid::generate();
    view.community.code = code;
    view.community.number = model::PhoneNumber::parse_e164(number).value();
    static constexpr store::CommunityQuery kInsert{
        "declare_community",
        "INSERT INTO communities (sid, account_sid, code, name, type, language, target, "
        "passwords, caller_id, created_ms, updated_ms) VALUES (:community, :account, :code, "
        ":code, 'oficina', 'es-MX', 'local', 'generated', 'community', 0, 0)"};
    auto done = database_->write_and_wait([&](store::Session& session) -> Result<void> {
        auto made =
            session.execute(kInsert, view.community.sid, {{"account", account_}, {"code", code}});
        if (!made) return tl::unexpected(made.error());
        return {};
    });
    EXPECT_TRUE(done) << done.error().detail;
    communities_.views.push_back(view);
    return view.community.sid;
}

std::vector<store::AuditEntry> ApiTest::audit() { return audit_->list_all().value(); }

std::string ApiTest::calls_path(const std::string& rest) const {
    return "/2010-04-01/Accounts/" + account_.str() + "/Calls" + rest;
}

}  // namespace skyn3t::rest::test
