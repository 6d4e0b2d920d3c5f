#pragma once

#include <filesystem>
#include <string>

#include "speech/tts_engine.hpp"

namespace skyn3t::speech {

// SVOX Pico through Debian's pico2wave (libttspico-utils, non-free), when it is installed: one
// female Castilian voice, more natural than espeak-ng's. For Latin America the words are respelled,
// since Pico says c and z as in Castile.
class PicoEngine final : public TtsEngine {
  public:
    explicit PicoEngine(std::filesystem::path program);

    std::string identity(const Voice& voice) const override;
    bool speaks(const Voice& voice) const override;
    Result<Clip> synthesize(const TtsRequest& request) override;

  private:
    std::filesystem::path program_;
    std::string version_;  // of the program file: pico2wave tells none
};

// "cena" is "sena", "zona" is "sona".
[[nodiscard]] std::string respell_for_latin_america(std::string_view words);

}  // namespace skyn3t::speech
