#include "server/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <mutex>

#include "base/text.hpp"
#include "http/url.hpp"
#include "server/start_words.hpp"
#include "sip/address_pattern.hpp"

namespace skyn3t::server {
namespace {

// What was sent to Twilio, as the database remembers it.
class SentPasswords final : public provision::Memory {
  public:
    SentPasswords(store::ProvisionStore& store, std::string place,
                  std::map<std::string, std::string> noted)
        : store_(store), place_(std::move(place)), noted_(std::move(noted)) {}

    bool has_password(const twilio::Credential& credential,
                      const model::Secret& password) const override {
        const std::lock_guard lock(mutex_);
        const auto found = noted_.find(credential.sid);
        return found != noted_.end() &&
               store::ProvisionStore::matches(found->second, credential.sid, password,
                                              credential.updated);
    }
    Result<void> took_password(const twilio::Credential& credential,
                               const model::Secret& password) override {
        if (auto noted = store_.note_password(place_, credential.sid, password, credential.updated);
            !noted)
            return noted;
        const std::lock_guard lock(mutex_);
        noted_[credential.sid] =
            store::ProvisionStore::noted_as(credential.sid, password, credential.updated);
        return {};
    }

  private:
    store::ProvisionStore& store_;
    const std::string place_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> noted_;
};

bool is_private(const std::string& host) {
    constexpr std::array kPrivate{"10.0.0.0/8",     "127.0.0.0/8",    "172.16.0.0/12",
                                  "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"};
    const auto address = sip::Endpoint::parse(host, 0);
    if (!address) return false;
    for (const char* each : kPrivate)
        if (const auto pattern = sip::AddressPattern::parse(each);
            pattern && pattern->matches(*address, sip::TransportKind::tcp))
            return true;
    return false;
}

// Twilio fetches over the public network, and signs what it sends.
bool is_reachable(const std::string& public_url) {
    const auto url = http::parse_url(public_url);
    if (!url || url->scheme != "https") return false;
    const bool is_own_name = url->host == "localhost" || url->host.ends_with(".local") ||
                             url->host.ends_with(".internal") ||
                             url->host.find('.') == std::string::npos;
    return !is_own_name && !is_private(url->host);
}

}  // namespace

rest::PhoneSettings PhoneAccess::settings() const {
    rest::PhoneSettings phone;
    phone.domain = domain;
    phone.server = server;
    phone.transport = transport;
    phone.expiry = expiry;
    return phone;
}

Place* Places::find(const std::string& key) const {
    for (const auto& each : places_)
        if (each->settings.key == key) return each.get();
    return nullptr;
}

Place* Places::find(model::Target target) const {
    for (const auto& each : places_)
        if (each->settings.target.target == target) return each.get();
    return nullptr;
}

std::vector<provision::PlaceSettings> Places::settings() const {
    std::vector<provision::PlaceSettings> all;
    for (const auto& each : places_) all.push_back(each->settings);
    return all;
}

Result<model::Secret> read_twilio_token(const Config& config) {
    auto file = std::filesystem::path(config.twilio.auth_token_file);
    if (file.is_relative()) file = config.data / file;
    std::ifstream in(file);
    std::string token;
    if (!in || !(in >> token))
        return fail(Errc::io_error,
                    in_words(fmt::format("twilio.auth_token_file: no puedo leer una clave de {}",
                                         file.string()),
                             fmt::format("twilio.auth_token_file: no token can be read from {}",
                                         file.string())));
    return model::Secret(std::move(token));
}

// sip-interop: one name for the domain, whatever the edge, and the edge's own as outbound proxy.
// Shorter registrations than 600 s are refused, longer ones than 3600 s shortened.
PhoneAccess twilio_phones(const Config& config) {
    PhoneAccess phones;
    phones.domain = config.twilio.sip_domain + ".sip.twilio.com";
    const std::string& edge = config.twilio.edge;
    phones.server = (edge.empty() ? phones.domain : "sip." + edge + ".twilio.com") + ":5060";
    phones.transport = "udp";
    phones.expiry = std::clamp(config.sip.expiry.maximum, std::chrono::seconds(600),
                               std::chrono::seconds(3600));
    return phones;
}

Result<Place> twilio_place(const Config& config, const model::Secret& token, http::Client& client,
                           store::ProvisionStore& store, Pause& pause) {
    auto noted = store.passwords(config.twilio.account_sid);
    if (!noted) return tl::unexpected(noted.error());
    Place place;
    place.settings.key = config.twilio.account_sid;
    provision::TargetSettings& target = place.settings.target;
    target.target = model::Target::twilio;
    place.phones = twilio_phones(config);
    target.domain = place.phones.domain;
    target.domain_friendly_name = kDomainName;
    target.documents = config.http.public_url;
    target.reports_calls = true;
    twilio::Endpoint endpoint;
    endpoint.account = config.twilio.account_sid;
    endpoint.auth_token = token.reveal();
    endpoint.base_url = config.twilio.base_url;
    endpoint.region = config.twilio.region;
    endpoint.edge = config.twilio.edge;
    endpoint.timeout = config.twilio.timeout;
    place.transport = std::make_unique<twilio::CurlTransport>(client, std::move(endpoint));
    twilio::Patience patience;
    patience.first = config.twilio.backoff;
    patience.wait = [&pause](milliseconds time) { return pause.wait(time); };
    place.client =
        std::make_unique<twilio::Client>(*place.transport, place.settings.key, std::move(patience));
    place.memory = std::make_unique<SentPasswords>(store, place.settings.key, std::move(*noted));
    return place;
}

std::vector<provision::Finding> target_findings(const provision::Manifest& manifest,
                                                const Places& places,
                                                const std::string& public_url) {
    std::vector<provision::Finding> findings;
    for (const auto& each : manifest.communities) {
        if (each.community.target != model::Target::twilio) continue;
        if (!places.has(model::Target::twilio))
            findings.push_back(
                {"twilio-not-configured", provision::Level::error, each.where("target"),
                 "el servidor no tiene cuenta de Twilio: complete la sección «twilio» de su "
                 "skyn3t.yaml (account_sid, auth_token_file, sip_domain) y reinícielo",
                 "the server has no Twilio account: fill in the section \"twilio\" of its "
                 "skyn3t.yaml (account_sid, auth_token_file, sip_domain) and restart it"});
        if (!is_reachable(public_url))
            findings.push_back(
                {"public-url", provision::Level::error, each.where("target"),
                 fmt::format("Twilio no puede llegar a http.public_url ({}): póngale la dirección "
                             "https:// pública de este servidor",
                             public_url.empty() ? "vacía" : public_url),
                 fmt::format("Twilio cannot reach http.public_url ({}): set it to the public "
                             "https:// address of this server",
                             public_url.empty() ? "empty" : public_url)});
    }
    return findings;
}

}  // namespace skyn3t::server
