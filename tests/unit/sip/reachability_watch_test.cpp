#include "sip/reachability_watch.hpp"

#include <gmock/gmock.h>

#include "support/registration.hpp"
#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::kDomain;
using test::kOffice;
using test::RequestText;
using test::SipPeer;
using testing::ElementsAre;
using testing::IsEmpty;
using State = Reachability::State;

struct Changes final : BindingRecords {
    std::vector<std::string> lines;
    void added(const AddressOfRecord&, const Binding&) override {}
    void refreshed(const AddressOfRecord&, const Binding&) override {}
    void removed(const AddressOfRecord&, const Binding&, RemovalReason) override {}
    void reachability_changed(const AddressOfRecord&, const Binding& binding) override {
        lines.push_back(binding.reachability.is_dead()
                            ? std::string(cause_word(binding.reachability))
                            : "answers");
    }
};

// A phone at 198.51.100.7:5060 that answers with `answers`, or not at all.
class ReachabilityTest : public test::UserAgentTest {
  protected:
    Changes changes;
    Registrar registrar{loop.wheel, {}, changes};
    std::optional<ReachabilityWatch> watch{std::in_place, *agent, registrar, loop.wheel,
                                           ReachabilityWatch::Settings{.from = "<sip:x.cl>"}};
    AddressOfRecord aor{CommunitySid::generate(), kOffice, kDomain, "office"};
    std::optional<int> answers = 200;

    ReachabilityTest() {
        network.script = [this](const test::Packet& packet) {
            const bool is_options = packet.bytes.starts_with("OPTIONS");
            if (is_options) ++asked;
            return test::Fate{.copies = is_options && !answers ? 0u : 1u};
        };
    }
    int asked = 0;

    void bind(Source source, unsigned cseq = 1, std::string_view visibility = {}) {
        const RequestText request{.cseq = cseq, .more = "Contact: <sip:office@198.51.100.7>\r\n"};
        ASSERT_EQ(registrar.process(request.message(), source, aor, visibility).status, 200);
    }
    void bind() { bind(test::direct(transport.udp_to(kPeer))); }
    void rebind(unsigned cseq) { bind(test::direct(transport.udp_to(kPeer)), cseq); }

    // Time passes, and what the phone is asked it answers.
    void run(std::chrono::seconds span) {
        for (const auto end = loop.clock.now() + span; loop.clock.now() < end;) {
            loop.run_for(100ms);
            for (auto heard = std::exchange(peer.heard, {}); const auto& item : heard)
                if (answers) peer.send(kOurs, SipPeer::response(item.message, *answers, "theirs"));
        }
    }
    State state() { return registrar.lookup(aor).at(0).reachability.state; }
    void TearDown() override {
        watch.reset();
        loop.run_for(40s);
        EXPECT_EQ(agent->size(), (UserAgentSize{})) << testing::PrintToString(agent->dump());
    }
};

TEST_F(ReachabilityTest, APhoneThatAnswersIsAskedEvery24Seconds) {
    bind();
    run(23s);
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(state(), State::unknown);
    run(100s);
    EXPECT_EQ(asked, 5);
    EXPECT_EQ(state(), State::answers);
    EXPECT_THAT(changes.lines, IsEmpty());
    EXPECT_EQ(registrar.count_dead(), 0u);
}

TEST_F(ReachabilityTest, APhoneThatDiesIsKnownInLessThanAMinuteWithItsCause) {
    bind();
    run(25s);
    answers = std::nullopt;  // a moment after it was asked: the longest wait
    const auto died = loop.clock.now();
    while (state() == State::answers) run(1s);
    EXPECT_LT(loop.clock.now() - died, 60s);
    EXPECT_EQ(state(), State::no_answer);
    EXPECT_THAT(changes.lines, ElementsAre("no-answer"));
    EXPECT_EQ(registrar.count_dead(), 1u);
}

TEST_F(ReachabilityTest, OneRequestThatIsLostWithAllItsCopiesIsNoDeath) {
    bind();
    run(25s);
    answers = std::nullopt;
    run(32s);  // 24 s to the next question, and its 8 s
    answers = 200;
    run(60s);
    EXPECT_EQ(state(), State::answers);
    EXPECT_THAT(changes.lines, IsEmpty());
}

TEST_F(ReachabilityTest, TheFirstAnswerBringsItBack) {
    bind();
    answers = std::nullopt;
    run(60s);
    ASSERT_EQ(state(), State::no_answer);
    answers = 200;
    run(33s);
    EXPECT_EQ(state(), State::answers);
    EXPECT_THAT(changes.lines, ElementsAre("no-answer", "answers"));
    EXPECT_EQ(registrar.count_dead(), 0u);
}

TEST_F(ReachabilityTest, ADeadPhoneThatRegistersIsAskedAtOnce) {
    bind();
    answers = std::nullopt;
    run(50s);
    ASSERT_EQ(state(), State::no_answer);
    answers = 200;
    rebind(2);
    run(2s);
    EXPECT_EQ(state(), State::answers);
}

TEST_F(ReachabilityTest, ARefreshByALivingPhoneIsAsGoodAsAnAnswer) {
    bind();
    for (unsigned cseq = 2; cseq < 8; ++cseq) {
        run(20s);
        rebind(cseq);
    }
    EXPECT_EQ(asked, 0);
}

TEST_F(ReachabilityTest, AnyAnswerIsASignOfLifeButThatItIsNotThere) {
    bind();
    for (const int status : {200, 405, 486, 480, 501, 401, 503}) {
        answers = status;
        run(25s);
        EXPECT_EQ(state(), State::answers) << status;
    }
    for (const int status : {404, 410, 604}) {
        answers = status;
        run(25s);
        EXPECT_EQ(state(), State::refused) << status;
        EXPECT_EQ(registrar.lookup(aor).at(0).reachability.status, status);
    }
}

TEST_F(ReachabilityTest, AnEdgeThatCannotReachThePhoneSaysSo) {
    auto source = test::direct(transport.udp_to(kPeer));
    source.via_edge = true;
    bind(source);
    answers = 408;
    run(26s);
    EXPECT_EQ(state(), State::refused);
}

TEST_F(ReachabilityTest, TheTestPhonesOfVerifyAreNotAsked) {
    bind(test::direct(transport.udp_to(kPeer)), 1, "token");
    run(60s);
    EXPECT_EQ(asked, 0);
    registrar.forget_probe("token");
}

TEST_F(ReachabilityTest, RestoredBindingsAreAskedAtOnce) {
    bind();
    const auto saved = registrar.list_all();
    registrar.forget(aor.community);
    registrar.restore(saved);
    run(2s);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(state(), State::answers);
}

TEST_F(ReachabilityTest, NoMoreAreAskedInASecondThanItsBudget) {
    watch.emplace(*agent, registrar, loop.wheel,
                  ReachabilityWatch::Settings{.from = "<sip:x.cl>", .per_second = 20});
    std::vector<RegisteredBinding> many;
    for (int i = 0; i < 100; ++i) {
        auto each = aor;
        each.user = "user" + std::to_string(i);
        Binding binding;
        binding.id = static_cast<std::uint64_t>(i) + 1;
        binding.contact = "sip:office@198.51.100.7";
        binding.source = test::direct(transport.udp_to(kPeer));
        binding.expires = loop.clock.wall() + 3600s;
        many.push_back({each, binding});
    }
    registrar.restore(many);
    run(2s);
    EXPECT_LE(asked, 42);
    EXPECT_GE(asked, 30);
    run(6s);
    EXPECT_EQ(asked, 100);
}

}  // namespace
}  // namespace skyn3t::sip
