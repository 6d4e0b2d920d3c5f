#pragma once

#include <string>

#include "base/sid.hpp"
#include "http/router.hpp"
#include "model/secret.hpp"
#include "rest/services.hpp"
#include "store/call_store.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::rest {

struct ApiOptions {
    AccountSid account;
    model::Secret auth_token;
    std::string public_url;  // scheme and authority that webhooks are signed for
};

// What the API stands on; everything outlives the HTTP server.
struct ApiServices {
    store::CallStore& calls;
    store::ResourceStore& resources;
    ResourceChanges& changes;
    Communities& communities;
    Registrations& registrations;
    Recordings& recordings;
    Blocks& blocks;
    Verifications& verifications;
    Documents& documents;
    Status& status;
};

// Adds every resource to the router, and its guard: Basic authentication with the account's SID and
// token everywhere but /healthz; /twiml/* also accepts a valid X-Twilio-Signature. `services` is
// copied.
void add_api(http::Router& router, const ApiOptions& options, const ApiServices& services);

}  // namespace skyn3t::rest
