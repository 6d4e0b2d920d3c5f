#include "store/secret_box.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <system_error>
#include <vector>

#include "base/encoding.hpp"
#include "base/handle.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace skyn3t::store {
namespace {

using Cipher = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

constexpr std::string_view kVersion = "1:";  // of the sealed form
constexpr std::size_t kNonceSize = 12;       // SP 800-38D, section 8.2: 96 bits
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kKeyDigits = 64;

std::optional<std::array<std::uint8_t, 32>> key_from_hex(std::string_view hex) {
    if (hex.size() != kKeyDigits) return std::nullopt;
    std::array<std::uint8_t, 32> key{};
    for (std::size_t i = 0; i < hex.size(); ++i) {
        const char c = to_lower(hex[i]);
        const int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return std::nullopt;
        key[i / 2] = static_cast<std::uint8_t>(key[i / 2] << 4 | digit);
    }
    return key;
}

std::string reason() { return std::generic_category().message(errno); }

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

// Written whole and synced before it gets its name: a crash leaves the key or nothing.
Result<std::string> make_key_file(const std::filesystem::path& path) {
    const std::string hex = random_hex(32);
    const std::filesystem::path fresh = path.string() + "." + random_hex(4);
    const File file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const std::string text = hex + "\n";
    const bool written =
        file.get() >= 0 &&
        ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file.get()) == 0;
    // link() fails when somebody else was first; theirs counts then.
    const bool named = written && (::link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
    const std::string why = reason();
    ::unlink(fresh.c_str());
    if (!named) return fail(Errc::io_error, "cannot write " + path.string() + ": " + why);
    return hex;
}

Result<std::string> read_key_file(const std::filesystem::path& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0)
        return fail(errno == ENOENT ? Errc::not_found : Errc::io_error,
                    "cannot read " + path.string() + ": " + reason());
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        return fail(Errc::io_error, "cannot read " + path.string() + ": " + reason());
    if ((status.st_mode & 077) != 0)
        return fail(Errc::forbidden, path.string() + " can be read by others: chmod 600 it");
    std::array<char, 256> text{};
    const ssize_t size = ::read(file.get(), text.data(), text.size());
    if (size < 0) return fail(Errc::io_error, "cannot read " + path.string() + ": " + reason());
    return std::string(trim({text.data(), static_cast<std::size_t>(size)}));
}

}  // namespace

Result<SecretBox> SecretBox::open(const std::filesystem::path& data, MissingKey missing) {
    if (const char* given = std::getenv("SKYN3T_SECRET_KEY"); given && *given) {
        auto box = from_hex(given);
        if (!box)
            return fail(Errc::invalid_argument,
                        "SKYN3T_SECRET_KEY: expected 64 hexadecimal digits");
        return box;
    }
    const std::filesystem::path path = data / "secret.key";
    std::error_code ignored;
    std::filesystem::create_directories(data, ignored);
    auto hex = read_key_file(path);
    if (!hex && hex.error().code == Errc::not_found && missing == MissingKey::make) {
        if (auto made = make_key_file(path); !made) return tl::unexpected(made.error());
        hex = read_key_file(path);
    }
    if (!hex) return tl::unexpected(hex.error());
    auto box = from_hex(*hex);
    if (!box)
        return fail(Errc::invalid_argument, path.string() + ": expected 64 hexadecimal digits");
    return box;
}

Result<SecretBox> SecretBox::from_hex(std::string_view hex) {
    const auto key = key_from_hex(trim(hex));
    if (!key) return fail(Errc::invalid_argument, "a key is 64 hexadecimal digits");
    return SecretBox(*key);
}

SecretBox::Key SecretBox::derive_key(std::string_view purpose) const {
    Key derived{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), bytes(purpose),
             purpose.size(), derived.data(), &size) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 failed");
    return derived;
}

std::string SecretBox::seal(const model::Secret& secret, std::string_view context) const {
    const std::string& plain = secret.reveal();
    std::vector<std::uint8_t> out(kNonceSize + plain.size() + kTagSize);
    random_bytes({out.data(), kNonceSize});
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    std::uint8_t* const body = out.data() + kNonceSize;
    const bool sealed =
        cipher &&
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), out.data()) ==
            1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes(context),
                          static_cast<int>(context.size())) == 1 &&
        EVP_EncryptUpdate(cipher.get(), body, &size, bytes(plain),
                          static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), body + size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, body + plain.size()) == 1;
    if (!sealed) throw std::runtime_error("AES-256-GCM is not available");
    return std::string(kVersion) + to_base64(out);
}

Result<model::Secret> SecretBox::unseal(std::string_view sealed, std::string_view context) const {
    const auto refuse = [&] {
        return fail(Errc::unauthorized,
                    "a stored secret does not open with this key (" + std::string(context) + ")");
    };
    if (!sealed.starts_with(kVersion)) return refuse();
    auto in = from_base64(sealed.substr(kVersion.size()));
    if (!in || in->size() < kNonceSize + kTagSize) return refuse();
    const std::size_t length = in->size() - kNonceSize - kTagSize;
    std::string plain(length, '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int size = 0;
    auto* const body = reinterpret_cast<unsigned char*>(plain.data());
    const bool opened = cipher &&
                        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                           in->data()) == 1 &&
                        EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes(context),
                                          static_cast<int>(context.size())) == 1 &&
                        EVP_DecryptUpdate(cipher.get(), body, &size, in->data() + kNonceSize,
                                          static_cast<int>(length)) == 1 &&
                        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize,
                                            in->data() + kNonceSize + length) == 1 &&
                        EVP_DecryptFinal_ex(cipher.get(), body + length, &size) == 1;
    if (!opened) return refuse();
    return model::Secret(std::move(plain));
}

}  // namespace skyn3t::store
