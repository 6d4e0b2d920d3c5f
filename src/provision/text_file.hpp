#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace skyn3t::provision {

// The whole file; of a larger one `most` bytes and one more, which shows that it is too large.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& file,
                                                 std::size_t most);

}  // namespace skyn3t::provision
