#include "http/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <set>
#include <span>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "http/basic_auth.hpp"
#include "http/url.hpp"

namespace skyn3t::http {
namespace {

enum class Port { as_written, dropped, explicit_default };

std::string hmac_sha1_base64(std::string_view key, std::string_view message) {
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
         nullptr);
    return to_base64(digest);
}

std::string sha256_hex(std::string_view text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return to_hex(digest);
}

// The path stays as written: an absent one is signed absent.
std::string signed_url(const Url& url, Port port) {
    std::string out = url.scheme + "://" + url.host;
    if (port == Port::as_written && url.port != 0)
        out += ":" + std::to_string(url.port);
    else if (port == Port::explicit_default)
        out += ":" + std::to_string(url.effective_port());
    out += url.path;
    if (url.has_query) out += "?" + url.query;
    return out;
}

// Sorted by name, then by value, equal pairs once (section 5.1, rule 2).
std::string sorted_params(const Params& params) {
    const std::set<Params::Pair> sorted(params.begin(), params.end());
    std::string out;
    for (const auto& [name, value] : sorted) out += name + value;
    return out;
}

bool has_form_body(const Request& request) {
    const auto type = request.headers.find("Content-Type");
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    return type && iequals(type->substr(0, kForm.size()), kForm);
}

}  // namespace

std::string twilio_signature(std::string_view token, std::string_view url, const Params& params) {
    const auto parsed = parse_url(url);
    std::string message(url);
    if (parsed)
        message = signed_url(*parsed, parsed->scheme == "https" ? Port::dropped : Port::as_written);
    return hmac_sha1_base64(token, message + sorted_params(params));
}

std::string url_with_body_hash(std::string_view url, std::string_view body) {
    const auto fragment = url.find('#');
    std::string out(url.substr(0, fragment));
    out += out.find('?') == std::string::npos ? '?' : '&';
    out += "bodySHA256=" + sha256_hex(body);
    if (fragment != std::string_view::npos) out += url.substr(fragment);
    return out;
}

bool has_valid_signature(std::string_view token, std::string_view public_url,
                         const Request& request) {
    const auto given = request.headers.find("X-Twilio-Signature");
    if (!given || token.empty()) return false;
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    const auto url = parse_url(std::string(public_url) + request.target);
    if (!url) return false;

    const bool is_form = has_form_body(request);
    if (!is_form && !request.body.empty()) {
        const auto hash = request.query.find("bodySHA256");
        if (!hash || !equal_in_constant_time(*hash, sha256_hex(request.body))) return false;
    }
    const std::string params = is_form ? sorted_params(request.form) : std::string();
    bool valid = false;
    // Section 5.3: senders differ in whether they sign the port.
    for (const Port port : {Port::as_written, Port::dropped, Port::explicit_default})
        valid |= equal_in_constant_time(*given,
                                        hmac_sha1_base64(token, signed_url(*url, port) + params));
    return valid;
}

}  // namespace skyn3t::http
