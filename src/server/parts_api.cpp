#include <fmt/format.h>

#include <utility>

#include "rest/api.hpp"
#include "rest/call_api.hpp"
#include "server/local_place.hpp"
#include "server/parts.hpp"

// The places where communities live, and the API in front of everything.
namespace skyn3t::server {
namespace {

constexpr std::size_t kMostChanges = 16;  // of communities, that wait

std::vector<rest::TrunkInfo> trunk_infos(const Config& config) {
    std::vector<rest::TrunkInfo> trunks;
    for (const auto& trunk : config.trunks)
        trunks.push_back({trunk.name, trunk.hosts,
                          trunk.destination ? trunk.destination->str() : std::string()});
    return trunks;
}

}  // namespace

Result<void> Server::Parts::open_places() {
    if (config.twilio.is_configured()) {
        http::ClientOptions options;
        options.user_agent = "skyn3t";
        twilio_client = std::make_unique<http::Client>(std::move(options));
        auto token = read_twilio_token(config);
        if (!token) return tl::unexpected(token.error());
        twilio_token = std::move(*token);
        auto place = twilio_place(config, *twilio_token, *twilio_client, *provision_store, pause);
        if (!place) return tl::unexpected(place.error());
        places.add(std::move(*place));
        call_prices = std::make_unique<CallPrices>(*places.find(model::Target::twilio)->client,
                                                   *calls_store, clock, kTwilioNode);
        call_prices->start(config.twilio.prices);
    }
    const PhoneAccess phones{tenancy->domain().name, public_sip_server(),
                             sip_addresses.contains("udp") ? "udp" : "tcp",
                             config.sip.expiry.maximum};
    places.add(local_place(
        {http_router, *resources_store, *box, account.sid.str(), phones, base_url()}, pause));
    // What is made here in several steps is seen by calls all at once.
    const auto hold = [this](const Place& place) -> std::shared_ptr<void> {
        if (place.settings.target.target != model::Target::local) return nullptr;
        return std::make_shared<Tenancy::Hold>(*tenancy);
    };
    provisioner = std::make_unique<Provisioner>(Provisioner::Parts{
        places, [this] { return communities_store->all_with_passwords(); }, *provision_store, clock,
        pause, hold, [this] { return migration_board->all(); },
        [this](rest::ProvisioningView view) {
            event_feed.tell({rest::event_type::kProvisioning, {}, std::move(view)});
        }});
    return {};
}

Result<void> Server::Parts::open_certificate() {
    if (!config.http.is_tls()) return {};
    auto loaded = http::Certificate::load({config.http.certificate, config.http.key});
    if (!loaded) {
        const bool english = provision::lang_of_environment() == provision::Lang::en;
        return fail(Errc::io_error, (english ? in_english : in_spanish)(loaded.error()));
    }
    certificate = std::move(*loaded);
    certificate_watch = std::make_unique<CertificateWatch>(
        loop.wheel(), *certificate,
        [this](std::function<void()> work) { http_server->run_soon(std::move(work)); });
    return {};
}

Result<void> Server::Parts::open_http() {
    if (auto opened = open_certificate(); !opened) return opened;
    changes = std::make_unique<Worker>(kMostChanges);
    communities = std::make_unique<Communities>(Communities::Parts{
        *communities_store, *audit_store, *tenancy, *library, *recordings, *services, *calls,
        *registrar, *bindings, *credentials, *failed_logins, places, *provision_store, *provisioner,
        *migration_board, *changes, config.http.public_url});
    registrations = std::make_unique<Registrations>(
        Registrations::Parts{*services, *registrar, *credentials, *failed_logins, *audit_store});
    community_recordings = std::make_unique<Recordings>(Recordings::Parts{
        *recordings, *library, *tenancy, *audit_store, clock, *changes, communities->changing()});
    blocks = std::make_unique<Blocks>(
        Blocks::Parts{services->executor, digest->limiter(), *audit_store, clock});
    migrations = std::make_unique<Migrations>(migration_parts());
    cloud_calls = std::make_unique<CloudCalls>(
        *calls_store, tenancy->directory(), *migration_board, clock, config.twilio.account_sid,
        twilio_domain(), [this](std::string_view code, const http::Params& params) {
            migrations->asked(code, params);
        });
    previews = std::make_unique<DocumentPreviews>(*library, base_url());
    status = std::make_unique<Status>(Status::Parts{
        *services, *calls, *registrar, *digest, *database, clock, event_hub, certificate.get(),
        [this] { return drain_until.has_value(); }, *failed_logins, reachability.get()});
    live_calls = std::make_unique<LiveCalls>(
        LiveCalls::Parts{*services, *calls, *call_log, tenancy->directory(), *database});
    const rest::ApiOptions api_options{
        account.sid,      account.auth_token,       config.http.public_url,
        config.sip.realm, config.available_numbers, trunk_infos(config),
        twilio_token,     config.http.limits,       config.http.is_tls(),
        base_url()};
    const rest::ApiServices api_services{*calls_store,
                                         *resources_store,
                                         *tenancy,
                                         *communities,
                                         *provisioner,
                                         *registrations,
                                         *community_recordings,
                                         *blocks,
                                         *verifications,
                                         *own_documents,
                                         *previews,
                                         *cloud_calls,
                                         *status,
                                         *accounts_store,
                                         *signing_secrets,
                                         *usage_store,
                                         *audit_store,
                                         *box,
                                         clock};
    rest::add_api(http_router, api_options, api_services);
    rest::add_call_api(http_router, api_options, api_services,
                       {*live_calls, *alert_store, *database});
    rest::add_migration_api(http_router, *migrations);
    rest::add_event_stream(http_router, api_services, event_hub);
    auto options = http::parse_listen(config.http.listen);
    if (!options) return fail(options.error().code, "http.listen: " + options.error().detail);
    options->certificate = certificate;
    options->max_body = config.http.max_body;
    options->max_connections = config.http.max_connections;
    options->max_connections_per_address = config.http.max_connections_per_address;
    options->trusted_proxies = config.http.trusted_proxies;
    options->cors = http::Cors(config.http.cors);
    auto started = http::Server::start(*options, http_router);
    if (!started) return tl::unexpected(started.error());
    http_server = std::move(*started);
    http_port = {};
    if (certificate_watch) certificate_watch->start();
    event_feed.start(
        event_writer(api_options, api_services,
                     config.http.public_url.empty() ? own_url() : config.http.public_url),
        [this] { database->flush(); });
    return {};
}

}  // namespace skyn3t::server
