#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "model/community.hpp"
#include "model/phone_number.hpp"
#include "rest/paging.hpp"
#include "rest/resource_type.hpp"
#include "store/sealed_addresses.hpp"

namespace skyn3t::rest {
namespace {

using nlohmann::json;
using store::Resource;

constexpr std::string_view kParent = "{ParentSid}";

std::string with_parent(std::string_view path, const std::string& parent) {
    std::string text(path);
    if (const auto at = text.find(kParent); at != std::string::npos)
        text.replace(at, kParent.size(), parent);
    return text;
}

// "*" stands for any digits, and a number may be given in part (rest-api.md, 4.2).
bool matches_number(std::string_view pattern, std::string_view number) {
    std::size_t at = 0;
    while (!pattern.empty()) {
        const auto star = pattern.find('*');
        const auto part = pattern.substr(0, star);
        const auto found = number.find(part, at);
        if (found == std::string_view::npos) return false;
        at = found + part.size();
        pattern = star == std::string_view::npos ? std::string_view() : pattern.substr(star + 1);
    }
    return true;
}

bool passes(const ListFilter& filter, std::string_view wanted, const Resource& resource) {
    const auto property = resource.properties.find(filter.property);
    if (property == resource.properties.end()) return false;
    switch (filter.match) {
        case ListFilter::Match::exact:
            return property->is_string() && property->get_ref<const std::string&>() == wanted;
        case ListFilter::Match::number:
            // In a query an unescaped "+" is a blank.
            return property->is_string() &&
                   matches_number(trim(wanted), property->get<std::string>());
        case ListFilter::Match::whole_number:
            return property->is_string() &&
                   property->get_ref<const std::string&>() == model::with_plus(trim(wanted));
        case ListFilter::Match::flag:
            return property->is_boolean() && property->get<bool>() == iequals(wanted, "true");
    }
    return false;
}

std::string ours(const ResourceType& type) { return fmt::format("/v1/{}", type.path); }

PageCursor resource_cursor(const Resource& resource) { return {resource.created, resource.sid}; }
store::ResourceCursor to_resource_cursor(const PageCursor& cursor) {
    return {cursor.time, cursor.sid};
}

class ResourceApi {
  public:
    ResourceApi(std::shared_ptr<ResourceContext> context, ResourceType type)
        : context_(std::move(context)), type_(std::move(type)) {}

    Checked<http::Response> list(const http::Request& request) const {
        const auto parent = parent_of(request);
        if (!parent) return tl::unexpected(parent.error());
        const auto page = parse_page(request.query);
        if (!page) return tl::unexpected(page.error());
        auto found = select(*page, caller_of(request), *parent);
        if (!found) return tl::unexpected(refusal_of(found.error()));
        const PageEnds ends = cut_page(*page, *found, resource_cursor);
        Json items = Json::array();
        for (const Resource& resource : *found) {
            auto item = render(*context_, type_, resource);
            if (!item) return tl::unexpected(item.error());
            items.push_back(std::move(*item));
        }
        if (type_.is_ours)
            return json_response(
                with_meta(page_body(*page, ends, ours(type_), type_.list_key, std::move(items)),
                          type_.list_key, context_->base_of(request)));
        const auto path = type_.list_path.empty() ? type_.path : type_.list_path;
        const std::string uri =
            context_->uri(with_parent(path, *parent ? (*parent)->sid : "")) + ".json";
        return json_response(page_body(*page, ends, uri, type_.list_key, std::move(items)));
    }

    Checked<http::Response> create(const http::Request& request) const {
        const Caller& caller = caller_of(request);
        if (type_.is_of_account && caller.is_limited()) return refuse(20404);
        const auto lock = context_->begin_write();
        const auto parent = parent_of(request);
        if (!parent) return tl::unexpected(parent.error());
        Draft draft{{}, nullptr, *parent ? &**parent : nullptr, request};
        Resource& resource = draft.resource;
        resource.kind = type_.kind;
        resource.sid = std::string(type_.prefix) + random_hex(16);
        resource.created = resource.updated = context_->next_time();
        if (*parent) resource.parent = (*parent)->sid;
        auto step = read_parameters(type_.parameters, request.form, Occasion::creation,
                                    resource.properties);
        if (!step) return tl::unexpected(step.error());
        auto owner = owner_of(draft, caller);
        if (!owner) return tl::unexpected(owner.error());
        resource.community = *owner;
        if (step = within_limit(resource); !step) return tl::unexpected(step.error());
        if (type_.prepare) step = type_.prepare(draft);
        if (!step) return tl::unexpected(step.error());
        const auto made =
            context_->store().create(resource, audit(request, "create", nullptr, &resource));
        if (!made) return tl::unexpected(refusal_of_write(made.error()));
        if (step = context_->changed(); !step) return tl::unexpected(step.error());
        return shown(draft, 201);
    }

    Checked<http::Response> fetch(const http::Request& request) const {
        const auto resource = find(request);
        if (!resource) return tl::unexpected(resource.error());
        return shown({*resource, nullptr, nullptr, request}, 200);
    }

    Checked<http::Response> update(const http::Request& request) const {
        const auto lock = context_->begin_write();
        const auto parent = parent_of(request);
        if (!parent) return tl::unexpected(parent.error());
        const auto before = find(request);
        if (!before) return tl::unexpected(before.error());
        Draft draft{*before, &*before, *parent ? &**parent : nullptr, request};
        Resource& resource = draft.resource;
        auto step =
            read_parameters(type_.parameters, request.form, Occasion::update, resource.properties);
        if (step && type_.prepare) step = type_.prepare(draft);
        if (!step) return tl::unexpected(step.error());
        if (resource.properties == before->properties &&
            resource.unique_name == before->unique_name)
            return shown(draft, 200);  // nothing to write, nothing to note
        resource.updated = context_->next_time();
        const auto done =
            context_->store().update(resource, audit(request, "update", &*before, &resource));
        if (!done) return tl::unexpected(refusal_of_write(done.error()));
        if (step = context_->changed(); !step) return tl::unexpected(step.error());
        return shown(draft, 200);
    }

    Checked<http::Response> remove(const http::Request& request) const {
        if (type_.is_of_account && caller_of(request).is_limited()) return refuse(20404);
        const auto lock = context_->begin_write();
        const auto resource = find(request);
        if (!resource) return tl::unexpected(resource.error());
        if (type_.before_removal)
            if (auto step = type_.before_removal(*resource); !step)
                return tl::unexpected(step.error());
        const auto done = context_->store().remove(type_.kind, resource->sid,
                                                   audit(request, "delete", &*resource, nullptr));
        if (!done)
            return done.error().code == Errc::conflict ? refuse(type_.in_use_error)
                                                       : tl::unexpected(refusal_of(done.error()));
        if (auto step = context_->changed(); !step) return tl::unexpected(step.error());
        http::Response response;
        response.status = 204;
        return response;
    }

  private:
    Checked<std::optional<Resource>> parent_of(const http::Request& request) const {
        if (!type_.parent) return std::optional<Resource>();
        auto parent = find_visible(*context_, *type_.parent, request.path_value("ParentSid"),
                                   caller_of(request));
        if (!parent) return tl::unexpected(parent.error());
        return std::optional(std::move(*parent));
    }

    Checked<Resource> find(const http::Request& request) const {
        auto resource =
            find_visible(*context_, type_.kind, request.path_value("Sid"), caller_of(request));
        if (!resource) return resource;
        if (type_.parent && resource->parent != request.path_value("ParentSid"))
            return refuse(20404);
        return resource;
    }

    Checked<void> within_limit(const Resource& made) const {
        const bool is_by_owner = type_.limit_of_community > 0;
        const bool is_of_community = is_by_owner && made.community != model::account_community();
        const std::size_t limit = is_of_community ? type_.limit_of_community : type_.limit;
        if (limit == 0) return {};
        const auto count = is_by_owner ? context_->store().count_of(type_.kind, made.community)
                                       : context_->store().count(type_.kind, made.parent);
        if (!count) return tl::unexpected(refusal_of(count.error()));
        if (static_cast<std::size_t>(*count) < limit) return {};
        if (!is_by_owner) return refuse(type_.limit_error);
        return refuse(type_.limit_error,
                      fmt::format("There are {} {} already; delete one that is not needed", limit,
                                  type_.list_key));
    }

    // ADR 9: whoever made it, whose name it bears, whom the account names, or the account itself.
    Checked<CommunitySid> owner_of(const Draft& draft, const Caller& caller) const {
        if (draft.parent != nullptr) return draft.parent->community;
        if (caller.community) return *caller.community;
        if (type_.owner) {
            const auto by_name = type_.owner(draft);
            if (!by_name) return tl::unexpected(by_name.error());
            if (*by_name) return **by_name;
        }
        const auto code = draft.request.form.find("CommunityCode");
        if (!code || code->empty()) return model::account_community();
        const auto named = context_->community_by_code(*code);
        if (!named) return tl::unexpected(named.error());
        if (!*named) return refuse(20422, fmt::format("There is no community {}", *code));
        return (*named)->sid;
    }

    // The nearest to where the page begins, newest first.
    Result<std::vector<Resource>> select(const PageRequest& page, const Caller& caller,
                                         const std::optional<Resource>& parent) const {
        store::ResourcePage query;
        query.kind = type_.kind;
        query.community = caller.community;
        if (parent) query.parent = parent->sid;
        if (page.after) query.after = to_resource_cursor(*page.after);
        if (page.before) query.before = to_resource_cursor(*page.before);
        query.limit = page.wanted();
        std::vector<Resource> found;
        for (;;) {
            auto some = context_->store().list(query);
            if (!some) return some;
            const bool is_last = some->size() < query.limit;
            if (page.before) std::reverse(some->begin(), some->end());
            for (Resource& resource : *some)
                if (found.size() < page.wanted() && is_listed(page, resource))
                    found.push_back(resource);
            if (is_last || found.size() == page.wanted()) break;
            const store::ResourceCursor last = to_resource_cursor(resource_cursor(some->back()));
            (page.before ? query.before : query.after) = last;
        }
        if (page.before) std::reverse(found.begin(), found.end());
        return found;
    }

    bool is_listed(const PageRequest& page, const Resource& resource) const {
        if (type_.listed && !type_.listed(resource)) return false;
        return std::all_of(type_.filters.begin(), type_.filters.end(), [&](const auto& filter) {
            const auto wanted = page.filters.find(filter.parameter);
            return !wanted || wanted->empty() || passes(filter, *wanted, resource);
        });
    }

    Refusal refusal_of_write(const Error& error) const {
        if (error.code == Errc::conflict)
            return {type_.duplicate_error, std::string(type_.duplicate_message)};
        return refusal_of(error);
    }

    store::AuditEntry audit(const http::Request& request, std::string_view verb,
                            const Resource* before, const Resource* after) const {
        const Resource& one = after != nullptr ? *after : *before;
        return context_->audit(request, fmt::format("{}.{}", type_.noun, verb), one.community,
                               audit_detail(before, after));
    }

    Checked<http::Response> shown(const Draft& draft, int status) const {
        auto body = render(*context_, type_, draft.resource);
        if (!body) return tl::unexpected(body.error());
        body->update(draft.once);
        auto response = json_response(*body, status);
        if (!draft.once.empty()) response.headers.add("Cache-Control", "no-store");
        return response;
    }

    std::shared_ptr<ResourceContext> context_;  // shared by all kinds' handlers
    ResourceType type_;
};

json public_properties(const Resource& resource) {
    json shown = json::object();
    for (const auto& [name, value] : resource.properties.items())
        if (!name.starts_with('_')) shown[name] = value;
    return shown;
}

// What was stored before a parameter was known has its fallback.
Json property_of(const ResourceType& type, const Resource& resource, std::string_view name) {
    const auto stored = resource.properties.find(name);
    if (stored != resource.properties.end()) return *stored;
    for (const Parameter& parameter : type.parameters)
        if (parameter.property == name) return parameter.fallback;
    return nullptr;
}

}  // namespace

std::string Draft::text(std::string_view property) const {
    const auto found = resource.properties.find(property);
    if (found == resource.properties.end() || !found->is_string()) return {};
    return found->get<std::string>();
}

json audit_detail(const Resource* before, const Resource* after) {
    const Resource& one = after != nullptr ? *after : *before;
    json detail{{"sid", one.sid}};
    if (!one.parent.empty()) detail["parent"] = one.parent;
    json old = before != nullptr ? public_properties(*before) : json::object();
    json now = after != nullptr ? public_properties(*after) : json::object();
    for (json* shown : {&old, &now})
        for (auto& [name, value] : shown->items())
            if (value.is_string()) value = store::without_password(value.get<std::string>());
    if (before != nullptr && after != nullptr) {
        const json all = now;
        for (const auto& [name, value] : all.items())
            if (old.contains(name) && old[name] == value) {
                old.erase(name);
                now.erase(name);
            }
        // Which of what is hidden changed is nobody's business, that it changed is.
        const bool only_hidden = old == now && before->properties != after->properties;
        if (only_hidden) detail["secret_changed"] = true;
    }
    if (before != nullptr) detail["before"] = std::move(old);
    if (after != nullptr) detail["after"] = std::move(now);
    return detail;
}

Checked<Resource> find_visible(const ResourceContext& context, store::ResourceKind kind,
                               const std::string& sid, const Caller& caller) {
    auto found = context.store().find(kind, sid);
    if (!found) return tl::unexpected(refusal_of(found.error()));
    if (!*found || !caller.sees((*found)->community)) return refuse(20404);
    return std::move(**found);
}

Checked<Json> render(const ResourceContext& context, const ResourceType& type,
                     const Resource& resource) {
    const std::string path = with_parent(type.path, resource.parent) + "/" + resource.sid;
    const auto date = type.is_ours ? iso8601 : rfc2822;
    Json shown = Json::object();
    for (const std::string_view name : type.fields) {
        const std::string field(name);
        if (name == "sid")
            shown[field] = resource.sid;
        else if (name == "account_sid")
            shown[field] = context.options().account.str();
        else if (name == "api_version")
            shown[field] = "2010-04-01";
        else if (name == "date_created")
            shown[field] = date(resource.created);
        else if (name == "date_updated")
            shown[field] = date(resource.updated);
        else if (name == "url")
            shown[field] = "/v1/" + path;
        else if (name == "uri")
            shown[field] = context.uri(path + ".json");
        else if (name == "subresource_uris")
            for (const auto& [key, part] : type.subresources)
                shown[field][std::string(key)] = context.uri(fmt::format("{}/{}.json", path, part));
        else
            shown[field] = property_of(type, resource, name);
    }
    if (type.show)
        if (auto done = type.show(resource, shown); !done) return tl::unexpected(done.error());
    return shown;
}

void add_resource(http::Router& router, const std::shared_ptr<ResourceContext>& context,
                  ResourceType type, ResourceOperations operations) {
    const std::string_view base = type.is_ours ? "/v1/" : "/2010-04-01/Accounts/{AccountSid}/";
    const std::string_view suffix = type.is_ours ? "" : ".json";
    const std::string list =
        fmt::format("{}{}{}", base, type.list_path.empty() ? type.path : type.list_path, suffix);
    const std::string one = fmt::format("{}{}/{{Sid}}{}", base, type.path, suffix);
    const auto api =
        std::make_shared<const ResourceApi>(context, std::move(type));  // shared by its handlers
    const auto add = [&](bool is_wanted, std::string_view method, const std::string& path,
                         auto handler) {
        if (!is_wanted) return;
        router.add_sync(method, path, answering([api, handler](const http::Request& request) {
                            return ((*api).*handler)(request);
                        }));
    };
    add(operations.list, "GET", list, &ResourceApi::list);
    add(operations.create, "POST", list, &ResourceApi::create);
    add(operations.fetch, "GET", one, &ResourceApi::fetch);
    add(operations.update, "POST", one, &ResourceApi::update);
    add(operations.remove, "DELETE", one, &ResourceApi::remove);
}

}  // namespace skyn3t::rest
