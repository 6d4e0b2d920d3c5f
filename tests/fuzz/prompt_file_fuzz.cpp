#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "media/prompt.hpp"
#include "speech/prompt_file.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

// The CRC-32 of IEEE 802.3, bit by bit.
std::uint32_t crc32(std::uint32_t crc, std::span<const std::uint8_t> part) {
    for (const std::uint8_t octet : part) {
        crc ^= octet;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
    }
    return crc;
}

// What is accepted is made of views into the bytes, as long as the head says.
void read(const Bytes& bytes) {
    const auto parts = skyn3t::speech::parse_prompt(bytes, std::string(64, '0'));
    if (!parts) return;
    std::uint64_t sum = 0;
    for (const auto sample : parts->master) sum += static_cast<std::uint16_t>(sample);
    std::size_t octets = parts->master.size_bytes();
    for (const auto& payload : parts->payload) {
        for (const auto octet : payload) sum += octet;
        octets += payload.size();
    }
    if (octets > bytes.size() || sum > 65535 * bytes.size()) std::abort();
}

}  // namespace

// A prompt's file, as it may lie on a damaged disk: whatever it holds, the views stay inside it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes bytes(data, data + size);  // aligned, as a mapping is
    read(bytes);
    if (size < 52) return 0;
    // Once more with a checksum that is right, which no fuzzer would ever guess.
    const std::span<const std::uint8_t> file(bytes);
    const auto crc = ~crc32(crc32(0xFFFFFFFFu, file.first(48)), file.subspan(52));
    std::memcpy(bytes.data() + 48, &crc, sizeof(crc));
    read(bytes);
    return 0;
}
