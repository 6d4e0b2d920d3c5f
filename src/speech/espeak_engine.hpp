#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "speech/tts_engine.hpp"

namespace skyn3t::speech {

// espeak-ng in a process of its own for every sentence: it is GPL-3+, so it is never linked, and
// its state is global, so that only a fresh process is deterministic. That costs about 10 ms a
// sentence. A crash is tried once more.
class EspeakEngine final : public TtsEngine {
  public:
    // `program` may be any program that takes the same arguments (tests); its version is asked for
    // once, here.
    explicit EspeakEngine(std::filesystem::path program,
                          std::chrono::milliseconds time_limit = std::chrono::seconds(5));

    std::string identity(const Voice& voice) const override;
    bool speaks(const Voice&) const override { return true; }
    Result<Clip> synthesize(const TtsRequest& request) override;

  private:
    std::filesystem::path program_;
    std::chrono::milliseconds time_limit_;
    std::string version_;
};

}  // namespace skyn3t::speech
