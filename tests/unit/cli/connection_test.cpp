#include "cli/connection.hpp"

#include <gtest/gtest.h>

#include "cli_rig.hpp"
#include "http/certificate.hpp"
#include "unit/http/tls_server.hpp"

namespace skyn3t::cli {
namespace {

class Discovery : public testing::Test {
  protected:
    Discovery() { line_.variables = {{"LANG", "es_CL.UTF-8"}}; }

    std::string config(const std::string& more = "") {
        return directory_.write("skyn3t.yaml", "data: " + directory_.path().string() + "\n" + more);
    }
    Result<Connection> find(Options options) {
        return find_connection(options, line_.environment());
    }
    Options with_config(const std::string& more = "") {
        Options options;
        options.config = config(more);
        return options;
    }
    void write_account() {
        directory_.write("account.json", R"({"account_sid": "AC1", "auth_token": "from-file"})");
    }

    test::TempDirectory directory_;
    test::CommandLine line_;
};

TEST_F(Discovery, TakesTheUrlOfTheOptionThenTheVariableThenTheConfiguration) {
    write_account();
    Options options = with_config("http: { listen: \"127.0.0.1:8181\" }\n");
    EXPECT_EQ(find(options)->url, "http://127.0.0.1:8181");
    line_.variables["SKYN3T_URL"] = "http://variable:1/";
    EXPECT_EQ(find(options)->url, "http://variable:1");
    options.url = "https://option.example.cl";
    EXPECT_EQ(find(options)->url, "https://option.example.cl");
}

TEST_F(Discovery, ConnectsToLoopbackWhenTheServerListensEverywhere) {
    write_account();
    EXPECT_EQ(find(with_config("http: { listen: \"0.0.0.0:8080\" }\n"))->url,
              "http://127.0.0.1:8080");
    EXPECT_EQ(find(with_config("http: { listen: \"[::]:8080\" }\n"))->url, "http://[::1]:8080");
    EXPECT_EQ(find(with_config())->url, "http://127.0.0.1:8080");
}

TEST_F(Discovery, FindsThePortThatTheServerChose) {
    write_account();
    directory_.write("endpoints.json", R"({"http": "http://127.0.0.1:43210"})");
    EXPECT_EQ(find(with_config("http: { listen: \"127.0.0.1:0\" }\n"))->url,
              "http://127.0.0.1:43210");
}

TEST_F(Discovery, BelievesExactlyTheCertificateOfItsConfiguration) {
    write_account();
    const http::test::Certificate certificate;
    certificate.write_pem(directory_.file("server.pem"));
    const auto pin = http::key_pin(directory_.file("server.pem")).value();
    // Relative to `data`, as for the server.
    const std::string tls =
        "http: { listen: \"0.0.0.0:8443\", certificate: server.pem, key: server.key }\n";
    const auto own = find(with_config(tls));
    EXPECT_EQ(own->url, "https://127.0.0.1:8443");
    EXPECT_EQ(own->client.pinned_key, pin);
    Options elsewhere = with_config(tls);
    elsewhere.url = "https://127.0.0.1:8443";
    EXPECT_EQ(find(elsewhere)->client.pinned_key, "") << "that may be another server";
    EXPECT_EQ(find(with_config())->client.pinned_key, "");
}

TEST_F(Discovery, TakesTheAuthorityOfTheOptionThenTheVariable) {
    write_account();
    Options options = with_config();
    line_.variables["SKYN3T_CA_FILE"] = "variable.pem";
    EXPECT_EQ(find(options)->client.ca_file, "variable.pem");
    options.ca_file = "option.pem";
    EXPECT_EQ(find(options)->client.ca_file, "option.pem");
}

TEST_F(Discovery, SaysWhenItCannotReadTheServersCertificate) {
    write_account();
    const auto connection = find(with_config("http: { certificate: none.pem, key: none.key }\n"));
    ASSERT_FALSE(connection);
    EXPECT_NE(connection.error().detail.find("none.pem"), std::string::npos);
    EXPECT_NE(connection.error().detail.find("--ca-file"), std::string::npos);
}

TEST_F(Discovery, TakesTheCredentialsOfTheVariablesThenOfTheFile) {
    write_account();
    EXPECT_EQ(find(with_config())->auth_token, "from-file");
    EXPECT_EQ(find(with_config())->credentials_from, (directory_.path() / "account.json").string());
    line_.variables["SKYN3T_ACCOUNT_SID"] = "AC2";
    line_.variables["SKYN3T_AUTH_TOKEN"] = "from-variable";
    EXPECT_EQ(find(with_config())->auth_token, "from-variable");
}

TEST_F(Discovery, SaysWhereCredentialsBelongWhenThereAreNone) {
    const auto connection = find(with_config());
    ASSERT_FALSE(connection);
    EXPECT_NE(connection.error().detail.find("account.json"), std::string::npos);
    EXPECT_NE(connection.error().detail.find("SKYN3T_AUTH_TOKEN"), std::string::npos);
}

TEST_F(Discovery, RefusesABrokenConfigurationAndABadUrl) {
    write_account();
    Options broken;
    broken.config = directory_.write("broken.yaml", "data: [");
    EXPECT_NE(find(broken).error().detail.find("broken.yaml"), std::string::npos);
    Options options = with_config();
    options.url = "localhost:8080";
    EXPECT_EQ(find(options).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace skyn3t::cli
