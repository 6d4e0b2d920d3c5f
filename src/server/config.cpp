#include "server/config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "http/url.hpp"
#include "server/config_reader.hpp"
#include "server/start_files.hpp"

namespace skyn3t::server {
namespace {

using Reader = ConfigReader;

std::optional<sip::Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
    const auto colon = text.rfind(':');
    const bool has_port = colon != std::string_view::npos &&
                          text.find(']', colon) == std::string_view::npos &&
                          (text.front() == '[' || text.find(':') == colon);
    if (!has_port) return sip::Endpoint::parse(text, default_port);
    unsigned port = 0;
    const auto digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port > 65535)
        return std::nullopt;
    return sip::Endpoint::parse(text.substr(0, colon), static_cast<std::uint16_t>(port));
}

std::optional<Listen> parse_sip_listen(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto kind = text.substr(0, colon);
    if (kind != "udp" && kind != "tcp") return std::nullopt;
    const auto address = parse_endpoint(text.substr(colon + 1), 5060);
    if (!address) return std::nullopt;
    return Listen{kind == "udp" ? sip::TransportKind::udp : sip::TransportKind::tcp, *address};
}

void read_sip(Reader& reader, const YAML::Node& root, Config::Sip& sip) {
    bool listens = false;
    reader.map(
        root, "sip",
        {{"domain", reader.text(sip.domain)},
         {"realm", reader.text(sip.realm)},
         {"challenge",
          [&](const YAML::Node& node, const std::string& key) {
              const int status = node.as<int>(0);
              if (status != 401 && status != 407)
                  return reader.fault(node, key, "bad-value", "401 o 407", "401 or 407");
              sip.challenge = static_cast<sip::DigestSettings::Kind>(status);
          }},
         {"listen",
          reader.each([&](const YAML::Node& node, const std::string& key, const std::string& text) {
              listens = true;
              const auto listen = parse_sip_listen(text);
              if (listen) return sip.listen.push_back(*listen);
              reader.fault(node, key, "bad-address",
                           fmt::format("«{}» no se entiende; ejemplo: udp:0.0.0.0:5060", text),
                           fmt::format("\"{}\" cannot be read; example: udp:0.0.0.0:5060", text));
          })},
         {"public_address",
          [&](const YAML::Node& node, const std::string& key) {
              sip.public_address = node.as<std::string>("");
              if (!sip::Endpoint::parse(sip.public_address, 0))
                  reader.fault(node, key, "bad-address", "una dirección IP, no un nombre",
                               "an IP address, not a name");
          }},
         {"local_networks", reader.patterns(sip.local_networks)},
         {"edges", reader.patterns(sip.edges)},
         {"min_expires", reader.seconds_of(sip.expiry.minimum, 10, 86400)},
         {"max_expires", reader.seconds_of(sip.expiry.maximum, 60, 86400)},
         {"probe_interval", reader.seconds_of(sip.probe_interval, 0, 3600)},
         {"sha256", [&](const YAML::Node& node, const std::string& key) {
              if (!YAML::convert<bool>::decode(node, sip.sha256))
                  reader.fault(node, key, "bad-value", "true o false", "true or false");
          }}});
    if (!listens) {
        sip.listen = {{sip::TransportKind::udp, sip::Endpoint::v4(0, 0, 0, 0, 5060)},
                      {sip::TransportKind::tcp, sip::Endpoint::v4(0, 0, 0, 0, 5060)}};
    }
    if (sip.expiry.maximum < sip.expiry.minimum)
        reader.fault(root, "sip.max_expires", "out-of-range",
                     "max_expires no puede ser menor que min_expires",
                     "max_expires may not be below min_expires");
    sip.expiry.fallback = sip.expiry.maximum;
}

void read_media(Reader& reader, const YAML::Node& root, Config::Media& media) {
    reader.map(
        root, "media",
        {{"ports",
          [&](const YAML::Node& node, const std::string& key) {
              unsigned first = 0, last = 0;
              if (std::sscanf(node.as<std::string>("").c_str(), "%u-%u", &first, &last) != 2 ||
                  first < 1024 || last > 65535 || last < first + 3)
                  return reader.fault(
                      node, key, "bad-value",
                      "un rango de puertos entre 1024 y 65535; ejemplo: 20000-29999",
                      "a range of ports from 1024 to 65535; example: 20000-29999");
              media.first_port = static_cast<std::uint16_t>(first);
              media.last_port = static_cast<std::uint16_t>(last);
          }},
         {"threads",
          [&](const YAML::Node& node, const std::string& key) {
              const int threads = node.as<int>(-1);
              if (threads < 0 || threads > 64)
                  return reader.fault(node, key, "out-of-range", "de 0 (uno por núcleo) a 64",
                                      "from 0 (one per core) to 64");
              media.threads = static_cast<unsigned>(threads);
          }},
         {"rtp_timeout", reader.seconds_of(media.rtp_timeout, 2, 3600)},
         {"hold_timeout", reader.seconds_of(media.hold_timeout, 2, 86400)}});
}

void read_calls(Reader& reader, const YAML::Node& root, Config::Calls& calls) {
    constexpr unsigned kMost = 100'000;
    bool is_first = true;
    const auto take_kind = [&](const YAML::Node& node, const std::string& key,
                               const std::string& text) {
        if (std::exchange(is_first, false)) calls.may_dial = model::MayDial::nothing();
        if (const auto kind = model::parse_destination(text)) return calls.may_dial.add(*kind);
        reader.fault(
            node, key, "bad-value",
            fmt::format("«{}» no es local, mobile, national, international ni premium", text),
            fmt::format("\"{}\" is none of local, mobile, national, international, premium", text));
    };
    reader.map(root, "calls",
               {{"max", reader.number(calls.most, 1, kMost)},
                {"max_legs", reader.number(calls.legs, 1, kMost)},
                {"per_community", reader.number(calls.per_community, 1, kMost)},
                {"per_number", reader.number(calls.per_number, 1, kMost)},
                {"per_phone", reader.number(calls.per_phone, 1, kMost)},
                {"may_dial", reader.each(take_kind)}});
}

void read_trunks(Reader& reader, const YAML::Node& root, std::vector<TrunkConfig>& trunks) {
    if (!root.IsSequence())
        return reader.fault(root, "trunks", "not-a-list", "aquí va una lista de troncales",
                            "a list of trunks belongs here");
    for (std::size_t i = 0; i < root.size(); ++i) {
        TrunkConfig trunk;
        const std::string prefix = fmt::format("trunks[{}]", i);
        reader.map(
            root[i], prefix,
            {{"name", reader.text(trunk.name)},
             {"hosts", reader.each([&](const YAML::Node& node, const std::string& key,
                                       const std::string& text) {
                  const auto pattern = sip::AddressPattern::parse(text);
                  if (!pattern)
                      return reader.fault(
                          node, key, "bad-address",
                          fmt::format("«{}» no es una dirección, una red ni dirección:puerto",
                                      text),
                          fmt::format("\"{}\" is no address, network or address:port", text));
                  trunk.hosts.push_back(text);
                  trunk.patterns.push_back(*pattern);
                  if (!trunk.destination && text.find('/') == std::string::npos)
                      trunk.destination = parse_endpoint(text, 5060);
              })}});
        if (trunk.name.empty())
            reader.fault(root[i], prefix + ".name", "missing-key", "falta el nombre de la troncal",
                         "the trunk's name is missing");
        trunks.push_back(std::move(trunk));
    }
}

void read_numbers(Reader& reader, const YAML::Node& root, std::vector<model::PhoneNumber>& pool) {
    reader.map(root, "numbers",
               {{"available", reader.each([&](const YAML::Node& node, const std::string& key,
                                              const std::string& text) {
                     auto number = model::PhoneNumber::parse_e164(text);
                     if (number) return pool.push_back(std::move(*number));
                     reader.fault(node, key, "bad-number",
                                  fmt::format("«{}» no es un número E.164; ejemplo: "
                                              "\"+56229145248\"",
                                              text),
                                  fmt::format("\"{}\" is no E.164 number; example: "
                                              "\"+56229145248\"",
                                              text));
                 })}});
}

void read_twilio(Reader& reader, const YAML::Node& root, Config::Twilio& twilio) {
    constexpr std::string_view kSuffix = ".sip.twilio.com";
    const auto url = [&](const YAML::Node& node, const std::string& key) {
        twilio.base_url = node.as<std::string>("");
        while (twilio.base_url.ends_with('/')) twilio.base_url.pop_back();
        if (!twilio.base_url.empty() && !http::parse_url(twilio.base_url))
            reader.fault(node, key, "bad-url", "una dirección http(s)://", "an http(s):// address");
    };
    reader.map(root, "twilio",
               {{"account_sid", reader.text(twilio.account_sid)},
                {"auth_token_file", reader.text(twilio.auth_token_file)},
                {"base_url", url},
                {"region", reader.text(twilio.region)},
                {"edge", reader.text(twilio.edge)},
                {"test_from", reader.text(twilio.test_from)},
                {"sip_domain", reader.text(twilio.sip_domain)},
                {"timeout", reader.seconds_of(twilio.timeout, 1, 300)},
                {"prices", reader.seconds_of(twilio.prices, 1, 86400)},
                {"backoff", [&](const YAML::Node& node, const std::string& key) {
                     const int value = node.as<int>(-1);
                     if (value < 1 || value > 3000)
                         return reader.fault(node, key, "out-of-range",
                                             "milisegundos entre 1 y 3000",
                                             "milliseconds from 1 to 3000");
                     twilio.backoff = milliseconds(value);
                 }}});
    twilio.sip_domain = lower(twilio.sip_domain);
    if (twilio.sip_domain.ends_with(kSuffix))
        twilio.sip_domain.resize(twilio.sip_domain.size() - kSuffix.size());
    for (const auto& [name, value] : {std::pair("account_sid", &twilio.account_sid),
                                      std::pair("sip_domain", &twilio.sip_domain),
                                      std::pair("auth_token_file", &twilio.auth_token_file)})
        if (value->empty())
            reader.fault(root, std::string("twilio.") + name, "missing-key",
                         fmt::format("falta {}: sin él no se puede usar Twilio", name),
                         fmt::format("{} is missing: Twilio cannot be used without it", name));
    if (!twilio.account_sid.empty() && !AccountSid::parse(twilio.account_sid))
        reader.fault(root, "twilio.account_sid", "bad-value",
                     "AC y 32 dígitos hexadecimales, como en la consola de Twilio",
                     "AC and 32 hexadecimal digits, as in Twilio's console");
    if (!twilio.test_from.empty() && !model::PhoneNumber::parse_e164(twilio.test_from))
        reader.fault(root, "twilio.test_from", "bad-value",
                     "un número suyo en Twilio, en formato internacional (+56...)",
                     "a number of yours at Twilio, in international form (+56...)");
    const bool is_label =
        std::all_of(twilio.sip_domain.begin(), twilio.sip_domain.end(),
                    [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.'; });
    if (!is_label)
        reader.fault(root, "twilio.sip_domain", "bad-value",
                     "el nombre del dominio SIP sin .sip.twilio.com: letras, dígitos y «-»",
                     "the SIP domain's name without .sip.twilio.com: letters, digits and \"-\"");
}

void read_log(Reader& reader, const YAML::Node& node, const std::string& key, log::Level& level) {
    constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
    const auto name = node.as<std::string>("");
    for (int i = 0; i < 4; ++i)
        if (name == kNames[i]) return void(level = static_cast<log::Level>(i));
    reader.fault(node, key, "bad-value", "debug, info, warn o error", "debug, info, warn or error");
}

}  // namespace

ConfigReading parse_config(std::string_view yaml, const std::string& file) {
    ConfigReading reading;
    Config& config = reading.config;
    Reader reader(file, reading.findings);
    YAML::Node root;
    try {
        root = YAML::Load(std::string(yaml));
    } catch (const YAML::ParserException& error) {
        reading.findings.push_back({"not-yaml",
                                    provision::Level::error,
                                    {file, error.mark.line + 1, error.mark.column + 1, ""},
                                    "el archivo no es YAML válido: " + error.msg,
                                    "the file is not valid YAML: " + error.msg});
        return reading;
    }
    const auto nested = [&](auto read, auto& part) {
        return [&reader, read, &part](const YAML::Node& node, const std::string&) {
            read(reader, node, part);
        };
    };
    std::string data = config.data.string();
    if (provision::lang_of_environment() == provision::Lang::en)
        config.log_language = log::Language::en;
    bool has_sip = false;
    reader.map(
        root, "",
        {{"data", reader.text(data)},
         {"node",
          [&](const YAML::Node& node, const std::string& key) {
              config.node = node.as<std::string>("");
              if (!is_node_name(config.node))
                  reader.fault(node, key, "bad-value",
                               "una palabra de hasta 64 letras, dígitos, puntos y guiones",
                               "a word of at most 64 letters, digits, dots and hyphens");
          }},
         {"log", [&](const YAML::Node& node,
                     const std::string& key) { read_log(reader, node, key, config.log_level); }},
         {"log_language",
          [&](const YAML::Node& node, const std::string& key) {
              const auto name = node.as<std::string>("");
              if (name != "es" && name != "en")
                  return reader.fault(node, key, "bad-value", "es o en", "es or en");
              config.log_language = name == "en" ? log::Language::en : log::Language::es;
          }},
         {"sip",
          [&](const YAML::Node& node, const std::string&) {
              has_sip = true;
              read_sip(reader, node, config.sip);
          }},
         {"media", nested(read_media, config.media)},
         {"calls", nested(read_calls, config.calls)},
         {"http", nested(read_http, config.http)},
         {"webhooks",
          [&](const YAML::Node& node, const std::string&) {
              reader.map(node, "webhooks",
                         {{"allow", reader.each([&](const YAML::Node&, const std::string&,
                                                    const std::string& text) {
                               config.webhooks_allow.push_back(text);
                           })}});
          }},
         {"database", reader.text(config.database)},
         {"numbers", nested(read_numbers, config.available_numbers)},
         {"trunks", nested(read_trunks, config.trunks)},
         {"drain", reader.seconds_of(config.drain, 0, 3600)},
         {"twilio", nested(read_twilio, config.twilio)}});
    if (!has_sip) read_sip(reader, YAML::Node(YAML::NodeType::Map), config.sip);
    config.data = std::filesystem::path(file).parent_path() / data;
    check_http(reader, root, config);
    config.sip.domain = lower(config.sip.domain);
    if (config.sip.realm.empty()) config.sip.realm = config.sip.domain;
    return reading;
}

ConfigReading load_config(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        ConfigReading reading;
        reading.findings.push_back({"cannot-read",
                                    provision::Level::error,
                                    {file.string(), 0, 0, ""},
                                    "no puedo leer el archivo de configuración",
                                    "the configuration file cannot be read"});
        return reading;
    }
    std::ostringstream text;
    text << in.rdbuf();
    return parse_config(text.str(), file.string());
}

}  // namespace skyn3t::server
