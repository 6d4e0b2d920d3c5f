#include "cli/twilio_account.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <thread>

#include "cli/connection.hpp"
#include "twilio/curl_transport.hpp"

namespace skyn3t::cli {
namespace {

struct Way {
    twilio::Endpoint endpoint;
    http::ClientOptions client{};
};

Result<Way> way_to_our_server(const Options& options, const Environment& environment) {
    const auto connection = find_connection(options, environment);
    if (!connection) return tl::unexpected(connection.error());
    Way way;
    way.endpoint.account = connection->account_sid;
    way.endpoint.auth_token = connection->auth_token;
    way.endpoint.base_url = connection->url;
    way.client = connection->client;
    return way;
}

// skyn3t.yaml's `twilio:`, as far as it is there.
void read_endpoint(const std::filesystem::path& file, twilio::Endpoint& endpoint) {
    const YAML::Node root = YAML::LoadFile(file.string());
    const auto twilio = root["twilio"];
    if (!twilio) return;
    const auto text = [&](const char* key) {
        return twilio[key] ? twilio[key].as<std::string>() : std::string();
    };
    endpoint.account = text("account_sid");
    endpoint.base_url = text("base_url");
    endpoint.region = text("region");
    endpoint.edge = text("edge");
    if (text("auth_token_file").empty()) return;
    const std::filesystem::path data =
        file.parent_path() / (root["data"] ? root["data"].as<std::string>() : "/var/lib/skyn3t");
    std::ifstream(data / text("auth_token_file")) >> endpoint.auth_token;
}

Result<Way> way_to_twilio(const Options& options, const Environment& environment) {
    twilio::Endpoint endpoint;
    if (const auto config = find_config(options.config)) {
        try {
            read_endpoint(*config, endpoint);
        } catch (const YAML::Exception& error) {
            return fail(
                Errc::parse_error,
                fmt::format(fmt::runtime(environment.say("No puedo leer la configuración {}: {}",
                                                         "Cannot read the configuration {}: {}")),
                            config->string(), error.what()));
        }
    }
    const auto sid = environment.variable("TWILIO_ACCOUNT_SID");
    const auto token = environment.variable("TWILIO_AUTH_TOKEN");
    if (sid && token) {
        endpoint.account = *sid;
        endpoint.auth_token = *token;
    }
    if (endpoint.account.empty() || endpoint.auth_token.empty())
        return fail(
            Errc::unauthorized,
            environment.say("Faltan las credenciales de Twilio: defina TWILIO_ACCOUNT_SID y "
                            "TWILIO_AUTH_TOKEN, o «twilio:» en skyn3t.yaml (vea --config).",
                            "Twilio's credentials are missing: set TWILIO_ACCOUNT_SID and "
                            "TWILIO_AUTH_TOKEN, or \"twilio:\" in skyn3t.yaml (see --config)."));
    return Way{std::move(endpoint)};
}

}  // namespace

Result<provision::Account> read_named_account(const Options& options,
                                              const Environment& environment) {
    const auto target = *model::parse_target(options.lint.account);
    auto way = target == model::Target::local ? way_to_our_server(options, environment)
                                              : way_to_twilio(options, environment);
    if (!way) return tl::unexpected(way.error());
    const std::string account = way->endpoint.account;
    http::Client http(std::move(way->client));
    twilio::CurlTransport transport(http, std::move(way->endpoint));
    twilio::Patience patience;
    patience.wait = [](milliseconds time) {
        std::this_thread::sleep_for(time);
        return true;
    };
    twilio::Client client(transport, account, std::move(patience));
    auto read = provision::read_account(client, target);
    if (!read)
        return fail(Errc::unavailable,
                    fmt::format(fmt::runtime(environment.say("No se pudo leer la cuenta {}: {}",
                                                             "Cannot read the account {}: {}")),
                                account, to_error(read.error()).detail));
    return std::move(*read);
}

}  // namespace skyn3t::cli
