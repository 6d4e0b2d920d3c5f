#include "sip/digest.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdexcept>

#include "base/handle.hpp"
#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

// Fetched once for the whole life of the process: fetching costs more than hashing (OpenSSL 3).
const EVP_MD* fetched(DigestAlgorithm algorithm) {
    static EVP_MD* const kFetched[] = {EVP_MD_fetch(nullptr, "MD5", nullptr),
                                       EVP_MD_fetch(nullptr, "SHA2-256", nullptr),
                                       EVP_MD_fetch(nullptr, "SHA2-512/256", nullptr)};
    const EVP_MD* md = kFetched[static_cast<std::size_t>(algorithm)];
    if (md == nullptr) throw std::runtime_error("OpenSSL does not offer a hash that SIP needs");
    return md;
}

EVP_MD_CTX* thread_context() {
    thread_local const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    if (!context) throw std::bad_alloc();
    return context.get();
}

// A qop-options list, as in "auth,auth-int".
bool has_auth(std::string_view qop_options) {
    while (!qop_options.empty())
        if (iequals(next_list_value(qop_options), "auth")) return true;
    return false;
}

}  // namespace

// H of several texts with ':' between them.
class DigestHash {
  public:
    explicit DigestHash(DigestAlgorithm algorithm) : context_(thread_context()) {
        check(EVP_DigestInit_ex2(context_, fetched(algorithm), nullptr));
    }
    DigestHash& add(std::string_view text) {
        if (!is_first_) check(EVP_DigestUpdate(context_, ":", 1));
        is_first_ = false;
        check(EVP_DigestUpdate(context_, text.data(), text.size()));
        return *this;
    }
    HexDigest finish() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
        unsigned size = 0;
        check(EVP_DigestFinal_ex(context_, hash.data(), &size));
        HexDigest result;
        result.size_ = std::size_t{2} * size;
        for (std::size_t i = 0; i < size; ++i) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            result.digits_[2 * i] = kDigits[hash[i] >> 4];
            result.digits_[2 * i + 1] = kDigits[hash[i] & 15];
        }
        return result;
    }

  private:
    static void check(int ok) {
        if (ok != 1) throw std::runtime_error("OpenSSL cannot hash");
    }
    EVP_MD_CTX* context_;
    bool is_first_ = true;
};

std::string_view name_of(DigestAlgorithm algorithm) {
    constexpr std::string_view kNames[] = {"MD5", "SHA-256", "SHA-512-256"};
    return kNames[static_cast<std::size_t>(algorithm)];
}

std::optional<DigestAlgorithm> digest_algorithm_of(std::string_view name) {
    if (name.empty()) return DigestAlgorithm::md5;
    for (const auto algorithm :
         {DigestAlgorithm::md5, DigestAlgorithm::sha256, DigestAlgorithm::sha512_256})
        if (iequals(name_of(algorithm), name)) return algorithm;
    return std::nullopt;
}

HexDigest digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password) {
    return DigestHash(algorithm).add(username).add(realm).add(password).finish();
}

HexDigest digest_response(const DigestInput& input) {
    const HexDigest ha2 = DigestHash(input.algorithm).add(input.method).add(input.uri).finish();
    DigestHash response(input.algorithm);
    response.add(input.ha1).add(input.nonce);
    if (!input.qop.empty()) response.add(input.nc).add(input.cnonce).add(input.qop);
    return response.add(ha2).finish();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<DigestChallenge> strongest_challenge(const Message& response) {
    std::optional<DigestChallenge> best;
    std::string offered;
    for (std::size_t i = 0; i < response.field_count(); ++i) {
        const auto field = response.field(i);
        const bool is_proxy = field.id == HeaderId::proxy_authenticate;
        if (!is_proxy && field.id != HeaderId::www_authenticate) continue;
        const auto params = DigestParams::parse(field.value);
        if (!params) continue;
        offered += offered.empty() ? "" : ", ";
        offered += params->algorithm.empty() ? "MD5" : params->algorithm;
        const auto algorithm = digest_algorithm_of(params->algorithm);
        const bool usable = algorithm && (params->qop.empty() || has_auth(params->qop));
        if (!usable || params->nonce.empty()) continue;
        if (best && best->algorithm >= *algorithm) continue;
        best = DigestChallenge{.algorithm = *algorithm,
                               .algorithm_name = std::string(params->algorithm),
                               .realm = std::string(params->realm),
                               .nonce = std::string(params->nonce),
                               .opaque = std::string(params->opaque),
                               .has_qop = !params->qop.empty(),
                               .stale = params->stale,
                               .is_proxy = is_proxy};
    }
    if (best) return *std::move(best);
    return fail(Errc::unsupported, offered.empty() ? "no Digest challenge"
                                                   : "no Digest challenge that we can answer: " +
                                                         skyn3t::quoted(offered));
}

std::string answer_challenge(const DigestChallenge& challenge, const DigestClient& client) {
    const HexDigest ha1 =
        digest_ha1(challenge.algorithm, client.username, challenge.realm, client.password);
    const std::string nc = fmt::format("{:08x}", client.nonce_count);
    DigestInput input{.algorithm = challenge.algorithm,
                      .ha1 = ha1,
                      .method = client.method,
                      .uri = client.uri,
                      .nonce = challenge.nonce,
                      .nc = {},
                      .cnonce = {},
                      .qop = {}};
    if (challenge.has_qop) {
        input.nc = nc;
        input.cnonce = client.cnonce;
        input.qop = "auth";
    }
    std::string result =
        fmt::format("Digest username={}, realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\"",
                    quoted_string(client.username), challenge.realm, challenge.nonce, client.uri,
                    digest_response(input).view());
    if (!challenge.algorithm_name.empty()) result += ", algorithm=" + challenge.algorithm_name;
    if (!challenge.opaque.empty()) result += ", opaque=\"" + challenge.opaque + '"';
    if (challenge.has_qop)
        result += fmt::format(", qop=auth, nc={}, cnonce=\"{}\"", nc, client.cnonce);
    return result;
}

}  // namespace skyn3t::sip
