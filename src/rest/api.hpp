#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "http/router.hpp"
#include "model/phone_number.hpp"
#include "model/secret.hpp"
#include "rest/rate_limits.hpp"
#include "rest/services.hpp"
#include "store/account_store.hpp"
#include "store/audit_store.hpp"
#include "store/call_store.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"
#include "store/signing_secrets.hpp"
#include "store/usage_store.hpp"

namespace skyn3t::rest {

// A carrier as the configuration says it.
struct TrunkInfo {
    std::string name;
    std::vector<std::string> hosts;
    std::string destination{};  // "198.51.100.7:5060", where calls to it go; empty: none
};

struct ApiOptions {
    AccountSid account;
    model::Secret auth_token;
    std::string public_url;  // scheme and authority that webhooks are signed for
    std::string sip_realm;   // what passwords are hashed with
    std::vector<model::PhoneNumber> available_numbers{};  // that may be taken
    std::vector<TrunkInfo> trunks{};
    std::optional<model::Secret> twilio_token{};  // that Twilio signs with
    RateLimitSettings limits{};
    bool is_tls = false;         // the API is served over it
    std::string document_url{};  // what /twiml/ comes after in VoiceUrls; empty: public_url
};

// What the API stands on; everything outlives the HTTP server.
struct ApiServices {
    store::CallStore& calls;
    store::ResourceStore& resources;
    ResourceChanges& changes;
    Communities& communities;
    Provisionings& provisionings;
    Registrations& registrations;
    Recordings& recordings;
    Blocks& blocks;
    Verifications& verifications;
    Documents& documents;
    Previews& previews;
    CloudCalls& cloud_calls;
    Status& status;
    store::AccountStore& account;
    store::SigningSecrets& signing_secrets;
    store::UsageStore& usage;
    store::AuditStore& audit;
    const store::SecretBox& box;
    const Clock& clock;
};

// Adds every resource to the router, and its guard: Basic authentication with the account's SID and
// token or with a key everywhere but /healthz; /twiml/* also accepts a valid X-Twilio-Signature.
// `services` is copied.
void add_api(http::Router& router, const ApiOptions& options, const ApiServices& services);

}  // namespace skyn3t::rest
