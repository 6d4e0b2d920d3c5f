#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace skyn3t {

// Calls `work(i)` for each index below `count`, up to `parallel` of them at a time, the calling
// thread among them; returns once all are done. `work` does not throw.
template <class Work>
void side_by_side(std::size_t count, unsigned parallel, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(parallel, count); ++i)
        others.emplace_back(run);
    run();
    for (auto& each : others) each.join();
}

}  // namespace skyn3t
