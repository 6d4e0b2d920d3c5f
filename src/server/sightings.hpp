#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"

namespace skyn3t::server {

// Where a test call is to be seen, and whether it was. Any thread.
class Sightings {
  public:
    // at_twilio: Twilio asked for a community's main document; here: a call that Twilio gave to
    // this server asked for the domain's.
    enum class Where { at_twilio, here };
    struct Wanted {
        CommunitySid community;
        Where where{};
        std::string caller;   // at_twilio: who calls; any when empty
        std::string dialled;  // here: the user that was called
        bool is_seen = false;
    };
    using Ticket = std::shared_ptr<Wanted>;  // shared with this object until nobody waits for it

    [[nodiscard]] Ticket expect(Wanted wanted);
    void saw_at_twilio(const CommunitySid& community, const std::string& caller);
    void saw_here(const CommunitySid& community, const std::string& dialled);
    // Whether it was seen within this time.
    bool wait(const Ticket& ticket, milliseconds time);
    // Nobody waits any more: the server ends.
    void end();

  private:
    template <class Test>
    void mark(Test test);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::weak_ptr<Wanted>> wanted_;
    bool is_over_ = false;
};

}  // namespace skyn3t::server
