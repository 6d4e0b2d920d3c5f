#include "base/hash_index.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <unordered_map>

namespace skyn3t {
namespace {

struct Thing {
    std::uint64_t hash;
    int id;
};

const Thing* find(const HashIndex<const Thing>& index, const Thing& wanted) {
    return index.find(wanted.hash, [&](const Thing& thing) { return thing.id == wanted.id; });
}

TEST(HashIndex, FindsNothingWhenItIsEmpty) {
    const HashIndex<const Thing> index;
    EXPECT_EQ(find(index, {7, 1}), nullptr);
    EXPECT_EQ(index.size(), 0u);
}

TEST(HashIndex, TellsThingsOfOneHashApart) {
    const Thing a{7, 1}, b{7, 2};
    HashIndex<const Thing> index;
    index.insert(a.hash, &a);
    index.insert(b.hash, &b);
    EXPECT_EQ(find(index, a), &a);
    EXPECT_EQ(find(index, b), &b);
    index.erase(a.hash, &a);
    EXPECT_EQ(find(index, a), nullptr);
    EXPECT_EQ(find(index, b), &b);
    EXPECT_EQ(index.size(), 1u);
}

TEST(HashIndex, ErasingWhatIsNotThereChangesNothing) {
    const Thing a{7, 1}, b{7, 2};
    HashIndex<const Thing> index;
    index.insert(a.hash, &a);
    index.erase(b.hash, &b);
    EXPECT_EQ(find(index, a), &a);
}

// Few hash values, so that runs are long and wrap round the end of the table; as many insertions as
// erasures, so that it grows and shrinks.
TEST(HashIndex, HoldsWhatATableOfNodesHoldsThroughManyChanges) {
    std::mt19937 random(1);
    std::deque<Thing> things;
    std::unordered_map<int, const Thing*> expected;
    HashIndex<const Thing> index;
    for (int i = 0; i < 20000; ++i) {
        const bool grows = (i / 2000) % 2 == 0;
        const bool adds = (random() % 4 != 0) == grows;
        if (adds || expected.empty()) {
            const auto& thing = things.emplace_back(Thing{random() % 64 * 61, i});
            index.insert(thing.hash, &thing);
            expected.emplace(thing.id, &thing);
        } else {
            const auto* gone = expected.begin()->second;
            index.erase(gone->hash, gone);
            expected.erase(expected.begin());
            ASSERT_EQ(find(index, *gone), nullptr);
        }
        ASSERT_EQ(index.size(), expected.size());
        if (i % 100 != 0) continue;
        for (const auto& [id, thing] : expected) ASSERT_EQ(find(index, *thing), thing);
    }
}

}  // namespace
}  // namespace skyn3t
