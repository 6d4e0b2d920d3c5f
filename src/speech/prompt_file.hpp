#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "media/prompt.hpp"

// A prompt as a file of the cache, which is mapped into memory and played from there.
// Little-endian:
//   0  "SKYN3TPR"   8  u32 version   12  u32 frames of 20 ms   16  key, SHA-256   48  u32 CRC-32 of
//   all but itself 52  twelve zeros   64  master (640 octets a frame), PCMU, PCMA, G.722 (160 each)
namespace skyn3t::speech {

// `key` is 64 hexadecimal digits, here and below.
[[nodiscard]] std::vector<std::uint8_t> serialize_prompt(const media::Prompt& prompt,
                                                         std::string_view key);
// What the bytes hold, as views into them; they must be aligned to 2. parse_error for anything that
// serialize_prompt() did not make under this key.
Result<media::Prompt::Parts> parse_prompt(std::span<const std::uint8_t> bytes,
                                          std::string_view key);

Result<void> save_prompt(const std::filesystem::path& path, const media::Prompt& prompt,
                         std::string_view key);
// Maps the file. not_found, parse_error (damaged), io_error.
Result<media::PromptPtr> load_prompt(const std::filesystem::path& path, std::string_view key);

}  // namespace skyn3t::speech
