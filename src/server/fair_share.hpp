#pragma once

#include <cstddef>
#include <map>

namespace skyn3t::server {

// Counts for each community what it has on its way, up to a bound: one whose web server hangs
// leaves room for the others. One thread.
template <class Community>
class FairShare {
  public:
    explicit FairShare(std::size_t most_of_one) : most_of_one_(most_of_one) {}

    // False when it has all that it may have. One that is taken is given back once.
    [[nodiscard]] bool take(const Community& community) {
        std::size_t& taken = taken_[community];
        if (taken >= most_of_one_) return false;
        ++taken;
        return true;
    }
    void give_back(const Community& community) {
        const auto found = taken_.find(community);
        if (--found->second == 0) taken_.erase(found);
    }

  private:
    const std::size_t most_of_one_;  // above zero
    std::map<Community, std::size_t> taken_;
};

}  // namespace skyn3t::server
