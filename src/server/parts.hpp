#pragma once

#include <fmt/format.h>

#include <asio/signal_set.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.hpp"
#include "call/router.hpp"
#include "http/server.hpp"
#include "media/rtp_engine.hpp"
#include "server/addresses.hpp"
#include "server/alert_log.hpp"
#include "server/bindings.hpp"
#include "server/blocks.hpp"
#include "server/call_log.hpp"
#include "server/call_prices.hpp"
#include "server/callbacks.hpp"
#include "server/certificate_watch.hpp"
#include "server/cloud_calls.hpp"
#include "server/communities.hpp"
#include "server/data_folder.hpp"
#include "server/document_fetcher.hpp"
#include "server/document_previews.hpp"
#include "server/event_feed.hpp"
#include "server/event_hub.hpp"
#include "server/event_taps.hpp"
#include "server/failed_logins.hpp"
#include "server/live_calls.hpp"
#include "server/migrations.hpp"
#include "server/old_passwords.hpp"
#include "server/own_ports.hpp"
#include "server/places.hpp"
#include "server/prompts.hpp"
#include "server/provisioner.hpp"
#include "server/recordings.hpp"
#include "server/registrations.hpp"
#include "server/server.hpp"
#include "server/status.hpp"
#include "server/tenancy.hpp"
#include "sip/reachability_watch.hpp"
#include "sip/stranger_budget.hpp"
#include "sip/transport_set.hpp"
#include "store/account_store.hpp"
#include "store/provision_store.hpp"
#include "store/signing_secrets.hpp"
#include "store/usage_store.hpp"
#include "verify/verifications.hpp"

namespace skyn3t::server {

// The user agent needs its handler and the handler needs the user agent.
struct Handler final : sip::RequestHandler {
    void on_request(sip::IncomingRequest request) override {
        router->on_request(std::move(request));
    }
    call::Router* router = nullptr;
};

// Everything that lives as long as the server, in the order in which it is built; destroyed in the
// reverse one. Each open_ builds what it is named for, on what the ones before it have built.
struct Server::Parts {
    Config config;
    std::optional<DataFolder> data_folder;  // given up when everything else has ended
    SystemClock clock;
    Loop loop{clock};
    EventHub event_hub{fmt::format("{:x}", clock.wall().time_since_epoch() / milliseconds(1))};
    EventFeed event_feed{loop.wheel(), event_hub};  // told by almost everything below

    // ---- What no other server has
    sip::TransportSet transports;
    std::map<std::string, std::string> sip_addresses;  // "udp" to "127.0.0.1:5060"
    std::optional<sip::Endpoint> udp_address;          // the first
    KeptPort http_port;

    // ---- Stores
    std::unique_ptr<store::SecretBox> box;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::CommunityStore> communities_store;
    std::unique_ptr<store::ResourceStore> resources_store;
    std::unique_ptr<store::CallStore> calls_store;
    std::unique_ptr<store::AccountStore> accounts_store;
    std::unique_ptr<store::SigningSecrets> signing_secrets;
    std::unique_ptr<store::UsageStore> usage_store;
    std::unique_ptr<store::BindingStore> bindings_store;
    std::unique_ptr<store::AuditStore> audit_store;
    std::unique_ptr<store::AlertStore> alert_store;
    std::unique_ptr<store::ProvisionStore> provision_store;
    std::unique_ptr<store::MigrationStore> migration_store;
    std::unique_ptr<MigrationBoard> migration_board;
    store::Account account;
    bool account_is_new = false;
    std::string node;  // which of the servers that share the database this is

    // ---- Speech
    std::unique_ptr<speech::RecordingStore> recordings;
    std::unique_ptr<speech::PromptLibrary> library;

    // ---- SIP, media, calls
    std::unique_ptr<CredentialDirectory> credentials;
    std::unique_ptr<Tenancy> tenancy;
    std::unique_ptr<Addresses> addresses;
    std::unique_ptr<Bindings> bindings;
    std::unique_ptr<PhoneTap> phone_tap;
    std::unique_ptr<sip::Registrar> registrar;
    std::unique_ptr<sip::DigestServer> digest;
    std::unique_ptr<sip::Origin> origin;
    std::unique_ptr<sip::StrangerBudget> strangers;
    std::unique_ptr<FailedLogins> failed_logins;
    std::unique_ptr<media::RtpEngine> media;
    Handler handler;
    std::unique_ptr<sip::UserAgent> user_agent;
    std::unique_ptr<sip::ReachabilityWatch> reachability;  // none when phones are not asked
    std::unique_ptr<http::Client> http_client;      // for documents and sounds: a caller waits
    std::unique_ptr<http::Client> callback_client;  // nobody waits
    std::unique_ptr<OwnDocuments> own_documents;
    std::unique_ptr<DocumentFetcher> documents;
    std::unique_ptr<Callbacks> callbacks;
    std::unique_ptr<Prompts> prompts;
    std::unique_ptr<AlertLog> alert_log;
    std::unique_ptr<CallLog> call_log;
    std::unique_ptr<CallTap> call_tap;
    std::unique_ptr<verify::CallWatch> call_watch;
    std::unique_ptr<call::Services> services;
    std::unique_ptr<call::Calls> calls;
    std::unique_ptr<call::Router> router;
    std::unique_ptr<OldPasswords> old_passwords;
    std::unique_ptr<verify::Prober> prober;  // none without UDP
    std::unique_ptr<verify::Verifications> verifications;

    // ---- Where communities live
    Sightings sightings;
    Pause pause;
    std::unique_ptr<http::Client> twilio_client;  // no guard of addresses: the operator's own
    std::optional<model::Secret> twilio_token;
    Places places;
    std::unique_ptr<CallPrices> call_prices;  // none without Twilio

    // ---- HTTP
    std::unique_ptr<Communities> communities;
    std::unique_ptr<Registrations> registrations;
    std::unique_ptr<Recordings> community_recordings;
    std::unique_ptr<Blocks> blocks;
    std::unique_ptr<CloudCalls> cloud_calls;
    std::unique_ptr<DocumentPreviews> previews;
    std::unique_ptr<Status> status;
    std::unique_ptr<LiveCalls> live_calls;
    http::Router http_router;
    std::shared_ptr<http::Certificate> certificate;  // shared with the HTTP server's connections
    std::unique_ptr<CertificateWatch> certificate_watch;
    std::unique_ptr<http::Server> http_server;
    std::unique_ptr<Provisioner> provisioner;  // ends before what its jobs use
    std::unique_ptr<Migrations> migrations;    // and these before it
    std::unique_ptr<Worker> changes;           // of communities; this one before them all

    std::unique_ptr<asio::signal_set> signals;
    std::unique_ptr<asio::signal_set> reload_signal;
    std::optional<SteadyTime> drain_until;
    Timer drain{loop.wheel(), [this] { look_whether_drained(); }};
    Timer log_summary{loop.wheel(), [this] { summarise_log(); }};

    // Before anything is written: what is another server's already stays untouched.
    Result<void> take_what_is_ours();
    Result<void> bind_sip();
    Result<void> open_stores();
    Result<void> open_speech();
    Result<void> open_sip();
    Result<void> open_calls();
    Result<void> open_verify();
    Result<void> open_places();
    Result<void> open_http();
    Result<void> open_certificate();
    Result<void> announce();
    void await_reload();
    void begin_drain();
    void look_whether_drained();
    void summarise_log();
    std::string public_sip_server() const;
    std::string sip_address_for_twilio() const;
    OwnDocuments::Moving moving_documents();
    Migrations::Parts migration_parts();
    std::string base_url() const;
    std::string own_url() const;  // of this server's API, as this machine reaches it
    std::string twilio_domain() const { return twilio_phones(config).domain; }
    sip::OriginSettings origin_settings() const;
};

}  // namespace skyn3t::server
