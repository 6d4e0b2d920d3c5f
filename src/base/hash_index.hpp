#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace skyn3t {

// Finds pointers by a hash that the caller computes, in one flat table: a look-up touches one or
// two cache lines, where a table of nodes touches one for every step. Different things may have the
// same hash, so a look-up also asks `is_it`. It owns nothing.
template <class T>
class HashIndex {
  public:
    void insert(std::uint64_t hash, T* item) {
        if (4 * (size_ + 1) > 3 * slots_.size()) resize(slots_.empty() ? 64 : 2 * slots_.size());
        place({hash, item});
        ++size_;
    }

    template <class IsIt>
    [[nodiscard]] T* find(std::uint64_t hash, IsIt is_it) const {
        const auto at = position(hash, is_it);
        return at == kNowhere ? nullptr : slots_[at].item;
    }

    void erase(std::uint64_t hash, const T* item) {
        auto hole = position(hash, [item](const T& other) { return &other == item; });
        if (hole == kNowhere) return;
        // What stands behind the hole and would not be found across it moves into it.
        for (auto at = next(hole); slots_[at].item != nullptr; at = next(at)) {
            const auto home = slots_[at].hash & mask();
            if (((at - home) & mask()) < ((at - hole) & mask())) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = {};
        --size_;
        if (slots_.size() > 64 && 8 * size_ < slots_.size()) resize(slots_.size() / 2);
    }

    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    struct Slot {
        std::uint64_t hash = 0;
        T* item = nullptr;  // null: free
    };
    static constexpr std::size_t kNowhere = SIZE_MAX;

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

    template <class IsIt>
    [[nodiscard]] std::size_t position(std::uint64_t hash, IsIt is_it) const {
        if (size_ == 0) return kNowhere;
        for (auto at = hash & mask(); slots_[at].item != nullptr; at = next(at))
            if (slots_[at].hash == hash && is_it(std::as_const(*slots_[at].item))) return at;
        return kNowhere;
    }
    void place(Slot slot) {
        auto at = slot.hash & mask();
        while (slots_[at].item != nullptr) at = next(at);
        slots_[at] = slot;
    }
    void resize(std::size_t count) {
        const auto old = std::exchange(slots_, std::vector<Slot>(count));
        for (const Slot& slot : old)
            if (slot.item != nullptr) place(slot);
    }

    std::vector<Slot> slots_;  // a power of two, never full
    std::size_t size_ = 0;
};

}  // namespace skyn3t
