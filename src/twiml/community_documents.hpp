#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The TwiML documents of a community (DESIGN.md, section 6): the same text is served by this
// server, run on its own calls, and fetched by Twilio's cloud.
namespace skyn3t::twiml {

struct CommunityRole {
    std::string role;   // "office"
    std::string digit;  // "1"
    std::string label;  // "oficina de administración"
};

enum class ShownCaller { community, caller };  // the manifest's caller_id

struct CommunityIvr {
    std::string code;
    std::string name;
    std::string number;  // E.164
    std::string language = "es-MX";
    std::string domain;  // SIP domain of the phones
    std::vector<CommunityRole> roles;
    ShownCaller shown_caller = ShownCaller::caller;
    std::string no_input{};  // the role that rings for who presses nothing; empty: none
};

inline constexpr unsigned kMaxMenuAttempts = 3;
// Which time the menu is heard, 1..kMaxMenuAttempts, from the query parameter `attempt` (1 when it
// is absent or bad).
[[nodiscard]] unsigned menu_attempt(std::string_view parameter);

// /twiml/{code}/main?attempt=N
[[nodiscard]] std::string main_document(const CommunityIvr& community, unsigned attempt = 1);

// /twiml/{code}/route?attempt=N: after a key, or after a Dial when there is a dial_call_status.
// With ?no_input=1 it is as if the key of that role had been pressed.
struct RouteRequest {
    std::string digits;
    std::optional<std::string> dial_call_status;
    unsigned attempt = 1;
};
// The key of the role that rings for who presses nothing; empty: there is none.
[[nodiscard]] std::string key_without_input(const CommunityIvr& community);
[[nodiscard]] std::string route_document(const CommunityIvr& community,
                                         const RouteRequest& request);

// /twiml/domain: a phone dials. Calls from phones are not built yet, and the caller is told so.
enum class DialledNumber { ordinary, emergency };
[[nodiscard]] std::string domain_document(DialledNumber dialled,
                                          std::string_view language = "es-MX");

// Whether it is one of these: such a call has failed, although it was answered to say so.
[[nodiscard]] bool is_refusal(std::string_view domain_document);

// One thing that the documents can say, as text() of its Say, for rendering it before any call.
struct NamedPrompt {
    std::string name;  // file-name safe: "bienvenida", "conectando-office", "opcion-no-valida"
    std::string text;
    bool operator==(const NamedPrompt&) const = default;
};
[[nodiscard]] std::vector<NamedPrompt> community_prompts(const CommunityIvr& community);
// What any call can say whatever its community: domain_document() and the application-error
// announcement.
[[nodiscard]] std::vector<NamedPrompt> common_prompts();

}  // namespace skyn3t::twiml
