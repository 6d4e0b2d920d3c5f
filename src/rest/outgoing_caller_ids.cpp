#include <fmt/format.h>

#include "base/random.hpp"
#include "model/community.hpp"
#include "model/phone_number.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using store::ResourceKind;

ResourceType caller_id_type() {
    using T = ParameterType;
    ResourceType type;
    type.kind = ResourceKind::outgoing_caller_id;
    type.prefix = "PN";
    type.noun = "outgoing_caller_id";
    type.list_key = "outgoing_caller_ids";
    type.path = "OutgoingCallerIds";
    type.fields = {"sid",         "date_created", "date_updated", "friendly_name",
                   "account_sid", "phone_number", "uri"};
    type.parameters = {
        {"PhoneNumber", "phone_number", T::text, 21421, nullptr, ParameterUse::fixed},
        {"FriendlyName", "friendly_name", T::text, 20002, nullptr, ParameterUse::optional, 64}};
    type.filters = {{"PhoneNumber", "phone_number", ListFilter::Match::whole_number},
                    {"FriendlyName", "friendly_name"}};
    type.duplicate_error = 21450;
    // Which number may be shown to whom one calls is the account's to say.
    type.is_of_account = true;
    type.prepare = [](Draft& draft) -> Checked<void> {
        const auto number = model::PhoneNumber::parse_e164(draft.text("phone_number"));
        if (!number) return refuse(21421, number.error().detail);
        draft.resource.unique_name = number->str();
        if (draft.text("friendly_name").empty())
            draft.resource.properties["friendly_name"] = model::format_international(*number);
        return {};
    };
    return type;
}

// Twilio calls the number and asks for the code that this answer shows. Here whoever has the
// account's credentials is the operator, who answers for the number: it is verified at once.
Checked<http::Response> validate(ResourceContext& context, const ResourceType& type,
                                 const http::Request& request) {
    if (caller_of(request).is_limited()) return refuse(20404);
    const auto lock = context.begin_write();
    Draft draft{{}, nullptr, nullptr, request};
    store::Resource& resource = draft.resource;
    resource.kind = type.kind;
    resource.sid = "PN" + random_hex(16);
    resource.created = resource.updated = context.next_time();
    resource.community = model::account_community();
    auto step =
        read_parameters(type.parameters, request.form, Occasion::creation, resource.properties);
    if (step) step = type.prepare(draft);
    if (!step) return tl::unexpected(step.error());
    const auto made = context.store().create(
        resource, context.audit(request, "outgoing_caller_id.create", resource.community,
                                audit_detail(nullptr, &resource)));
    if (!made && made.error().code == Errc::conflict) return refuse(21450);
    if (!made) return tl::unexpected(refusal_of(made.error()));
    if (step = context.changed(); !step) return tl::unexpected(step.error());
    return json_response({{"account_sid", context.options().account.str()},
                          {"call_sid", nullptr},
                          {"friendly_name", draft.text("friendly_name")},
                          {"phone_number", draft.text("phone_number")},
                          {"validation_code", fmt::format("{:06}", random_u32() % 1'000'000)}});
}

}  // namespace

void add_outgoing_caller_ids(http::Router& router, const SharedContext& context) {
    const ResourceType type = caller_id_type();
    add_resource(router, context, type, {.create = false});
    router.add_sync("POST", "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds.json",
                    answering([context, type](const http::Request& request) {
                        return validate(*context, type, request);
                    }));
}

}  // namespace skyn3t::rest
