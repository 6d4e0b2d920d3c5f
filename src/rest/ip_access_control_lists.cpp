#include <arpa/inet.h>
#include <fmt/format.h>

#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using store::Resource;
using store::ResourceKind;

constexpr int kBadIpList = 21235;
constexpr std::size_t kMaxAddresses = 100;

Checked<void> prepare_list(Draft& draft) {
    // Two communities may have lists of the same name, and never hear of it.
    draft.resource.unique_name = draft.resource.community.str() + "/" + draft.text("friendly_name");
    return {};
}

// Of the network: 10.0.0.1/8 and 10.2.0.0/8 say the same.
std::optional<std::string> network_of(const std::string& address, std::int64_t prefix) {
    in_addr parsed{};
    if (inet_pton(AF_INET, address.c_str(), &parsed) != 1) return std::nullopt;
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
    return fmt::format("{}/{}", ntohl(parsed.s_addr) & mask, prefix);
}

Checked<void> check_name_is_free(const ResourceContext& context, const Draft& draft) {
    store::ResourcePage all;
    all.kind = ResourceKind::ip_address;
    all.parent = draft.resource.parent;
    all.limit = kMaxAddresses;
    const auto others = context.store().list(all);
    if (!others) return tl::unexpected(refusal_of(others.error()));
    for (const Resource& other : *others)
        if (other.sid != draft.resource.sid &&
            other.properties.value("friendly_name", "") == draft.text("friendly_name"))
            return refuse(kBadIpList, "FriendlyName is in use in this list");
    return {};
}

Checked<void> prepare_address(const ResourceContext& context, Draft& draft) {
    auto& resource = draft.resource;
    resource.properties["ip_access_control_list_sid"] = resource.parent;
    const auto network =
        network_of(draft.text("ip_address"), resource.properties.value("cidr_prefix_length", 32));
    if (!network) return refuse(kBadIpList, "IpAddress must be an IPv4 address");
    resource.unique_name = resource.parent + "/" + *network;
    return check_name_is_free(context, draft);
}

}  // namespace

void add_ip_access_control_lists(http::Router& router, const SharedContext& context) {
    ResourceType type;
    type.kind = ResourceKind::ip_access_control_list;
    type.prefix = "AL";
    type.noun = "ip_access_control_list";
    type.list_key = "ip_access_control_lists";
    type.path = "SIP/IpAccessControlLists";
    type.fields = {"sid",          "account_sid",  "friendly_name",
                   "date_created", "date_updated", "subresource_uris",
                   "uri"};
    type.subresources = {{"ip_addresses", "IpAddresses"}};
    type.parameters = {{"FriendlyName", "friendly_name", ParameterType::text, kBadIpList, nullptr,
                        ParameterUse::required, 255}};
    type.duplicate_error = kBadIpList;
    type.duplicate_message = "FriendlyName is in use";
    type.limit = 1000;
    type.limit_of_community = kMostOfCommunity;
    type.limit_error = 21255;
    type.in_use_error = 21236;
    type.prepare = prepare_list;
    add_resource(router, context, std::move(type));
}

void add_ip_addresses(http::Router& router, const SharedContext& context) {
    ResourceType type;
    type.kind = ResourceKind::ip_address;
    type.prefix = "IP";
    type.noun = "ip_address";
    type.list_key = "ip_addresses";
    type.path = "SIP/IpAccessControlLists/{ParentSid}/IpAddresses";
    type.parent = ResourceKind::ip_access_control_list;
    type.fields = {"sid",          "account_sid",        "friendly_name",
                   "ip_address",   "cidr_prefix_length", "ip_access_control_list_sid",
                   "date_created", "date_updated",       "uri"};
    using T = ParameterType;
    type.parameters = {{"FriendlyName", "friendly_name", T::text, kBadIpList, nullptr,
                        ParameterUse::required_at_creation, 255},
                       {"IpAddress", "ip_address", T::text, kBadIpList, nullptr,
                        ParameterUse::required_at_creation},
                       {"CidrPrefixLength",
                        "cidr_prefix_length",
                        T::integer,
                        kBadIpList,
                        32,
                        ParameterUse::optional,
                        0,
                        {},
                        0,
                        32}};
    type.duplicate_error = kBadIpList;
    type.duplicate_message = "The address is in this list already";
    type.limit = kMaxAddresses;
    type.limit_error = 21237;
    type.prepare = [context = context.get()](Draft& draft) {
        return prepare_address(*context, draft);
    };
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
