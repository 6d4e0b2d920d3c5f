#include <gtest/gtest.h>

#include <asio/executor_work_guard.hpp>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/communities.hpp"
#include "server/recordings.hpp"
#include "speech/audio_file.hpp"
#include "store/account_store.hpp"
#include "store/sip_domain.hpp"
#include "support/call_ports.hpp"
#include "support/fake_media.hpp"
#include "support/fake_transport.hpp"
#include "support/registration.hpp"
#include "support/temporary_directory.hpp"
#include "unit/speech/speech_samples.hpp"

namespace skyn3t::server {
namespace {

using rest::ApplyOutcome;

// Speaks half a second of tone, whatever the words, once the gate is open.
class GatedEngine final : public speech::TtsEngine {
  public:
    explicit GatedEngine(std::mutex& gate) : gate_(gate) {}
    std::string identity(const speech::Voice&) const override { return "tone"; }
    bool speaks(const speech::Voice&) const override { return true; }
    Result<speech::Clip> synthesize(const speech::TtsRequest&) override {
        const std::lock_guard wait(gate_);
        return speech::test::tone(440, 0.5, 16000);
    }

  private:
    std::mutex& gate_;
};

std::vector<std::unique_ptr<speech::TtsEngine>> gated(std::mutex& gate) {
    std::vector<std::unique_ptr<speech::TtsEngine>> engines;
    engines.push_back(std::make_unique<GatedEngine>(gate));
    return engines;
}

template <class T>
class Answer {
  public:
    std::function<void(Result<T>)> done() {
        return [promise = promise_](Result<T> result) { promise->set_value(std::move(result)); };
    }
    bool has_come() const { return future_.wait_for(milliseconds(0)) == std::future_status::ready; }
    Result<T> get() { return future_.get(); }

  private:
    // Shared with who answers, which may not have returned from it when the answer is here.
    std::shared_ptr<std::promise<Result<T>>> promise_ = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> future_ = promise_->get_future();
};

struct Nobody final : sip::RequestHandler {
    void on_request(sip::IncomingRequest) override {}
};

// Communities and recordings on real stores, with a signalling thread, and a voice that the test
// holds back. The test's thread is what an HTTP thread is to the server.
class CommunityChanges : public testing::Test {
  protected:
    static constexpr std::size_t kMostChanges = 2;
    CommunityChanges() {
        EXPECT_TRUE(board.open());
        EXPECT_TRUE(tenancy.open({services, calls, registrar, [] {}}));
    }
    ~CommunityChanges() override {
        loop.io.stop();
        signalling.join();
    }

    void apply(const std::string& code, const std::string& number, Answer<ApplyOutcome>& answer) {
        rest::ApplyRequest request;
        request.files.push_back({"communities.yaml", "communities:\n  - code: " + code +
                                                         "\n    name: Edificio " + code +
                                                         "\n    number: \"" + number +
                                                         "\"\n    type: edificio\n    roles: [{ "
                                                         "role: office, digit: \"1\", label: "
                                                         "oficina }]\n"});
        request.actor = "test";
        communities.apply(std::move(request), answer.done());
    }
    test::TemporaryDirectory directory;
    test::FakeLoop loop;
    store::SecretBox box = store::SecretBox::from_hex(std::string(64, '7')).value();
    std::unique_ptr<store::Database> database =
        store::Database::open({.data = directory.path()}, loop.clock).value();
    const AccountSid account = store::AccountStore(*database, box).open({}, {}).value().account.sid;
    const store::SipDomain domain =
        store::open_sip_domain(*database,
                               {"sip.example.cl", "SKYN3T", "sip.example.cl", "http://x"})
            .value();
    store::CommunityStore store{*database, box, account};
    store::ResourceStore resources{*database};
    store::AuditStore audit{*database};
    store::ProvisionStore memory{*database};
    store::MigrationStore migrations{*database, box};
    MigrationBoard board{migrations, loop.clock};
    store::BindingStore stored_bindings{*database};
    speech::RecordingStore files{directory.path() / "recordings"};
    std::mutex gate;
    speech::PromptLibrary library{[this] {
                                      speech::PromptLibrary::Options options;
                                      options.directory = directory.path() / "prompts";
                                      return options;
                                  }(),
                                  files, gated(gate)};

    test::FakeNetwork network{loop};
    test::FakeTransport transport{network, sip::Endpoint::v4(203, 0, 113, 10, 5060)};
    test::RecordedBindings recorded;
    sip::Registrar registrar{loop.wheel, {}, recorded};
    Bindings bindings{loop.wheel, stored_bindings};
    test::FakeMedia media;
    test::RecordedCalls records;
    test::FakeApplication application{loop};
    test::RecordedCallbacks callbacks;
    test::FakePrompts prompts{loop};
    Nobody nobody;
    sip::UserAgent agent{transport, loop.wheel, {}, nobody};
    call::Services services{loop.io.get_executor(),
                            loop.wheel,
                            media,
                            agent,
                            registrar,
                            records,
                            application,
                            callbacks,
                            prompts,
                            {},
                            std::make_shared<const call::Directory>()};
    call::Calls calls{services};
    CredentialDirectory credentials{box.derive_key("sha256 offers")};
    FailedLogins failed_logins{loop.clock, [](std::string_view) { return CommunitySid{}; }};
    Tenancy tenancy{{store, resources, memory, credentials, box, domain}};
    Places places;
    Pause pause;
    asio::executor_work_guard<asio::io_context::executor_type> work{loop.io.get_executor()};
    std::thread signalling{[this] { loop.io.run(); }};
    Provisioner provisioner{{places, [this] { return store.all_with_passwords(); }, memory,
                             loop.clock, pause, [](const Place&) { return nullptr; }}};
    Worker changes{kMostChanges};
    Communities communities{{store, audit, tenancy, library, files, services, calls, registrar,
                             bindings, credentials, failed_logins, places, memory, provisioner,
                             board, changes, "https://x.cl"}};
    Recordings recordings{
        {files, library, tenancy, audit, loop.clock, changes, communities.changing()}};
};

TEST_F(CommunityChanges, KeepNobodyWaitingWhileTheyRender) {
    Answer<ApplyOutcome> first, second;
    std::unique_lock held(gate);
    apply("A", "+56229145248", first);
    apply("B", "+56223456789", second);
    EXPECT_TRUE(communities.names()) << "others are answered";
    EXPECT_EQ(recordings.list("A").error().code, Errc::not_found);
    EXPECT_FALSE(first.has_come() || second.has_come());
    held.unlock();
    ASSERT_TRUE(first.get());
    ASSERT_TRUE(second.get());
    EXPECT_EQ(communities.names()->size(), 2u);
}

TEST_F(CommunityChanges, NeverTakeAnotherCommunitysNumber) {
    Answer<ApplyOutcome> first, second;
    apply("A", "+56229145248", first);
    ASSERT_TRUE(first.get());
    apply("DUP", "+56229145248", second);
    const auto refused = second.get();
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->applied);
    ASSERT_EQ(refused->findings.size(), 1u);
    EXPECT_EQ(refused->findings[0].rule, "moved-number");
    EXPECT_EQ(communities.names()->at(0).code, "A");
}

TEST_F(CommunityChanges, GiveACommunityAnotherCodeWhenThatIsAsked) {
    Answer<ApplyOutcome> made, renamed, taken, wrong;
    apply("A", "+56229145248", made);
    ASSERT_TRUE(made.get());
    const auto before = store.find_with_passwords(communities.names()->at(0).sid).value().value();
    communities.rename({"A", "B", false, "test"}, renamed.done());
    ASSERT_TRUE(renamed.get());
    auto after = store.find_by_code("B").value().value();
    EXPECT_EQ(after.sid, before.sid);
    EXPECT_EQ(store.find_with_passwords(after.sid).value()->roles, before.roles);
    communities.rename({"B", "B", false, "test"}, taken.done());
    EXPECT_EQ(taken.get().error().code, Errc::conflict);
    communities.rename({"A", "C", false, "test"}, wrong.done());
    EXPECT_EQ(wrong.get().error().code, Errc::not_found);
}

TEST_F(CommunityChanges, HaveARemovedCommunityBackWithItsRecordings) {
    Answer<ApplyOutcome> made, removed, planned, restored;
    apply("A", "+56229145248", made);
    ASSERT_TRUE(made.get());
    Answer<void> put;
    const auto sound = speech::encode_wav(speech::test::tone(440, 1, 16000));
    recordings.put({"A", "bienvenida", "test"}, {sound.begin(), sound.end()}, put.done());
    ASSERT_TRUE(put.get());
    const auto sid = communities.names()->at(0).sid;
    communities.remove("A", false, "test", removed.done());
    ASSERT_TRUE(removed.get());
    EXPECT_TRUE(communities.names()->empty());
    EXPECT_TRUE(files.names("A").empty());
    ASSERT_EQ(communities.removed()->size(), 1u);

    communities.restore("A", true, "test", planned.done());
    EXPECT_FALSE(planned.get()->plan.is_empty());
    EXPECT_TRUE(communities.names()->empty()) << "a plan only";
    communities.restore("A", false, "test", restored.done());
    const auto outcome = restored.get();
    ASSERT_TRUE(outcome) << outcome.error().detail;
    EXPECT_EQ(communities.names()->at(0).sid, sid) << "so that its calls are its own again";
    EXPECT_EQ(files.names("A"), std::vector<std::string>{"bienvenida"});
    EXPECT_TRUE(communities.removed()->empty());
}

TEST_F(CommunityChanges, OfARecordingKeepNobodyWaitingEither) {
    Answer<ApplyOutcome> applied, other;
    apply("A", "+56229145248", applied);
    ASSERT_TRUE(applied.get());
    std::unique_lock held(gate);
    apply("B", "+56223456789", other);
    Answer<void> put;
    const auto sound = speech::encode_wav(speech::test::tone(440, 1, 16000));
    recordings.put({"A", "bienvenida", "test"}, {sound.begin(), sound.end()}, put.done());
    EXPECT_FALSE(recordings.list("A")->front().is_uploaded);
    EXPECT_FALSE(put.has_come());
    held.unlock();
    const auto done = put.get();
    EXPECT_TRUE(done) << done.error().detail;
}

TEST_F(CommunityChanges, AreRefusedWhileTooManyWait) {
    std::promise<void> running, let_go;
    ASSERT_TRUE(changes.push([&] {
        running.set_value();
        let_go.get_future().wait();
    }));
    running.get_future().wait();
    Answer<ApplyOutcome> removal, rotation, refused;
    communities.remove("NADA", false, "test", removal.done());
    communities.rotate({"NADA", "", {}, "test"}, rotation.done());
    apply("A", "+56229145248", refused);
    EXPECT_EQ(refused.get().error().code, Errc::too_many);
    Answer<void> put, remove;
    recordings.put({"A", "bienvenida", "test"}, "RIFF", put.done());
    recordings.remove({"A", "bienvenida", "test"}, remove.done());
    EXPECT_EQ(put.get().error().code, Errc::too_many);
    EXPECT_EQ(remove.get().error().code, Errc::too_many);
    let_go.set_value();
    EXPECT_EQ(removal.get().error().code, Errc::not_found);
    EXPECT_EQ(rotation.get().error().code, Errc::not_found);
}

TEST_F(CommunityChanges, AreRefusedBeforeAnythingIsCommittedWhenNobodyCouldCarryThemOut) {
    std::vector<Provisioner::Room> rooms;
    while (auto room = provisioner.take_room()) rooms.push_back(std::move(*room));
    Answer<ApplyOutcome> refused, applied;
    apply("A", "+56229145248", refused);
    EXPECT_EQ(refused.get().error().code, Errc::too_many);
    EXPECT_TRUE(communities.names()->empty());
    rooms.clear();
    apply("A", "+56229145248", applied);
    EXPECT_TRUE(applied.get());
    EXPECT_EQ(communities.names()->size(), 1u);
}

TEST_F(CommunityChanges, OfResourcesThatCannotBeReadAreSeenAsSoonAsTheyCan) {
    store::Resource document;
    document.kind = store::ResourceKind::document;
    document.sid = "DO1";
    document.community = model::account_community();
    document.created = document.updated = loop.clock.wall();
    document.properties["content"] = "<Response/>";
    const auto run = [this](const char* sql) {
        return database->write_and_wait(
            [sql](store::Session& session) { return session.run(sql); });
    };
    ASSERT_TRUE(resources.create(document, {}));
    ASSERT_TRUE(run("ALTER TABLE resources RENAME TO away"));
    EXPECT_FALSE(tenancy.changed());
    ASSERT_TRUE(run("ALTER TABLE away RENAME TO resources"));
    const auto is_seen = [this] { return tenancy.documents().get()->contains("DO1"); };
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_seen() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(is_seen()) << "without another change";
}

}  // namespace
}  // namespace skyn3t::server
