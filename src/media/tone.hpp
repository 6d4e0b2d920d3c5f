#pragma once

#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "media/engine.hpp"

namespace skyn3t::media {

// Call-progress tones, sines and digits as prompts: what plays a prompt plays them too. Each is
// rendered once, the call-progress tones when the bank is made (some 50 ms of CPU). Used by one
// thread.
class ToneBank {
  public:
    ToneBank();

    // One whole cadence, to be repeated. An unknown country is "us".
    PromptPtr progress(Tone tone, std::string_view country) const;
    // A second of a sine of whole hertz (under 4000) at -10 dBm0, to be repeated without a seam.
    PromptPtr sine(unsigned hertz);
    // Digits as sound (ITU-T Q.23), each followed by 100 ms of silence; w and W pause for 0.5 s and
    // 1 s.
    std::vector<PlayItem> digits(std::string_view digits, std::chrono::milliseconds length);

  private:
    std::map<std::tuple<Tone, std::string_view>, PromptPtr> progress_;
    std::map<unsigned, PromptPtr> sines_;
    std::map<std::pair<char, std::chrono::milliseconds>, PromptPtr> digits_;
};

}  // namespace skyn3t::media
