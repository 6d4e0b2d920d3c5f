#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "provision/applier.hpp"
#include "provision/survey.hpp"
#include "support/fake_twilio.hpp"

namespace skyn3t::provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Fault = test::FakeTwilio::Fault;

struct FakeMemory final : Memory {
    bool has_password(const twilio::Credential& credential,
                      const model::Secret& password) const override {
        const auto found = sent.find(credential.sid);
        return found != sent.end() &&
               found->second == std::pair(password.reveal(), credential.updated);
    }
    Result<void> took_password(const twilio::Credential& credential,
                               const model::Secret& password) override {
        sent[credential.sid] = {password.reveal(), credential.updated};
        return {};
    }
    std::map<std::string, std::pair<std::string, std::string>> sent;
};

model::Community community(const std::string& code, const char* number) {
    model::Community made;
    made.code = code;
    made.name = "Edificio " + code;
    made.number = model::PhoneNumber::parse_e164(number).value();
    made.roles = {{"office", '1', "oficina", model::Secret("Office1234567")},
                  {"security", '2', "conserjería", model::Secret("Security12345")}};
    return made;
}

class Applying : public testing::Test {
  protected:
    Applying() { target.domain_friendly_name = "SKYN3T Communities Platform"; }

    Wanted wanted() {
        Wanted made{"A", desired.name, {}, old, is_last};
        if (!is_removed) made.desired = desire(desired, target);
        return made;
    }
    CommunitySteps look() { return survey(client, target, memory, {wanted()}).value().at(0); }
    // Whether all of it was done; stops after `most` steps as a server that is killed does.
    bool apply(std::size_t most = 1000) {
        const auto found = survey(client, target, memory, {wanted()});
        if (!found) return false;
        Applier applier(client, memory, found->at(0).actual, target.domain);
        for (const Step& step : found->at(0).steps) {
            if (most-- == 0) return false;
            if (const auto done = applier.carry_out(step); !done) {
                why = done.error();
                return false;
            }
        }
        return true;
    }
    std::vector<std::string> texts() {
        std::vector<std::string> all;
        for (const Step& each : look().steps) all.push_back(each.en);
        return all;
    }
    // The writes, each cut at its form.
    std::vector<std::string> writes() {
        std::vector<std::string> all;
        for (const auto& each : twilio.writes()) all.push_back(each.substr(0, each.rfind(' ')));
        return all;
    }
    void expect_whole() {
        ASSERT_EQ(twilio.domains.size(), 1u);
        EXPECT_EQ(twilio.domains.begin()->second["sip_registration"], true);
        ASSERT_EQ(twilio.lists.size(), 1u);
        EXPECT_EQ(twilio.lists.begin()->second["friendly_name"], desired.code + "_Credentials");
        EXPECT_EQ(twilio.credentials.size(), 2u);
        for (const char* place : {"/Calls", "/Registrations"})
            EXPECT_THAT(twilio.mappings[twilio.domains.begin()->first + place],
                        ElementsAre(twilio.lists.begin()->first));
        ASSERT_NE(twilio.find(twilio.numbers, "phone_number", desired.number.str()), nullptr);
        EXPECT_EQ((*twilio.find(twilio.numbers, "phone_number", desired.number.str()))["voice_url"],
                  "https://voice.example.cl/twiml/" + desired.code + "/main");
    }

    TargetSettings target{model::Target::local, "sip.example.cl", "", "https://voice.example.cl"};
    model::Community desired = community("A", "+56229145248");
    OldNames old;
    bool is_removed = false, is_last = false;
    test::FakeTwilio twilio;
    FakeMemory memory;
    twilio::Failure why;
    twilio::Client client{twilio, test::FakeTwilio::kAccount,
                          twilio::Patience{.wait = [](milliseconds) { return true; }}};
};

TEST_F(Applying, MakesAllOfACommunityTheDomainFirstAndItsNumberLast) {
    ASSERT_TRUE(apply());
    expect_whole();
    EXPECT_THAT(
        writes(),
        ElementsAre(StartsWith("POST /SIP/Domains.json"),
                    StartsWith("POST /SIP/CredentialLists.json"), HasSubstr("/Credentials.json"),
                    HasSubstr("/Credentials.json"), HasSubstr("/Auth/Calls/CredentialListMappings"),
                    HasSubstr("/Auth/Registrations/CredentialListMappings"),
                    StartsWith("POST /IncomingPhoneNumbers.json")));
}

TEST_F(Applying, ASecondTimeWritesNothing) {
    ASSERT_TRUE(apply());
    twilio.forget_requests();
    EXPECT_TRUE(apply());
    EXPECT_THAT(twilio.writes(), IsEmpty());
    EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Applying, ConvergesUnderEverySingleFault) {
    ASSERT_TRUE(apply());
    const std::size_t requests = twilio.requests().size();
    for (const Fault fault :
         {Fault::too_many, Fault::broken, Fault::lost_request, Fault::lost_answer})
        for (std::size_t i = 0; i < requests; ++i) {
            test::FakeTwilio fresh;
            fresh.fail_request(i, fault);
            FakeMemory mind;
            twilio::Client other(fresh, test::FakeTwilio::kAccount,
                                 {.wait = [](milliseconds) { return true; }});
            const auto found = survey(other, target, mind, {wanted()}).value().at(0);
            Applier applier(other, mind, found.actual, target.domain);
            for (const Step& step : found.steps) EXPECT_TRUE(applier.carry_out(step)) << i;
            EXPECT_THAT(survey(other, target, mind, {wanted()}).value().at(0).steps, IsEmpty())
                << "request " << i;
            EXPECT_EQ(fresh.lists.size(), 1u);
            EXPECT_EQ(fresh.credentials.size(), 2u);
            EXPECT_EQ(fresh.numbers.size(), 1u);
        }
}

TEST_F(Applying, ResumesWhereverItWasCut) {
    for (std::size_t steps = 0; steps < 7; ++steps) {
        EXPECT_FALSE(apply(steps > 0 ? 1 : 0));  // one more each time
    }
    EXPECT_TRUE(apply());
    expect_whole();
}

TEST_F(Applying, StopsAtTheFirstFailureAndDoesTheRestLater) {
    twilio.refuse("POST", "/Auth/Registrations", 400, 21231);
    EXPECT_FALSE(apply());
    EXPECT_EQ(why.code, 21231);
    EXPECT_THAT(twilio.numbers, IsEmpty());
    twilio.allow_all();
    EXPECT_EQ(look().steps.size(), 2u);
    EXPECT_TRUE(apply());
    expect_whole();
}

TEST_F(Applying, AdoptsWhatHasTheRightNameAndLeavesTheRestAlone) {
    twilio.lists["CL1"] = {{"sid", "CL1"}, {"friendly_name", "A_Credentials"}};
    twilio.lists["CL2"] = {{"sid", "CL2"}, {"friendly_name", "Other"}};
    twilio.credentials["CR1"] = {
        {"sid", "CR1"}, {"username", "door"}, {"credential_list_sid", "CL1"}};
    twilio.numbers["PN2"] = {{"sid", "PN2"}, {"phone_number", "+56911111111"}};
    ASSERT_TRUE(apply());
    EXPECT_EQ(twilio.lists.size(), 2u);
    EXPECT_TRUE(twilio.credentials.contains("CR1"));
    EXPECT_THAT(look().strangers, ElementsAre("door"));
    EXPECT_THAT(twilio.writes(), Not(Contains(HasSubstr("CL2"))));
    EXPECT_THAT(twilio.writes(), Not(Contains(HasSubstr("PN2"))));
}

TEST_F(Applying, SendsARotatedPasswordOnceAndShowsNone) {
    ASSERT_TRUE(apply());
    desired.roles[0].password = model::Secret("Rotated123456");
    const auto steps = look().steps;
    ASSERT_EQ(steps.size(), 1u);
    EXPECT_THAT(steps[0].fields, ElementsAre(FieldChange{"password", "***", "***"}));
    EXPECT_THAT(steps[0].es + steps[0].en, Not(HasSubstr("Rotated123456")));
    ASSERT_TRUE(apply());
    EXPECT_NE(twilio.find(twilio.credentials, "password", "Rotated123456"), nullptr);
    EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Applying, AReplacedPasswordStaysGoodForATimeWhereTheTargetCanKeepIt) {
    ASSERT_TRUE(apply());
    desired.roles[0].password = model::Secret("Rotated123456");
    Wanted wanted = this->wanted();
    wanted.old_passwords_for = std::chrono::hours(24);
    const auto step_at = [&](model::Target where) {
        target.target = where;
        return survey(client, target, memory, {wanted})->at(0).steps.at(0);
    };
    const auto here = step_at(model::Target::local);
    EXPECT_EQ(here.form.find("PreviousValidFor"), "86400");
    EXPECT_THAT(here.es, HasSubstr("la anterior sirve 24 h más"));
    const auto there = step_at(model::Target::twilio);
    EXPECT_FALSE(there.form.has("PreviousValidFor"));
    EXPECT_THAT(there.es, HasSubstr("la que haya ahora deja de servir"));
    wanted.old_passwords_for = std::chrono::seconds(-5);  // its time was over before it was sent
    EXPECT_FALSE(step_at(model::Target::local).form.has("PreviousValidFor"));
}

TEST_F(Applying, SendsAPasswordAgainThatSomebodyChangedAtTheTarget) {
    ASSERT_TRUE(apply());
    auto& credential = twilio.credentials.begin()->second;
    credential["password"] = "Console123456";
    credential["date_updated"] = "later";
    EXPECT_EQ(texts().size(), 1u);
    ASSERT_TRUE(apply());
    EXPECT_EQ(twilio.find(twilio.credentials, "password", "Console123456"), nullptr);
}

TEST_F(Applying, PutsBackWhatSomebodyChanged) {
    ASSERT_TRUE(apply());
    twilio.domains.begin()->second["sip_registration"] = false;
    twilio.numbers.begin()->second["voice_url"] = "https://demo.example.com";
    twilio.numbers.begin()->second["trunk_sid"] = "TK1";
    twilio.mappings[twilio.domains.begin()->first + "/Registrations"].clear();
    const auto steps = look().steps;
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_THAT(steps[0].fields, ElementsAre(FieldChange{"sip_registration", "false", "true"}));
    EXPECT_THAT(steps[2].fields, ElementsAre(FieldChange{"voice_url", "https://demo.example.com",
                                                         "https://voice.example.cl/twiml/A/main"},
                                             FieldChange{"trunk_sid", "TK1", ""}));
    ASSERT_TRUE(apply());
    expect_whole();
}

TEST_F(Applying, AChangedNumberGetsItsPhonesBeforeTheOldOnesGo) {
    ASSERT_TRUE(apply());
    old = names_of(desired);
    desired.number = model::PhoneNumber::parse_e164("+56223456789").value();
    EXPECT_THAT(texts(),
                ElementsAre("create the credential of the phone +56223456789-office",
                            "create the credential of the phone +56223456789-security",
                            "create the number +56223456789", "remove the number +56229145248",
                            HasSubstr("remove the credential +56229145248-office"),
                            HasSubstr("remove the credential +56229145248-security")));
    ASSERT_TRUE(apply());
    expect_whole();
}

TEST_F(Applying, AChangedCodeRenamesTheList) {
    ASSERT_TRUE(apply());
    old.lists = {"A_Credentials"};
    desired.code = "B";
    EXPECT_THAT(texts(), ElementsAre("rename the credential list to B_Credentials",
                                     "adjust the number +56229145248"));
    ASSERT_TRUE(apply());
    expect_whole();
}

TEST_F(Applying, ARemovedCommunityIsTakenDownInReverse) {
    target.target = model::Target::twilio;
    twilio.numbers["PN1"] = {{"sid", "PN1"}, {"phone_number", "+56229145248"}};
    ASSERT_TRUE(apply());
    twilio.forget_requests();
    old = names_of(desired);
    is_removed = is_last = true;
    ASSERT_TRUE(apply());
    EXPECT_THAT(
        twilio.writes(),
        ElementsAre("POST /IncomingPhoneNumbers/PN1.json VoiceUrl=",
                    HasSubstr("/Auth/Registrations/CredentialListMappings/CL"),
                    HasSubstr("/Auth/Calls/CredentialListMappings/CL"),
                    StartsWith("DELETE /SIP/Domains/SD"), HasSubstr("/Credentials/CR"),
                    HasSubstr("/Credentials/CR"), StartsWith("DELETE /SIP/CredentialLists/CL")));
    EXPECT_THAT(twilio.lists, IsEmpty());
    EXPECT_TRUE(twilio.numbers.contains("PN1"));  // bought: never given back
    EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(Applying, ADomainThatOthersUseStays) {
    target.target = model::Target::twilio;
    twilio.numbers["PN1"] = {{"sid", "PN1"}, {"phone_number", "+56229145248"}};
    ASSERT_TRUE(apply());
    twilio.lists["CL9"] = {{"sid", "CL9"}, {"friendly_name", "Other"}};
    twilio.mappings[twilio.domains.begin()->first + "/Calls"].push_back("CL9");
    old = names_of(desired);
    is_removed = is_last = true;
    ASSERT_TRUE(apply());
    EXPECT_EQ(twilio.domains.size(), 1u);
}

TEST_F(Applying, ADomainThatAddressesMayCallStays) {
    target.target = model::Target::twilio;
    twilio.numbers["PN1"] = {{"sid", "PN1"}, {"phone_number", "+56229145248"}};
    ASSERT_TRUE(apply());
    twilio.mappings[twilio.domains.begin()->first + "/Addresses"].push_back("AL1");
    old = names_of(desired);
    is_removed = is_last = true;
    ASSERT_TRUE(apply());
    EXPECT_EQ(twilio.domains.size(), 1u);
    EXPECT_THAT(twilio.lists, IsEmpty());
}

TEST_F(Applying, ADomainStaysForAStrangersPhoneInAListThatStaysMapped) {
    target.target = model::Target::twilio;
    const auto other = community("B", "+56223456789");
    for (const auto& each : {desired, other})
        twilio.numbers["PN" + each.code] = {{"sid", "PN" + each.code},
                                            {"phone_number", each.number.str()}};
    const std::vector<Wanted> made{{"A", desired.name, desire(desired, target), {}, false},
                                   {"B", other.name, desire(other, target), {}, false}};
    const std::vector<Wanted> gone{{"A", desired.name, {}, names_of(desired), true},
                                   {"B", other.name, {}, names_of(other), true}};
    const auto carry_out = [&](const std::vector<Wanted>& all) {
        const auto found = survey(client, target, memory, all).value();
        for (const auto& each : found) {
            Applier applier(client, memory, each.actual, target.domain);
            for (const Step& step : each.steps) ASSERT_TRUE(applier.carry_out(step)) << step.en;
        }
    };
    carry_out(made);
    const std::string list =
        (*twilio.find(twilio.lists, "friendly_name", "A_Credentials"))["sid"].get<std::string>();
    twilio.credentials["CR1"] = {
        {"sid", "CR1"}, {"username", "door"}, {"credential_list_sid", list}};
    carry_out(gone);
    ASSERT_EQ(twilio.domains.size(), 1u);
    EXPECT_THAT(twilio.mappings[twilio.domains.begin()->first + "/Registrations"],
                ElementsAre(list));
    EXPECT_EQ(twilio.credentials.size(), 1u);
}

TEST_F(Applying, AListWithAStrangersPhoneStaysMapped) {
    ASSERT_TRUE(apply());
    twilio.credentials["CR1"] = {
        {"sid", "CR1"}, {"username", "door"}, {"credential_list_sid", twilio.lists.begin()->first}};
    old = names_of(desired);
    is_removed = true;
    ASSERT_TRUE(apply());
    EXPECT_EQ(twilio.lists.size(), 1u);
    EXPECT_EQ(twilio.credentials.size(), 1u);
    EXPECT_EQ(twilio.mappings[twilio.domains.begin()->first + "/Registrations"].size(), 1u);
}

TEST_F(Applying, NeverBuysANumberButSaysWhatIsMissingAndDoesTheRest) {
    target.target = model::Target::twilio;
    EXPECT_FALSE(apply());
    EXPECT_THAT(why.message, HasSubstr("+56229145248 is not in the Twilio account"));
    EXPECT_THAT(twilio.numbers, IsEmpty());
    EXPECT_EQ(look().steps.size(), 1u);
}

TEST_F(Applying, TheDomainThatAllShareIsTheFirstOnesStep) {
    std::vector<Wanted> both{wanted()};
    desired = community("B", "+56223456789");
    both.push_back(wanted());
    const auto found = survey(client, target, memory, both, 2).value();
    const auto domains = [](const CommunitySteps& each) {
        return std::count_if(each.steps.begin(), each.steps.end(),
                             [](const Step& step) { return step.subject == Subject::domain; });
    };
    EXPECT_EQ(domains(found[0]), 1);
    EXPECT_EQ(domains(found[1]), 0);
}

}  // namespace
}  // namespace skyn3t::provision
