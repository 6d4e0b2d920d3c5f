#include <cstdint>
#include <cstring>
#include <vector>

#include "speech/prompt_file.hpp"

// A prompt's file, as it may lie on a damaged disk: whatever it holds, the views stay inside it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> bytes(data, data + size);  // aligned, as a mapping is
    const std::string key(64, '0');
    const auto parts = skyn3t::speech::parse_prompt(bytes, key);
    if (!parts) return 0;
    std::uint64_t sum = 0;
    for (const auto sample : parts->master) sum += static_cast<std::uint16_t>(sample);
    for (const auto& payload : parts->payload)
        for (const auto octet : payload) sum += octet;
    return sum == 1 ? 1 : 0;
}
