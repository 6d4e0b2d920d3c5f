#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/hash_index.hpp"
#include "sip/flow.hpp"

namespace skyn3t::sip {

// Non-INVITE requests that have had their final response over UDP, for as long as copies of them
// may come (RFC 3261 §17.2.2, timer J). A phone's every REGISTER is here for 32 s, which makes this
// the largest thing in a busy server's memory: so each one is a few hundred octets in a row behind
// the one before, and all leave as they came. Owned by the TransactionLayer.
class AnsweredRequests {
  public:
    struct Entry {
        SteadyTime end;
        std::uint64_t key_hash;
        std::uint64_t merge_key;  // 0 when another request holds it
        Flow flow;                // the response's
        std::uint32_t key_size;
        std::uint32_t response_size;

        [[nodiscard]] std::string_view key() const { return {text(), key_size}; }
        [[nodiscard]] std::string_view response() const {
            return {text() + key_size, response_size};
        }
        [[nodiscard]] std::size_t octets() const;  // with the text behind it

      private:
        [[nodiscard]] const char* text() const { return reinterpret_cast<const char*>(this + 1); }
    };

    struct Answered {
        std::string_view key;  // of the transaction
        std::uint64_t merge_key;
        const Flow& flow;
        std::string_view response;
    };
    // `end` is never before that of an earlier one.
    const Entry& add(const Answered& answered, SteadyTime end);
    [[nodiscard]] const Entry* find(std::string_view key) const;
    [[nodiscard]] bool has_merge_key(std::uint64_t merge_key) const;
    [[nodiscard]] const Entry* oldest() const;  // null: none
    void forget_oldest();
    [[nodiscard]] std::size_t size() const { return by_key_.size(); }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const Block& block : blocks_)
            for (auto at = block.begin; at < block.end; at += entry_at(block, at).octets())
                visit(entry_at(block, at));
    }

  private:
    struct Block {
        std::unique_ptr<std::byte[]> octets;
        std::size_t size;
        std::size_t begin = 0;  // of the oldest entry
        std::size_t end = 0;    // of the newest
    };
    static const Entry& entry_at(const Block& block, std::size_t at) {
        return *reinterpret_cast<const Entry*>(block.octets.get() + at);
    }

    std::deque<Block> blocks_;
    HashIndex<const Entry> by_key_;
    HashIndex<const Entry> by_merge_key_;
};

}  // namespace skyn3t::sip
