#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "speech/voices.hpp"

namespace skyn3t::speech {

// Mono 16-bit samples.
struct Clip {
    std::vector<std::int16_t> samples;
    int sample_rate = 0;  // Hz
};

struct TtsRequest {
    std::string words;  // normalised, UTF-8, not empty
    Voice voice;
    double rate = 1.0;  // 1.0 is the voice's own pace
};

// Words to sound. An engine is stateless towards its callers: synthesize() blocks its thread (never
// the signalling thread) for at most a few seconds and may be called by several threads at once.
class TtsEngine {
  public:
    virtual ~TtsEngine() = default;
    // Engine, version and voice data in a few words: part of a prompt's cache key.
    virtual std::string identity(const Voice& voice) const = 0;
    virtual bool speaks(const Voice& voice) const = 0;
    // timeout, unavailable (cannot be started, or crashed twice), too_large.
    virtual Result<Clip> synthesize(const TtsRequest& request) = 0;
};

// The engines found on this machine, the better first (SVOX Pico, then espeak-ng). Empty when none
// is installed.
[[nodiscard]] std::vector<std::unique_ptr<TtsEngine>> installed_engines();

}  // namespace skyn3t::speech
