#include "server/provisioner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <future>
#include <utility>

#include "store/account_store.hpp"
#include "store/community_store.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_twilio.hpp"

namespace skyn3t::server {
namespace {

using rest::CommunityProgress;
using rest::ProvisioningView;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Fault = test::FakeTwilio::Fault;

struct FakeMemory final : provision::Memory {
    bool has_password(const twilio::Credential& credential,
                      const model::Secret& password) const override {
        const std::lock_guard lock(mutex);
        const auto found = sent.find(credential.sid);
        return found != sent.end() && found->second == password.reveal();
    }
    Result<void> took_password(const twilio::Credential& credential,
                               const model::Secret& password) override {
        const std::lock_guard lock(mutex);
        sent[credential.sid] = password.reveal();
        return {};
    }
    mutable std::mutex mutex;
    std::map<std::string, std::string> sent;
};

// Twilio in memory behind the real provisioner and its thread.
class ProvisionerTest : public testing::Test {
  protected:
    ProvisionerTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "skyn3t-provisioner-XXXXXX").string();
        directory = mkdtemp(pattern.data());
        store::DatabaseOptions options;
        options.data = directory;
        database = store::Database::open(options, clock).value();
        memory = std::make_unique<store::ProvisionStore>(*database);
        twilio = add_place({test::FakeTwilio::kAccount,
                            {model::Target::twilio, "a.sip.twilio.com", "SKYN3T", "https://x.cl"}});
        declared = {community("A", "+56229145248"), community("B", "+56223456789")};
        provisioner = std::make_unique<Provisioner>(Provisioner::Parts{
            places,
            [this] {
                auto found = declared;
                if (meanwhile) std::exchange(meanwhile, {})();
                return Result<std::vector<model::Community>>(std::move(found));
            },
            *memory, clock, pause, [](const Place&) { return nullptr; }, [this] { return moving; },
            [this](rest::ProvisioningView view) { told.push_back(std::move(view)); }});
    }
    ~ProvisionerTest() override {
        provisioner.reset();
        database.reset();
        std::filesystem::remove_all(directory);
    }

    test::FakeTwilio* add_place(provision::PlaceSettings settings) {
        Place place;
        place.settings = std::move(settings);
        auto transport = std::make_unique<test::FakeTwilio>();
        auto* const made = transport.get();
        place.transport = std::move(transport);
        place.client = std::make_unique<twilio::Client>(
            *made, test::FakeTwilio::kAccount,
            twilio::Patience{.wait = [](milliseconds) { return true; }});
        place.memory = std::make_unique<FakeMemory>();
        places.add(std::move(place));
        return made;
    }
    model::Community community(const std::string& code, const char* number) {
        model::Community made;
        made.sid = CommunitySid::generate();
        made.code = code;
        made.name = "Edificio " + code;
        made.target = model::Target::twilio;
        made.number = model::PhoneNumber::parse_e164(number).value();
        made.roles = {{"office", '1', "oficina", model::Secret("Office1234567")}};
        twilio->numbers["PN" + code] = {{"sid", "PN" + code}, {"phone_number", number}};
        return made;
    }
    // Jobs run one after the other: once this one is done, all before it are.
    rest::Looked look(const std::set<std::string>& codes = {"A", "B"}) {
        std::promise<rest::Looked> answer;
        const auto begun = provisioner->look(
            {declared, codes, memory->old_names().value()},
            [&answer](const Result<rest::Looked>& looked) { answer.set_value(*looked); });
        EXPECT_TRUE(begun);
        return answer.get_future().get();
    }
    ProvisioningView provision(std::set<std::string> codes = {"A", "B"},
                               std::optional<model::Target> only = {}) {
        const auto begun = provisioner->start({std::move(codes), 2, "test", only});
        (void)look();
        return provisioner->find(begun->sid).value().value();
    }
    void remove(const model::Community& community) {
        const auto names =
            provision::old_names_of(provision::make_plan({}, {community}, provision::Prune::yes),
                                    {community}, places.settings());
        ASSERT_TRUE(memory->note_old_names(names));
        std::erase_if(declared, [&](const auto& each) { return each.sid == community.sid; });
    }

    // As Communities does.
    void store_all() {
        for (auto& each : declared) each.sid = {};
        const auto sids = put(declared, {});
        for (std::size_t i = 0; i < declared.size(); ++i) declared[i].sid = sids[i];
    }
    void declare(const std::vector<model::Community>& after) {
        provision::Renames renames;
        for (const auto& each : after)
            for (const auto& before : declared)
                if (each.sid == before.sid && each.code != before.code)
                    renames.emplace(each.code, before.code);
        const auto plan = provision::make_plan(after, declared, provision::Prune::no, renames);
        const auto old = provision::old_names_of(plan, declared, places.settings(), moving);
        put(after, old);
        declared = after;
    }
    std::vector<CommunitySid> put(const std::vector<model::Community>& all,
                                  const std::vector<store::OldName>& old) {
        const auto account = store::AccountStore(*database, box).open({}, {}).value().account.sid;
        store::ModelChange change{all, {}, "test"};
        change.old_names = old;
        return store::CommunityStore(*database, box, account).change_and_wait(change).value().put;
    }

    const store::SecretBox box = store::SecretBox::from_hex(std::string(64, '7')).value();
    test::FakeClock clock;
    Pause pause;
    std::filesystem::path directory;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::ProvisionStore> memory;
    test::FakeTwilio* twilio = nullptr;
    Places places;
    std::vector<model::Community> declared;
    std::vector<model::Migration> moving;
    std::function<void()> meanwhile;           // once, as soon as a job has read what is declared
    std::vector<rest::ProvisioningView> told;  // as it went on
    std::unique_ptr<Provisioner> provisioner;
};

TEST_F(ProvisionerTest, MakesEveryCommunitySoAndTheSecondTimeWritesNothing) {
    const auto view = provision();
    EXPECT_EQ(view.state, ProvisioningView::State::completed);
    ASSERT_EQ(view.communities.size(), 2u);
    for (const auto& each : view.communities) {
        EXPECT_EQ(each.state, CommunityProgress::State::done);
        for (const auto& step : each.steps) EXPECT_EQ(step.state, rest::StepView::State::done);
    }
    EXPECT_EQ(twilio->domains.size(), 1u);
    EXPECT_EQ(twilio->lists.size(), 2u);
    twilio->forget_requests();
    EXPECT_EQ(provision().state, ProvisioningView::State::completed);
    EXPECT_THAT(twilio->writes(), IsEmpty());
}

TEST_F(ProvisionerTest, TellsHowItGoesOnWithTheCommunityThatIsConcerned) {
    provision();
    ASSERT_GT(told.size(), 4u);
    EXPECT_EQ(told.front().state, ProvisioningView::State::running);
    EXPECT_EQ(told.back().state, ProvisioningView::State::completed);
    for (const auto& view : told) EXPECT_LE(view.communities.size(), 1u);
    const auto done = std::count_if(told.begin(), told.end(), [](const auto& view) {
        return !view.communities.empty() &&
               view.communities[0].state == CommunityProgress::State::done;
    });
    EXPECT_EQ(done, 2) << "once for each community";
}

TEST_F(ProvisionerTest, LookingChangesNothing) {
    const auto looked = look();
    ASSERT_EQ(looked.communities.size(), 2u);
    EXPECT_EQ(looked.communities[0].steps.size(), 6u);
    EXPECT_EQ(looked.communities[1].steps.size(), 5u);  // the domain is the first one's
    EXPECT_THAT(twilio->writes(), IsEmpty());
}

TEST_F(ProvisionerTest, ACommunityThatFailsDoesNotStopTheOthersAndSaysHowToGoOn) {
    twilio->refuse("POST", "/IncomingPhoneNumbers/PNB", 400, 21402);
    const auto view = provision();
    EXPECT_EQ(view.state, ProvisioningView::State::failed);
    EXPECT_EQ(view.communities[0].state, CommunityProgress::State::done);
    EXPECT_EQ(view.communities[1].state, CommunityProgress::State::failed);
    EXPECT_THAT(view.communities[1].why.es, HasSubstr("No se pudo ajustar el número"));
    EXPECT_THAT(view.communities[1].why.es, HasSubstr("21402"));
    EXPECT_THAT(view.communities[1].why.es, HasSubstr("Corríjalo y repita apply"));
    twilio->allow_all();
    EXPECT_EQ(provision().state, ProvisioningView::State::completed);
}

TEST_F(ProvisionerTest, WhoMakesTheDomainAndFailsAfterwardsStopsNobody) {
    twilio->refuse("POST", "/IncomingPhoneNumbers/PNA", 400, 21402);
    const auto view = provision();
    EXPECT_EQ(view.communities[0].state, CommunityProgress::State::failed);
    EXPECT_EQ(view.communities[1].state, CommunityProgress::State::done);
}

TEST_F(ProvisionerTest, WithoutTheDomainNobodyIsBegun) {
    twilio->refuse("POST", "/SIP/Domains", 400, 21232);
    const auto view = provision();
    EXPECT_EQ(view.communities[0].state, CommunityProgress::State::failed);
    EXPECT_EQ(view.communities[1].state, CommunityProgress::State::stopped);
    EXPECT_THAT(twilio->lists, IsEmpty());
}

TEST_F(ProvisionerTest, WhatWouldFailForEverybodyStopsAll) {
    twilio->refuse("POST", "/SIP/CredentialLists", 401, 20003);
    const auto view = provision();
    EXPECT_EQ(view.communities[0].state, CommunityProgress::State::failed);
    EXPECT_THAT(view.communities[0].why.es, HasSubstr("twilio.auth_token_file"));
    EXPECT_EQ(view.communities[1].state, CommunityProgress::State::stopped);
    EXPECT_THAT(view.communities[1].why.es, HasSubstr("Repita apply"));
}

TEST_F(ProvisionerTest, MakesThisServersPartFirstSinceTwiliosCallsNeedIt) {
    Place here;
    here.settings = {"local-after-AC", {model::Target::local, "sip.example.cl", "x", "https://x"}};
    auto transport = std::make_unique<test::FakeTwilio>();
    transport->numbers["PNA"] = {{"sid", "PNA"}, {"phone_number", "+56229145248"}};
    here.client = std::make_unique<twilio::Client>(
        *transport, test::FakeTwilio::kAccount,
        twilio::Patience{.wait = [](milliseconds) { return true; }});
    here.transport = std::move(transport);
    here.memory = std::make_unique<FakeMemory>();
    places.add(std::move(here));
    declared[0].target = model::Target::local;
    EXPECT_EQ(provision().state, ProvisioningView::State::completed);
    std::vector<model::Target> done;
    for (const auto& view : told)
        for (const auto& each : view.communities)
            if (each.state == CommunityProgress::State::done) done.push_back(each.target);
    EXPECT_EQ(done, (std::vector{model::Target::local, model::Target::twilio}));
}

TEST_F(ProvisionerTest, SaysWhyATargetCannotBeRead) {
    twilio->refuse("GET", "/SIP/CredentialLists", 401, 20003);
    const auto looked = look();
    EXPECT_THAT(looked.why.es, HasSubstr("20003"));
    EXPECT_EQ(provision().communities[0].state, CommunityProgress::State::failed);
}

TEST_F(ProvisionerTest, WhatIsRemovedGoesAndTheDomainWithTheLast) {
    ASSERT_EQ(provision().state, ProvisioningView::State::completed);
    for (const auto& each : std::vector<model::Community>(declared)) remove(each);
    const auto view = provision({});
    EXPECT_EQ(view.state, ProvisioningView::State::completed);
    EXPECT_THAT(twilio->lists, IsEmpty());
    EXPECT_THAT(twilio->domains, IsEmpty());
    EXPECT_EQ(twilio->numbers.size(), 2u);
    EXPECT_THAT(memory->old_names().value(), IsEmpty());
}

TEST_F(ProvisionerTest, WhatIsDoneIsNotedAndWhatFailedIsNot) {
    store_all();
    twilio->refuse("POST", "/IncomingPhoneNumbers/PNB", 400, 21402);
    EXPECT_EQ(provision().state, ProvisioningView::State::failed);
    const auto left = memory->unprovisioned().value();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_TRUE(left.contains(declared[1].sid));
    twilio->allow_all();
    EXPECT_EQ(provision({"B"}).state, ProvisioningView::State::completed);
    EXPECT_THAT(memory->unprovisioned().value(), IsEmpty());
}

TEST_F(ProvisionerTest, ATargetThatIsNotMeantIsLeftAlone) {
    const auto view = provision({"A", "B"}, model::Target::local);
    EXPECT_EQ(view.state, ProvisioningView::State::completed);
    EXPECT_THAT(view.communities, IsEmpty());
    EXPECT_THAT(twilio->writes(), IsEmpty());
}

TEST_F(ProvisionerTest, ARemovalThatWasCutGoesOnWithTheNextApply) {
    ASSERT_EQ(provision().state, ProvisioningView::State::completed);
    remove(declared[1]);
    twilio->refuse("DELETE", "/SIP/CredentialLists", 400, 21241);
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::failed);
    EXPECT_THAT(memory->old_names().value(), Not(IsEmpty()));
    twilio->allow_all();
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    EXPECT_EQ(twilio->lists.size(), 1u);
    EXPECT_EQ(twilio->domains.size(), 1u);
}

TEST_F(ProvisionerTest, WhatANewNumberReplacesStaysUntilTheNewOneIsThere) {
    store_all();
    ASSERT_EQ(provision().state, ProvisioningView::State::completed);
    auto after = declared;
    after[1].number = model::PhoneNumber::parse_e164("+56221111111").value();
    declare(after);
    EXPECT_EQ(provision({"B"}).state, ProvisioningView::State::failed)
        << "it is not there to adopt";
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    EXPECT_NE(twilio->numbers["PNB"]["voice_url"], "");
    EXPECT_THAT(memory->old_names().value(), Not(IsEmpty()));
    twilio->numbers["PNN"] = {{"sid", "PNN"}, {"phone_number", "+56221111111"}};
    EXPECT_EQ(provision({"B"}).state, ProvisioningView::State::completed);
    EXPECT_EQ(twilio->numbers["PNB"]["voice_url"], "");
    EXPECT_EQ(twilio->credentials.size(), 2u);
    EXPECT_THAT(memory->old_names().value(), IsEmpty());
}

TEST_F(ProvisionerTest, WhatIsDeclaredWhileAJobReadsIsNotHalfCarriedOut) {
    store_all();
    ASSERT_EQ(provision().state, ProvisioningView::State::completed);
    std::promise<void> changed;
    meanwhile = [&] {
        auto after = declared;
        after[0].code = "C";
        declare(after);
        changed.set_value();
    };
    ASSERT_TRUE(provisioner->start({{"A"}, 2, "test"}));
    changed.get_future().wait();
    EXPECT_EQ(provision({"C"}).state, ProvisioningView::State::completed);
    EXPECT_EQ(twilio->lists.size(), 2u) << "renamed, not made a second time";
    EXPECT_THAT(memory->old_names().value(), IsEmpty());
}

// A lives on this server.
class TwoPlaces : public ProvisionerTest {
  protected:
    TwoPlaces() {
        here = add_place({"local", {model::Target::local, "sip.example.cl", "", "http://x"}});
        declared[0].target = model::Target::local;
        store_all();
        EXPECT_EQ(provision().state, ProvisioningView::State::completed);
        here->forget_requests();
    }
    void move(model::Stage stage) {
        moving = {{}};
        moving[0].community = declared[0].sid;
        moving[0].to = model::Target::twilio;
        moving[0].stage = stage;
        moving[0].gateway_password = model::Secret("Gateway123456");
    }
    test::FakeTwilio* here = nullptr;
};

TEST_F(TwoPlaces, NobodyElsesJobRemovesTheOldPlaceOfWhoHasNotArrived) {
    twilio->numbers.erase("PNA");
    auto after = declared;
    after[0].target = model::Target::twilio;
    declare(after);
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::failed);
    // As after a restart, for another community, and in a plan.
    provision({}, model::Target::local);
    provision({"B"});
    EXPECT_EQ(look({"B"}).communities.size(), 1u);
    EXPECT_THAT(here->writes(), IsEmpty());
    EXPECT_EQ(here->lists.size(), 1u);
    twilio->numbers["PNA"] = {{"sid", "PNA"}, {"phone_number", "+56229145248"}};
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    EXPECT_THAT(here->lists, IsEmpty());
    EXPECT_THAT(memory->old_names().value(), IsEmpty());
    EXPECT_THAT(memory->unprovisioned().value(), IsEmpty());
}

TEST_F(TwoPlaces, WhoMovesIsProvisionedOnlyOnceBothPlacesAre) {
    move(model::Stage::phones);
    auto after = declared;
    after[0].roles[0].password = model::Secret("Rotated123456");
    declare(after);
    const auto is_marked = [&] {
        return memory->unprovisioned().value().contains(declared[0].sid);
    };
    provision({"A"}, model::Target::local);
    EXPECT_TRUE(is_marked());
    twilio->refuse("POST", "/SIP/CredentialLists", 400, 21240);
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::failed);
    EXPECT_TRUE(is_marked());
    twilio->allow_all();
    EXPECT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    EXPECT_FALSE(is_marked());
}

TEST_F(TwoPlaces, WhoMovesKeepsItsOldNamesInMindUntilItHasArrived) {
    move(model::Stage::phones);
    ASSERT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    // The move is undone: what it has there is nobody's, but a job that waits comes before.
    ASSERT_TRUE(memory->note_old_names(
        provision::leftovers_of(declared[0], moving[0], false, places.settings())));
    ASSERT_EQ(provision({"A"}).state, ProvisioningView::State::completed);
    EXPECT_EQ(twilio->lists.size(), 2u);
    moving.clear();
    ASSERT_EQ(provision({}).state, ProvisioningView::State::completed);
    EXPECT_EQ(twilio->lists.size(), 1u);
    EXPECT_THAT(memory->old_names().value(), IsEmpty());
}

}  // namespace
}  // namespace skyn3t::server
