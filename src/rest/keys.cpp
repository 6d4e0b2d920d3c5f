#include "rest/key_secret.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

Checked<void> prepare_key(Draft& draft) {
    if (!draft.is_new()) return {};
    const std::string secret = make_key_secret();
    // What the guard finds it by; no two secrets are alike.
    draft.resource.unique_name = hash_key_secret(secret);
    draft.once["secret"] = secret;
    // Whose key it is, for who gave it no name.
    if (const auto code = draft.request.form.find("CommunityCode");
        code && draft.text("friendly_name").empty())
        draft.resource.properties["friendly_name"] = std::string(*code);
    return {};
}

}  // namespace

// The guard lets only the account itself come here. CommunityCode, ours, makes a key that sees one
// community and nothing else.
void add_keys(http::Router& router, const SharedContext& context) {
    for (const auto& [path, list_key] :
         {std::pair("Keys", "keys"), std::pair("SigningKeys", "signing_keys")}) {
        ResourceType type;
        type.kind = store::ResourceKind::key;
        type.prefix = "SK";
        type.noun = "key";
        type.list_key = list_key;
        type.path = path;
        type.fields = {"sid", "friendly_name", "date_created", "date_updated"};
        type.parameters = {{"FriendlyName", "friendly_name", ParameterType::text, 20002, "",
                            ParameterUse::optional, 64}};
        type.is_of_account = true;
        type.prepare = prepare_key;
        add_resource(router, context, std::move(type));
    }
}

}  // namespace skyn3t::rest
