#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/sid.hpp"

namespace skyn3t::call {

// How much may be in progress at a time. A leg is what a trunk or a phone sees as a call: a call
// that rings five phones has six.
struct CallCaps {
    std::size_t legs = 4000;              // of the whole server
    std::size_t legs_of_community = 200;  // so that no community takes the place of all others
    std::size_t calls_of_number = 100;    // that came in for it
    std::size_t calls_of_phone = 10;      // that it placed
};

// Who takes a place: always the community; of a call that came in also the number that was called,
// or the phone that calls.
struct PlaceTaker {
    CommunitySid community;
    std::string number{};
    std::string phone{};
};

// Counts what is in progress, by whose it is. Signalling thread; outlives all calls.
class CallLimits {
  public:
    enum class Subject { server, community, number, phone };
    // What stood in the way.
    struct Full {
        Subject subject;
        std::string name;
        std::size_t most;
    };
    // Places that are taken, until it is gone.
    class Places {
      public:
        Places() = default;
        Places(Places&& other) noexcept
            : limits_(std::exchange(other.limits_, nullptr)), counted_(std::move(other.counted_)) {}
        Places& operator=(Places&& other) noexcept {
            give_back();
            limits_ = std::exchange(other.limits_, nullptr);
            counted_ = std::move(other.counted_);
            return *this;
        }
        ~Places() { give_back(); }
        void give_back();

      private:
        friend CallLimits;
        CallLimits* limits_ = nullptr;
        std::vector<std::string> counted_;
    };

    [[nodiscard]] tl::expected<Places, Full> take(const PlaceTaker& who, const CallCaps& caps);
    bool has_room(const CommunitySid& community, const CallCaps& caps) const;
    // Whether that is news: what stays full is told once an hour.
    bool is_news(const Full& full, SteadyTime now);
    std::size_t legs() const { return of(std::string()); }

  private:
    std::size_t of(const std::string& key) const;

    std::unordered_map<std::string, std::size_t> counts_;  // '' is the server
    std::unordered_map<std::string, SteadyTime> told_;
};

}  // namespace skyn3t::call
