#pragma once

#include <asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <tl/expected.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace asio::ssl {
class context;
}

namespace skyn3t::http {

// A chain (the server's own certificate first) and its key, two PEM files as certbot keeps them.
struct CertificateFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

struct CertificateFault {
    enum class Kind { cannot_read, not_a_certificate, not_a_key, key_does_not_fit, not_usable };
    Kind kind;
    std::filesystem::path file;
    std::string detail;  // the system's or OpenSSL's words
};
template <class T>
using CertificateResult = tl::expected<T, CertificateFault>;

// What the server shows to its clients, replaced as a whole when the files have changed: a
// connection takes the context once, so open ones keep theirs. From any thread.
class Certificate {
  public:
    using Context = std::shared_ptr<asio::ssl::context>;  // shared with the connections that use it

    [[nodiscard]] static CertificateResult<std::unique_ptr<Certificate>> load(
        CertificateFiles files);

    enum class Look { if_changed, always };
    // Reads the files again. Whether there is a new certificate now; after a fault the old one
    // stays, and the same files are not read again by `if_changed`.
    [[nodiscard]] CertificateResult<bool> reload(Look look);

    Context context() const;
    WallTime begins() const;
    WallTime expires() const;
    // Others than the key file's owner and group may read it.
    bool is_key_open_to_all() const;
    const CertificateFiles& files() const { return files_; }

  private:
    struct Loaded {
        Context context;
        WallTime begins{}, expires{};
    };
    explicit Certificate(CertificateFiles files) : files_(std::move(files)) {}
    static CertificateResult<Loaded> read(const CertificateFiles& files);
    std::string stamp() const;

    const CertificateFiles files_;
    std::mutex reloading_;
    std::string read_stamp_;  // of the files that were read last, good or bad
    mutable std::mutex mutex_;
    Loaded loaded_;
};

// The key of a PEM certificate as "sha256//BASE64" (RFC 7469, section 2.4).
[[nodiscard]] Result<std::string> key_pin(const std::filesystem::path& certificate);

}  // namespace skyn3t::http
