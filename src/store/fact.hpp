#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "model/alert.hpp"
#include "model/call_record.hpp"
#include "model/exchange.hpp"
#include "store/audit_entry.hpp"
#include "store/session.hpp"

namespace skyn3t::store {

// A call's row, the lines of its story that go with it, or both. `position` orders the lines of one
// millisecond: it grows within a process, and a call has only one.
struct CallFact {
    struct Line {
        model::CallEvent event;
        std::int64_t position;
    };
    std::optional<model::CallRecord> record{};
    std::vector<Line> story{};
};

struct ExchangeFact {
    model::Exchange exchange;
    std::int64_t position;
};

// What has happened, and nobody can say again: a database that is away or full must not lose it
// (FactKeeper). Writing one twice is the same as writing it once.
using Fact = std::variant<CallFact, model::Alert, ExchangeFact, AuditEntry>;

// The last row of a call, an alert, an entry of the audit: what room is kept for to the last.
[[nodiscard]] bool is_vital(const Fact& fact);
// About how much memory it takes, in octets.
[[nodiscard]] std::size_t size_of(const Fact& fact);
// JSON, and back.
[[nodiscard]] std::string fact_text(const Fact& fact);
[[nodiscard]] Result<Fact> read_fact(const std::string& text);
[[nodiscard]] Result<void> write_fact(Session& session, const Fact& fact);

}  // namespace skyn3t::store
