#include "server/config.hpp"

#include <gtest/gtest.h>

namespace skyn3t::server {
namespace {

TEST(Config, HasADefaultForEveryKey) {
    const auto reading = parse_config("", "skyn3t.yaml");
    EXPECT_TRUE(reading.findings.empty());
    EXPECT_EQ(reading.config.data, "/var/lib/skyn3t");
    EXPECT_EQ(reading.config.sip.realm, reading.config.sip.domain);
    ASSERT_EQ(reading.config.sip.listen.size(), 2u);
    EXPECT_EQ(reading.config.sip.listen[0].address.str(), "0.0.0.0:5060");
    EXPECT_EQ(reading.config.media.first_port, 20000);
    EXPECT_EQ(reading.config.media.last_port, 29999);
}

TEST(Config, ReadsTheExampleOfTheDesign) {
    const auto reading = parse_config(R"(
data: /srv/skyn3t
sip:
  domain: skyn3t-communities.sip.example.cl
  challenge: 407
  listen: ["udp:0.0.0.0:5060", "tcp:[::]:5062"]
  public_address: 203.0.113.10
  local_networks: [10.0.0.0/8, 172.16.0.0/12]
  edges: [192.0.2.1]
media: { ports: 30000-30999 }
http: { listen: "127.0.0.1:8081", public_url: "https://voice.example.cl" }
webhooks: { allow: [] }
database: "postgresql://skyn3t@db/skyn3t"
trunks:
  - name: carrier
    hosts: ["198.51.100.0/24", "127.0.0.1:5080"]
twilio: { account_sid: AC00000000000000000000000000000001, auth_token_file: token, edge: sao-paulo,
          sip_domain: skyn3t-communities.sip.twilio.com }
)",
                                      "skyn3t.yaml");
    for (const auto& finding : reading.findings) ADD_FAILURE() << finding.line(provision::Lang::en);
    const Config& config = reading.config;
    EXPECT_EQ(config.sip.challenge, sip::DigestSettings::Kind::proxy);
    EXPECT_EQ(config.sip.listen[1].transport, sip::TransportKind::tcp);
    EXPECT_EQ(config.sip.listen[1].address.str(), "[::]:5062");
    ASSERT_EQ(config.trunks.size(), 1u);
    ASSERT_TRUE(config.trunks[0].destination);
    EXPECT_EQ(config.trunks[0].destination->str(), "127.0.0.1:5080");
    EXPECT_EQ(config.twilio.edge, "sao-paulo");
    EXPECT_EQ(config.twilio.sip_domain, "skyn3t-communities");
    EXPECT_EQ(config.twilio.auth_token_file, "token");
}

TEST(Config, ReadsHowManyCallsThereMayBe) {
    const auto calls = parse_config(
                           "calls: { max: 100, max_legs: 300, per_community: 20, per_number: 10, "
                           "per_phone: 2, may_dial: [local] }",
                           "skyn3t.yaml")
                           .config.calls;
    EXPECT_EQ(calls.most, 100u);
    EXPECT_EQ(calls.legs, 300u);
    EXPECT_EQ(calls.per_community, 20u);
    EXPECT_EQ(calls.per_number, 10u);
    EXPECT_EQ(calls.per_phone, 2u);
    EXPECT_EQ(calls.may_dial.text(), "local");
    EXPECT_EQ(parse_config("calls: { may_dial: [moon], per_phone: 0 }", "f").findings.size(), 2u);
}

TEST(Config, TakesARelativeDataFolderFromBesideTheFile) {
    EXPECT_EQ(parse_config("data: datos\n", "/etc/skyn3t/skyn3t.yaml").config.data,
              "/etc/skyn3t/datos");
    EXPECT_EQ(parse_config("data: datos\n", "skyn3t.yaml").config.data, "datos");
    EXPECT_EQ(parse_config("data: /srv/skyn3t\n", "/etc/skyn3t.yaml").config.data, "/srv/skyn3t");
    EXPECT_EQ(parse_config("", "/etc/skyn3t.yaml").config.data, "/var/lib/skyn3t");
}

TEST(Config, TakesAWordAsTheNode) {
    EXPECT_EQ(parse_config("node: portal-1.cl\n", "").config.node, "portal-1.cl");
    for (const char* bad : {"node: \"dos palabras\"", "node: twilio", "node: \"\"", "node: [a]"})
        EXPECT_EQ(parse_config(bad, "").findings.size(), 1u) << bad;
}

TEST(Config, NamesAnUnknownKeyWithItsPlaceAndTheOnesThatExist) {
    const auto reading = parse_config("sip:\n  domian: x\n", "skyn3t.yaml");
    ASSERT_EQ(reading.findings.size(), 1u);
    EXPECT_EQ(reading.findings[0].where.line, 2);
    EXPECT_EQ(reading.findings[0].where.key, "sip.domian");
    EXPECT_NE(reading.findings[0].es.find("domain"), std::string::npos);
}

TEST(Config, FindsEveryFaultAtOnce) {
    const auto reading = parse_config(
        "sip: { challenge: 403, listen: [\"sctp:1.2.3.4:5060\"] }\nmedia: { ports: 5-4 }\n"
        "trunks: [{ hosts: [not-an-address] }]\n",
        "skyn3t.yaml");
    EXPECT_EQ(reading.findings.size(), 5u);  // the trunk's name is missing as well
}

TEST(Config, ReadsThePoolOfNumbers) {
    const auto reading =
        parse_config("numbers: { available: [\"+56229145248\", \"133\"] }\n", "skyn3t.yaml");
    ASSERT_EQ(reading.config.available_numbers.size(), 1u);
    EXPECT_EQ(reading.config.available_numbers[0].str(), "+56229145248");
    ASSERT_EQ(reading.findings.size(), 1u);
    EXPECT_EQ(reading.findings[0].rule, "bad-number");
}

TEST(Config, ReadsHowTheApiIsServed) {
    const auto reading = parse_config(R"(
data: /srv/skyn3t
http:
  listen: "0.0.0.0:8443"
  certificate: tls/fullchain.pem
  key: /etc/letsencrypt/live/voice.example.cl/privkey.pem
  trusted_proxies: [10.0.0.0/8]
  cors: ["https://panel.example.cl", "http://localhost:5173"]
  limits: { body: 2 MiB, connections: 64, requests_per_second: 10, burst: 20, failed_logins_per_minute: 5 }
)",
                                      "skyn3t.yaml");
    for (const auto& finding : reading.findings) ADD_FAILURE() << finding.line(provision::Lang::en);
    const Config::Http& http = reading.config.http;
    EXPECT_EQ(http.certificate, "/srv/skyn3t/tls/fullchain.pem") << "relative to data";
    EXPECT_EQ(http.key, "/etc/letsencrypt/live/voice.example.cl/privkey.pem");
    EXPECT_TRUE(http.trusted_proxies.contains(asio::ip::make_address("10.1.2.3")));
    EXPECT_EQ(http.cors,
              (std::vector<std::string>{"https://panel.example.cl", "http://localhost:5173"}));
    EXPECT_EQ(http.max_body, 2u * 1024 * 1024);
    EXPECT_EQ(http.max_connections, 64u);
    EXPECT_EQ(http.limits.requests_per_second, 10u);
    EXPECT_EQ(http.limits.burst, 20u);
    EXPECT_EQ(http.limits.failed_logins_per_minute, 5u);
}

TEST(Config, RefusesWhatMakesNoSenseOfTheApi) {
    const std::pair<const char*, const char*> faults[]{
        {"certificate: a.pem", "http.key missing-key"},
        {"key: a.key", "http.certificate missing-key"},
        {"listen: voice.example.cl", "http.listen bad-address"},
        {"trusted_proxies: proxy", "http.trusted_proxies bad-address"},
        {"cors: \"*\"", "http.cors bad-origin"},
        {"cors: \"https://panel.example.cl/\"", "http.cors bad-origin"},
        {"cors: \"HTTPS://panel.example.cl\"", "http.cors bad-origin"},
        {"limits: { body: 1 KiB }", "http.limits.body out-of-range"},
        {"limits: { body: 1 GiB }", "http.limits.body out-of-range"},
        {"limits: { burst: 0 }", "http.limits.burst out-of-range"},
        {"limits: { speed: 1 }", "http.limits.speed unknown-key"}};
    for (const auto& [text, expected] : faults) {
        const auto reading = parse_config(std::string("http: { ") + text + " }\n", "skyn3t.yaml");
        ASSERT_EQ(reading.findings.size(), 1u) << text;
        const auto& finding = reading.findings[0];
        EXPECT_EQ(finding.where.key + " " + std::string(finding.rule), expected) << text;
        EXPECT_EQ(finding.level, provision::Level::error);
    }
}

TEST(Config, WarnsOfAnApiThatOthersReachWithoutTls) {
    const auto reading = parse_config("http: { listen: \"0.0.0.0:8080\" }\n", "skyn3t.yaml");
    ASSERT_EQ(reading.findings.size(), 1u);
    EXPECT_EQ(reading.findings[0].rule, "http-without-tls");
    EXPECT_FALSE(provision::has_errors(reading.findings));
    EXPECT_TRUE(parse_config("http: { listen: \"[::1]:8080\" }\n", "").findings.empty());
}

TEST(Config, SaysWhereAFileIsNoYaml) {
    const auto reading = parse_config("sip: [\n", "skyn3t.yaml");
    ASSERT_EQ(reading.findings.size(), 1u);
    EXPECT_EQ(reading.findings[0].rule, "not-yaml");
    EXPECT_GT(reading.findings[0].where.line, 0);
}

TEST(Config, ATwilioSectionNeedsAccountTokenAndDomain) {
    const auto reading = parse_config("twilio: { account_sid: AC1 }", "skyn3t.yaml");
    std::string keys;
    for (const auto& finding : reading.findings) keys += finding.where.key + " ";
    EXPECT_EQ(keys, "twilio.sip_domain twilio.auth_token_file twilio.account_sid ");
}

}  // namespace
}  // namespace skyn3t::server
