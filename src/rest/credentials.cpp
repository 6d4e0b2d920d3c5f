#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"
#include "model/community.hpp"
#include "model/password.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/user_names.hpp"
#include "store/credential_secrets.hpp"

namespace skyn3t::rest {
namespace {

using store::ResourceKind;

constexpr int kBadCredential = 21243;

// What SIP allows in a user unescaped (RFC 3261, section 25.1), and "%2B", which phones write for
// "+".
bool is_username(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '%') {
            if (!iequals(name.substr(i, 3), "%2B")) return false;
            i += 2;
        } else if (!is_alpha(name[i]) && !is_digit(name[i]) &&
                   std::string_view("-_.!~*'()&=+$,;?/").find(name[i]) == std::string_view::npos) {
            return false;
        }
    }
    return !name.empty();
}

Checked<model::Secret> password_of(const http::Params& form, bool is_required) {
    const auto given = form.find("Password");
    if (!given && !is_required) return model::Secret();
    if (!given) return refuse(kBadCredential, "Password is required");
    if (const auto fault = model::password_fault(*given))
        return refuse(kBadCredential,
                      "Password must be 12 to 128 characters of ASCII with at least one digit, one "
                      "capital and one small letter");
    return model::Secret(std::string(*given));
}

// PreviousValidFor, in seconds: our own, since at Twilio a credential has one password. Absent or
// 0: the one there is stops at once.
Checked<std::optional<WallTime>> keep_until(const http::Params& form, const Clock& clock) {
    const auto given = form.find("PreviousValidFor");
    if (!given || *given == "0") return std::optional<WallTime>();
    std::int64_t value = 0;
    const auto read = std::from_chars(given->data(), given->data() + given->size(), value);
    const std::chrono::seconds time(value);
    if (read.ec != std::errc() || read.ptr != given->data() + given->size() ||
        time <= std::chrono::seconds(0) || time > RotateRequest::kLongestGrace)
        return refuse(20422, fmt::format("PreviousValidFor is a number of seconds, at most {}",
                                         RotateRequest::kLongestGrace.count()));
    return std::optional(clock.wall() + time);
}

// "+56229145248-office" is the user of a number: another community's key may not take it, whether
// or not it is in use.
Checked<void> check_number_is_own(const ResourceContext& context, const Caller& caller,
                                  const std::string& username) {
    if (!caller.is_limited()) return {};
    const std::string user = same_user(username);
    const auto owner = context.community_by_number(user.substr(0, user.find('-')));
    if (!owner) return tl::unexpected(owner.error());
    if (*owner && !caller.sees((*owner)->sid)) return refuse(kBadCredential, "Username is in use");
    return {};
}

Checked<void> prepare_credential(const ResourceContext& context, Draft& draft) {
    auto& resource = draft.resource;
    const std::string username = draft.text("username");
    if (draft.is_new()) {
        if (!is_username(username))
            return refuse(kBadCredential, "Username has characters that a SIP user cannot have");
        auto step = check_number_is_own(context, caller_of(draft.request), username);
        if (step) step = check_user_is_clear(context.store(), resource.parent, username);
        if (!step) return step;
        resource.unique_name = resource.parent + "/" + username;
        resource.properties["credential_list_sid"] = resource.parent;
    }
    const auto password = password_of(draft.request.form, draft.is_new());
    if (!password) return tl::unexpected(password.error());
    if (password->empty()) return {};
    const auto until = keep_until(draft.request.form, context.services().clock);
    if (!until) return tl::unexpected(until.error());
    const auto& box = context.services().box;
    const std::string& realm = context.options().sip_realm;
    if (draft.is_new())
        store::set_password(resource, box, realm, *password);
    else
        store::change_password(resource, box, realm, *password, *until);
    return {};
}

}  // namespace

void add_credentials(http::Router& router, const SharedContext& context) {
    ResourceType type;
    type.kind = ResourceKind::credential;
    type.prefix = "CR";
    type.noun = "credential";
    type.list_key = "credentials";
    type.path = "SIP/CredentialLists/{ParentSid}/Credentials";
    type.parent = ResourceKind::credential_list;
    type.fields = {"sid",          "account_sid", "credential_list_sid", "username", "date_created",
                   "date_updated", "uri"};
    // The password is no property: prepare_credential() makes digests of it.
    type.parameters = {{"Username", "username", ParameterType::text, kBadCredential, nullptr,
                        ParameterUse::fixed, model::kMaxUsernameLength}};
    type.duplicate_error = 21240;
    type.duplicate_message = "Username is in use in this credential list";
    type.limit = 1000;
    type.limit_error = 21242;
    type.prepare = [context = context.get()](Draft& draft) {
        return prepare_credential(*context, draft);
    };
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
