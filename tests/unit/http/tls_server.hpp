#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <asio/ssl.hpp>
#include <cstdio>
#include <string>
#include <thread>

#include "base/handle.hpp"
#include "raw_socket.hpp"

namespace skyn3t::test {}
namespace skyn3t::http::test {
using namespace skyn3t::test;

struct CertificateOptions {
    const char* name = "IP:127.0.0.1";  // the subjectAltName
    long valid_from = -3600;            // seconds from now
    long valid_until = 3600;
};

// A self-signed certificate with its key, made for one test.
class Certificate {
  public:
    explicit Certificate(const CertificateOptions& options = {})
        : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        X509* x = certificate_.get();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), options.valid_from);
        X509_gmtime_adj(X509_getm_notAfter(x), options.valid_until);
        X509_set_pubkey(x, key_.get());
        X509_NAME* subject = X509_get_subject_name(x);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(x, subject);
        const Handle<X509_EXTENSION, X509_EXTENSION_free> alternative(
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, options.name));
        X509_add_ext(x, alternative.get(), -1);
        X509_sign(x, key_.get(), EVP_sha256());
    }
    X509* x509() const { return certificate_.get(); }
    EVP_PKEY* key() const { return key_.get(); }
    void write_pem(const std::string& path) const {
        std::FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_X509(file, certificate_.get());
        std::fclose(file);
    }
    void write_key(const std::string& path) const {
        std::FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }

  private:
    Handle<EVP_PKEY, EVP_PKEY_free> key_;
    Handle<X509, X509_free> certificate_;
};

// Answers each TLS connection's first request with `octets`.
inline RawServer::Serve serve_tls(const Certificate& certificate, std::string octets) {
    return [&certificate, octets = std::move(octets)](asio::ip::tcp::socket& socket) {
        asio::ssl::context context(asio::ssl::context::tls_server);
        SSL_CTX_use_certificate(context.native_handle(), certificate.x509());
        SSL_CTX_use_PrivateKey(context.native_handle(), certificate.key());
        asio::ssl::stream<asio::ip::tcp::socket&> stream(socket, context);
        std::error_code error;
        stream.handshake(asio::ssl::stream_base::server, error);
        if (error) return;
        std::string request;
        asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", error);
        asio::write(stream, asio::buffer(octets), error);
        stream.shutdown(error);
    };
}

}  // namespace skyn3t::http::test
