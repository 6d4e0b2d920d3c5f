#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "provision/manifest.hpp"
#include "provision/memory.hpp"
#include "provision/tasks.hpp"
#include "rest/services.hpp"
#include "server/config.hpp"
#include "server/pause.hpp"
#include "store/provision_store.hpp"
#include "twilio/client.hpp"
#include "twilio/curl_transport.hpp"

namespace skyn3t::server {

inline constexpr const char* kDomainName = "SKYN3T Communities Platform";

// What is to be typed into the phones of a place, beside user and password.
struct PhoneAccess {
    std::string domain;
    std::string server;     // where requests go, as outbound proxy: "203.0.113.10:5060"
    std::string transport;  // "udp"
    std::chrono::seconds expiry{3600};

    rest::PhoneSettings settings() const;  // but role, user and password
};

// Where communities live, as this server reaches it. Its client and memory are for any thread.
struct Place {
    provision::PlaceSettings settings;
    PhoneAccess phones;
    std::unique_ptr<twilio::Transport> transport;
    std::unique_ptr<twilio::Client> client;
    std::unique_ptr<provision::Memory> memory;
};

// The places of this server: itself, and Twilio when it is configured.
class Places {
  public:
    void add(Place place) { places_.push_back(std::make_unique<Place>(std::move(place))); }
    Place* find(const std::string& key) const;
    Place* find(model::Target target) const;
    std::vector<provision::PlaceSettings> settings() const;
    bool has(model::Target target) const { return find(target) != nullptr; }

  private:
    std::vector<std::unique_ptr<Place>> places_;  // never moved: jobs point at them
};

// The account's token, from the file that the configuration names.
[[nodiscard]] Result<model::Secret> read_twilio_token(const Config& config);
// Twilio as the configuration describes it.
// Its phones; by the edge that is configured, if one is.
[[nodiscard]] PhoneAccess twilio_phones(const Config& config);
[[nodiscard]] Result<Place> twilio_place(const Config& config, const model::Secret& token,
                                         http::Client& client, store::ProvisionStore& store,
                                         Pause& pause);

// What keeps communities from living where the manifest puts them.
[[nodiscard]] std::vector<provision::Finding> target_findings(const provision::Manifest& manifest,
                                                              const Places& places,
                                                              const std::string& public_url);

}  // namespace skyn3t::server
