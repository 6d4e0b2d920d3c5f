#include "provision/import.hpp"

#include <gmock/gmock.h>

#include "provision/manifest.hpp"
#include "support/fake_twilio.hpp"

namespace skyn3t::provision {
namespace {

using testing::HasSubstr;

class Import : public testing::Test {
  protected:
    void list(const std::string& name, const std::vector<std::string>& users) {
        const std::string sid = "CL" + name;
        twilio.lists[sid] = {{"sid", sid}, {"friendly_name", name}};
        for (const auto& each : users)
            twilio.credentials[sid + each] = {
                {"sid", sid + each}, {"username", each}, {"credential_list_sid", sid}};
    }

    test::FakeTwilio twilio;
    twilio::Client client{twilio, test::FakeTwilio::kAccount,
                          twilio::Patience{.wait = [](milliseconds) { return true; }}};
    TargetSettings target{model::Target::twilio, "a.sip.twilio.com", "", ""};
};

TEST_F(Import, ReadsCommunitiesByTheirNamesIntoAFileThatApplyTakes) {
    list("PLAZA_Credentials", {"+56229145248-office", "+56229145248-security", "portero"});
    list("de otro", {"+56223456789-office"});
    list("raro_Credentials", {"x"});
    twilio.numbers["PN1"] = {
        {"sid", "PN1"}, {"phone_number", "+56229145248"}, {"friendly_name", "Plaza \"Norte\": #1"}};
    const auto imported = import_account(client, target).value();
    EXPECT_EQ(imported.communities, 1u);
    const auto manifest = parse_manifest(imported.yaml);
    for (const auto& finding : manifest.findings)
        EXPECT_NE(finding.level, Level::error) << finding.line(Lang::en) << "\n" << imported.yaml;
    ASSERT_EQ(manifest.communities.size(), 1u);
    const auto& community = manifest.communities[0].community;
    EXPECT_EQ(community.code, "PLAZA");
    EXPECT_EQ(community.name, "Plaza \"Norte\": #1");
    EXPECT_EQ(community.target, model::Target::twilio);
    ASSERT_EQ(community.roles.size(), 2u);
    EXPECT_EQ(community.roles[1].role, "security");
    EXPECT_EQ(community.roles[1].digit, '2');
    EXPECT_THAT(imported.yaml, HasSubstr("# usuario que no sigue [NÚMERO]-[rol]: portero"));
    EXPECT_THAT(imported.yaml, HasSubstr("# lista que no es de una comunidad: raro_Credentials"));
    EXPECT_THAT(imported.yaml, HasSubstr("Las contraseñas no se pueden leer"));
}

TEST_F(Import, GivesTheGuidesRolesTheirKeysInWhateverOrderTheyAreListed) {
    list("PLAZA_Credentials",
         {"+56229145248-security", "+56229145248-office", "+56229145248-gate"});
    // Listed by SID, as the fake does: gate, office, security.
    const auto manifest = parse_manifest(import_account(client, target)->yaml);
    std::string keys;
    for (const auto& role : manifest.communities.at(0).community.roles)
        keys += role.role + role.digit + " ";
    EXPECT_EQ(keys, "office1 security2 gate3 ");
}

TEST_F(Import, WhatIsDeclaredComesOutAsItWasDeclared) {
    list("PLAZA_Credentials", {"+56229145248-office", "+56229145248-gate"});
    list("NUEVA_Credentials", {"+56223456789-office"});
    model::Community declared;
    declared.code = "PLAZA";
    declared.name = "Plaza Norte";
    declared.number = model::PhoneNumber::parse_e164("+56229145248").value();
    declared.type = model::CommunityType::condominio;
    declared.target = model::Target::twilio;
    declared.roles = {{"gate", '7', "portón", {}}, {"office", '9', "oficina", {}}};
    const auto imported = import_account(client, target, {declared}).value();
    EXPECT_EQ(imported.communities, 2u);
    auto communities = parse_manifest(imported.yaml).values();
    ASSERT_EQ(communities.size(), 2u) << imported.yaml;
    EXPECT_TRUE(communities[0] == declared || communities[1] == declared) << imported.yaml;
}

TEST_F(Import, AnAccountWithoutCommunitiesIsAnEmptyFile) {
    const auto imported = import_account(client, target).value();
    EXPECT_EQ(imported.communities, 0u);
    EXPECT_TRUE(parse_manifest(imported.yaml).communities.empty());
}

TEST_F(Import, WhatAnAccountHoldsCannotBreakOutOfAComment) {
    list("PLAZA_Credentials", {"+56229145248-office", "x\n  - code: B"});
    const auto manifest = parse_manifest(import_account(client, target)->yaml);
    EXPECT_EQ(manifest.communities.size(), 1u);
}

}  // namespace
}  // namespace skyn3t::provision
