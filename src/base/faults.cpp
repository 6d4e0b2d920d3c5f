#include "base/faults.hpp"

#include <atomic>
#include <exception>
#include <string>

#include "base/log.hpp"

namespace skyn3t {
namespace {

std::atomic<std::uint64_t> fault_total{0};

std::string reason_of_current() {
    try {
        throw;
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown";
    }
}

}  // namespace

void count_fault() noexcept { fault_total.fetch_add(1, std::memory_order_relaxed); }

void note_fault(std::string_view where) noexcept {
    count_fault();
    try {
        log::error(
            "a fault of this program ended what it was in, and nothing else where={} "
            "reason={}",
            where, quoted(reason_of_current()));
    } catch (...) {  // no memory for the line: it is counted
    }
}

std::uint64_t fault_count() noexcept { return fault_total.load(std::memory_order_relaxed); }

}  // namespace skyn3t
