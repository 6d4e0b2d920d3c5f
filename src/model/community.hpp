#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sid.hpp"
#include "model/dialling.hpp"
#include "model/phone_number.hpp"
#include "model/secret.hpp"

namespace skyn3t::model {

enum class CommunityType { oficina, edificio, condominio };
enum class Target { local, twilio };
enum class PasswordPolicy {
    generated,
    guide
};  // guide: the public formula, on explicit request only
enum class CallerIdPolicy { community, caller };  // which number the called phone sees

// A key of the greeting and the phone that it rings.
struct Role {
    std::string role;                // "office": [a-z0-9_-], part of the phone's user name
    char digit = 0;                  // '0'-'9', '*' or '#'
    std::string label;               // as spoken: "oficina de administración"
    std::optional<Secret> password;  // given by the operator; otherwise made by the policy
    bool operator==(const Role&) const = default;
};

// The operator's own TwiML instead of the made document.
struct OwnDocument {
    std::string file;  // as named in the manifest
    std::string xml;
    bool operator==(const OwnDocument&) const = default;
};

// One tenant, as the manifest says it (DESIGN.md, section 6). All that calls run on is derived from
// this.
struct Community {
    CommunitySid sid;  // empty until it is stored
    std::string code;
    std::string name;
    PhoneNumber number;
    CommunityType type = CommunityType::edificio;
    std::string language = "es-MX";
    Target target = Target::local;
    PasswordPolicy passwords = PasswordPolicy::generated;
    CallerIdPolicy caller_id = CallerIdPolicy::caller;
    MayDial may_dial = MayDial::chile();
    // The role that rings for who twice presses nothing; empty: the call ends.
    std::string no_input;
    std::vector<Role> roles;  // in the order in which they are spoken
    std::optional<OwnDocument> main_document;

    const Role* find_role(std::string_view name) const;
    const Role* find_digit(char digit) const;
    bool operator==(const Community&) const = default;
};

// The account's own community: of what belongs to none that is declared (ADR 9). Its code is '',
// which no manifest can name.
[[nodiscard]] const CommunitySid& account_community();

// Names of what is made for a community, and limits that Twilio sets (rest-api.md, section 3).
inline constexpr std::size_t kMaxCodeLength = 50;      // "[CODE]_Call_Routing" fits a friendly name
inline constexpr std::size_t kMaxNameLength = 64;      // a friendly name
inline constexpr std::size_t kMaxUsernameLength = 32;  // of a credential
inline constexpr std::size_t kMaxLabelLength = 100;    // ours: it is spoken in every greeting
inline constexpr std::size_t kMaxRoles = 12;           // one for each key

[[nodiscard]] std::string credential_list_name(std::string_view code);  // [CODE]_Credentials
[[nodiscard]] std::string main_ivr_name(std::string_view code);         // [CODE]_Main_IVR
[[nodiscard]] std::string call_routing_name(std::string_view code);     // [CODE]_Call_Routing
// [NUMBER]-[role]: "+56229145248-office".
[[nodiscard]] std::string username(const PhoneNumber& number, std::string_view role);
// The public formula, SKyn3t2025_[CODE]_[Role]!; only for PasswordPolicy::guide.
[[nodiscard]] Secret guide_password(std::string_view code, std::string_view role);
// The password for a role that has none yet: given, by formula, or generated.
[[nodiscard]] Secret new_password(const Community& community, const Role& role);

[[nodiscard]] bool is_code(std::string_view text);       // [A-Z0-9_], 1 to kMaxCodeLength
[[nodiscard]] bool is_role_name(std::string_view text);  // [a-z0-9_-], begins with a letter
[[nodiscard]] bool is_key(char c);                       // a key of a telephone: 0-9 * #

// The manifest's words. parse_ gives nothing for a word that is none of them.
[[nodiscard]] std::string_view to_string(CommunityType value);
[[nodiscard]] std::string_view to_string(Target value);
[[nodiscard]] std::string_view to_string(PasswordPolicy value);
[[nodiscard]] std::string_view to_string(CallerIdPolicy value);
[[nodiscard]] std::optional<CommunityType> parse_community_type(std::string_view word);
[[nodiscard]] std::optional<Target> parse_target(std::string_view word);
[[nodiscard]] std::optional<PasswordPolicy> parse_password_policy(std::string_view word);
[[nodiscard]] std::optional<CallerIdPolicy> parse_caller_id_policy(std::string_view word);

}  // namespace skyn3t::model
