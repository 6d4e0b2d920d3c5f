#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "rest/services.hpp"
#include "speech/prompt_library.hpp"

namespace skyn3t::server {

// Documents as sound, before any call. Any thread; a preview goes on with whichever thread has the
// next prompt ready, and is kept alive by the callback that it waits for.
class DocumentPreviews final : public rest::Previews {
  public:
    // More at a time are refused, so that calls find room in the library's queue.
    static constexpr int kMostAtOnce = 4;
    static constexpr std::chrono::seconds kLongest{60};

    // `base_url`: of our own documents and recordings, as calls know it. The library outlives this.
    DocumentPreviews(speech::PromptLibrary& library, std::string base_url);

    void render(rest::PreviewRequest request, rest::Done<std::string> done) override;

  private:
    speech::PromptLibrary& library_;
    const std::string base_url_;
    const std::shared_ptr<std::atomic<int>> running_;  // shared with the previews that run
};

}  // namespace skyn3t::server
