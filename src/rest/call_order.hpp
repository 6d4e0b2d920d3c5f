#pragma once

#include "http/form.hpp"
#include "rest/caller.hpp"
#include "rest/live_calls.hpp"
#include "rest/twilio_errors.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::rest {

// What the parameters of Calls are read against.
struct OrderContext {
    LiveCalls& calls;
    store::ResourceStore& resources;
    const Caller& caller;
};

// The parameters of a call that is to be placed (rest-api.md, 5.1), with whose call it is: the
// community that has From, else the one of the key, else the one of the phone that is called.
[[nodiscard]] Checked<call::Outgoing> read_order(const http::Params& form,
                                                 const OrderContext& context);
// Those of an update of a call in progress (5.3).
[[nodiscard]] Checked<call::Calls::Update> read_update(const http::Params& form);

}  // namespace skyn3t::rest
