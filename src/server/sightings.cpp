#include "server/sightings.hpp"

#include <utility>

namespace skyn3t::server {

Sightings::Ticket Sightings::expect(Wanted wanted) {
    auto ticket = std::make_shared<Wanted>(std::move(wanted));
    const std::lock_guard lock(mutex_);
    std::erase_if(wanted_, [](const auto& each) { return each.expired(); });
    wanted_.push_back(ticket);
    return ticket;
}

template <class Test>
void Sightings::mark(Test test) {
    const std::lock_guard lock(mutex_);
    for (const auto& each : wanted_)
        if (const auto wanted = each.lock(); wanted && test(*wanted)) wanted->is_seen = true;
    changed_.notify_all();
}

void Sightings::saw_at_twilio(const CommunitySid& community, const std::string& caller) {
    mark([&](const Wanted& wanted) {
        return wanted.where == Where::at_twilio && wanted.community == community &&
               (wanted.caller.empty() || wanted.caller == caller);
    });
}

void Sightings::saw_here(const CommunitySid& community, const std::string& dialled) {
    mark([&](const Wanted& wanted) {
        return wanted.where == Where::here && wanted.community == community &&
               wanted.dialled == dialled;
    });
}

bool Sightings::wait(const Ticket& ticket, milliseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return ticket->is_seen || is_over_; });
    return ticket->is_seen;
}

void Sightings::end() {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
}

}  // namespace skyn3t::server
