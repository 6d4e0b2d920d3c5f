#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "media/prompt.hpp"

namespace skyn3t::speech {

// Prompts in memory by key. Pinned ones stay; the rest is bounded by bytes, least recently used
// first out. Not locked.
class PromptCache {
  public:
    explicit PromptCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    media::PromptPtr find(const std::string& key);
    void insert(const std::string& key, media::PromptPtr prompt);
    // A key may be pinned before its prompt is there, and several times.
    void pin(const std::string& key);
    void unpin(const std::string& key);
    std::size_t loose_bytes() const { return bytes_; }

  private:
    struct Entry {
        media::PromptPtr prompt;
        std::size_t bytes = 0;
        std::list<std::string>::iterator use;  // in recent_, when not pinned
        bool loose = false;
    };
    void loosen(const std::string& key, Entry& entry);
    void hold(Entry& entry);
    void shrink();

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::string, Entry> entries_;
    std::unordered_map<std::string, int> pins_;
    std::list<std::string> recent_;  // the most recent first
};

}  // namespace skyn3t::speech
