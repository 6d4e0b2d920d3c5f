#include "server/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "server/start_files.hpp"
#include "sip/tcp_transport.hpp"
#include "sip/udp_transport.hpp"
#include "store/sealed_addresses.hpp"

namespace skyn3t::server {
namespace {

// Where our own documents are when no public address is configured: only this process resolves it.
constexpr const char* kInternalBase = "http://skyn3t.internal";

// Of each client to tenants' web servers. One community has but a few of them at a time: that some
// dozens hang at once is a fault of the network, not of theirs.
constexpr std::size_t kMostConnections = 512;
constexpr std::size_t kMostRequests = 2048;

std::vector<call::TrunkRoute> trunk_routes(const Config& config) {
    std::vector<call::TrunkRoute> routes;
    for (const auto& trunk : config.trunks)
        if (trunk.destination)
            routes.push_back({trunk.name, *trunk.destination, sip::TransportKind::udp});
    return routes;
}

}  // namespace

std::string Server::Parts::base_url() const {
    return config.http.public_url.empty() ? kInternalBase : config.http.public_url;
}

sip::OriginSettings Server::Parts::origin_settings() const {
    sip::OriginSettings settings;
    settings.edges = config.sip.edges;
    for (const auto& trunk : config.trunks) settings.trunks.push_back({trunk.name, trunk.patterns});
    return settings;
}

Result<void> Server::Parts::take_what_is_ours() {
    auto held = DataFolder::hold(config.data);
    if (!held) return tl::unexpected(held.error());
    data_folder = std::move(*held);
    if (auto bound = bind_sip(); !bound) return bound;
    const auto api = http::parse_listen(config.http.listen);
    if (!api) return fail(api.error().code, "http.listen: " + api.error().detail);
    auto port = KeptPort::take(*api);
    if (!port)
        return fail(port.error().code,
                    fmt::format("http.listen {}: {}", config.http.listen, port.error().detail));
    http_port = std::move(*port);
    return {};
}

// Nothing is read from the sockets before the loop runs.
Result<void> Server::Parts::bind_sip() {
    for (const auto& listen : config.sip.listen) {
        const auto add = [&](auto bound) -> Result<void> {
            if (!bound)
                return fail(
                    bound.error().code,
                    fmt::format(
                        "sip.listen {}:{}: {}", uri_name(listen.transport), listen.address.str(),
                        why_not_bound(listen.transport, listen.address, bound.error().detail)));
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
    return {};
}

Result<void> Server::Parts::open_stores() {
    store::DatabaseOptions options;
    options.url = config.database;
    options.data = config.data;
    options.spool = store::FactKeeper::Options{.file = config.data / "facts.spool"};
    if (auto checked = check_database_file(options); !checked) return checked;
    auto opened = store::Database::open(options, clock);
    if (!opened) return tl::unexpected(database_refusal(opened.error()));
    database = std::move(*opened);
    auto opened_box = open_box(config.data, *database);
    if (!opened_box) return tl::unexpected(opened_box.error());
    box = std::make_unique<store::SecretBox>(std::move(*opened_box));
    database->use_secrets(*box);
    if (auto sealed = store::seal_stored_addresses(*database); !sealed) return sealed;
    auto opened_node = open_node(config.data, config.node, *database);
    if (!opened_node) return tl::unexpected(opened_node.error());
    node = std::move(*opened_node);
    database->on_news([this](const std::any& news) {
        if (const auto* entry = std::any_cast<store::AuditEntry>(&news))
            event_feed.tell({rest::event_type::kAudit, entry->community, *entry});
    });

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
    signing_secrets = std::make_unique<store::SigningSecrets>(*database, *box, account.auth_token);
    if (auto loaded = signing_secrets->load(); !loaded) return loaded;
    usage_store = std::make_unique<store::UsageStore>(*database);
    bindings_store = std::make_unique<store::BindingStore>(*database);
    audit_store = std::make_unique<store::AuditStore>(*database);
    alert_store = std::make_unique<store::AlertStore>(*database);
    provision_store = std::make_unique<store::ProvisionStore>(*database);
    migration_store = std::make_unique<store::MigrationStore>(*database, *box);
    migration_board = std::make_unique<MigrationBoard>(*migration_store, clock);
    if (auto read = migration_board->open(); !read) return read;
    const auto interrupted = calls_store->close_interrupted(node);
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
    options.workers = std::max(2u, std::thread::hardware_concurrency());
    options.directory = config.data / "prompts";
    library = std::make_unique<speech::PromptLibrary>(std::move(options), *recordings,
                                                      std::move(engines));
    return {};
}

Result<void> Server::Parts::open_sip() {
    const auto domain = store::open_sip_domain(
        *database, {config.sip.domain, kDomainName, config.sip.realm, base_url()});
    if (!domain) return tl::unexpected(domain.error());
    credentials = std::make_unique<CredentialDirectory>(box->derive_key("sha256 offers"));
    tenancy = std::make_unique<Tenancy>(
        Tenancy::Parts{*communities_store, *resources_store, *provision_store, *credentials, *box,
                       *domain, config.sip.sha256, config.calls.may_dial});
    addresses = std::make_unique<Addresses>(config.sip.public_address, config.sip.local_networks);
    bindings = std::make_unique<Bindings>(loop.wheel(), *bindings_store);
    phone_tap = std::make_unique<PhoneTap>(*bindings, event_feed);
    sip::RegistrarSettings registrar_settings;
    registrar_settings.expiry = config.sip.expiry;
    registrar_settings.node = node;
    if (config.sip.probe_interval > seconds(0))
        registrar_settings.ask_every = config.sip.probe_interval;
    registrar = std::make_unique<sip::Registrar>(loop.wheel(), registrar_settings, *phone_tap);
    sip::DigestSettings digest_settings;
    digest_settings.challenge = config.sip.challenge;
    digest = std::make_unique<sip::DigestServer>(*credentials, clock, digest_settings);
    origin = std::make_unique<sip::Origin>(origin_settings(), *digest, *registrar);
    failed_logins = std::make_unique<FailedLogins>(clock, [this](std::string_view number) {
        const auto directory = tenancy->directory().get();
        const auto* owned = directory->of_number(number);
        return owned != nullptr ? owned->tenant->community.sid : CommunitySid{};
    });
    digest->on_failed_proof(
        [this](const sip::FailedProof& failed) { failed_logins->note(failed); });
    strangers = std::make_unique<sip::StrangerBudget>(
        clock, [this](const sip::Flow& flow) { return origin->acquaintance(flow); });

    sip::UserAgentConfig agent;
    agent.advertised = [this](const sip::Flow& flow) { return addresses->shown(flow); };
    agent.admits = [this](const sip::Flow& flow) { return strangers->admits(flow); };
    agent.is_known_source = [this](const sip::Flow& flow) {
        return origin->acquaintance(flow) == sip::Origin::Acquaintance::known;
    };
    agent.connection_closed = [this](const sip::Flow& flow) { registrar->on_flow_closed(flow); };
    user_agent =
        std::make_unique<sip::UserAgent>(transports, loop.wheel(), std::move(agent), handler);
    if (config.sip.probe_interval == seconds(0)) return {};
    sip::ReachabilityWatch::Settings watch;
    watch.from = fmt::format("<sip:{}>", config.sip.domain);
    watch.patience = std::chrono::milliseconds(config.sip.probe_interval) / 3;
    reachability = std::make_unique<sip::ReachabilityWatch>(*user_agent, *registrar, loop.wheel(),
                                                            std::move(watch));
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
    client_options.own_url = config.http.public_url;
    client_options.max_connections = kMostConnections;
    client_options.max_pending = kMostRequests;
    callback_client = std::make_unique<http::Client>(client_options);
    http_client = std::make_unique<http::Client>(std::move(client_options));
    prompts = std::make_unique<Prompts>(executor, *library, over(*http_client), base_url());
    alert_log = std::make_unique<AlertLog>(loop.wheel(), *alert_store);
    call_log = std::make_unique<CallLog>(loop.wheel(), *calls_store, *alert_log);
    alert_log->on_alert([this](const model::Alert& alert) {
        event_feed.tell({rest::event_type::kAlert, alert.community, alert});
    });
    call_tap =
        std::make_unique<CallTap>(*call_log, event_feed, [this] { call_log->save_waiting(); });
    call_watch = std::make_unique<verify::CallWatch>(*call_tap);

    call::Settings settings;
    settings.account = account.sid;
    settings.node = node;
    settings.base_url = base_url();
    settings.trunks = trunk_routes(config);
    settings.rtp_timeout = config.media.rtp_timeout;
    settings.hold_timeout = config.media.hold_timeout;
    settings.max_calls = config.calls.most;
    settings.caps = {config.calls.legs, config.calls.per_community, config.calls.per_number,
                     config.calls.per_phone};
    settings.shown_address = [this](const sip::Flow& flow) {
        return addresses->shown(flow).host();
    };
    own_documents = std::make_unique<OwnDocuments>(tenancy->directory(), tenancy->documents(),
                                                   settings.emergency, moving_documents());
    const SigningSecretOf secret_of = [this](const CommunitySid& community) {
        return signing_secrets->of(community);
    };
    documents =
        std::make_unique<DocumentFetcher>(executor, over(*http_client), *own_documents, *alert_log,
                                          clock, DocumentFetcher::Options{base_url(), secret_of});
    callbacks = std::make_unique<Callbacks>(executor, clock, over(*callback_client), *alert_log,
                                            Callbacks::Options{secret_of});
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

    old_passwords = std::make_unique<OldPasswords>(
        OldPasswords::Parts{executor, loop.wheel(), *credentials, *registrar, *resources_store,
                            [this] { return tenancy->changed(); }});
    auto opened =
        tenancy->open({*services, *calls, *registrar, [this] { old_passwords->watch(); }});
    if (!opened) return opened;
    for (const auto& tenant : services->directory->all()) {
        const auto published = library->publish(tenant->community.code, prompts_of(tenant->ivr));
        if (!published)
            log::error(
                "prompts not rendered, callers of this community will wait for them community={} "
                "reason={}",
                tenant->community.code, skyn3t::quoted(published.error().detail));
    }
    auto stored = bindings_store->load(node);
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
        auto who = origin_settings();
        who.trunks.insert(who.trunks.begin(), prober->trunk());
        origin->configure(std::move(who));
        equipment = std::make_unique<const verify::Equipment>(
            verify::Equipment{*services, *router, *registrar, *credentials, own_documents->here(),
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

}  // namespace skyn3t::server
