#include "model/community.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/password.hpp"
#include "model/word_table.hpp"

namespace skyn3t::model {
namespace {

constexpr auto kTypes = words<CommunityType>({{CommunityType::oficina, "oficina"},
                                              {CommunityType::edificio, "edificio"},
                                              {CommunityType::condominio, "condominio"}});
constexpr auto kTargets = words<Target>({{Target::local, "local"}, {Target::twilio, "twilio"}});
constexpr auto kPasswords = words<PasswordPolicy>(
    {{PasswordPolicy::generated, "generated"}, {PasswordPolicy::guide, "guide"}});
constexpr auto kCallerIds = words<CallerIdPolicy>(
    {{CallerIdPolicy::community, "community"}, {CallerIdPolicy::caller, "caller"}});

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

const Role* Community::find_role(std::string_view wanted) const {
    const auto found = std::find_if(roles.begin(), roles.end(),
                                    [&](const Role& each) { return each.role == wanted; });
    return found == roles.end() ? nullptr : &*found;
}

const Role* Community::find_digit(char digit) const {
    const auto found = std::find_if(roles.begin(), roles.end(),
                                    [&](const Role& each) { return each.digit == digit; });
    return found == roles.end() ? nullptr : &*found;
}

const CommunitySid& account_community() {
    static const CommunitySid kSid = CommunitySid::parse("CM" + std::string(32, '0')).value();
    return kSid;
}

std::string credential_list_name(std::string_view code) {
    return std::string(code) + "_Credentials";
}
std::string main_ivr_name(std::string_view code) { return std::string(code) + "_Main_IVR"; }
std::string call_routing_name(std::string_view code) { return std::string(code) + "_Call_Routing"; }

std::string username(const PhoneNumber& number, std::string_view role) {
    return number.str() + "-" + std::string(role);
}

Secret guide_password(std::string_view code, std::string_view role) {
    std::string name(role);
    if (!name.empty() && is_lower(name[0])) name[0] = static_cast<char>(name[0] - 32);
    return Secret("SKyn3t2025_" + std::string(code) + "_" + name + "!");
}

Secret new_password(const Community& community, const Role& role) {
    if (role.password) return *role.password;
    return community.passwords == PasswordPolicy::guide ? guide_password(community.code, role.role)
                                                        : generate_password();
}

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= kMaxCodeLength &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; });
}

bool is_role_name(std::string_view text) {
    return !text.empty() && is_lower(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_lower(c) || is_digit(c) || c == '_' || c == '-';
    });
}

bool is_key(char c) { return is_digit(c) || c == '*' || c == '#'; }

std::string_view to_string(CommunityType value) { return kTypes.word(value); }
std::string_view to_string(Target value) { return kTargets.word(value); }
std::string_view to_string(PasswordPolicy value) { return kPasswords.word(value); }
std::string_view to_string(CallerIdPolicy value) { return kCallerIds.word(value); }
std::optional<CommunityType> parse_community_type(std::string_view word) {
    return kTypes.find(word);
}
std::optional<Target> parse_target(std::string_view word) { return kTargets.find(word); }
std::optional<PasswordPolicy> parse_password_policy(std::string_view word) {
    return kPasswords.find(word);
}
std::optional<CallerIdPolicy> parse_caller_id_policy(std::string_view word) {
    return kCallerIds.find(word);
}

}  // namespace skyn3t::model
