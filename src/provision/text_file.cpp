#include "provision/text_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace skyn3t::provision {

Result<std::string> read_text_file(const std::filesystem::path& file, std::size_t most) {
    std::ifstream input(file, std::ios::binary);
    if (!input || std::filesystem::is_directory(file))
        return fail(Errc::io_error, std::generic_category().message(errno ? errno : EISDIR));
    std::string text(most + 1, '\0');  // one more than allowed shows that it is too large
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    return text;
}

}  // namespace skyn3t::provision
