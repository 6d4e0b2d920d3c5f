#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace skyn3t::log {

// Bounds how many lines of one kind are written, so that nobody fills the disk from outside: a kind
// is a line's text before its values are put in. What is left out is counted. Any thread.
class LogLimits {
  public:
    struct Rate {
        double burst;       // at once
        double per_second;  // lasting
    };
    struct LeftOut {
        std::string kind;
        std::uint64_t count = 0;
    };

    [[nodiscard]] bool admits(std::string_view kind, const Rate& rate, SteadyTime now);
    // What was left out since this was last asked.
    [[nodiscard]] std::vector<LeftOut> take_left_out();
    [[nodiscard]] std::uint64_t total() const;  // left out, ever

  private:
    struct Bucket {
        double tokens = 0;
        SteadyTime filled{};
        std::uint64_t left_out = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
    std::uint64_t total_ = 0;
};

}  // namespace skyn3t::log
