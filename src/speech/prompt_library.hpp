#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "media/prompt.hpp"
#include "speech/recording_store.hpp"
#include "speech/tts_engine.hpp"
#include "speech/utterance.hpp"

namespace skyn3t::speech {

using media::PromptPtr;

struct SayRequest {
    Utterance utterance;
    std::string voice;      // TwiML's attribute as written; empty: absent
    std::string language;   // BCP 47; empty: absent, which is Latin American Spanish
    std::string community;  // code; its recordings stand before any voice. May be empty.
    bool personal = false;  // holds somebody's data: kept in memory, never on disk
};
struct RecordingRequest {
    std::string community;
    std::string name;
};
using PromptRequest = std::variant<SayRequest, RecordingRequest>;

// A text of a community's documents, and the recording (see RecordingStore) that may stand in for
// it.
struct PublishedPrompt {
    SayRequest say;
    std::string recording;  // may be empty
};

// Every prompt that calls play, rendered once and kept: in memory (published ones for good, the
// rest least recently used first out) and on disk, addressed by what they were made from. Worker
// threads render; any thread may call anything, and only render_all() and publish() wait.
class PromptLibrary {
  public:
    struct Options {
        std::filesystem::path directory;        // DATA/prompts
        std::size_t memory_bytes = 64u << 20;   // of prompts that are not published
        std::uint64_t disk_bytes = 1ull << 30;  // kept from one start to the next
        std::size_t queue = 64;                 // renders waiting, per library
        unsigned workers = 1;
    };
    // On a worker thread, exactly once; with canceled, on the destroying thread, when the library
    // goes away first.
    using Callback = std::function<void(Result<PromptPtr>)>;
    // After each prompt, on the waiting thread.
    using Progress = std::function<void(std::size_t done, std::size_t total)>;

    // Engines in order of preference; `recordings` outlives the library.
    PromptLibrary(Options options, const RecordingStore& recordings,
                  std::vector<std::unique_ptr<TtsEngine>> engines);
    ~PromptLibrary();
    PromptLibrary(const PromptLibrary&) = delete;
    PromptLibrary& operator=(const PromptLibrary&) = delete;

    // What is in memory; null otherwise. Tens of us, no I/O: for the signalling thread.
    [[nodiscard]] PromptPtr find(const PromptRequest& request) const;
    // From memory, disk, a recording or an engine, in this order. Equal requests at one time are
    // one render. too_many when the queue is full: the callback is then not called.
    Result<void> render(PromptRequest request, Callback callback);
    // A sound file that was fetched (Play), by its bytes; kept in memory only.
    Result<void> render_file(std::vector<std::uint8_t> bytes, Callback callback);
    // Renders all and waits; the first error, after trying every one. Never on the signalling
    // thread.
    Result<void> render_all(const std::vector<PromptRequest>& requests,
                            const Progress& progress = {});

    // Renders a community's prompts, waits, and keeps them in memory until it is published again or
    // withdrawn. From then on its exact texts are played from its recordings where there are any;
    // publish again after an upload.
    Result<void> publish(const std::string& community, const std::vector<PublishedPrompt>& prompts,
                         const Progress& progress = {});
    // What was rendered from its recordings goes from the disk, too.
    void withdraw(std::string_view community);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace skyn3t::speech
