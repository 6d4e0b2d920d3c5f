#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.hpp"

namespace skyn3t::speech {

// Writes a file so that it is there whole or not at all, whatever happens: a temporary file beside
// it, fsync, rename, fsync of the directory. Mode 0600; makes the directory. io_error.
Result<void> write_durably(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

}  // namespace skyn3t::speech
