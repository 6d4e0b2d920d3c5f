#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "speech/tts_engine.hpp"

namespace skyn3t::speech {

// Recordings that communities uploaded, in DIRECTORY/CODE/NAME.wav. A recording stands before any
// voice for the prompt of its name. The names of a community's own documents (DESIGN.md, section
// 6):
//   bienvenida        the whole menu: "Bienvenido a ... seleccione una opción."
//   conectando-ROLE   "Conectando con {label}.", e.g. conectando-office, conectando-security
//   opcion-no-valida  "Opción no válida."
//   sin-seleccion     "No se detectó ninguna selección. Adiós."
//   no-se-pudo        "No se pudo completar la conexión. Adiós."
// Other names ([a-z0-9-], up to 64) are for an operator's own documents. Any thread.
class RecordingStore {
  public:
    static constexpr std::size_t kMaxBytes = 20u << 20;
    static constexpr int kMaxSeconds = 5 * 60;

    // Reads the index of what is there; the directory is made when missing.
    explicit RecordingStore(std::filesystem::path directory);

    // Keeps a WAV, FLAC, Ogg or MP3 file's sound, mixed to mono, as 16-bit WAV at its own rate;
    // replaces an earlier one. invalid_argument (code, name), parse_error (not sound), too_large,
    // io_error.
    Result<void> import(std::string_view community, std::string_view name,
                        std::span<const std::uint8_t> bytes);
    Result<void> import(std::string_view community, std::string_view name,
                        const std::filesystem::path& file);
    Result<void> remove(std::string_view community, std::string_view name);
    // Everything of a community, files too that are not in the index. invalid_argument, io_error.
    Result<void> remove_all(std::string_view community);
    // What `from` has becomes what `to` has, and nothing else is left of either.
    Result<void> rename_all(std::string_view from, std::string_view to);

    // SHA-256 of the file in hexadecimal: changes when the recording does. Memory only.
    std::optional<std::string> digest(std::string_view community, std::string_view name) const;
    std::vector<std::string> names(std::string_view community) const;
    Result<Clip> load(std::string_view community, std::string_view name) const;

  private:
    using Key = std::pair<std::string, std::string>;  // community code, name

    std::filesystem::path path(std::string_view community, std::string_view name) const;
    Result<void> remove_files(std::string_view community);  // with files_ taken

    std::filesystem::path directory_;
    std::mutex files_;          // taken before mutex_
    mutable std::mutex mutex_;  // of digests_
    std::map<Key, std::string, std::less<>> digests_;
};

}  // namespace skyn3t::speech
