#include "rest/call_api.hpp"

namespace skyn3t::rest {

void add_call_api(http::Router& router, const ApiOptions& options, const ApiServices& services,
                  const CallServices& calls) {
    const SharedCallContext context(new CallContext{ResourceContext(options, services), calls});
    for (const auto add : {add_call_writing, add_notifications, add_monitor}) add(router, context);
}

}  // namespace skyn3t::rest
