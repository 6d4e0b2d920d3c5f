#include "server/event_hub.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "server/event_feed.hpp"
#include "support/fake_clock.hpp"
#include "unit/server/fake_event_client.hpp"

namespace skyn3t::server {
namespace {

using test::FakeClient;

namespace event_type = rest::event_type;

class Hub : public testing::Test {
  protected:
    std::shared_ptr<FakeClient> open(rest::EventSubscription wanted = {}) {
        auto client = std::make_shared<FakeClient>();
        EXPECT_TRUE(hub_.subscribe(std::move(wanted), http::Responder(client)));
        return client;
    }
    void publish(std::string_view type, const CommunitySid& community, std::string data) {
        hub_.publish({type, community, std::move(data)});
    }
    static std::string text(int number, std::string_view type, std::string_view data) {
        return fmt::format("id: run-{}\nevent: {}\ndata: {}\n\n", number, type, data);
    }
    // To a stream of one community.
    static std::string id_in(const CommunitySid& community, int number) {
        return fmt::format("run{}-{}", community.str(), number);
    }
    static std::string text_in(const CommunitySid& community, int number, std::string_view type,
                               std::string_view data) {
        return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id_in(community, number), type, data);
    }

    const CommunitySid a_ = CommunitySid::generate(), b_ = CommunitySid::generate();
    // Room for four events of this length to wait.
    const std::string long_ = std::string(200, 'x');
    EventHub hub_{"run",
                  {.kept = 3,
                   .kept_octets = 2000,
                   .waiting_octets = 1000,
                   .streams_per_caller = 2,
                   .streams = 3}};
};

TEST_F(Hub, TellsEachEventToWhomItConcerns) {
    const auto account = open();
    const auto of_a = open({.caller = "SKa", .community = a_});
    const auto of_b = open({.caller = "SKb", .community = b_});
    publish(event_type::kCallBegun, a_, "{}");
    publish(event_type::kAudit, {}, "{}");
    EXPECT_EQ(account->take(), text(1, "skyn3t.call.begun", "{}") + text(2, "skyn3t.audit", "{}"));
    EXPECT_EQ(of_a->take(), text_in(a_, 1, "skyn3t.call.begun", "{}"));
    EXPECT_EQ(of_b->take(), "");
}

TEST_F(Hub, NumbersForACommunityWhatIsItsOwnAlone) {
    const auto account = open();
    const auto of_a = open({.caller = "SKa", .community = a_});
    const auto calls_of_b =
        open({.caller = "SKb", .community = b_, .types = {"skyn3t.call.begun"}});
    publish(event_type::kAlert, b_, "1");
    publish(event_type::kAlert, a_, "2");
    publish(event_type::kAudit, {}, "3");
    publish(event_type::kCallBegun, b_, "4");
    publish(event_type::kAlert, a_, "5");
    EXPECT_EQ(account->take(), text(1, "skyn3t.alert", "1") + text(2, "skyn3t.alert", "2") +
                                   text(3, "skyn3t.audit", "3") +
                                   text(4, "skyn3t.call.begun", "4") +
                                   text(5, "skyn3t.alert", "5"));
    EXPECT_EQ(of_a->take(),
              text_in(a_, 1, "skyn3t.alert", "2") + text_in(a_, 2, "skyn3t.alert", "5"));
    EXPECT_EQ(calls_of_b->take(), text_in(b_, 2, "skyn3t.call.begun", "4"));
}

TEST_F(Hub, TellsACommunityThatComesBackWhatItHasMissed) {
    const auto missed = [&](const CommunitySid& community, int number) {
        const auto client =
            open({.caller = "SK", .community = community, .last_id = id_in(community, number)});
        auto heard = client->take();
        client->hang_up();
        return heard;
    };
    publish(event_type::kAlert, a_, "1");
    publish(event_type::kAlert, b_, "2");
    publish(event_type::kAlert, b_, "3");
    publish(event_type::kAlert, a_, "4");
    EXPECT_EQ(missed(a_, 1), text_in(a_, 2, "skyn3t.alert", "4"));
    EXPECT_EQ(missed(a_, 2), "");
    EXPECT_EQ(missed(b_, 1), text_in(b_, 2, "skyn3t.alert", "3"));
    const std::string gap = text_in(a_, 1, "skyn3t.gap", R"({"reason":"too_long_ago"})");
    EXPECT_EQ(missed(a_, 0), gap + text_in(a_, 2, "skyn3t.alert", "4")) << "not kept";
    EXPECT_EQ(missed(a_, 3), gap + text_in(a_, 2, "skyn3t.alert", "4")) << "never was";
    for (int i = 5; i <= 7; ++i) publish(event_type::kAlert, b_, "5");
    EXPECT_EQ(missed(a_, 2), "") << "nothing of its own is gone that it has not had";
}

TEST_F(Hub, KnowsAnIdOfAnotherNumberingForNone) {
    publish(event_type::kAlert, a_, "1");
    publish(event_type::kAlert, a_, "2");
    const std::string too_long_ago = R"({"reason":"too_long_ago"})";
    EXPECT_EQ(open({.caller = "1", .community = a_, .last_id = "run-1"})->take(),
              text_in(a_, 0, "skyn3t.gap", too_long_ago) + text_in(a_, 1, "skyn3t.alert", "1") +
                  text_in(a_, 2, "skyn3t.alert", "2"));
    EXPECT_EQ(open({.caller = "2", .community = b_, .last_id = id_in(a_, 1)})->take(),
              text_in(b_, 0, "skyn3t.gap", too_long_ago));
    EXPECT_EQ(open({.caller = "3", .last_id = id_in(a_, 1)})->take(),
              text(0, "skyn3t.gap", too_long_ago) + text(1, "skyn3t.alert", "1") +
                  text(2, "skyn3t.alert", "2"));
}

TEST_F(Hub, TellsOnlyTheTypesThatAreWanted) {
    const auto client = open({.types = {"skyn3t.call.ended", "skyn3t.registration"}});
    for (const auto type : {event_type::kCallBegun, event_type::kCallEnded, event_type::kPhoneSeen,
                            event_type::kAlert})
        publish(type, a_, "{}");
    EXPECT_EQ(client->take(),
              text(2, "skyn3t.call.ended", "{}") + text(3, "skyn3t.registration.seen", "{}"));
}

TEST_F(Hub, TellsWhatWasMissedToWhoComesBack) {
    for (int i = 1; i <= 3; ++i) publish(event_type::kAlert, a_, std::to_string(i));
    EXPECT_EQ(open({.last_id = "run-2"})->take(), text(3, "skyn3t.alert", "3"));
    EXPECT_EQ(open({.last_id = "run-3"})->take(), "");
}

TEST_F(Hub, SaysThatThereIsAGapWhenItIsNotKept) {
    for (int i = 1; i <= 5; ++i) publish(event_type::kAlert, a_, std::to_string(i));
    const std::string kept =
        text(3, "skyn3t.alert", "3") + text(4, "skyn3t.alert", "4") + text(5, "skyn3t.alert", "5");
    const std::string gap = text(2, "skyn3t.gap", R"({"reason":"too_long_ago"})");
    EXPECT_EQ(open({.caller = "1", .last_id = "run-2"})->take(), kept) << "just not";
    EXPECT_EQ(open({.caller = "1", .last_id = "run-1"})->take(), gap + kept);
    EXPECT_EQ(open({.caller = "2", .last_id = "other-4"})->take(), gap + kept) << "another run";
}

TEST_F(Hub, SaysThatThereIsAGapForAnIdThatIsNone) {
    EXPECT_EQ(open({.caller = "1", .last_id = "run-9"})->take(),
              text(0, "skyn3t.gap", R"({"reason":"too_long_ago"})"));
    EXPECT_EQ(open({.caller = "1", .last_id = "\x01"})->take(),
              text(0, "skyn3t.gap", R"({"reason":"too_long_ago"})"));
}

TEST_F(Hub, WritesOneChunkAtATimeAndGathersWhatComesMeanwhile) {
    const auto client = open();
    client->is_quick = false;
    client->take();
    publish(event_type::kAlert, a_, "1");
    publish(event_type::kAlert, a_, "2");
    publish(event_type::kAlert, a_, "3");
    EXPECT_EQ(client->take(), text(1, "skyn3t.alert", "1"));
    client->waiting(true);
    EXPECT_EQ(client->take(), text(2, "skyn3t.alert", "2") + text(3, "skyn3t.alert", "3"));
}

TEST_F(Hub, DropsWhoReadsTooSlowlyAndCountsIt) {
    const auto slow = open({.caller = "SKslow"});
    const auto other = open();
    slow->is_quick = false;
    for (int i = 1; i <= 5; ++i) publish(event_type::kAlert, a_, long_);
    EXPECT_FALSE(slow->has_ended) << "one is being written, four wait";
    publish(event_type::kAlert, a_, long_);
    EXPECT_TRUE(slow->has_ended);
    EXPECT_FALSE(other->has_ended);
    EXPECT_EQ(hub_.counters().dropped_streams, 1u);
    EXPECT_EQ(hub_.counters().streams, 1u);
    slow->waiting(true);  // too late, and harmless
}

TEST_F(Hub, KeepsNoMoreOctetsThanItMay) {
    const std::string half(1001, 'x');
    for (int i = 1; i <= 3; ++i) publish(event_type::kAlert, a_, half);
    EXPECT_EQ(open({.last_id = "run-2"})->take(), text(3, "skyn3t.alert", half));
    EXPECT_TRUE(open({.last_id = "run-1"})->take().starts_with("id: run-2\nevent: skyn3t.gap\n"));
}

TEST_F(Hub, LimitsTheStreamsOfACallerAndOfAll) {
    const auto first = open({.caller = "SK1"}), second = open({.caller = "SK1"});
    const auto refused = [&](const std::string& caller) {
        const auto client = std::make_shared<FakeClient>();
        const auto subscribed = hub_.subscribe({.caller = caller}, http::Responder(client));
        return !subscribed && subscribed.error().code == Errc::too_many;
    };
    EXPECT_TRUE(refused("SK1"));
    const auto third = open({.caller = "SK2"});
    EXPECT_TRUE(refused("SK3"));
    first->hang_up();
    EXPECT_FALSE(refused("SK1"));
}

TEST_F(Hub, ForgetsWhoHasGone) {
    const auto client = open();
    client->is_quick = false;
    publish(event_type::kAlert, a_, "{}");
    client->waiting(false);
    EXPECT_EQ(hub_.counters().streams, 0u);
}

TEST_F(Hub, RefusesWhoKnowsNoStreams) {
    const auto client = std::make_shared<FakeClient>();
    client->knows_streams = false;
    const auto subscribed = hub_.subscribe({}, http::Responder(client));
    ASSERT_FALSE(subscribed);
    EXPECT_EQ(subscribed.error().code, Errc::unsupported);
    EXPECT_EQ(hub_.counters().streams, 0u);
}

TEST_F(Hub, GivesASignOfLifeToWhoHearsNothing) {
    const auto client = open();
    client->take();
    hub_.beat();
    EXPECT_EQ(client->take(), ":\n\n");
    client->is_quick = false;
    publish(event_type::kAlert, a_, "{}");
    client->take();
    hub_.beat();
    EXPECT_EQ(client->take(), "") << "something is on its way";
}

TEST_F(Hub, TellsEverybodyThatEventsWereLostButACommunityNotHowMany) {
    const auto account = open();
    const auto of_a = open({.caller = "SKa", .community = a_, .types = {"skyn3t.call"}});
    publish(event_type::kAlert, b_, "1");
    hub_.lost(7);
    publish(event_type::kCallBegun, a_, "3");
    const std::string lost = R"({"reason":"too_many"})";
    EXPECT_EQ(account->take(), text(1, "skyn3t.alert", "1") +
                                   text(2, "skyn3t.gap", R"({"reason":"too_many","events":7})") +
                                   text(3, "skyn3t.call.begun", "3"));
    EXPECT_EQ(of_a->take(),
              text_in(a_, 1, "skyn3t.gap", lost) + text_in(a_, 2, "skyn3t.call.begun", "3"));
    EXPECT_EQ(open({.caller = "1", .community = a_, .last_id = id_in(a_, 0)})->take(),
              text_in(a_, 1, "skyn3t.gap", lost) + text_in(a_, 2, "skyn3t.call.begun", "3"));
}

// The feed: a queue before the hub, and a thread that writes.
class Feed : public Hub {
  protected:
    static EventFeed::News news(const std::string& detail) {
        return {event_type::kAudit, {}, store::AuditEntry{{}, "ana", "x", {}, detail}};
    }
    static std::string write(const EventFeed::News& its) {
        return std::get<store::AuditEntry>(its.what).detail;
    }
    // Waits until the hub has so many.
    bool has_published(std::uint64_t count) {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (hub_.counters().events < count) {
            if (std::chrono::steady_clock::now() > patience) return false;
            std::this_thread::yield();
        }
        return true;
    }

    skyn3t::test::FakeLoop loop_;
    EventFeed feed_{loop_.wheel, hub_};
};

TEST_F(Feed, PassesOnInOrderAlsoWhatWasToldBeforeItsStart) {
    const auto client = open();
    feed_.tell(news("1"));
    feed_.start(write);
    feed_.tell(news("2"));
    ASSERT_TRUE(has_published(2));
    feed_.stop();
    EXPECT_EQ(client->take(), text(1, "skyn3t.audit", "1") + text(2, "skyn3t.audit", "2"));
}

TEST_F(Feed, LetsWhatItTellsOfSettleBeforeItTells) {
    const auto client = open();
    client->take();
    std::string before = "nothing was settled";
    feed_.start(write, [&] { before = client->received; });
    feed_.tell(news("1"));
    ASSERT_TRUE(has_published(1));
    feed_.stop();
    EXPECT_EQ(before, "");
}

TEST_F(Feed, SaysHowMuchItLostWhenItsQueueWasFull) {
    for (std::size_t i = 0; i < EventFeed::kQueue + 5; ++i) feed_.tell(news("{}"));
    feed_.start(write);
    ASSERT_TRUE(has_published(EventFeed::kQueue + 1));
    feed_.stop();
    EXPECT_EQ(open({.last_id = fmt::format("run-{}", EventFeed::kQueue)})->take(),
              text(EventFeed::kQueue + 1, "skyn3t.gap", R"({"reason":"too_many","events":5})"));
}

TEST_F(Feed, BeatsEvery15Seconds) {
    const auto client = open();
    client->take();
    feed_.start(write);
    loop_.run_for(std::chrono::seconds(14));
    loop_.run_for(std::chrono::seconds(2));
    feed_.tell(news("{}"));
    ASSERT_TRUE(has_published(1));
    feed_.stop();
    EXPECT_NE(client->take().find(":\n\n"), std::string::npos);
}

}  // namespace
}  // namespace skyn3t::server
