#include "speech/prompt_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/encoding.hpp"
#include "speech/durable_file.hpp"

namespace skyn3t::speech {
namespace {

static_assert(std::endian::native == std::endian::little, "the master is mapped as it stands");

constexpr std::string_view kMagic = "SKYN3TPR";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeader = 64;
constexpr std::size_t kFramesAt = 12;
constexpr std::size_t kKeyAt = 16;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kCrcAt = 48;
constexpr std::size_t kMasterFrame = 640;
constexpr std::size_t kFileFrame = kMasterFrame + media::kCodecs.size() * media::kFrameOctets;
constexpr std::uint32_t kMostFrames = 50 * 60 * 60;  // an hour

using Bytes = std::span<const std::uint8_t>;

constexpr auto kCrcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0);
        table[i] = value;
    }
    return table;
}();

// CRC-32 as in IEEE 802.3, over everything but the four octets that hold it.
std::uint32_t checksum(Bytes file) {
    std::uint32_t crc = 0xFFFFFFFFu;
    const auto add = [&crc](Bytes part) {
        for (const std::uint8_t octet : part) crc = kCrcTable[(crc ^ octet) & 0xFF] ^ (crc >> 8);
    };
    add(file.first(kCrcAt));
    add(file.subspan(kCrcAt + 4));
    return ~crc;
}

std::uint32_t get_u32(Bytes bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
}

void put_u32(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t value) {
    std::memcpy(bytes.data() + at, &value, 4);
}

// A file in memory, unmapped when the last who plays it is done.
class Mapping {
  public:
    explicit Mapping(int fd, std::size_t size)
        : data_(::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0)), size_(size) {}
    ~Mapping() {
        if (is_valid()) ::munmap(data_, size_);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    bool is_valid() const { return data_ != MAP_FAILED; }
    Bytes bytes() const { return {static_cast<const std::uint8_t*>(data_), size_}; }

  private:
    void* data_;
    std::size_t size_;
};

}  // namespace

std::vector<std::uint8_t> serialize_prompt(const media::Prompt& prompt, std::string_view key) {
    const auto master = prompt.master();
    std::vector<std::uint8_t> bytes(kHeader);
    std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
    put_u32(bytes, kMagic.size(), kVersion);
    put_u32(bytes, kFramesAt, static_cast<std::uint32_t>(master.size() * 2 / kMasterFrame));
    for (std::size_t i = 0; i < kKeySize && 2 * i + 1 < key.size(); ++i) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
        bytes[kKeyAt + i] =
            static_cast<std::uint8_t>(digit(key[2 * i]) * 16 + digit(key[2 * i + 1]));
    }
    const auto* samples = reinterpret_cast<const std::uint8_t*>(master.data());
    bytes.insert(bytes.end(), samples, samples + master.size_bytes());
    for (const auto codec : media::kCodecs) {
        const auto payload = prompt.payload(codec);
        bytes.insert(bytes.end(), payload.begin(), payload.end());
    }
    put_u32(bytes, kCrcAt, checksum(bytes));
    return bytes;
}

Result<media::Prompt::Parts> parse_prompt(Bytes bytes, std::string_view key) {
    if (bytes.size() < kHeader || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        return fail(Errc::parse_error, "not a prompt");
    if (const auto version = get_u32(bytes, kMagic.size()); version != kVersion)
        return fail(Errc::parse_error, fmt::format("prompt file of version {}", version));
    const std::size_t frames = get_u32(bytes, kFramesAt);
    if (frames > kMostFrames || bytes.size() != kHeader + frames * kFileFrame)
        return fail(Errc::parse_error, "length does not fit the number of frames");
    if (to_hex(bytes.subspan(kKeyAt, kKeySize)) != key)
        return fail(Errc::parse_error, "another prompt's file");
    if (checksum(bytes) != get_u32(bytes, kCrcAt)) return fail(Errc::parse_error, "wrong CRC");

    media::Prompt::Parts parts;
    parts.master = {reinterpret_cast<const std::int16_t*>(bytes.data() + kHeader),
                    frames * kMasterFrame / 2};
    Bytes rest = bytes.subspan(kHeader + frames * kMasterFrame);
    for (auto& payload : parts.payload) {
        payload = rest.first(frames * media::kFrameOctets);
        rest = rest.subspan(payload.size());
    }
    return parts;
}

Result<void> save_prompt(const std::filesystem::path& path, const media::Prompt& prompt,
                         std::string_view key) {
    return write_durably(path, serialize_prompt(prompt, key));
}

Result<media::PromptPtr> load_prompt(const std::filesystem::path& path, std::string_view key) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        const auto code = errno == ENOENT ? Errc::not_found : Errc::io_error;
        return fail(code, fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    struct stat status {};
    const bool known = ::fstat(fd, &status) == 0 && status.st_size > 0;
    const auto size = known ? static_cast<std::size_t>(status.st_size) : std::size_t{1};
    const auto mapping = std::make_shared<Mapping>(fd, size);
    ::close(fd);
    if (!known || !mapping->is_valid()) return fail(Errc::parse_error, path.string() + " is empty");
    const auto parts = parse_prompt(mapping->bytes(), key);
    if (!parts) return tl::unexpected(parts.error());
    return std::make_shared<const media::Prompt>(*parts, mapping);
}

}  // namespace skyn3t::speech
