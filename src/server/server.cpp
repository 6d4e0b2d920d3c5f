#include "server/server.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "base/log.hpp"
#include "server/descriptors.hpp"
#include "server/parts.hpp"
#include "server/start_files.hpp"

namespace skyn3t::server {
namespace {

constexpr milliseconds kDrainLook{50};
constexpr std::chrono::seconds kLogSummary{5};

}  // namespace

std::string Server::Parts::own_url() const {
    const auto options = http::parse_listen(config.http.listen);
    std::string host = options->address == "0.0.0.0" ? "127.0.0.1" : options->address;
    if (host.find(':') != std::string::npos) host = host == "::" ? "[::1]" : "[" + host + "]";
    return fmt::format("{}://{}:{}", certificate ? "https" : "http", host, http_server->port());
}

Result<void> Server::Parts::announce() {
    const std::string http = own_url();
    if (auto written = write_endpoints_file(config.data, sip_addresses, http); !written)
        return written;
    print_start(sip_addresses, http, config.data, account, account_is_new);
    return {};
}

void Server::Parts::await_reload() {
    reload_signal->async_wait([this](const asio::error_code& error, int) {
        if (error) return;
        if (certificate_watch)
            certificate_watch->reload();
        else
            log::info("SIGHUP: there is no certificate to reload");
        await_reload();
    });
}

void Server::Parts::summarise_log() {
    log::tell_left_out();
    log_summary.start_after(kLogSummary);
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
    parts_->event_feed.stop();
    parts_->tenancy->end();
}

Result<std::unique_ptr<Server>> Server::start(const Config& config) {
    auto parts = std::make_unique<Parts>();
    parts->config = config;
    for (const auto step :
         {&Parts::take_what_is_ours, &Parts::open_stores, &Parts::open_speech, &Parts::open_sip,
          &Parts::open_calls, &Parts::open_verify, &Parts::open_places, &Parts::open_http})
        if (auto done = (*parts.*step)(); !done) return tl::unexpected(done.error());
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

void Server::run() {
    Parts& parts = *parts_;
    parts.signals = std::make_unique<asio::signal_set>(parts.loop.io(), SIGTERM, SIGINT);
    parts.signals->async_wait([&parts](const asio::error_code& error, int) {
        if (!error) parts.begin_drain();
    });
    parts.reload_signal = std::make_unique<asio::signal_set>(parts.loop.io(), SIGHUP);
    parts.await_reload();
    parts.log_summary.start_after(kLogSummary);
    if (const auto announced = parts.announce(); !announced)
        log::error("cannot write endpoints.json reason={}",
                   skyn3t::quoted(announced.error().detail));
    parts.communities->forget_removed();
    parts.communities->go_on();
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
    ::umask(0077);               // what is kept here is nobody else's
    ::signal(SIGPIPE, SIG_IGN);  // whoever reads the log may end; the server goes on
    const log::Output log_output(reading.config.log_level, reading.config.log_language);
    log::info("files and sockets at a time limit={}", raise_descriptor_limit());
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
