#include <fmt/format.h>

#include <algorithm>

#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/user_names.hpp"

namespace skyn3t::rest {
namespace {

using store::DomainMapping;
using store::MappingPlace;
using store::Resource;
using store::ResourceKind;

// Twilio's limit is 100; here one domain serves every community, however many.
constexpr std::size_t kMaxLists = 10'000;

// One of the five collections (rest-api.md, 3.2). The two without Auth are older names of the same
// mappings.
struct Collection {
    std::string_view path;  // below the domain
    std::string_view parameter;
    std::string_view list_key;
    MappingPlace place;
    ResourceKind list_kind;
    bool is_legacy;
};
constexpr Collection kCollections[]{
    {"Auth/Calls/CredentialListMappings", "CredentialListSid", "contents",
     MappingPlace::calls_credentials, ResourceKind::credential_list, false},
    {"Auth/Calls/IpAccessControlListMappings", "IpAccessControlListSid", "contents",
     MappingPlace::calls_addresses, ResourceKind::ip_access_control_list, false},
    {"Auth/Registrations/CredentialListMappings", "CredentialListSid", "contents",
     MappingPlace::registrations_credentials, ResourceKind::credential_list, false},
    {"CredentialListMappings", "CredentialListSid", "credential_list_mappings",
     MappingPlace::calls_credentials, ResourceKind::credential_list, true},
    {"IpAccessControlListMappings", "IpAccessControlListSid", "ip_access_control_list_mappings",
     MappingPlace::calls_addresses, ResourceKind::ip_access_control_list, true},
};

class MappingApi {
  public:
    MappingApi(SharedContext context, const Collection& collection)
        : context_(std::move(context)), collection_(collection) {}

    Checked<http::Response> list(const http::Request& request) const {
        const auto mappings = of_domain(request);
        if (!mappings) return tl::unexpected(mappings.error());
        std::vector<Json> items;
        for (const DomainMapping& mapping : *mappings) {
            auto item = to_json(mapping);
            if (!item) return tl::unexpected(item.error());
            items.push_back(std::move(*item));
        }
        auto body =
            whole_list_body(request.query, uri_of(request.path_value("DomainSid")) + ".json",
                            collection_.list_key, items);
        if (!body) return tl::unexpected(body.error());
        return json_response(*body);
    }

    Checked<http::Response> create(const http::Request& request) const {
        const auto lock = context_->begin_write();
        const auto mapped = of_domain(request);
        if (!mapped) return tl::unexpected(mapped.error());
        const auto sid = request.form.find(collection_.parameter);
        if (!sid || sid->empty())
            return refuse(21231, fmt::format("{} is required", collection_.parameter));
        const auto list =
            find_visible(*context_, collection_.list_kind, std::string(*sid), caller_of(request));
        if (!list && list.error().code == 20404)
            return refuse(20404, fmt::format("There is no {} {}", collection_.parameter, *sid));
        if (!list) return tl::unexpected(list.error());
        if (std::any_of(mapped->begin(), mapped->end(),
                        [&](const auto& other) { return other.list == list->sid; }))
            return refuse(21231, fmt::format("{} is mapped to this domain already", list->sid));
        if (mapped->size() >= kMaxLists)
            return refuse(21231, "A SIP domain has 10000 lists of a kind at most");

        const DomainMapping mapping{request.path_value("DomainSid"), list->sid, collection_.place,
                                    list->community, context_->next_time()};
        if (collection_.list_kind == ResourceKind::credential_list)
            if (auto clear = check_mapping_is_clear(context_->store(), mapping.domain, list->sid);
                !clear)
                return tl::unexpected(clear.error());
        const auto done = context_->store().map(mapping, audit(request, "create", mapping));
        if (!done) return tl::unexpected(refusal_of(done.error()));
        if (auto step = context_->changed(); !step) return tl::unexpected(step.error());
        return answer(mapping, 201);
    }

    Checked<http::Response> fetch(const http::Request& request) const {
        const auto mapping = find(request);
        if (!mapping) return tl::unexpected(mapping.error());
        return answer(*mapping, 200);
    }

    Checked<http::Response> remove(const http::Request& request) const {
        const auto lock = context_->begin_write();
        const auto mapping = find(request);
        if (!mapping) return tl::unexpected(mapping.error());
        const auto done = context_->store().unmap(*mapping, audit(request, "delete", *mapping));
        if (!done) return tl::unexpected(refusal_of(done.error()));
        if (auto step = context_->changed(); !step) return tl::unexpected(step.error());
        http::Response response;
        response.status = 204;
        return response;
    }

  private:
    // A domain is the account's: a community's key sees none, and so none of its mappings.
    Checked<std::vector<DomainMapping>> of_domain(const http::Request& request) const {
        const auto domain = find_visible(*context_, ResourceKind::sip_domain,
                                         request.path_value("DomainSid"), caller_of(request));
        if (!domain) return tl::unexpected(domain.error());
        auto mappings = context_->store().mappings(domain->sid, collection_.place);
        if (!mappings) return tl::unexpected(refusal_of(mappings.error()));
        return std::move(*mappings);
    }

    Checked<DomainMapping> find(const http::Request& request) const {
        const auto mappings = of_domain(request);
        if (!mappings) return tl::unexpected(mappings.error());
        for (const DomainMapping& mapping : *mappings)
            if (mapping.list == request.path_value("Sid")) return mapping;
        return refuse(20404);
    }

    std::string uri_of(const std::string& domain) const {
        return context_->uri(fmt::format("SIP/Domains/{}/{}", domain, collection_.path));
    }

    Checked<Json> to_json(const DomainMapping& mapping) const {
        const auto list = context_->store().find(collection_.list_kind, mapping.list);
        if (!list) return tl::unexpected(refusal_of(list.error()));
        Json name = nullptr;
        if (*list) name = (*list)->properties.value("friendly_name", std::string());
        Json shown{{"account_sid", context_->options().account.str()},
                   {"date_created", rfc2822(mapping.created)},
                   {"date_updated", rfc2822(mapping.created)},
                   {"friendly_name", name},
                   {"sid", mapping.list}};
        if (collection_.is_legacy) {
            shown["domain_sid"] = mapping.domain;
            shown["uri"] = fmt::format("{}/{}.json", uri_of(mapping.domain), mapping.list);
        }
        return shown;
    }

    Checked<http::Response> answer(const DomainMapping& mapping, int status) const {
        const auto body = to_json(mapping);
        if (!body) return tl::unexpected(body.error());
        return json_response(*body, status);
    }

    store::AuditEntry audit(const http::Request& request, std::string_view verb,
                            const DomainMapping& mapping) const {
        const nlohmann::json its{{"domain", mapping.domain},
                                 {"place", std::string(to_string(mapping.place))}};
        return context_->audit(
            request, fmt::format("domain_mapping.{}", verb), mapping.community,
            {{"sid", mapping.list}, {verb == "create" ? "after" : "before", its}});
    }

    SharedContext context_;
    const Collection& collection_;
};

}  // namespace

void add_domain_mappings(http::Router& router, const SharedContext& context) {
    for (const Collection& collection : kCollections) {
        const auto api =
            std::make_shared<const MappingApi>(context, collection);  // shared by its handlers
        const std::string list = fmt::format(
            "/2010-04-01/Accounts/{{AccountSid}}/SIP/Domains/{{DomainSid}}/{}", collection.path);
        const auto add = [&](std::string_view method, const std::string& path, auto handler) {
            router.add_sync(method, path + ".json",
                            answering([api, handler](const http::Request& request) {
                                return ((*api).*handler)(request);
                            }));
        };
        add("GET", list, &MappingApi::list);
        add("POST", list, &MappingApi::create);
        add("GET", list + "/{Sid}", &MappingApi::fetch);
        add("DELETE", list + "/{Sid}", &MappingApi::remove);
    }
}

}  // namespace skyn3t::rest
