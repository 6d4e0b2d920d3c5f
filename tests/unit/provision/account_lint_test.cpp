#include "provision/account_lint.hpp"

#include <gmock/gmock.h>

#include "provision/applier.hpp"
#include "provision/survey.hpp"
#include "support/fake_twilio.hpp"

namespace skyn3t::provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kDomain[] = "skyn3t-communities.sip.twilio.com";

std::vector<std::string> account_rules(const Account& account) {
    std::vector<std::string> all;
    for (const Finding& each : lint_account(account))
        all.push_back(each.where.key + " " + std::string(each.rule));
    return all;
}

struct NoMemory final : Memory {
    bool has_password(const twilio::Credential&, const model::Secret&) const override {
        return false;
    }
    Result<void> took_password(const twilio::Credential&, const model::Secret&) override {
        return {};
    }
};

class AccountAtTwilio : public testing::Test {
  protected:
    Account read() { return read_account(client, model::Target::twilio).value(); }

    // What the hands of the guide do in the console (tests/support/faulty_guide.py).
    void set_up_by_the_guide() {
        const auto list = client.create_credential_list("OFICINA_PRINCIPAL_Credentials").value();
        for (const char* role : {"office", "security"})
            ASSERT_TRUE(client.create_credential(list.sid, std::string("+56229145248-") + role,
                                                 "SKyn3t2025_OFICINA_PRINCIPAL_Office!"));
        const auto domain = client
                                .create_domain({{"DomainName", kDomain},
                                                {"FriendlyName", "SKYN3T Communities Platform"},
                                                {"SipRegistration", "true"}})
                                .value();
        ASSERT_TRUE(client.map(domain.sid, twilio::MappingPlace::calls, list.sid));
        ASSERT_TRUE(client.create_number("+56229145248",
                                         {{"FriendlyName", "Oficina Principal"},
                                          {"VoiceUrl", "https://handler.twilio.com/twiml/EHa1"}}));
    }

    void apply() {
        TargetSettings target{model::Target::twilio, kDomain, "SKYN3T Communities Platform",
                              "https://voice.example.cl", true};
        model::Community community;
        community.code = "OFICINA_PRINCIPAL";
        community.name = "Oficina Principal";
        community.number = model::PhoneNumber::parse_e164("+56229145248").value();
        community.target = model::Target::twilio;
        community.roles = {{"office", '1', "oficina", model::Secret("Office1234567")},
                           {"security", '2', "conserjería", model::Secret("Security12345")}};
        const Wanted wanted{community.code, community.name, desire(community, target), {}, false};
        NoMemory memory;
        const auto steps = survey(client, target, memory, {wanted}).value();
        Applier applier(client, memory, steps.at(0).actual, target.domain);
        for (const Step& step : steps.at(0).steps) ASSERT_TRUE(applier.carry_out(step));
    }

    test::FakeTwilio twilio;
    twilio::Client client{twilio, test::FakeTwilio::kAccount,
                          twilio::Patience{.wait = [](milliseconds) { return true; }}};
};

TEST_F(AccountAtTwilio, SetUpByTheGuideHasExactlyItsFaultsAndNoneAfterApply) {
    set_up_by_the_guide();
    EXPECT_THAT(account_rules(read()),
                ElementsAre("Domains/skyn3t-communities.sip.twilio.com account-voice-url-empty",
                            "CredentialLists/OFICINA_PRINCIPAL_Credentials "
                            "account-list-not-registered",
                            "IncomingPhoneNumbers/+56229145248 account-twiml-bin",
                            "IncomingPhoneNumbers/+56229145248 account-no-status-callback"));
    EXPECT_EQ(lint_account(read())[1].line(Lang::es),
              "twilio: error: CredentialLists/OFICINA_PRINCIPAL_Credentials: la lista sirve para "
              "llamar y no para registrarse: sus teléfonos nunca se registran y nadie los puede "
              "llamar; asóciela también en Auth/Registrations del dominio "
              "skyn3t-communities.sip.twilio.com [account-list-not-registered]");
    apply();
    EXPECT_THAT(account_rules(read()), IsEmpty());
}

TEST_F(AccountAtTwilio, IsOnlyRead) {
    set_up_by_the_guide();
    twilio.forget_requests();
    EXPECT_FALSE(lint_account(read()).empty());
    EXPECT_THAT(twilio.writes(), IsEmpty());
}

TEST_F(AccountAtTwilio, ThatCannotBeReadIsNotJudged) {
    twilio.refuse("GET", "/SIP/CredentialLists", 401, 20003);
    EXPECT_EQ(read_account(client, model::Target::twilio).error().code, 20003);
}

// An account in which nothing is wrong.
Account good() {
    Account account;
    account.target = model::Target::twilio;
    twilio::Domain domain;
    domain.sid = "SD1";
    domain.name = kDomain;
    domain.voice_url = "https://voice.example.cl/twiml/domain";
    domain.status_callback = "https://voice.example.cl/status";
    domain.sip_registration = true;
    account.domains = {{domain, {"CL1"}, {"CL1"}}};
    account.lists = {{{"CL1", "A_Credentials"}, {{"CR1", "+56229145248-office", ""}}}};
    twilio::IncomingNumber number;
    number.number = "+56229145248";
    number.voice_url = "https://voice.example.cl/twiml/A/main";
    number.status_callback = "https://voice.example.cl/status";
    account.numbers = {number};
    return account;
}

TEST(AccountLint, FindsNothingInAnAccountAsItShouldBe) {
    EXPECT_THAT(account_rules(good()), IsEmpty());
}

TEST(AccountLint, FindsCommunitiesThatShareADomainWithNothingToKeepThemApart) {
    Account account = good();
    account.lists.push_back({{"CL2", "B_Credentials"}, {{"CR2", "+56221234567-office", ""}}});
    account.domains[0].calls.push_back("CL2");
    account.domains[0].registrations.push_back("CL2");
    EXPECT_THAT(account_rules(account), IsEmpty());
    account.domains[0].domain.voice_url = "https://example.cl/dial-anything";
    EXPECT_THAT(account_rules(account), ElementsAre("Domains/skyn3t-communities.sip.twilio.com "
                                                    "account-no-isolation"));
}

TEST(AccountLint, FindsAUserOfTwoListsAtOneDomain) {
    Account account = good();
    account.lists.push_back({{"CL2", "B_Credentials"}, {{"CR2", "+56229145248-office", ""}}});
    account.domains[0].calls.push_back("CL2");
    account.domains[0].registrations.push_back("CL2");
    EXPECT_THAT(account_rules(account),
                ElementsAre("CredentialLists/B_Credentials account-ambiguous-user"));
}

TEST(AccountLint, FindsWhatKeepsPhonesFromRegisteringOrCalling) {
    Account account = good();
    account.domains[0].domain.sip_registration = false;
    EXPECT_THAT(account_rules(account), Contains(HasSubstr("account-registration-off")));
    account = good();
    account.domains[0].calls.clear();
    EXPECT_THAT(account_rules(account), ElementsAre(HasSubstr("account-list-not-for-calls")));
    account.domains[0].registrations.clear();
    EXPECT_THAT(account_rules(account), ElementsAre(HasSubstr("account-domain-closed"),
                                                    HasSubstr("account-list-unmapped")));
}

TEST(AccountLint, FindsNumbersThatNothingAnswers) {
    Account account = good();
    account.numbers[0].voice_url.clear();
    EXPECT_THAT(account_rules(account), ElementsAre("IncomingPhoneNumbers/+56229145248 "
                                                    "account-voice-url-empty"));
    account.numbers[0].trunk = "TK1";
    EXPECT_THAT(account_rules(account), IsEmpty());
}

TEST(AccountLint, KnowsTwiliosLimits) {
    Account account = good();
    account.target = model::Target::local;
    account.lists[0].list.friendly_name = std::string(65, 'A');
    account.lists[0].credentials[0].username = "+56229145248-a-role-with-a-long-name";
    account.lists[0].credentials.resize(1001, {"CR2", "x", ""});
    EXPECT_THAT(
        account_rules(account),
        testing::IsSupersetOf({HasSubstr("account-long-name"), HasSubstr("account-too-many"),
                               HasSubstr("account-long-username")}));
    account = good();
    account.domains[0].domain.name = "voice.example.cl";
    EXPECT_THAT(account_rules(account), ElementsAre(HasSubstr("account-bad-domain-name")));
    account = good();
    account.lists.resize(101, account.lists[0]);
    EXPECT_THAT(account_rules(account), Contains("CredentialLists account-too-many"));
}

}  // namespace
}  // namespace skyn3t::provision
