#include "sip_text.hpp"

#include <openssl/evp.h>
#include <strings.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace skyn3t::bench {
namespace {

std::string_view compact_form(std::string_view name) {
    constexpr std::array<std::array<std::string_view, 2>, 5> kForms{
        {{"Via", "v"}, {"From", "f"}, {"To", "t"}, {"Call-ID", "i"}, {"Contact", "m"}}};
    for (const auto& [full, compact] : kForms)
        if (full == name) return compact;
    return "";
}

bool is_named(std::string_view line, std::string_view name) {
    return !name.empty() && line.size() > name.size() && line[name.size()] == ':' &&
           strncasecmp(line.data(), name.data(), name.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

// Every header field of this name: a response repeats all Via fields.
void copy(std::string& to, std::string_view message, std::string_view name) {
    std::size_t at = message.find("\r\n");
    while (at != std::string_view::npos) {
        const auto line = message.substr(at + 2, message.find("\r\n", at + 2) - at - 2);
        if (line.empty()) return;
        if (is_named(line, name) || is_named(line, compact_form(name)))
            to.append(line).append("\r\n");
        at = message.find("\r\n", at + 2);
    }
}

}  // namespace

int status_of(std::string_view message) {
    return message.substr(0, 8) == "SIP/2.0 " ? std::atoi(message.data() + 8) : 0;
}

std::string_view method_of(std::string_view message) {
    return message.substr(0, message.find(' '));
}

std::string_view header(std::string_view message, std::string_view name) {
    std::size_t at = message.find("\r\n");
    while (at != std::string_view::npos) {
        const auto line = message.substr(at + 2, message.find("\r\n", at + 2) - at - 2);
        if (line.empty()) break;
        if (is_named(line, name) || is_named(line, compact_form(name)))
            return trimmed(line.substr(line.find(':') + 1));
        at = message.find("\r\n", at + 2);
    }
    return {};
}

std::string_view parameter(std::string_view field, std::string_view name) {
    for (std::size_t at = field.find(name); at != std::string_view::npos;
         at = field.find(name, at + 1)) {
        const auto end = at + name.size();
        const bool starts = at > 0 && std::strchr(" ,;\t", field[at - 1]) != nullptr;
        if (!starts || end >= field.size() || field[end] != '=') continue;
        auto value = field.substr(end + 1);
        if (!value.empty() && value.front() == '"') return value.substr(1, value.find('"', 1) - 1);
        return value.substr(0, value.find_first_of(",; \r"));
    }
    return {};
}

std::string_view uri_in(std::string_view field) {
    const auto open = field.find('<');
    if (open == std::string_view::npos) return field.substr(0, field.find(';'));
    return field.substr(open + 1, field.find('>', open) - open - 1);
}

std::string_view user_in(std::string_view field) {
    const auto uri = uri_in(field);
    const auto colon = uri.find(':'), at = uri.find('@');
    return at == std::string_view::npos ? "" : uri.substr(colon + 1, at - colon - 1);
}

std::string response(std::string_view request, std::string_view status, std::string_view tag,
                     std::string_view more_headers, std::string_view body) {
    std::string text = "SIP/2.0 ";
    text.append(status).append("\r\n");
    copy(text, request, "Via");
    copy(text, request, "Record-Route");
    copy(text, request, "From");
    std::string to(header(request, "To"));
    text.append("To: ").append(to);
    if (!tag.empty() && parameter(to, "tag").empty()) text.append(";tag=").append(tag);
    text += "\r\n";
    copy(text, request, "Call-ID");
    copy(text, request, "CSeq");
    text.append(more_headers);
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return text.append(body);
}

std::string media_address(std::string_view message) {
    constexpr std::string_view kHost = "\nc=IN IP4 ", kPort = "\nm=audio ";
    const auto host = message.find(kHost), port = message.find(kPort);
    if (host == std::string_view::npos || port == std::string_view::npos) return {};
    const auto word = [&](std::size_t at) {
        return std::string(message.substr(at, message.find_first_of(" \r\n", at) - at));
    };
    return word(host + kHost.size()) + ":" + word(port + kPort.size());
}

std::string audio_sdp(const std::string& host, unsigned port) {
    return "v=0\r\no=bench 1 1 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host +
           "\r\nt=0 0\r\nm=audio " + std::to_string(port) +
           " RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
           "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
}

std::string md5_hex(std::string_view text) {
    static const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                 EVP_MD_CTX_free);
    std::array<unsigned char, 16> digest{};
    EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr);
    EVP_DigestUpdate(context.get(), text.data(), text.size());
    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
    std::string hex;
    for (const unsigned char octet : digest) {
        hex += "0123456789abcdef"[octet >> 4];
        hex += "0123456789abcdef"[octet & 15];
    }
    return hex;
}

std::string authorization(std::string_view challenge, std::string_view user,
                          std::string_view password, std::string_view method,
                          std::string_view uri) {
    const std::string name(user), secret(password), target(uri);
    const std::string realm(parameter(challenge, "realm")), nonce(parameter(challenge, "nonce"));
    const std::string ha1 = md5_hex(name + ":" + realm + ":" + secret);
    const std::string ha2 = md5_hex(std::string(method) + ":" + target);
    const std::string answer = md5_hex(ha1 + ":" + nonce + ":00000001:7c1d5b3e:auth:" + ha2);
    return "Authorization: Digest username=\"" + name + "\", realm=\"" + realm + "\", nonce=\"" +
           nonce + "\", uri=\"" + target + "\", response=\"" + answer +
           "\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"7c1d5b3e\"\r\n";
}

}  // namespace skyn3t::bench
