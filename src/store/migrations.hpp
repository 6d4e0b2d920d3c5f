#pragma once

#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// One step of the schema. Never changed once it has been released: what comes later is a new step.
struct Migration {
    int version;
    std::string_view name;
    std::span<const std::string_view> statements;
    // What SQL of both engines cannot say, and what follows upon it.
    Result<void> (*convert)(Session&) = nullptr;
    std::span<const std::string_view> afterwards{};
};

[[nodiscard]] std::span<const Migration> all_migrations();

// Applies what is missing, in order, in one transaction. Errc::unsupported, changing nothing, when
// the database has a version that is not in `migrations`.
Result<void> migrate(Session& session, std::span<const Migration> migrations, const Clock& clock);

}  // namespace skyn3t::store
