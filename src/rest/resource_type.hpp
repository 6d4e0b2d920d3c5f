#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.hpp"
#include "rest/parameters.hpp"
#include "rest/resource_context.hpp"
#include "store/resource_store.hpp"

// A kind of Twilio's resources as data; resource_api.cpp serves any of them.
namespace skyn3t::rest {

// What a request is about to make of a resource.
struct Draft {
    store::Resource resource;
    const store::Resource* before = nullptr;  // none: it is new
    const store::Resource* parent = nullptr;
    const http::Request& request;
    Json once = Json::object();  // shown in this answer and never again

    bool is_new() const { return before == nullptr; }
    // A text property; empty when it is null.
    std::string text(std::string_view property) const;
};

// A parameter that narrows a list by a property.
struct ListFilter {
    // number: digits in it, "*" for any. whole_number: all of it, with or without its "+".
    enum class Match { exact, number, whole_number, flag };
    std::string_view parameter;
    std::string_view property;
    Match match = Match::exact;
};

// As many of a kind as a community needs, and by far.
inline constexpr std::size_t kMostOfCommunity = 100;

struct ResourceType {
    store::ResourceKind kind{};
    std::string_view prefix;    // of its SIDs: "CL"
    std::string_view noun;      // in the audit: "credential_list"
    std::string_view list_key;  // "credential_lists"
    // Below the account: "SIP/CredentialLists", or "SIP/CredentialLists/{ParentSid}/Credentials".
    std::string_view path;
    // Of no use to Twilio: below /v1/ instead, in the style of its newer interfaces.
    bool is_ours = false;
    std::string_view list_path{};  // when the list is elsewhere: "IncomingPhoneNumbers/Local"
    std::vector<std::string_view> fields;  // what is shown, in its order
    std::vector<std::pair<std::string_view, std::string_view>> subresources{};  // name, last part
    std::vector<Parameter> parameters{};
    std::vector<ListFilter> filters{};
    std::optional<store::ResourceKind> parent{};
    // Of the account as a whole: a community's key neither makes nor deletes one.
    bool is_of_account = false;

    int duplicate_error = 20409;  // its unique name is taken
    std::string_view duplicate_message{};
    // How many there may be in a parent, or else of the account's own; 0: any.
    std::size_t limit = 0;
    // Of each community's own: none fills what is another's, nor learns how much that has. Of what
    // has a parent, and of what only the account makes, 0: it counts for `limit`.
    std::size_t limit_of_community = 0;
    int limit_error = 20422;
    int in_use_error = 20409;  // it cannot be deleted while it is mapped

    // Checks and completes what was read: unique name, hidden properties.
    std::function<Checked<void>(Draft&)> prepare{};
    // Whose a new one is by its name; nothing: not by its name.
    std::function<Checked<std::optional<CommunitySid>>(const Draft&)> owner{};
    // Which of the kind a list shows.
    std::function<bool(const store::Resource&)> listed{};
    // Adds what is not stored with it.
    std::function<Checked<void>(const store::Resource&, Json&)> show{};
    std::function<Checked<void>(const store::Resource&)> before_removal{};
};

struct ResourceOperations {
    bool list = true, create = true, fetch = true, update = true, remove = true;
};

// A handler whose refusals are answered by the table of Twilio's errors.
template <class Handle>
[[nodiscard]] http::SyncHandler answering(Handle handle) {
    return [handle](const http::Request& request) {
        Checked<http::Response> answer = handle(request);
        return answer ? std::move(*answer) : refusal_response(answer.error(), request.path);
    };
}

// Adds the routes of a kind: list, create, fetch, update, delete.
void add_resource(http::Router& router, const std::shared_ptr<ResourceContext>& context,
                  ResourceType type, ResourceOperations operations = {});

// A resource as the API shows it.
[[nodiscard]] Checked<Json> render(const ResourceContext& context, const ResourceType& type,
                                   const store::Resource& resource);
// The public properties that differ, for the audit.
[[nodiscard]] nlohmann::json audit_detail(const store::Resource* before,
                                          const store::Resource* after);
// The resource, if the caller may see it; 20404.
[[nodiscard]] Checked<store::Resource> find_visible(const ResourceContext& context,
                                                    store::ResourceKind kind,
                                                    const std::string& sid, const Caller& caller);

}  // namespace skyn3t::rest
