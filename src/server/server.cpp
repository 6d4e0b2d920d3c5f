#include "server/server.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <asio/signal_set.hpp>
#include <cstdio>
#include <fstream>
#include <utility>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "call/router.hpp"
#include "http/server.hpp"
#include "media/rtp_engine.hpp"
#include "rest/api.hpp"
#include "rest/call_api.hpp"
#include "server/addresses.hpp"
#include "server/alert_log.hpp"
#include "server/bindings.hpp"
#include "server/blocks.hpp"
#include "server/call_log.hpp"
#include "server/callbacks.hpp"
#include "server/cloud_calls.hpp"
#include "server/communities.hpp"
#include "server/document_fetcher.hpp"
#include "server/live_calls.hpp"
#include "server/local_place.hpp"
#include "server/places.hpp"
#include "server/prompts.hpp"
#include "server/provisioner.hpp"
#include "server/recordings.hpp"
#include "server/start_files.hpp"
#include "server/status.hpp"
#include "server/tenancy.hpp"
#include "sip/tcp_transport.hpp"
#include "sip/transport_set.hpp"
#include "sip/udp_transport.hpp"
#include "store/account_store.hpp"
#include "store/provision_store.hpp"
#include "verify/verifications.hpp"

namespace skyn3t::server {
namespace {

// Where our own documents are when no public address is configured: only this process resolves it.
constexpr const char* kInternalBase = "http://skyn3t.internal";
constexpr milliseconds kDrainLook{50};

// The user agent needs its handler and the handler needs the user agent.
struct Handler final : sip::RequestHandler {
    void on_request(sip::IncomingRequest request) override {
        router->on_request(std::move(request));
    }
    call::Router* router = nullptr;
};

sip::OriginSettings origin_settings(const Config& config) {
    sip::OriginSettings settings;
    settings.edges = config.sip.edges;
    for (const auto& trunk : config.trunks) settings.trunks.push_back({trunk.name, trunk.patterns});
    return settings;
}

std::vector<call::TrunkRoute> trunk_routes(const Config& config) {
    std::vector<call::TrunkRoute> routes;
    for (const auto& trunk : config.trunks)
        if (trunk.destination)
            routes.push_back({trunk.name, *trunk.destination, sip::TransportKind::udp});
    return routes;
}

std::vector<rest::TrunkInfo> trunk_infos(const Config& config) {
    std::vector<rest::TrunkInfo> trunks;
    for (const auto& trunk : config.trunks) trunks.push_back({trunk.name, trunk.hosts});
    return trunks;
}

std::string twilio_domain(const Config& config) {
    return config.twilio.sip_domain + ".sip.twilio.com";
}

}  // namespace

// Everything that lives as long as the server, in the order in which it is built; destroyed in the
// reverse one.
struct Server::Parts {
    Config config;
    SystemClock clock;
    Loop loop{clock};

    // ---- Stores
    std::unique_ptr<store::SecretBox> box;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::CommunityStore> communities_store;
    std::unique_ptr<store::ResourceStore> resources_store;
    std::unique_ptr<store::CallStore> calls_store;
    std::unique_ptr<store::AccountStore> accounts_store;
    std::unique_ptr<store::UsageStore> usage_store;
    std::unique_ptr<store::BindingStore> bindings_store;
    std::unique_ptr<store::AuditStore> audit_store;
    std::unique_ptr<store::AlertStore> alert_store;
    std::unique_ptr<store::ProvisionStore> provision_store;
    store::Account account;
    bool account_is_new = false;

    // ---- Speech
    std::unique_ptr<speech::RecordingStore> recordings;
    std::unique_ptr<speech::PromptLibrary> library;

    // ---- SIP, media, calls
    std::unique_ptr<CredentialDirectory> credentials;
    std::unique_ptr<Tenancy> tenancy;
    std::unique_ptr<Addresses> addresses;
    std::unique_ptr<Bindings> bindings;
    std::unique_ptr<sip::Registrar> registrar;
    std::unique_ptr<sip::DigestServer> digest;
    std::unique_ptr<sip::Origin> origin;
    std::unique_ptr<media::RtpEngine> media;
    sip::TransportSet transports;
    Handler handler;
    std::unique_ptr<sip::UserAgent> user_agent;
    std::unique_ptr<http::Client> http_client;
    std::unique_ptr<OwnDocuments> own_documents;
    std::unique_ptr<DocumentFetcher> documents;
    std::unique_ptr<Callbacks> callbacks;
    std::unique_ptr<Prompts> prompts;
    std::unique_ptr<AlertLog> alert_log;
    std::unique_ptr<CallLog> call_log;
    std::unique_ptr<verify::CallWatch> call_watch;
    std::unique_ptr<call::Services> services;
    std::unique_ptr<call::Calls> calls;
    std::unique_ptr<call::Router> router;
    std::map<std::string, std::string> sip_addresses;  // "udp" to "127.0.0.1:5060"
    std::optional<sip::Endpoint> udp_address;          // the first
    std::unique_ptr<verify::Prober> prober;            // none without UDP
    std::unique_ptr<verify::Verifications> verifications;

    // ---- Where communities live
    Pause pause;
    std::unique_ptr<http::Client> twilio_client;  // no guard of addresses: the operator's own
    std::optional<model::Secret> twilio_token;
    Places places;

    // ---- HTTP
    std::unique_ptr<Communities> communities;
    std::unique_ptr<Registrations> registrations;
    std::unique_ptr<Recordings> community_recordings;
    std::unique_ptr<Blocks> blocks;
    std::unique_ptr<CloudCalls> cloud_calls;
    std::unique_ptr<Status> status;
    std::unique_ptr<LiveCalls> live_calls;
    http::Router http_router;
    std::unique_ptr<http::Server> http_server;
    std::unique_ptr<Provisioner> provisioner;  // ends before what its jobs use

    std::unique_ptr<asio::signal_set> signals;
    std::optional<SteadyTime> drain_until;
    Timer drain{loop.wheel(), [this] { look_whether_drained(); }};

    Result<void> open_stores();
    Result<void> open_speech();
    Result<void> open_sip();
    Result<void> open_calls();
    Result<void> open_verify();
    Result<void> open_places();
    Result<void> open_http();
    Result<void> announce();
    void begin_drain();
    void look_whether_drained();
    std::string public_sip_server() const;
    std::string base_url() const {
        return config.http.public_url.empty() ? kInternalBase : config.http.public_url;
    }
};

Result<void> Server::Parts::open_stores() {
    std::error_code error;
    std::filesystem::create_directories(config.data, error);
    if (error)
        return fail(Errc::io_error, fmt::format("{}: {}", config.data.string(), error.message()));
    auto opened_box = store::SecretBox::open(config.data);
    if (!opened_box) return tl::unexpected(opened_box.error());
    box = std::make_unique<store::SecretBox>(std::move(*opened_box));
    store::DatabaseOptions options;
    options.url = config.database;
    options.data = config.data;
    auto opened = store::Database::open(options, clock);
    if (!opened) return tl::unexpected(opened.error());
    database = std::move(*opened);

    auto account_opened = open_account(*database, *box);
    if (!account_opened) return tl::unexpected(account_opened.error());
    account = account_opened->account;
    account_is_new = account_opened->is_new;
    if (auto written = write_account_file(config.data, account); !written) return written;

    communities_store = std::make_unique<store::CommunityStore>(*database, *box, account.sid);
    if (auto taken = communities_store->take_over_passwords(); !taken) return taken;
    resources_store = std::make_unique<store::ResourceStore>(*database);
    calls_store = std::make_unique<store::CallStore>(*database);
    accounts_store = std::make_unique<store::AccountStore>(*database, *box);
    usage_store = std::make_unique<store::UsageStore>(*database);
    bindings_store = std::make_unique<store::BindingStore>(*database);
    audit_store = std::make_unique<store::AuditStore>(*database);
    alert_store = std::make_unique<store::AlertStore>(*database);
    provision_store = std::make_unique<store::ProvisionStore>(*database);
    const auto interrupted = calls_store->close_interrupted(node_name());
    if (!interrupted) return tl::unexpected(interrupted.error());
    if (*interrupted > 0)
        log::warn("calls cut by the last end of the server were closed as failed count={}",
                  *interrupted);
    return {};
}

Result<void> Server::Parts::open_speech() {
    recordings = std::make_unique<speech::RecordingStore>(config.data / "recordings");
    auto engines = speech::installed_engines();
    if (engines.empty()) log::error("no voice is installed: apt-get install espeak-ng");
    speech::PromptLibrary::Options options;
    options.directory = config.data / "prompts";
    library = std::make_unique<speech::PromptLibrary>(std::move(options), *recordings,
                                                      std::move(engines));
    return {};
}

Result<void> Server::Parts::open_sip() {
    const auto domain = store::open_sip_domain(
        *database, *box, {config.sip.domain, kDomainName, config.sip.realm, base_url()});
    if (!domain) return tl::unexpected(domain.error());
    credentials = std::make_unique<CredentialDirectory>(box->derive_key("sha256 offers"));
    tenancy = std::make_unique<Tenancy>(Tenancy::Parts{*communities_store, *resources_store,
                                                       *credentials, *domain, config.sip.sha256});
    addresses = std::make_unique<Addresses>(config.sip.public_address, config.sip.local_networks);
    bindings = std::make_unique<Bindings>(loop.wheel(), *bindings_store);
    sip::RegistrarSettings registrar_settings;
    registrar_settings.expiry = config.sip.expiry;
    registrar_settings.node = node_name();
    registrar = std::make_unique<sip::Registrar>(loop.wheel(), registrar_settings, *bindings);
    sip::DigestSettings digest_settings;
    digest_settings.challenge = config.sip.challenge;
    digest = std::make_unique<sip::DigestServer>(*credentials, clock, digest_settings);
    origin = std::make_unique<sip::Origin>(origin_settings(config), *digest, *registrar);

    for (const auto& listen : config.sip.listen) {
        const auto add = [&](auto bound) -> Result<void> {
            if (!bound)
                return fail(bound.error().code,
                            fmt::format("sip.listen {}:{}: {}", uri_name(listen.transport),
                                        listen.address.str(), bound.error().detail));
            sip_addresses.emplace(uri_name(listen.transport), (*bound)->local().str());
            if (listen.transport == sip::TransportKind::udp && !udp_address)
                udp_address = (*bound)->local();
            transports.add(std::move(*bound));
            return {};
        };
        auto added = listen.transport == sip::TransportKind::udp
                         ? add(sip::UdpTransport::bind(loop.io(), listen.address))
                         : add(sip::TcpTransport::listen(loop.io(), loop.wheel(), listen.address));
        if (!added) return added;
    }
    sip::UserAgentConfig agent;
    agent.advertised = [this](const sip::Flow& flow) { return addresses->shown(flow); };
    agent.connection_closed = [this](const sip::Flow& flow) { registrar->on_flow_closed(flow); };
    user_agent =
        std::make_unique<sip::UserAgent>(transports, loop.wheel(), std::move(agent), handler);
    return {};
}

Result<void> Server::Parts::open_calls() {
    const auto executor = loop.io().get_executor();
    media::RtpEngineConfig media_config;
    media_config.threads = config.media.threads;
    media_config.first_port = config.media.first_port;
    media_config.last_port = config.media.last_port;
    media = std::make_unique<media::RtpEngine>(media_config, clock, executor);

    http::ClientOptions client_options;
    auto guard = http::AddressGuard::parse(config.webhooks_allow);
    if (!guard) return fail(guard.error().code, "webhooks.allow: " + guard.error().detail);
    client_options.guard = std::move(*guard);
    http_client = std::make_unique<http::Client>(std::move(client_options));
    prompts = std::make_unique<Prompts>(executor, *library, *http_client, base_url());
    alert_log = std::make_unique<AlertLog>(loop.wheel(), *alert_store);
    call_log = std::make_unique<CallLog>(loop.wheel(), *calls_store, *alert_log);
    call_watch = std::make_unique<verify::CallWatch>(*call_log);

    call::Settings settings;
    settings.account = account.sid;
    settings.node = node_name();
    settings.base_url = base_url();
    settings.trunks = trunk_routes(config);
    settings.rtp_timeout = config.media.rtp_timeout;
    settings.shown_address = [this](const sip::Flow& flow) {
        return addresses->shown(flow).host();
    };
    own_documents = std::make_unique<OwnDocuments>(tenancy->directory(), settings.emergency,
                                                   twilio_domain(config));
    documents =
        std::make_unique<DocumentFetcher>(executor, *http_client, *own_documents, *alert_log, clock,
                                          DocumentFetcher::Options{base_url(), account.auth_token});
    callbacks = std::make_unique<Callbacks>(
        executor, clock,
        [this](http::ClientRequest request, http::Client::Completion done) -> Result<void> {
            const auto sent = http_client->send(std::move(request), std::move(done));
            if (!sent) return tl::unexpected(sent.error());
            return {};
        },
        *alert_log, Callbacks::Options{account.auth_token});
    services = std::make_unique<call::Services>(call::Services{
        executor, loop.wheel(), *media, *user_agent, *registrar, *call_watch, *documents,
        *callbacks, *prompts, std::move(settings), tenancy->directory().get()});
    calls = std::make_unique<call::Calls>(*services);
    router = std::make_unique<call::Router>(*services, *calls, *origin, *registrar);
    handler.router = router.get();
    media->set_event_handler([this](media::MediaEvent& event) {
        services->legs.dispatch(event);
        if (prober) prober->on_media(event);
    });

    if (auto opened = tenancy->open({*services, *calls, *registrar}); !opened) return opened;
    for (const auto& tenant : services->directory->all()) {
        const auto published = library->publish(tenant->community.code, prompts_of(tenant->ivr));
        if (!published)
            log::error(
                "prompts not rendered, callers of this community will wait for them community={} "
                "reason={}",
                tenant->community.code, skyn3t::quoted(published.error().detail));
    }
    auto stored = bindings_store->load(node_name());
    if (!stored) return tl::unexpected(stored.error());
    std::vector<sip::RegisteredBinding> restored;
    for (const auto& binding : *stored)
        if (auto known = from_stored(binding)) restored.push_back(std::move(*known));
    if (!restored.empty()) log::info("bindings restored count={}", restored.size());
    registrar->restore(std::move(restored));
    return {};
}

Result<void> Server::Parts::open_verify() {
    std::unique_ptr<const verify::Equipment> equipment;
    if (udp_address) {
        auto opened = verify::Prober::open(loop.io(), *udp_address, *services);
        if (!opened) return fail(opened.error().code, "verify: " + opened.error().detail);
        prober = std::move(*opened);
        auto who = origin_settings(config);
        who.trunks.insert(who.trunks.begin(), prober->trunk());
        origin->configure(std::move(who));
        equipment = std::make_unique<const verify::Equipment>(
            verify::Equipment{*services, *router, *registrar, *credentials, *own_documents,
                              *database, *calls_store, *call_watch, *prober});
    }
    verifications = std::make_unique<verify::Verifications>(
        std::move(equipment), "verify needs an address with udp: in sip.listen",
        loop.io().get_executor(), [this] { return tenancy->directory().get(); }, clock);
    return {};
}

std::string Server::Parts::public_sip_server() const {
    // Of the transport that phones are told to use; ports may differ.
    const auto udp = sip_addresses.find("udp");
    const std::string& local = (udp != sip_addresses.end() ? udp : sip_addresses.begin())->second;
    if (config.sip.public_address.empty()) return local;
    return config.sip.public_address + local.substr(local.rfind(':'));
}

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
    }
    places.add(local_place({http_router, *resources_store, *box, account.sid.str(),
                            account.auth_token, tenancy->domain().name, base_url()},
                           pause));
    // What is made here in several steps is seen by calls all at once.
    const auto hold = [this](const Place& place) -> std::shared_ptr<void> {
        if (place.settings.target.target != model::Target::local) return nullptr;
        return std::make_shared<Tenancy::Hold>(*tenancy);
    };
    provisioner = std::make_unique<Provisioner>(
        Provisioner::Parts{places, [this] { return communities_store->all_with_passwords(); },
                           *provision_store, clock, pause, hold});
    return {};
}

Result<void> Server::Parts::open_http() {
    communities = std::make_unique<Communities>(Communities::Parts{
        *communities_store, *audit_store, *tenancy, *library, *recordings, *services, *calls,
        *registrar, *bindings, places, *provision_store, *provisioner, config.http.public_url,
        public_sip_server(), sip_addresses.contains("udp") ? "udp" : "tcp",
        config.sip.expiry.maximum});
    registrations = std::make_unique<Registrations>(*services, *registrar);
    community_recordings = std::make_unique<Recordings>(Recordings::Parts{
        *recordings, *library, *tenancy, *audit_store, clock, communities->changing()});
    blocks = std::make_unique<Blocks>(
        Blocks::Parts{services->executor, digest->limiter(), *audit_store, clock});
    cloud_calls = std::make_unique<CloudCalls>(*calls_store, tenancy->directory(), clock,
                                               config.twilio.account_sid, twilio_domain(config));
    status =
        std::make_unique<Status>(Status::Parts{*services, *calls, *registrar, *digest, *database});
    live_calls = std::make_unique<LiveCalls>(
        LiveCalls::Parts{*services, *calls, *call_log, tenancy->directory(), *database});
    const rest::ApiOptions api_options{
        account.sid,      account.auth_token,       config.http.public_url,
        config.sip.realm, config.available_numbers, trunk_infos(config),
        twilio_token};
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
                                         *cloud_calls,
                                         *status,
                                         *accounts_store,
                                         *usage_store,
                                         *box,
                                         clock};
    rest::add_api(http_router, api_options, api_services);
    rest::add_call_api(http_router, api_options, api_services,
                       {*live_calls, *alert_store, *audit_store, *database});
    const auto options = http::parse_listen(config.http.listen);
    if (!options) return fail(options.error().code, "http.listen: " + options.error().detail);
    auto started = http::Server::start(*options, http_router);
    if (!started) return tl::unexpected(started.error());
    http_server = std::move(*started);
    return {};
}

Result<void> Server::Parts::announce() {
    const auto options = http::parse_listen(config.http.listen);
    const std::string host = options->address == "0.0.0.0" ? "127.0.0.1" : options->address;
    const std::string http = fmt::format("http://{}:{}", host, http_server->port());
    if (auto written = write_endpoints_file(config.data, sip_addresses, http); !written)
        return written;
    print_start(sip_addresses, http, config.data, account, account_is_new);
    return {};
}

void Server::Parts::begin_drain() {
    if (drain_until) return;
    drain_until = clock.now() + config.drain;
    log::info("draining: new calls are refused, those in progress may end calls={} seconds={}",
              calls->size(), config.drain.count());
    user_agent->set_draining(true);
    calls->stop_placing();
    drain.start_after(kDrainLook);
}

void Server::Parts::look_whether_drained() {
    // What the last calls had to tell is told, if it is taken in time.
    const bool is_late = clock.now() >= *drain_until;
    if (calls->size() == 0 && (is_late || callbacks->size() == 0)) {
        bindings->flush();
        return loop.stop();
    }
    if (is_late) calls->end_all(model::EndReason::server_stopping);
    drain.start_after(kDrainLook);
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() {
    if (parts_->http_server) parts_->http_server->stop(std::chrono::seconds(1));
}

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
    auto parts = std::make_unique<Parts>();
    parts->config = config;
    for (const auto step :
         {&Parts::open_stores, &Parts::open_speech, &Parts::open_sip, &Parts::open_calls,
          &Parts::open_verify, &Parts::open_places, &Parts::open_http})
        if (auto done = (*parts.*step)(); !done) return tl::unexpected(done.error());
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

void Server::run() {
    Parts& parts = *parts_;
    parts.signals = std::make_unique<asio::signal_set>(parts.loop.io(), SIGTERM, SIGINT);
    parts.signals->async_wait([&parts](const asio::error_code& error, int) {
        if (!error) parts.begin_drain();
    });
    if (const auto announced = parts.announce(); !announced)
        log::error("cannot write endpoints.json reason={}",
                   skyn3t::quoted(announced.error().detail));
    parts.loop.run();
    // HTTP first: its handlers ask the loop, which does not answer any more.
    parts.http_server->stop();
    parts.bindings->flush();
    parts.call_log->save_waiting();
    parts.database->flush();
    log::info("server ended");
}

int serve(const std::optional<std::filesystem::path>& config_file) {
    const auto reading = config_file ? load_config(*config_file) : parse_config("", "");
    const auto lang = provision::lang_of_environment();
    for (const auto& finding : reading.findings) fmt::print(stderr, "{}\n", finding.line(lang));
    if (provision::has_errors(reading.findings)) return 1;
    log::set_up(reading.config.log_level);
    auto server = Server::start(reading.config);
    if (!server) {
        fmt::print(stderr, "{}: {}\n",
                   lang == provision::Lang::en ? "cannot start" : "no puedo partir",
                   server.error().detail);
        return 1;
    }
    (*server)->run();
    return 0;
}

}  // namespace skyn3t::server
