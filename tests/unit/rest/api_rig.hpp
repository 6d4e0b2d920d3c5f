#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "fake_services.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "rest/api.hpp"
#include "rest/json.hpp"
#include "store/account_store.hpp"
#include "store/call_store.hpp"
#include "store/community_store.hpp"
#include "store/database.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::test {}
namespace skyn3t::rest::test {
using namespace skyn3t::test;

// The whole API on a real server with fake services and an empty SQLite call log. Its functions are
// in api_rig.cpp, so that not every test file compiles them.
class ApiTest : public testing::Test {
  protected:
    static constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

    explicit ApiTest(const std::vector<std::string>& available_numbers = {});
    ~ApiTest() override;

    http::ClientRequest request(const std::string& path, http::Params form = {},
                                std::string method = "GET");
    http::ClientResponse send(http::ClientRequest wanted);
    http::ClientResponse get(const std::string& path);
    Json get_json(const std::string& path);
    // The status and code of an error, "404 20404".
    static std::string error_of(const http::ClientResponse& response);
    // Below the account: "SIP/Domains" without its ".json".
    std::string path_of(const std::string& rest) const;
    http::ClientResponse post(const std::string& rest, http::Params form);
    // What was made.
    Json make(const std::string& rest, http::Params form);
    http::ClientResponse remove(const std::string& rest);
    Json fetch(const std::string& rest);
    http::ClientResponse look(const std::string& rest);
    // A community that a manifest has declared, with nothing derived from it.
    CommunitySid declare(const std::string& code, const std::string& number);
    std::vector<store::AuditEntry> audit();
    std::string calls_path(const std::string& rest = ".json") const;

    AccountSid account_ = AccountSid::parse("AC11111111111111111111111111111111").value();
    SystemClock clock_;
    store::SecretBox box_ = store::SecretBox::from_hex(std::string(64, '7')).value();
    std::filesystem::path directory_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<store::CallStore> calls_;
    std::unique_ptr<store::ResourceStore> resources_;
    std::unique_ptr<store::AccountStore> accounts_;
    std::unique_ptr<store::SigningSecrets> signing_;
    std::unique_ptr<store::UsageStore> usage_;
    std::unique_ptr<store::AuditStore> audit_;
    FakeResourceChanges changes_;
    FakeCommunities communities_;
    FakeProvisionings provisionings_;
    FakeRegistrations registrations_;
    FakeRecordings recordings_;
    FakeBlocks blocks_;
    FakeVerifications verifications_;
    FakeDocuments documents_;
    FakePreviews previews_;
    FakeCloudCalls cloud_calls_;
    FakeMigrations migrations_;
    FakeStatus status_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
    http::Client client_;
};

}  // namespace skyn3t::rest::test
