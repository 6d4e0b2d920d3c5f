#include "server/provisioner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>

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
        Place place;
        place.settings = {test::FakeTwilio::kAccount,
                          {model::Target::twilio, "a.sip.twilio.com", "SKYN3T", "https://x.cl"}};
        auto transport = std::make_unique<test::FakeTwilio>();
        twilio = transport.get();
        place.transport = std::move(transport);
        place.client = std::make_unique<twilio::Client>(
            *twilio, test::FakeTwilio::kAccount,
            twilio::Patience{.wait = [](milliseconds) { return true; }});
        place.memory = std::make_unique<FakeMemory>();
        places.add(std::move(place));
        declared = {community("A", "+56229145248"), community("B", "+56223456789")};
        provisioner = std::make_unique<Provisioner>(Provisioner::Parts{
            places, [this] { return Result<std::vector<model::Community>>(declared); }, *memory,
            clock, pause, [](const Place&) { return nullptr; }, {},
            [this](rest::ProvisioningView view) { told.push_back(std::move(view)); }});
    }
    ~ProvisionerTest() override {
        provisioner.reset();
        database.reset();
        std::filesystem::remove_all(directory);
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
    rest::Looked look() {
        std::promise<rest::Looked> answer;
        const auto begun = provisioner->look(
            {declared, {"A", "B"}, memory->old_names().value()},
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

    test::FakeClock clock;
    Pause pause;
    std::filesystem::path directory;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::ProvisionStore> memory;
    test::FakeTwilio* twilio = nullptr;
    Places places;
    std::vector<model::Community> declared;
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

TEST_F(ProvisionerTest, WhatWouldFailForEverybodyStopsAll) {
    twilio->refuse("POST", "/SIP/CredentialLists", 401, 20003);
    const auto view = provision();
    EXPECT_EQ(view.communities[0].state, CommunityProgress::State::failed);
    EXPECT_THAT(view.communities[0].why.es, HasSubstr("twilio.auth_token_file"));
    EXPECT_EQ(view.communities[1].state, CommunityProgress::State::stopped);
    EXPECT_THAT(view.communities[1].why.es, HasSubstr("Repita apply"));
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
    const auto box = store::SecretBox::from_hex(std::string(64, '7')).value();
    const auto account = store::AccountStore(*database, box).open({}, {}).value().account.sid;
    auto fresh = declared;
    for (auto& each : fresh) each.sid = {};
    const auto sids = store::CommunityStore(*database, box, account)
                          .change_and_wait({fresh, {}, "test"})
                          .value()
                          .put;
    for (std::size_t i = 0; i < 2; ++i) declared[i].sid = sids[i];
    twilio->refuse("POST", "/IncomingPhoneNumbers/PNB", 400, 21402);
    EXPECT_EQ(provision().state, ProvisioningView::State::failed);
    const auto left = memory->unprovisioned().value();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_TRUE(left.contains(sids[1]));
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

}  // namespace
}  // namespace skyn3t::server
