#include "speech/prompt_cache.hpp"

#include <utility>

namespace skyn3t::speech {
namespace {

std::size_t size_of(const media::Prompt& prompt) {
    std::size_t bytes = prompt.master().size_bytes();
    for (const auto codec : media::kCodecs) bytes += prompt.payload(codec).size();
    return bytes;
}

}  // namespace

media::PromptPtr PromptCache::find(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    if (found->second.loose) recent_.splice(recent_.begin(), recent_, found->second.use);
    return found->second.prompt;
}

void PromptCache::insert(const std::string& key, media::PromptPtr prompt) {
    const std::size_t bytes = size_of(*prompt);
    const auto [found, fresh] = entries_.try_emplace(key);
    Entry& entry = found->second;
    hold(entry);
    entry.prompt = std::move(prompt);
    entry.bytes = bytes;
    if (!pins_.contains(key)) loosen(key, entry);
    shrink();
}

void PromptCache::pin(const std::string& key) {
    if (++pins_[key] > 1) return;
    if (const auto found = entries_.find(key); found != entries_.end()) hold(found->second);
}

void PromptCache::unpin(const std::string& key) {
    const auto pinned = pins_.find(key);
    if (pinned == pins_.end() || --pinned->second > 0) return;
    pins_.erase(pinned);
    if (const auto found = entries_.find(key); found != entries_.end()) loosen(key, found->second);
    shrink();
}

void PromptCache::loosen(const std::string& key, Entry& entry) {
    recent_.push_front(key);
    entry.use = recent_.begin();
    entry.loose = true;
    bytes_ += entry.bytes;
}

void PromptCache::hold(Entry& entry) {
    if (!entry.loose) return;
    recent_.erase(entry.use);
    entry.loose = false;
    bytes_ -= entry.bytes;
}

void PromptCache::shrink() {
    while (bytes_ > most_bytes_ && !recent_.empty()) {
        const auto oldest = entries_.find(recent_.back());
        hold(oldest->second);
        entries_.erase(oldest);
    }
}

}  // namespace skyn3t::speech
