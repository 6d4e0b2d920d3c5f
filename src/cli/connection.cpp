#include "cli/connection.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <fstream>

#include "cli/json.hpp"
#include "http/certificate.hpp"
#include "http/url.hpp"

namespace skyn3t::cli {
namespace {

namespace fs = std::filesystem;

// What of skyn3t.yaml the command line needs; the server reads the rest.
struct LocalServer {
    fs::path data = "/var/lib/skyn3t";
    std::string listen = "127.0.0.1:8080";
    fs::path certificate;  // none: without TLS
};

Result<LocalServer> read_config(const std::optional<fs::path>& file,
                                const Environment& environment) {
    LocalServer server;
    if (!file) return server;
    try {
        const YAML::Node root = YAML::LoadFile(file->string());
        if (const auto data = root["data"])
            server.data = file->parent_path() / data.as<std::string>();  // as the server takes it
        if (const auto http = root["http"]) {
            if (const auto listen = http["listen"]) server.listen = listen.as<std::string>();
            if (const auto certificate = http["certificate"])
                server.certificate = server.data / certificate.as<std::string>();
        }
    } catch (const YAML::Exception& error) {
        return fail(
            Errc::parse_error,
            fmt::format(fmt::runtime(environment.say("No puedo leer la configuración {}: {}",
                                                     "Cannot read the configuration {}: {}")),
                        file->string(), error.what()));
    }
    return server;
}

std::optional<Json> read_json(const fs::path& file) {
    std::ifstream in(file);
    Json json = Json::parse(in, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return std::nullopt;
    return json;
}

// "0.0.0.0" is where a server listens, not where one connects; port 0 is known only to the running
// server, which writes endpoints.json.
std::string url_of(const LocalServer& server) {
    const auto colon = server.listen.rfind(':');
    if (colon != std::string::npos && server.listen.substr(colon) == ":0")
        if (const auto endpoints = read_json(server.data / "endpoints.json"))
            return text_of(*endpoints, "http");
    std::string address = server.listen;
    if (address.starts_with("0.0.0.0:")) address = "127.0.0.1" + address.substr(7);
    if (address.starts_with("[::]:")) address = "[::1]" + address.substr(4);
    return (server.certificate.empty() ? "http://" : "https://") + address;
}

Result<void> choose_trust(Connection& connection, const Options& options, const LocalServer& server,
                          bool is_own, const Environment& environment) {
    connection.client.ca_file = options.ca_file.empty()
                                    ? environment.variable("SKYN3T_CA_FILE").value_or("")
                                    : options.ca_file;
    if (!connection.client.ca_file.empty() || !is_own || server.certificate.empty()) return {};
    // Its certificate is for the public name, and may be signed by itself; but it is this file.
    auto pin = http::key_pin(server.certificate);
    if (!pin)
        return fail(Errc::io_error,
                    fmt::format(fmt::runtime(environment.say(
                                    "No puedo leer el certificado del servidor: {}. Ejecute la "
                                    "orden como su usuario, o indique --url y --ca-file.",
                                    "Cannot read the server's certificate: {}. Run the command as "
                                    "its user, or name --url and --ca-file.")),
                                pin.error().detail));
    connection.client.pinned_key = std::move(*pin);
    return {};
}

Result<void> find_credentials(Connection& connection, const LocalServer& server,
                              const Environment& environment) {
    const auto sid = environment.variable("SKYN3T_ACCOUNT_SID");
    const auto key = environment.variable("SKYN3T_API_KEY");
    const auto secret = environment.variable("SKYN3T_API_SECRET");
    if (key && secret) {
        // Paths name the account; whoever has a key of it may not be able to read account.json.
        connection.account_sid = sid.value_or("");
        if (!sid)
            if (const auto account = read_json(server.data / "account.json"))
                connection.account_sid = text_of(*account, "account_sid");
        connection.user = *key;
        connection.auth_token = *secret;
        connection.credentials_from = "SKYN3T_API_KEY, SKYN3T_API_SECRET";
        return {};
    }
    const auto token = environment.variable("SKYN3T_AUTH_TOKEN");
    if (sid && token) {
        connection.account_sid = connection.user = *sid;
        connection.auth_token = *token;
        connection.credentials_from = "SKYN3T_ACCOUNT_SID, SKYN3T_AUTH_TOKEN";
        return {};
    }
    const fs::path file = server.data / "account.json";
    if (const auto account = read_json(file)) {
        connection.account_sid = connection.user = text_of(*account, "account_sid");
        connection.auth_token = text_of(*account, "auth_token");
        connection.credentials_from = file.string();
        return {};
    }
    return fail(
        Errc::unauthorized,
        fmt::format(
            fmt::runtime(environment.say(
                "No encuentro las credenciales: no puedo leer {}. Ejecute la orden como el usuario "
                "del "
                "servidor, indique su configuración con --config, o defina SKYN3T_ACCOUNT_SID y "
                "SKYN3T_AUTH_TOKEN.",
                "No credentials: cannot read {}. Run the command as the server's user, name its "
                "configuration "
                "with --config, or set SKYN3T_ACCOUNT_SID and SKYN3T_AUTH_TOKEN.")),
            file.string()));
}

}  // namespace

std::optional<fs::path> find_config(const std::string& given) {
    if (!given.empty()) return given;
    std::error_code ignored;
    for (const char* path : {"skyn3t.yaml", "/etc/skyn3t/skyn3t.yaml"})
        if (fs::exists(path, ignored)) return path;
    return std::nullopt;
}

Result<Connection> find_connection(const Options& options, const Environment& environment) {
    const auto config = find_config(options.config);
    const auto server = read_config(config, environment);
    if (!server) return tl::unexpected(server.error());

    Connection connection;
    connection.start_command =
        config ? "skyn3t serve --config " + config->string() : "skyn3t serve";
    connection.url = options.url;
    if (connection.url.empty()) connection.url = environment.variable("SKYN3T_URL").value_or("");
    const bool is_own = connection.url.empty();
    if (is_own) connection.url = url_of(*server);
    while (connection.url.ends_with('/')) connection.url.pop_back();
    if (!http::parse_url(connection.url))
        return fail(
            Errc::invalid_argument,
            fmt::format(fmt::runtime(environment.say(
                            "La dirección del servidor no es válida: «{}». Debe ser como "
                            "http://127.0.0.1:8080.",
                            "The server's address is not valid: \"{}\". It should look like "
                            "http://127.0.0.1:8080.")),
                        connection.url));
    if (auto chosen = choose_trust(connection, options, *server, is_own, environment); !chosen)
        return tl::unexpected(chosen.error());
    if (auto found = find_credentials(connection, *server, environment); !found)
        return tl::unexpected(found.error());
    return connection;
}

}  // namespace skyn3t::cli
