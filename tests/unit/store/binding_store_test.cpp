#include "store/binding_store.hpp"

#include <future>

#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using test::StoreTest;

class BindingStoreTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        auto store = communities();
        const auto sids = store
                              .change_and_wait(putting(
                                  {community("A", "+56223456789"), community("B", "+56229145248")}))
                              .value()
                              .put;
        a = sids[0];
        b = sids[1];
    }
    StoredBinding binding(const CommunitySid& of, std::uint64_t id) {
        StoredBinding made;
        made.id = id;
        made.community = of;
        made.user = "+56223456789-office";
        made.domain = "skyn3t.example.cl";
        made.role = "office";
        made.contact = "sip:+56223456789-office@192.168.1.20:5060;transport=udp";
        made.path = {"<sip:edge.example.cl;lr>", "<sip:10.0.0.1;lr>"};
        made.flow_transport = "udp";
        made.flow_local = "203.0.113.10:5060";
        made.flow_remote = "198.51.100.7:5061";
        made.peer = "198.51.100.7:5061";
        made.peer_transport = "tcp";
        made.via_edge = true;
        made.sip_call_id = "abc@192.168.1.20";
        made.cseq = 4294967295u;
        made.registered = clock.wall();
        made.refreshed = clock.wall();
        made.expires = clock.wall() + 600s;
        made.user_agent = "Grandstream GXP1625";
        made.node = "node-1";
        made.generation = 3;
        return made;
    }
    CommunitySid a, b;
};
SKYN3T_FOR_BOTH_ENGINES(BindingStoreTest);

TEST_P(BindingStoreTest, ABindingSurvivesARestart) {
    const auto wanted = binding(a, 0x7fffffffffffffffu);
    {
        BindingStore store(*database);
        ASSERT_TRUE(store.put(wanted));
    }
    open();
    EXPECT_EQ(BindingStore(*database).load("node-1").value(), std::vector<StoredBinding>{wanted});
}

TEST_P(BindingStoreTest, NothingIsWrittenBeforeTheFlushAndTheLastChangeWins) {
    BindingStore store(*database);
    auto changed = binding(a, 1);
    ASSERT_TRUE(store.put(changed));
    changed.refreshed += 60s;
    changed.contact = "sip:new@192.168.1.21";
    ASSERT_TRUE(store.put(changed));
    ASSERT_TRUE(store.put(binding(a, 2)));
    ASSERT_TRUE(store.remove(a, 2));
    database->flush();
    EXPECT_TRUE(store.list(a).value().empty());
    EXPECT_EQ(store.waiting(), 2u);
    store.flush();
    database->flush();
    EXPECT_EQ(store.list(a).value(), std::vector<StoredBinding>{changed});
    EXPECT_EQ(store.waiting(), 0u);
}

TEST_P(BindingStoreTest, ARefreshUpdatesTheRowAndKeepsWhenItWasFirstBound) {
    BindingStore store(*database);
    const auto first = binding(a, 1);
    ASSERT_TRUE(store.put(first));
    store.flush();
    auto refreshed = first;
    refreshed.registered += 1h;  // only the first counts
    refreshed.refreshed += 1h;
    refreshed.expires += 1h;
    ASSERT_TRUE(store.put(refreshed));
    store.flush();
    database->flush();
    refreshed.registered = first.registered;
    EXPECT_EQ(store.list(a).value(), std::vector<StoredBinding>{refreshed});
}

TEST_P(BindingStoreTest, LoadDropsWhatHasExpiredAndLeavesOtherNodesAlone) {
    BindingStore store(*database);
    auto expired = binding(a, 1);
    expired.expires = clock.wall() - 1ms;
    auto elsewhere = binding(a, 2);
    elsewhere.node = "node-2";
    elsewhere.expires = expired.expires;
    ASSERT_TRUE(store.put(expired));
    ASSERT_TRUE(store.put(elsewhere));
    ASSERT_TRUE(store.put(binding(a, 3)));
    store.flush();
    database->flush();
    EXPECT_EQ(store.load("node-1").value(), std::vector<StoredBinding>{binding(a, 3)});
    EXPECT_EQ(store.list(a).value().size(), 2u);
}

TEST_P(BindingStoreTest, ACommunityCannotTakeOrDeleteAnothersBinding) {
    BindingStore store(*database);
    ASSERT_TRUE(store.put(binding(a, 1)));
    store.flush();
    auto stolen = binding(b, 1);
    stolen.contact = "sip:thief@198.51.100.66";
    ASSERT_TRUE(store.put(stolen));
    store.flush();
    ASSERT_TRUE(store.remove(b, 1));
    store.flush();
    database->flush();
    EXPECT_EQ(store.list(a).value(), std::vector<StoredBinding>{binding(a, 1)});
    EXPECT_TRUE(store.list(b).value().empty());
}

TEST_P(BindingStoreTest, ABindingOfARemovedCommunityDoesNotHoldBackTheOthers) {
    BindingStore store(*database);
    ASSERT_TRUE(store.put(binding(CommunitySid::generate(), 1)));
    ASSERT_TRUE(store.put(binding(a, 2)));
    store.flush();
    database->flush();
    EXPECT_EQ(store.list(a).value(), std::vector<StoredBinding>{binding(a, 2)});
}

TEST_P(BindingStoreTest, TooManyChangesAreRefusedAndThoseThatWaitAreKept) {
    BindingStore store(*database, 1);
    ASSERT_TRUE(store.put(binding(a, 1)));
    const auto refused = store.put(binding(a, 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::too_many);
    EXPECT_TRUE(store.put(binding(a, 1)));  // the same binding again is no more
}

TEST_P(BindingStoreTest, WhatAFullQueueRefusesIsWrittenByALaterFlush) {
    options.queue_capacity = 1;
    open();
    BindingStore store(*database);
    std::promise<void> held, release;
    ASSERT_TRUE(database->write([&](Session&) -> Result<void> {
        held.set_value();
        release.get_future().get();
        return {};
    }));
    held.get_future().get();
    ASSERT_TRUE(database->write([](Session&) -> Result<void> { return {}; }));
    ASSERT_TRUE(store.put(binding(a, 1)));
    store.flush();
    EXPECT_EQ(store.waiting(), 1u);
    release.set_value();
    database->flush();
    store.flush();
    database->flush();
    EXPECT_EQ(store.list(a).value().size(), 1u);
}

}  // namespace
}  // namespace skyn3t::store
