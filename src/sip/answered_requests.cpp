#include "sip/answered_requests.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <type_traits>

namespace skyn3t::sip {
namespace {

using AnsweredEntry = AnsweredRequests::Entry;
static_assert(std::is_trivially_copyable_v<AnsweredEntry> &&
              std::is_trivially_destructible_v<AnsweredEntry>);

constexpr std::size_t kBlock = 64 * 1024;

std::uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>{}(key); }

}  // namespace

std::size_t AnsweredRequests::Entry::octets() const {
    const auto size = sizeof(AnsweredEntry) + key_size + response_size;
    return (size + alignof(AnsweredEntry) - 1) / alignof(AnsweredEntry) * alignof(AnsweredEntry);
}

const AnsweredEntry& AnsweredRequests::add(const Answered& answered, SteadyTime end) {
    const AnsweredEntry entry{
        .end = end,
        .key_hash = hash_of(answered.key),
        .merge_key = answered.merge_key,
        .flow = answered.flow,
        .key_size = static_cast<std::uint32_t>(answered.key.size()),
        .response_size = static_cast<std::uint32_t>(answered.response.size())};
    const auto octets = entry.octets();
    if (blocks_.empty() || blocks_.back().size - blocks_.back().end < octets) {
        const auto size = std::max(kBlock, octets);
        blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    }
    Block& block = blocks_.back();
    std::byte* place = block.octets.get() + block.end;
    const auto* placed = ::new (place) AnsweredEntry(entry);
    std::byte* text = place + sizeof(AnsweredEntry);
    std::memcpy(text, answered.key.data(), answered.key.size());
    std::memcpy(text + answered.key.size(), answered.response.data(), answered.response.size());
    block.end += octets;
    by_key_.insert(placed->key_hash, placed);
    if (placed->merge_key != 0) by_merge_key_.insert(placed->merge_key, placed);
    return *placed;
}

const AnsweredEntry* AnsweredRequests::find(std::string_view key) const {
    return by_key_.find(hash_of(key),
                        [key](const AnsweredEntry& entry) { return entry.key() == key; });
}

bool AnsweredRequests::has_merge_key(std::uint64_t merge_key) const {
    return by_merge_key_.find(merge_key, [](const AnsweredEntry&) { return true; }) != nullptr;
}

const AnsweredEntry* AnsweredRequests::oldest() const {
    return blocks_.empty() ? nullptr : &entry_at(blocks_.front(), blocks_.front().begin);
}

void AnsweredRequests::forget_oldest() {
    Block& block = blocks_.front();
    const AnsweredEntry& entry = entry_at(block, block.begin);
    by_key_.erase(entry.key_hash, &entry);
    if (entry.merge_key != 0) by_merge_key_.erase(entry.merge_key, &entry);
    block.begin += entry.octets();
    if (block.begin == block.end) blocks_.pop_front();
}

}  // namespace skyn3t::sip
