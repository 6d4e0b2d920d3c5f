#include "http/certificate.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <asio/ssl/context.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/encoding.hpp"
#include "base/handle.hpp"

namespace skyn3t::http {
namespace {

using Kind = CertificateFault::Kind;

// Mozilla's "intermediate" without the DHE suites, which no client since 2014 needs. TLS 1.3 has
// suites of its own, all of them good.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

std::string openssl_error() {
    char text[200] = "";
    ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
    ERR_clear_error();
    return text;
}

tl::unexpected<CertificateFault> fault(Kind kind, const std::filesystem::path& file,
                                       std::string detail) {
    return tl::unexpected(CertificateFault{kind, file, std::move(detail)});
}

CertificateResult<void> check_readable(const std::filesystem::path& file) {
    if (::access(file.c_str(), R_OK) != 0)
        return fault(Kind::cannot_read, file, std::strerror(errno));
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return fault(Kind::cannot_read, file, "not a file");
    return {};
}

// RFC 7301: of what the client offers, HTTP/1.1, which is all that we speak.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) noexcept {
    static constexpr unsigned char kOurs[] = "\x08http/1.1";
    unsigned char* selected = nullptr;
    const int found =
        SSL_select_next_proto(&selected, out_size, kOurs, sizeof kOurs - 1, in, in_size);
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

// A key with a passphrase is refused, not asked for on the terminal.
int no_passphrase(char*, int, int, void*) noexcept { return 0; }

void set_up(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, kCiphers);
    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
    // Without tickets no key of ours must be changed daily to keep old connections secret.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

bool is_too_weak(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    return ERR_GET_LIB(error) == ERR_LIB_SSL &&
           (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL ||
            reason == SSL_R_CA_MD_TOO_WEAK);
}

WallTime wall_time(const ASN1_TIME* time) {
    std::tm utc{};
    if (ASN1_TIME_to_tm(time, &utc) != 1) return {};
    return std::chrono::system_clock::from_time_t(::timegm(&utc));
}

}  // namespace

CertificateResult<Certificate::Loaded> Certificate::read(const CertificateFiles& files) {
    for (const auto& file : {files.certificate, files.key})
        if (auto readable = check_readable(file); !readable)
            return tl::unexpected(readable.error());
    Loaded loaded;
    loaded.context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* context = loaded.context->native_handle();
    set_up(context);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        const Kind kind =
            is_too_weak(ERR_peek_last_error()) ? Kind::not_usable : Kind::not_a_certificate;
        return fault(kind, files.certificate, openssl_error());
    }
    // OpenSSL compares a key with the certificate as soon as it has both.
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool is_key = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509;
        return fault(is_key ? Kind::key_does_not_fit : Kind::not_a_key, files.key, openssl_error());
    }
    if (SSL_CTX_check_private_key(context) != 1)
        return fault(Kind::key_does_not_fit, files.key, openssl_error());
    const X509* own = SSL_CTX_get0_certificate(context);
    loaded.begins = wall_time(X509_get0_notBefore(own));
    loaded.expires = wall_time(X509_get0_notAfter(own));
    return loaded;
}

CertificateResult<std::unique_ptr<Certificate>> Certificate::load(CertificateFiles files) {
    std::unique_ptr<Certificate> certificate(new Certificate(std::move(files)));
    if (auto loaded = certificate->reload(Look::always); !loaded)
        return tl::unexpected(loaded.error());
    return certificate;
}

CertificateResult<bool> Certificate::reload(Look look) {
    const std::lock_guard one_at_a_time(reloading_);
    // Taken before they are read: whoever writes meanwhile is seen the next time.
    auto stamp = this->stamp();
    if (look == Look::if_changed && stamp == read_stamp_) return false;
    read_stamp_ = std::move(stamp);
    auto loaded = read(files_);
    if (!loaded) return tl::unexpected(loaded.error());
    const std::lock_guard lock(mutex_);
    loaded_ = std::move(*loaded);
    return true;
}

// Says when a file is another one, or was written to, or became readable.
std::string Certificate::stamp() const {
    std::string stamp;
    for (const auto& file : {files_.certificate, files_.key}) {
        struct stat status {};
        if (::stat(file.c_str(), &status) != 0) status = {};
        stamp += fmt::format("{}:{}:{}:{}.{} ", status.st_dev, status.st_ino, status.st_size,
                             status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
    }
    return stamp;
}

Certificate::Context Certificate::context() const {
    const std::lock_guard lock(mutex_);
    return loaded_.context;
}

WallTime Certificate::begins() const {
    const std::lock_guard lock(mutex_);
    return loaded_.begins;
}

WallTime Certificate::expires() const {
    const std::lock_guard lock(mutex_);
    return loaded_.expires;
}

bool Certificate::is_key_open_to_all() const {
    struct stat status {};
    return ::stat(files_.key.c_str(), &status) == 0 && (status.st_mode & 0007) != 0;
}

Result<std::string> key_pin(const std::filesystem::path& certificate) {
    const Handle<BIO, BIO_free_all> file(BIO_new_file(certificate.c_str(), "r"));
    if (!file) {
        ERR_clear_error();
        return fail(Errc::io_error, "cannot read " + certificate.string());
    }
    const Handle<X509, X509_free> own(
        PEM_read_bio_X509(file.get(), nullptr, no_passphrase, nullptr));
    unsigned char* der = nullptr;
    const int size = own ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(own.get()), &der) : -1;
    if (size < 0) return fail(Errc::parse_error, certificate.string() + ": " + openssl_error());
    std::array<std::uint8_t, 32> hash{};
    EVP_Digest(der, static_cast<std::size_t>(size), hash.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    return "sha256//" + to_base64(hash);
}

}  // namespace skyn3t::http
