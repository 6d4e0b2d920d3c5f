#pragma once

#include <cstdint>
#include <string_view>

namespace skyn3t {

// An exception where none belongs is a fault of this program. It ends the piece of work that it
// came from and nothing else: it is logged and counted (skyn3t_faults_total). Any thread.

// Of the exception that is being handled. `where` names the piece of work for people.
void note_fault(std::string_view where) noexcept;
// Of one that its owner tells of in words of its own.
void count_fault() noexcept;
// How many there were since the start.
[[nodiscard]] std::uint64_t fault_count() noexcept;

// Runs `work`; whether it came to its end.
template <class Work>
bool run_guarded(std::string_view where, Work&& work) noexcept {
    try {
        work();
        return true;
    } catch (...) {
        note_fault(where);
        return false;
    }
}

}  // namespace skyn3t
