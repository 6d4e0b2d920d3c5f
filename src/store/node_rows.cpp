#include "store/node_rows.hpp"

namespace skyn3t::store {
namespace {

// A node serves every community.
constexpr PlatformQuery kRenameInBindings{"rename_node_of_bindings",
                                          "UPDATE bindings SET node = :to WHERE node = :from"};
constexpr PlatformQuery kRenameInCalls{"rename_node_of_calls",
                                       "UPDATE calls SET node = :to WHERE node = :from "
                                       "AND status IN ('queued', 'ringing', 'in-progress')"};

}  // namespace

Result<void> rename_node(Database& database, const std::string& from, const std::string& to) {
    return database.write_and_wait([&](Session& session) -> Result<void> {
        for (const PlatformQuery& query : {kRenameInBindings, kRenameInCalls})
            if (auto done = session.execute(query, {{"to", to}, {"from", from}}); !done)
                return tl::unexpected(done.error());
        return {};
    });
}

}  // namespace skyn3t::store
