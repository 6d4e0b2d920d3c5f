#pragma once

#include <memory>

#include "http/router.hpp"
#include "rest/live_calls.hpp"
#include "rest/resource_context.hpp"
#include "store/alert_store.hpp"

// What the API does to calls and what it tells of them, beyond the call log itself.
namespace skyn3t::rest {

struct CallServices {
    LiveCalls& live;
    store::AlertStore& alerts;
    store::Database& database;
};

struct CallContext {
    ResourceContext resources;
    CallServices calls;
};
using SharedCallContext = std::shared_ptr<const CallContext>;  // by the handlers

// Adds the resources to the router that add_api() has filled. The services are copied.
void add_call_api(http::Router& router, const ApiOptions& options, const ApiServices& services,
                  const CallServices& calls);

void add_call_writing(http::Router& router, const SharedCallContext& context);
void add_notifications(http::Router& router, const SharedCallContext& context);
void add_monitor(http::Router& router, const SharedCallContext& context);

}  // namespace skyn3t::rest
