#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "media/prompt.hpp"
#include "speech/recording_store.hpp"
#include "speech/text_normalizer.hpp"
#include "speech/tts_engine.hpp"

// What a prompt is made from, and the making. Used by PromptLibrary alone.
namespace skyn3t::speech {

using Engines = std::vector<std::unique_ptr<TtsEngine>>;

struct SpeechSource {
    std::vector<Phrase> phrases;
    Voice voice;
};
struct RecordingSource {
    std::string community;
    std::string name;
};
struct FileSource {
    std::vector<std::uint8_t> bytes;
};

struct PromptSource {
    std::variant<SpeechSource, RecordingSource, FileSource> from;
    std::string key;  // SHA-256 of all that determines the sound, 64 hexadecimal digits
    bool keep_on_disk = true;
};

// invalid_argument (nothing to say), too_large, unavailable (no engine speaks it).
Result<PromptSource> speech_source(std::vector<Phrase> phrases, Voice voice,
                                   const Engines& engines);
[[nodiscard]] PromptSource recording_source(std::string community, std::string name,
                                            const std::string& digest);
[[nodiscard]] PromptSource file_source(std::vector<std::uint8_t> bytes);

struct MadePrompt {
    media::PromptPtr prompt;
    bool is_substitute =
        false;  // the preferred engine failed and another spoke: do not keep it for good
};
// Synthesizes or decodes, and masters. Takes from milliseconds to seconds.
Result<MadePrompt> make_from(const PromptSource& source, const Engines& engines,
                             const RecordingStore& recordings);

}  // namespace skyn3t::speech
