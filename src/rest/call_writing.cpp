#include <fmt/format.h>

#include "base/log.hpp"
#include "rest/call_api.hpp"
#include "rest/call_json.hpp"
#include "rest/call_order.hpp"
#include "rest/resource_type.hpp"
#include "store/call_removal.hpp"

// Calls: create, update, delete (rest-api.md, 5.1, 5.3, 5.4).
namespace skyn3t::rest {
namespace {

class CallWriting {
  public:
    explicit CallWriting(SharedCallContext context) : context_(std::move(context)) {}

    Checked<http::Response> create(const http::Request& request) const {
        auto order = read_order(request.form,
                                {context_->calls.live, services().resources, caller_of(request)});
        if (!order) return tl::unexpected(order.error());
        const auto placed = context_->calls.live.place(std::move(*order));
        if (!placed && placed.error().code == Errc::not_found)
            return refuse(21210, "'From' is a number of no community that can call");
        if (!placed) return tl::unexpected(refusal_of(placed.error()));
        note(request, "call.create", *placed,
             {{"sid", placed->sid.str()}, {"after", {{"to", placed->to}, {"from", placed->from}}}});
        return json_response(show(*placed), 201);
    }

    Checked<http::Response> update(const http::Request& request) const {
        const auto call = find(request);
        if (!call) return tl::unexpected(call.error());
        auto update = read_update(request.form);
        if (!update) return tl::unexpected(update.error());
        const auto updated = context_->calls.live.update(call->sid, std::move(*update));
        if (updated) {
            note(request, "call.update", *updated,
                 {{"sid", call->sid.str()},
                  {"before", {{"status", to_string(call->status)}}},
                  {"after", asked_of(request.form)}});
            return json_response(show(*updated));
        }
        const Errc why = updated.error().code;
        if (why == Errc::not_found || why == Errc::conflict) return refuse(21220);
        return tl::unexpected(refusal_of(updated.error()));
    }

    Checked<http::Response> remove(const http::Request& request) const {
        const auto call = find(request);
        if (!call) return tl::unexpected(call.error());
        if (!model::is_final(call->status)) return refuse(20009);
        const auto entry = context_->resources.audit(
            request, "call.delete", call->community,
            {{"sid", call->sid.str()},
             {"before",
              {{"to", call->to}, {"from", call->from}, {"status", to_string(call->status)}}}});
        if (auto gone =
                store::remove_call(context_->calls.database, call->community, call->sid, entry);
            !gone)
            return tl::unexpected(refusal_of(gone.error()));
        return http::Response{204, {}, {}, {}};
    }

  private:
    const ApiServices& services() const { return context_->resources.services(); }
    Json show(const model::CallRecord& call) const {
        return CallWriter(context_->resources.options().account, services())(call);
    }
    // What was done is done: without its entry it is no failure of the request.
    void note(const http::Request& request, const char* action, const model::CallRecord& call,
              const nlohmann::json& detail) const {
        const auto noted = services().audit.add(
            context_->resources.audit(request, action, call.community, detail));
        if (!noted)
            log::error("what was done to a call is not in the audit action={} call_sid={}", action,
                       call.sid.str());
    }
    // Of a document in the request its size only: it may hold what is nobody's business.
    static nlohmann::json asked_of(const http::Params& form) {
        nlohmann::json asked = nlohmann::json::object();
        for (const auto& [name, value] : form)
            if (name == "Twiml")
                asked[name] = fmt::format("{} octets", value.size());
            else
                asked[name] = value;
        return asked;
    }
    Checked<model::CallRecord> find(const http::Request& request) const {
        const auto sid = CallSid::parse(request.path_value("Sid"));
        if (!sid) return refuse(20404);
        const auto call = services().calls.find_any(*sid);
        if (!call) return tl::unexpected(refusal_of(call.error()));
        if (!*call || !caller_of(request).sees((*call)->community)) return refuse(20404);
        return **call;
    }

    SharedCallContext context_;
};

}  // namespace

void add_call_writing(http::Router& router, const SharedCallContext& context) {
    const auto calls = std::make_shared<const CallWriting>(context);  // shared by its handlers
    router.add_sync(
        "POST", "/2010-04-01/Accounts/{AccountSid}/Calls.json",
        answering([calls](const http::Request& request) { return calls->create(request); }));
    router.add_sync(
        "POST", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
        answering([calls](const http::Request& request) { return calls->update(request); }));
    router.add_sync(
        "DELETE", "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
        answering([calls](const http::Request& request) { return calls->remove(request); }));
}

}  // namespace skyn3t::rest
