#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "http/networks.hpp"
#include "model/dialling.hpp"
#include "model/phone_number.hpp"
#include "provision/finding.hpp"
#include "rest/rate_limits.hpp"
#include "sip/address_pattern.hpp"
#include "sip/digest_server.hpp"
#include "sip/flow.hpp"
#include "sip/registrar.hpp"

namespace skyn3t::server {

struct Listen {
    sip::TransportKind transport;
    sip::Endpoint address;
};

struct TrunkConfig {
    std::string name;
    std::vector<std::string> hosts;             // as written: they are also where calls go
    std::vector<sip::AddressPattern> patterns;  // who is the trunk
    std::optional<sip::Endpoint> destination;   // the first host that is one address
};

// skyn3t.yaml (DESIGN.md, section 6). Every key has a default that works on one machine.
struct Config {
    std::filesystem::path data = "/var/lib/skyn3t";  // beside the configuration when relative
    std::string node;  // of the servers that share a database; empty: DATA/node, made once
    log::Level log_level = log::Level::info;
    log::Language log_language = log::Language::es;  // by the environment unless said

    struct Sip {
        std::string domain = "skyn3t-communities.sip.local";
        std::string realm;  // the domain when empty
        sip::DigestSettings::Kind challenge = sip::DigestSettings::Kind::www;
        std::vector<Listen> listen;
        std::string public_address;  // what SDP and Contact say, except towards local_networks
        std::vector<sip::AddressPattern> local_networks;
        std::vector<sip::AddressPattern> edges;
        sip::ExpiryLimits expiry;
        // Each phone is asked that often whether it answers, which also keeps its NAT open; 0:
        // never.
        std::chrono::seconds probe_interval{24};
        bool sha256 = false;  // offered first, for phones that know it
    } sip;
    struct Media {
        std::uint16_t first_port = 20000;
        std::uint16_t last_port = 29999;
        unsigned threads = 0;  // one per core
        std::chrono::seconds rtp_timeout{60};
        std::chrono::seconds hold_timeout{3600};
    } media;
    struct Http {
        std::string listen = "127.0.0.1:8080";
        std::string public_url;  // empty: the address that is listened on
        // PEM files, both or none: with them the API is served over TLS. Under `data` when
        // relative.
        std::filesystem::path certificate;
        std::filesystem::path key;

        http::Networks trusted_proxies;  // whose X-Forwarded-For is believed
        std::vector<std::string> cors;   // origins of web pages that may use the API
        std::size_t max_body = 1024 * 1024;
        unsigned max_connections = 512;
        unsigned max_connections_per_address = 100;  // a trusted proxy has all of them
        rest::RateLimitSettings limits;

        bool is_tls() const { return !certificate.empty(); }
    } http;
    // For communities whose target is twilio.
    struct Twilio {
        std::string account_sid;
        std::string auth_token_file;  // under `data` when relative
        std::string base_url;         // instead of Twilio's own hosts
        std::string region, edge;
        std::string test_from;   // who test calls of a migration come from
        std::string sip_domain;  // "skyn3t-communities" of skyn3t-communities.sip.twilio.com
        std::chrono::seconds timeout{15};
        std::chrono::seconds prices{60};  // between two looks for what calls have cost
        milliseconds backoff{100};        // before the second try; doubled before each other one

        bool is_configured() const { return !account_sid.empty(); }
    } twilio;
    // How much may be in progress at a time (call/call_limits.hpp).
    struct Calls {
        unsigned most = 2000;
        unsigned legs = 4000;
        unsigned per_community = 200;  // legs
        unsigned per_number = 100;     // calls that come in
        unsigned per_phone = 10;       // calls that it places
        // Of numbers that are no declared community's.
        model::MayDial may_dial = model::MayDial::chile();
    } calls;
    std::vector<std::string> webhooks_allow;
    std::vector<model::PhoneNumber> available_numbers;  // that the API offers to be taken
    std::string database = "sqlite:skyn3t.db";
    std::vector<TrunkConfig> trunks;
    std::chrono::seconds drain{30};  // how long calls may go on after SIGTERM
};

// Reads a configuration. Every fault is found; with one of them nothing may start. Unknown keys are
// faults.
struct ConfigReading {
    Config config;
    std::vector<provision::Finding> findings;
};
// `file` is for messages, and for what is relative to it.
[[nodiscard]] ConfigReading parse_config(std::string_view yaml, const std::string& file);
[[nodiscard]] ConfigReading load_config(const std::filesystem::path& file);
}  // namespace skyn3t::server
