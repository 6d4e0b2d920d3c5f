#include "cli/phone_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "cli/table.hpp"

namespace skyn3t::cli {
namespace {

// What a field is filled with: something that differs from phone to phone, or always the same text.
enum class Fill {
    domain,
    proxy,
    proxy_host,
    proxy_port,
    user,
    password,
    label,
    transport,
    seconds,
    minutes,
    keep_alive,
    fixed
};
struct Field {
    const char* page;  // where the vendor's menu has it; empty: the page of the field before
    const char* name;  // as the vendor writes it
    Fill fill;
    const char* text = "";  // when fixed
};

// Grandstream counts a registration in minutes, and its list of codecs has no empty place: the last
// ones repeat the first. Its own headers make an INVITE too long for one datagram.
constexpr Field kGrandstream[] = {
    {"Accounts > Account 1 > General Settings", "Account Active", Fill::fixed, "Yes"},
    {"", "Account Name", Fill::label},
    {"", "SIP Server", Fill::domain},
    {"", "Outbound Proxy", Fill::proxy},
    {"", "SIP User ID", Fill::user},
    {"", "SIP Authentication ID", Fill::user},
    {"", "SIP Authentication Password", Fill::password},
    {"", "NAT Traversal", Fill::fixed, "Keep-Alive"},
    {"Accounts > Account 1 > SIP Settings", "SIP Registration", Fill::fixed, "Yes"},
    {"", "Register Expiration (minutes)", Fill::minutes},
    {"", "SIP Transport", Fill::transport},
    {"", "Accept Incoming SIP from Proxy Only", Fill::fixed, "Yes"},
    {"", "Use X-Grandstream, P-Access, P-Emergency", Fill::fixed, "No"},
    {"Accounts > Account 1 > Codec Settings", "Preferred Vocoder 1, 2, 3", Fill::fixed,
     "PCMU, PCMA, G.722"},
    {"", "Preferred Vocoder 4 to 8", Fill::fixed, "PCMU"},
    {"", "DTMF: in-audio, RFC2833, SIP INFO", Fill::fixed, "No, Yes, No"},
    {"", "DTMF Payload Type", Fill::fixed, "101"},
    {"Settings > General Settings", "Keep-Alive Interval (seconds)", Fill::keep_alive},
};
constexpr Field kYealink[] = {
    {"Account > Register", "Line Active", Fill::fixed, "Enabled"},
    {"", "Label", Fill::label},
    {"", "Register Name", Fill::user},
    {"", "User Name", Fill::user},
    {"", "Password", Fill::password},
    {"", "Enable Outbound Proxy Server", Fill::fixed, "Enabled"},
    {"", "Outbound Proxy Server 1", Fill::proxy_host},
    {"", "Outbound Proxy Server 1, Port", Fill::proxy_port},
    {"", "SIP Server 1, Server Host", Fill::domain},
    {"", "SIP Server 1, Port", Fill::proxy_port},
    {"", "Transport", Fill::transport},
    {"", "Server Expires (seconds)", Fill::seconds},
    {"Account > Codec", "Enable Codecs", Fill::fixed, "PCMU, PCMA, G722"},
    {"Account > Advanced", "Keep Alive Type", Fill::fixed, "Default"},
    {"", "Keep Alive Interval (seconds)", Fill::keep_alive},
    {"", "RPort", Fill::fixed, "Enabled"},
    {"", "DTMF Type", Fill::fixed, "RFC2833"},
    {"", "DTMF Payload Type", Fill::fixed, "101"},
};
constexpr Field kLinphone[] = {
    {"Assistant > Use a SIP account", "Username", Fill::user},
    {"", "Password", Fill::password},
    {"", "Domain", Fill::domain},
    {"", "Display name", Fill::label},
    {"", "Transport", Fill::transport},
    {"Settings > Account", "Auth userid", Fill::user},
    {"", "SIP proxy address", Fill::proxy},
    {"", "Outbound proxy", Fill::fixed, "On"},
    {"", "Expire (seconds)", Fill::seconds},
    {"Settings > Audio", "Codecs", Fill::fixed, "PCMU, PCMA, G722"},
    {"Settings > Call", "Send out-band DTMFs (RFC2833)", Fill::fixed, "On"},
    {"", "Send in-band DTMFs (SIP INFO)", Fill::fixed, "Off"},
};
constexpr Field kZoiper[] = {
    {"Settings > Accounts > Add account", "Username", Fill::user},
    {"", "Password", Fill::password},
    {"", "Hostname / Domain", Fill::domain},
    {"", "Authentication username", Fill::user},
    {"", "Outbound proxy", Fill::proxy},
    {"", "Account name", Fill::label},
    {"Account > Advanced", "Registration expiry (seconds)", Fill::seconds},
    {"", "Transport", Fill::transport},
    {"", "Keep-alive (custom, seconds)", Fill::keep_alive},
    {"", "Use rport", Fill::fixed, "On"},
    {"", "DTMF style", Fill::fixed, "Media outband"},
    {"Account > Audio codecs", "Selected", Fill::fixed, "u-law, a-law, G.722"},
};
struct Device {
    std::string_view word;
    const char* title;
    std::span<const Field> fields;
};
constexpr Device kDevices[] = {{"grandstream", "Grandstream GRP, GHP, GXP", kGrandstream},
                               {"yealink", "Yealink T3, T4, T5", kYealink},
                               {"linphone", "Linphone", kLinphone},
                               {"zoiper", "Zoiper 5", kZoiper}};

constexpr int kKeepAliveSeconds = 25;  // below the 30 s after which home routers forget
constexpr std::size_t kSheetWidth = 80;
constexpr std::size_t kNameWidth = 40;

std::string upper_text(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

// "203.0.113.10:5060", "[2001:db8::1]:5060" -> host and port.
std::pair<std::string, std::string> host_and_port(const std::string& server) {
    const auto colon = server.rfind(':');
    if (colon == std::string::npos || server.ends_with(']')) return {server, ""};
    return {server.substr(0, colon), server.substr(colon + 1)};
}

std::string value_of(const Field& field, const Json& phone) {
    const std::string server = text_of(phone, "server");
    const double expiry = number_of(phone, "expiry");
    switch (field.fill) {
        case Fill::domain:
            return text_of(phone, "domain");
        case Fill::proxy:
            return server;
        case Fill::proxy_host:
            return host_and_port(server).first;
        case Fill::proxy_port:
            return host_and_port(server).second;
        case Fill::user:
            return text_of(phone, "username");
        case Fill::password:
            return text_of(phone, "password");
        case Fill::label:
            return text_of(phone, "label");
        case Fill::transport:
            return upper_text(text_of(phone, "transport"));
        case Fill::seconds:
            return fmt::format("{:.0f}", expiry);
        case Fill::minutes:
            return fmt::format("{:.0f}", std::max(1.0, std::ceil(expiry / 60)));
        case Fill::keep_alive:
            return std::to_string(kKeepAliveSeconds);
        case Fill::fixed:
            break;
    }
    return field.text;
}

std::string line_of(const std::string& name, const std::string& value, std::size_t indent) {
    std::string line = std::string(indent, ' ') + printable(name);
    const std::size_t width = display_width(line);
    line += std::string(width < kNameWidth ? kNameWidth - width : 1, ' ') + printable(value);
    return line + '\n';
}

std::string pages_of(const Device& device, const Json& phone) {
    std::string out = fmt::format("  {}\n", device.title);
    for (const Field& field : device.fields) {
        if (*field.page != '\0') out += fmt::format("  {}\n", field.page);
        out += line_of(field.name, value_of(field, phone), 4);
    }
    return out;
}

// The same for whatever phone, in the words of the standards.
std::string settings_of(const Json& phone, const Style& style) {
    const double expiry = number_of(phone, "expiry");
    const auto say = [&](const char* es, const char* en) { return std::string(style.say(es, en)); };
    std::string out;
    const auto line = [&](const std::string& name, const std::string& value) {
        out += line_of(name, value, 2);
    };
    line(say("Dominio (SIP Server)", "Domain (SIP Server)"), text_of(phone, "domain"));
    line(say("Proxy de salida (Outbound Proxy)", "Outbound proxy"), text_of(phone, "server"));
    line(say("Transporte", "Transport"), upper_text(text_of(phone, "transport")));
    line(say("Usuario (User ID)", "User (User ID)"), text_of(phone, "username"));
    line(say("Usuario de autenticación (Auth ID)", "Authentication user (Auth ID)"),
         text_of(phone, "username"));
    line(say("Contraseña", "Password"), text_of(phone, "password"));
    line(say("Expiración del registro", "Registration expiry"),
         fmt::format(fmt::runtime(style.say("{:.0f} segundos, o {:.0f} minutos",
                                            "{:.0f} seconds, or {:.0f} minutes")),
                     expiry, std::max(1.0, std::ceil(expiry / 60))));
    line(say("Códecs, en este orden", "Codecs, in this order"), "PCMU, PCMA, G.722");
    line(say("Dígitos (DTMF)", "Digits (DTMF)"),
         say("RFC 4733 (RFC 2833), tipo 101", "RFC 4733 (RFC 2833), type 101"));
    line(say("Mantener viva la conexión", "Keep-alive"),
         fmt::format(fmt::runtime(style.say("cada {} segundos", "every {} seconds")),
                     kKeepAliveSeconds));
    return out;
}

}  // namespace

std::vector<std::string> device_words() {
    std::vector<std::string> words;
    for (const Device& each : kDevices) words.emplace_back(each.word);
    return words;
}

std::string phone_sheet(const Json& community, const Json& secrets, const std::string& device,
                        const Style& style) {
    std::string out =
        fmt::format("{} ({})  {}\n{}\n", printable(text_of(community, "name")),
                    printable(text_of(community, "code")), printable(text_of(community, "number")),
                    std::string(kSheetWidth, '='));
    const auto known = std::find_if(std::begin(kDevices), std::end(kDevices),
                                    [&](const Device& each) { return each.word == device; });
    for (const Json& phone : list_of(secrets, "phones")) {
        out += fmt::format("\n{}: {}\n", printable(text_of(phone, "role")),
                           printable(text_of(phone, "label")));
        out += known == std::end(kDevices) ? settings_of(phone, style) : pages_of(*known, phone);
    }
    return out + '\n';
}

}  // namespace skyn3t::cli
