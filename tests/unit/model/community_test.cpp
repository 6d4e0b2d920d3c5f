#include "model/community.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.hpp"
#include "model/password.hpp"

namespace skyn3t::model {
namespace {

TEST(Naming, FollowsTheGuide) {
    EXPECT_EQ(credential_list_name("PLAZA_NORTE"), "PLAZA_NORTE_Credentials");
    EXPECT_EQ(main_ivr_name("PLAZA_NORTE"), "PLAZA_NORTE_Main_IVR");
    EXPECT_EQ(call_routing_name("PLAZA_NORTE"), "PLAZA_NORTE_Call_Routing");
    const auto number = PhoneNumber::parse_e164("+56229145248").value();
    EXPECT_EQ(username(number, "office"), "+56229145248-office");
    EXPECT_EQ(guide_password("PLAZA_NORTE", "security").reveal(),
              "SKyn3t2025_PLAZA_NORTE_Security!");
}

TEST(Naming, KnowsCodesRolesAndKeys) {
    EXPECT_TRUE(is_code("LAS_FLORES_2"));
    for (const char* bad : {"", "las_flores", "LAS FLORES", "ÑUÑOA", "A-B"})
        EXPECT_FALSE(is_code(bad));
    EXPECT_FALSE(is_code(std::string(51, 'A')));
    EXPECT_TRUE(is_role_name("gate-2"));
    for (const char* bad : {"", "Office", "2gate", "a b", "conserjería"})
        EXPECT_FALSE(is_role_name(bad));
    for (char key : std::string("0123456789*#")) EXPECT_TRUE(is_key(key));
    EXPECT_FALSE(is_key('A'));
}

TEST(Password, OfEachPolicyPassesTwiliosRule) {
    Community community;
    community.code = "PLAZA_NORTE";
    Role role{"office", '1', "oficina", {}};
    EXPECT_FALSE(password_fault(new_password(community, role).reveal()));
    community.passwords = PasswordPolicy::guide;
    EXPECT_EQ(new_password(community, role).reveal(), "SKyn3t2025_PLAZA_NORTE_Office!");
    role.password = Secret("Given1234567");
    EXPECT_EQ(new_password(community, role).reveal(), "Given1234567");
}

TEST(Password, GeneratedOnesAreDifferentStrongAndEasyToType) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string password = generate_password().reveal();
        EXPECT_TRUE(seen.insert(password).second);
        EXPECT_EQ(password.size(), 16u);
        EXPECT_FALSE(password_fault(password)) << password;
        EXPECT_EQ(password.find_first_of("0OIl1o"), password.find('o')) << password;
    }
}

TEST(Password, FaultsAreNamed) {
    EXPECT_EQ(password_fault("Short1"), PasswordFault::too_short);
    EXPECT_EQ(password_fault("nocapitals123"), PasswordFault::no_upper_case);
    EXPECT_EQ(password_fault("NOSMALL123456"), PasswordFault::no_lower_case);
    EXPECT_EQ(password_fault("NoDigitsInHere"), PasswordFault::no_digit);
    EXPECT_EQ(password_fault("With Space 12"), PasswordFault::bad_character);
    EXPECT_EQ(password_fault("Contraseña123"), PasswordFault::bad_character);
    EXPECT_EQ(password_fault("Abcdefghij12"), std::nullopt);
}

// A secret cannot reach a log by accident.
static_assert(!fmt::is_formattable<Secret>::value);

}  // namespace
}  // namespace skyn3t::model
