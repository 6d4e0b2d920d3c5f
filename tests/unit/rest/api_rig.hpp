#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "fake_services.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "rest/api.hpp"
#include "store/call_store.hpp"
#include "store/community_store.hpp"
#include "store/database.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::rest::test {

using Json = nlohmann::ordered_json;

// The whole API on a real server with fake services and an empty SQLite call log.
class ApiTest : public testing::Test {
  protected:
    static constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

    ApiTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "skyn3t-rest-XXXXXX").string();
        directory_ = mkdtemp(pattern.data());
        store::DatabaseOptions options;
        options.data = directory_;
        database_ = store::Database::open(options, clock_).value();
        calls_ = std::make_unique<store::CallStore>(*database_);
        resources_ = std::make_unique<store::ResourceStore>(*database_);
        add_api(router_, {account_, model::Secret(kToken), "https://voice.example.cl"},
                {*calls_, *resources_, changes_, communities_, registrations_, recordings_, blocks_,
                 verifications_, documents_, status_});
        http::ServerOptions server;
        server.port = 0;
        server_ = http::Server::start(server, router_).value();
    }
    ~ApiTest() override {
        server_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    http::ClientRequest request(const std::string& path, http::Params form = {},
                                std::string method = "GET") {
        http::ClientRequest wanted;
        wanted.url = "http://127.0.0.1:" + std::to_string(server_->port()) + path;
        wanted.method = std::move(method);
        wanted.form = std::move(form);
        wanted.reach = http::Reach::anywhere;
        wanted.credentials = http::BasicCredentials{account_.str(), kToken};
        wanted.max_body = 10'000'000;
        return wanted;
    }
    http::ClientResponse send(http::ClientRequest wanted) {
        return client_.fetch(std::move(wanted)).value();
    }
    http::ClientResponse get(const std::string& path) { return send(request(path)); }
    Json get_json(const std::string& path) { return Json::parse(get(path).body); }
    // The status and code of an error, "404 20404".
    static std::string error_of(const http::ClientResponse& response) {
        const Json body = Json::parse(response.body);
        EXPECT_EQ(body["status"], response.status);
        EXPECT_EQ(body["more_info"], "https://www.twilio.com/docs/errors/" + body["code"].dump());
        return std::to_string(response.status) + " " + body["code"].dump();
    }
    std::string calls_path(const std::string& rest = ".json") const {
        return "/2010-04-01/Accounts/" + account_.str() + "/Calls" + rest;
    }

    AccountSid account_ = AccountSid::parse("AC11111111111111111111111111111111").value();
    SystemClock clock_;
    std::filesystem::path directory_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::CallStore> calls_;
    std::unique_ptr<store::ResourceStore> resources_;
    FakeResourceChanges changes_;
    FakeCommunities communities_;
    FakeRegistrations registrations_;
    FakeRecordings recordings_;
    FakeBlocks blocks_;
    FakeVerifications verifications_;
    FakeDocuments documents_;
    FakeStatus status_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    http::Client client_;
};

}  // namespace skyn3t::rest::test
