// Whose number, whose phone: the one place where the community of a call is decided.
#include "call/directory.hpp"

#include <gtest/gtest.h>

#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using test::community_of;

const std::string kDomain = "sip.example.cl";

struct DirectoryTest : testing::Test {
    Directory directory{test::directory_parts(
        kDomain,
        {community_of("OFICINA_PRINCIPAL", "Oficina Principal", "+56229145248"),
         community_of("LAS_FLORES", "Condominio Las Flores", "+56234567890")},
        "https://voice.example.cl")};

    std::string code_of(const TenantPtr& tenant) const {
        return tenant ? tenant->community.code : "nobody";
    }
    std::string of_number(std::string_view dialled) const {
        const auto* number = directory.of_number(dialled);
        return number ? code_of(number->tenant) : "nobody";
    }
};

TEST_F(DirectoryTest, FindsANumberInE164) {
    EXPECT_EQ(of_number("+56229145248"), "OFICINA_PRINCIPAL");
}

TEST_F(DirectoryTest, FindsANumberWithoutItsPlus) {
    EXPECT_EQ(of_number("56229145248"), "OFICINA_PRINCIPAL");
}

TEST_F(DirectoryTest, FindsANumberInNationalForm) {
    EXPECT_EQ(of_number("229145248"), "OFICINA_PRINCIPAL");
    EXPECT_EQ(of_number("(2) 2914 5248"), "OFICINA_PRINCIPAL");
}

TEST_F(DirectoryTest, FindsANumberThatIsOnlyPossible) {
    EXPECT_EQ(of_number("+56234567890"), "LAS_FLORES");
}

TEST_F(DirectoryTest, ANumberThatNobodyOwnsIsNobodys) {
    EXPECT_EQ(of_number("+56229999999"), "nobody");
}

TEST_F(DirectoryTest, NoiseIsNobodysNumber) {
    for (const auto* noise : {"", "+", "133", "office", "+56229145248-office", "%00", "\xff\xfe"})
        EXPECT_EQ(of_number(noise), "nobody") << noise;
}

// Until provisioning has told the number, at Twilio or here, it asks for the old one's documents.
TEST_F(DirectoryTest, FindsADocumentByAFormerCodeThatNobodyHasToday) {
    auto parts = test::directory_parts(kDomain,
                                       {community_of("NEW", "Edificio", "+56229145248"),
                                        community_of("OTHER", "Otro", "+56234567890")},
                                       "https://voice.example.cl");
    const auto is_new = parts.tenants[0]->community.sid;
    parts.former_codes = {{"OLD", is_new}, {"OTHER", is_new}, {"GONE", CommunitySid::generate()}};
    const Directory changed(parts);
    EXPECT_EQ(code_of(changed.of_document_code("OLD")), "NEW");
    EXPECT_EQ(code_of(changed.of_document_code("NEW")), "NEW");
    EXPECT_EQ(code_of(changed.of_document_code("OTHER")), "OTHER");
    EXPECT_EQ(code_of(changed.of_document_code("GONE")), "nobody");
    EXPECT_EQ(code_of(changed.of_code("OLD")), "nobody");
}

TEST_F(DirectoryTest, FindsThePhoneOfEachRole) {
    EXPECT_EQ(code_of(directory.of_user(kDomain, "+56229145248-office")), "OFICINA_PRINCIPAL");
    EXPECT_EQ(code_of(directory.of_user(kDomain, "+56234567890-security")), "LAS_FLORES");
}

TEST_F(DirectoryTest, ARoleThatACommunityHasNotIsNobody) {
    EXPECT_EQ(code_of(directory.of_user(kDomain, "+56229145248-pool")), "nobody");
    EXPECT_EQ(code_of(directory.of_user(kDomain, "+56229145248")), "nobody");
    EXPECT_EQ(code_of(directory.of_user(kDomain, "")), "nobody");
}

TEST_F(DirectoryTest, AUserOfOneDomainIsNobodyInAnother) {
    EXPECT_EQ(code_of(directory.of_user("other.example.cl", "+56229145248-office")), "nobody");
}

TEST_F(DirectoryTest, ADomainIsFoundInAnyCase) {
    ASSERT_NE(directory.of_domain("SIP.Example.CL"), nullptr);
    EXPECT_EQ(directory.of_domain("SIP.Example.CL")->name, kDomain);
    EXPECT_EQ(directory.of_domain("other.example.cl"), nullptr);
}

TEST_F(DirectoryTest, TheAccountsOwnCommunityIsFoundBySidOnly) {
    auto parts = test::directory_parts(kDomain, {}, "https://voice.example.cl");
    model::Community own;
    own.sid = model::account_community();
    parts.own = make_tenant(own, kDomain);
    const Directory empty(std::move(parts));
    EXPECT_NE(empty.of_sid(model::account_community()), nullptr);
    EXPECT_EQ(empty.of_code(""), nullptr);
    EXPECT_TRUE(empty.all().empty());
}

TEST_F(DirectoryTest, FindsByCodeAndBySid) {
    const auto tenant = directory.of_code("LAS_FLORES");
    ASSERT_TRUE(tenant);
    EXPECT_EQ(directory.of_sid(tenant->community.sid), tenant);
    EXPECT_EQ(code_of(directory.of_code("las_flores")), "nobody");
}

TEST_F(DirectoryTest, MakesTheDocumentsOfItsCommunities) {
    const auto& ivr = directory.of_code("OFICINA_PRINCIPAL")->ivr;
    EXPECT_EQ(ivr.name, "Oficina Principal");
    EXPECT_EQ(ivr.domain, "sip.example.cl");
    ASSERT_EQ(ivr.roles.size(), 2u);
    EXPECT_EQ(ivr.roles[1].digit, "2");
    EXPECT_EQ(ivr.shown_caller, twiml::ShownCaller::caller);
}

TEST_F(DirectoryTest, ATenantOutlivesTheDirectory) {
    TenantPtr kept;
    {
        const auto gone = test::directory_of(kDomain, {community_of("X", "X", "+56229145248")});
        kept = gone->of_code("X");
    }
    EXPECT_EQ(kept->community.code, "X");
}

}  // namespace
}  // namespace skyn3t::call
