#include <fmt/format.h>

#include "base/text.hpp"
#include "model/community.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using store::Resource;
using store::ResourceKind;

constexpr std::string_view kSuffix = "_Credentials";

// The code that a list's name bears, as [CODE]_Credentials; empty: none.
std::string_view code_in(std::string_view name) {
    if (!name.ends_with(kSuffix)) return {};
    name.remove_suffix(kSuffix.size());
    return model::is_code(name) ? name : std::string_view();
}

// A community's key may not take the name that another community's list is found by, whether or
// not there is such a list or community.
Checked<void> check_name_is_free(const Caller& caller, const std::string& name) {
    const auto code = code_in(name);
    if (!code.empty() && !caller.sees_code(code)) return refuse(21240, "FriendlyName is in use");
    return {};
}

Checked<void> prepare_credential_list(Draft& draft) {
    const std::string name = draft.text("friendly_name");
    const CommunitySid& community = draft.resource.community;
    // Two communities may have lists of the same name, and never hear of it. A name with a code is
    // nobody else's: by it alone provisioning finds a community's list.
    const bool may_be_anothers = code_in(name).empty() && community != model::account_community();
    draft.resource.unique_name = may_be_anothers ? community.str() + "/" + name : name;
    const bool is_renamed = draft.is_new() || draft.before->text("friendly_name") != name;
    return is_renamed ? check_name_is_free(caller_of(draft.request), name) : Checked<void>();
}

Checked<std::optional<CommunitySid>> owner(const ResourceContext& context, const Draft& draft) {
    const std::string name = draft.text("friendly_name");
    const auto code = code_in(name);
    if (code.empty()) return std::optional<CommunitySid>();
    const auto community = context.community_by_code(code);
    if (!community) return tl::unexpected(community.error());
    if (!*community) return std::optional<CommunitySid>();
    return std::optional((*community)->sid);
}

}  // namespace

void add_credential_lists(http::Router& router, const SharedContext& context) {
    ResourceType type;
    type.kind = ResourceKind::credential_list;
    type.prefix = "CL";
    type.noun = "credential_list";
    type.list_key = "credential_lists";
    type.path = "SIP/CredentialLists";
    type.fields = {"account_sid", "date_created",     "date_updated", "friendly_name",
                   "sid",         "subresource_uris", "uri"};
    type.subresources = {{"credentials", "Credentials"}};
    type.parameters = {{"FriendlyName", "friendly_name", ParameterType::text, 21240, nullptr,
                        ParameterUse::required, 64}};
    type.duplicate_error = 21240;
    type.duplicate_message = "FriendlyName is in use";
    type.limit_of_community = kMostOfCommunity;
    type.in_use_error = 21241;
    type.prepare = prepare_credential_list;
    type.owner = [context = context.get()](const Draft& draft) { return owner(*context, draft); };
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
