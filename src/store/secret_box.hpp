#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/secret.hpp"

namespace skyn3t::store {

// What becomes of a key file that is not there: refused where something is sealed already.
enum class MissingKey { make, refuse };

// Seals secrets for the database: AES-256-GCM with a random nonce each (NIST SP 800-38D). The key
// lies beside the database, not in it. Any thread.
class SecretBox {
  public:
    // SKYN3T_SECRET_KEY (64 hexadecimal digits), else DATA/secret.key, which is made with mode 0600
    // or refused (Errc::not_found) when missing. Errc::forbidden when others may read the file,
    // Errc::invalid_argument when it holds no key.
    static Result<SecretBox> open(const std::filesystem::path& data,
                                  MissingKey missing = MissingKey::make);
    static Result<SecretBox> from_hex(std::string_view key);

    // `context` names the row that holds it ("credential CR...") and is authenticated: a sealed
    // value copied into another row does not open.
    [[nodiscard]] std::string seal(const model::Secret& secret, std::string_view context) const;
    // Errc::unauthorized: another key, another context, or changed bytes.
    [[nodiscard]] Result<model::Secret> unseal(std::string_view sealed,
                                               std::string_view context) const;
    // A key for another purpose, always the same for it; tells nothing about this one.
    using Key = std::array<std::uint8_t, 32>;
    [[nodiscard]] Key derive_key(std::string_view purpose) const;

  private:
    explicit SecretBox(const Key& key) : key_(key) {}
    Key key_;
};

}  // namespace skyn3t::store
