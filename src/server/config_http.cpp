#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"
#include "http/server.hpp"
#include "http/url.hpp"
#include "server/config_reader.hpp"

namespace skyn3t::server {
namespace {

constexpr std::size_t kLeastBody = 16 * 1024, kMostBody = 64 * 1024 * 1024;

// "1 MiB", "512 KiB" or octets.
std::optional<std::size_t> parse_size(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    if (error != std::errc() || value > kMostBody) return std::nullopt;
    if (unit == "KiB") return value * 1024;
    if (unit == "MiB") return value * 1024 * 1024;
    if (!unit.empty()) return std::nullopt;
    return value;
}

void read_limits(ConfigReader& reader, const YAML::Node& node, Config::Http& http) {
    const auto body = [&](const YAML::Node& size, const std::string& key) {
        const auto octets = parse_size(size.as<std::string>(""));
        if (!octets || *octets < kLeastBody || *octets > kMostBody)
            return reader.fault(size, key, "out-of-range", "un tamaño entre 16 KiB y 64 MiB",
                                "a size from 16 KiB to 64 MiB");
        http.max_body = *octets;
    };
    auto& limits = http.limits;
    reader.map(
        node, "http.limits",
        {{"body", body},
         {"connections", reader.number(http.max_connections, 8, 60000)},
         {"connections_per_address", reader.number(http.max_connections_per_address, 1, 60000)},
         {"requests_per_second", reader.number(limits.requests_per_second, 1, 100000)},
         {"burst", reader.number(limits.burst, 1, 100000)},
         {"failed_logins_per_minute", reader.number(limits.failed_logins_per_minute, 1, 100000)}});
}

void read_origin(ConfigReader& reader, const YAML::Node& node, const std::string& key,
                 const std::string& text, Config::Http& config) {
    // As browsers write it: scheme and authority, in lower case, and nothing after them.
    const auto url = http::parse_url(text);
    if (url && url->scheme + "://" + url->authority() == text) return config.cors.push_back(text);
    reader.fault(node, key, "bad-origin",
                 fmt::format("«{}» no es un origen; ejemplo: https://panel.example.cl", text),
                 fmt::format("\"{}\" is no origin; example: https://panel.example.cl", text));
}

}  // namespace

void read_http(ConfigReader& reader, const YAML::Node& node, Config::Http& http) {
    std::string certificate, key;
    std::vector<std::string> proxies;
    const auto proxy = [&](const YAML::Node& item, const std::string& name,
                           const std::string& text) {
        if (http::Networks::parse({text})) return proxies.push_back(text);
        reader.fault(
            item, name, "bad-address",
            fmt::format("«{}» no es una dirección ni una red; ejemplo: 10.0.0.0/8", text),
            fmt::format("\"{}\" is neither an address nor a network; example: 10.0.0.0/8", text));
    };
    const auto origin = [&](const YAML::Node& item, const std::string& name,
                            const std::string& text) {
        read_origin(reader, item, name, text, http);
    };
    const auto limits = [&](const YAML::Node& its, const std::string&) {
        read_limits(reader, its, http);
    };
    reader.map(node, "http",
               {{"listen", reader.text(http.listen)},
                {"public_url", reader.text(http.public_url)},
                {"certificate", reader.text(certificate)},
                {"key", reader.text(key)},
                {"trusted_proxies", reader.each(proxy)},
                {"cors", reader.each(origin)},
                {"limits", limits}});
    http.trusted_proxies = *http::Networks::parse(proxies);
    http.certificate = certificate;
    http.key = key;
    if (certificate.empty() != key.empty())
        reader.fault(node, certificate.empty() ? "http.certificate" : "http.key", "missing-key",
                     "http.certificate y http.key van juntos: el certificado y su llave",
                     "http.certificate and http.key go together: the certificate and its key");
}

void check_http(ConfigReader& reader, const YAML::Node& root, Config& config) {
    for (auto* file : {&config.http.certificate, &config.http.key})
        if (!file->empty()) *file = config.data / *file;
    const auto listen = http::parse_listen(config.http.listen);
    if (!listen)
        return reader.fault(
            root, "http.listen", "bad-address",
            fmt::format("«{}» no se entiende; ejemplo: 127.0.0.1:8080", config.http.listen),
            fmt::format("\"{}\" cannot be read; example: 127.0.0.1:8080", config.http.listen));
    if (!config.http.is_tls() && !listen->is_loopback())
        reader.warning(root, "http.listen", "http-without-tls",
                       "la API se escucha sin TLS desde otras máquinas: las claves viajan a la "
                       "vista; defina http.certificate y http.key, o escuche en 127.0.0.1 detrás "
                       "de un proxy con TLS",
                       "the API listens to other machines without TLS: passwords travel in the "
                       "clear; set http.certificate and http.key, or listen on 127.0.0.1 behind "
                       "a proxy with TLS");
}

}  // namespace skyn3t::server
