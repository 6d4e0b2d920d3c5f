#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/resource_store.hpp"
#include "store/secret_box.hpp"
#include "store/session.hpp"

// Resources inside a transaction or on a reader.
namespace skyn3t::store {

// As ResourceStore's functions, without audit.
[[nodiscard]] Result<void> insert_resource(Session& session, const Resource& resource);
[[nodiscard]] Result<void> update_resource(Session& session, const Resource& resource);
[[nodiscard]] Result<void> delete_resource(Session& session, ResourceKind kind,
                                           const std::string& sid);
[[nodiscard]] Result<std::optional<Resource>> find_resource(Session& session, ResourceKind kind,
                                                            const std::string& sid);
[[nodiscard]] Result<std::optional<Resource>> find_resource_by_name(Session& session,
                                                                    ResourceKind kind,
                                                                    std::string_view name);
[[nodiscard]] Result<std::vector<Resource>> read_resources(Session& session, ResourceKind kind);
[[nodiscard]] Result<void> insert_mapping(Session& session, const DomainMapping& mapping);
// Gives `community` the resources of the account's own community that are named for it: its number
// and its credential list, with what they contain.
[[nodiscard]] Result<void> adopt_resources(Session& session, const CommunitySid& community,
                                           std::string_view number, std::string_view list_name);

// Reads a row of the columns below, with what is sealed in it opened.
struct ResourceReader {
    const SecretBox* box;
    Resource operator()(const Row& row) const;
};
// The resources of a kind that have an address with a password in clear.
[[nodiscard]] Result<std::vector<Resource>> read_unsealed(Session& session, ResourceKind kind);
#define SKYN3T_RESOURCE \
    "SELECT sid, kind, community_id, parent_sid, unique_name, properties, created_ms, updated_ms "

}  // namespace skyn3t::store
