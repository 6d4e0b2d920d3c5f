#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/worker.hpp"
#include "provision/survey.hpp"
#include "provision/tasks.hpp"
#include "rest/services.hpp"
#include "server/places.hpp"
#include "store/provision_store.hpp"

namespace skyn3t::server {

// Makes the places what is declared, one job after the other, on a thread of its own; within a job
// several communities side by side. Any thread may ask.
class Provisioner final : public rest::Provisionings {
  public:
    struct Parts {
        const Places& places;
        // All communities as they are declared, with passwords.
        std::function<Result<std::vector<model::Community>>()> declared;
        store::ProvisionStore& memory;
        const Clock& clock;
        Pause& pause;
        // What is alive while a place is changed: all changes are seen at once, at its end.
        std::function<std::shared_ptr<void>(const Place& place)> hold;
        // Who is on the way between two places; nothing: nobody is.
        std::function<std::vector<model::Migration>()> migrations{};
        // Told of each change: the work, with the one community that it is about, if it is.
        std::function<void(rest::ProvisioningView)> changed{};
    };
    explicit Provisioner(Parts parts);
    ~Provisioner() override;
    Provisioner(const Provisioner&) = delete;
    Provisioner& operator=(const Provisioner&) = delete;

    // Reads the places, changes nothing. `done` on the provisioner's thread. Errc::too_many when
    // too much waits; then it is never called.
    [[nodiscard]] Result<void> look(provision::Scope scope, rest::Done<rest::Looked> done);
    // Makes what is declared of these communities so, and removes what has old names.
    // Errc::too_many.
    struct Order {
        std::set<std::string> codes;
        unsigned parallel = 4;
        std::string actor;                    // for the audit of what is changed here
        std::optional<model::Target> only{};  // at this target, and no other
    };
    [[nodiscard]] Result<rest::ProvisioningView> start(Order order);
    // A place among what waits, taken before something is declared that a job must follow: with it
    // start() does not refuse. Errc::too_many.
    using Room = std::shared_ptr<const void>;  // shared by the copies of the job
    [[nodiscard]] Result<Room> take_room();
    rest::ProvisioningView start(Order order, Room room);
    Result<std::optional<rest::ProvisioningView>> find(const rest::ProvisioningSid& sid) override;
    void import(model::Target target, rest::Done<rest::ImportView> done) override;
    // `work` on the provisioner's thread, with nothing else going on. Errc::unsupported when there
    // is no such place, Errc::too_many; then it is never called.
    [[nodiscard]] Result<void> at(model::Target target, std::function<void(const Place&)> work);

  private:
    class Run;
    // What a job works on.
    struct Known {
        provision::Scope scope;
        store::ProvisionStore::Marks marks;
    };

    Result<void> push(std::function<void()> job);
    rest::Looked look_now(const provision::Scope& scope) const;
    Result<Known> read(const std::set<std::string>& codes);
    void run(const rest::ProvisioningSid& sid, const Order& order);
    Result<void> note_done(const Run& run, const std::vector<provision::Task>& tasks,
                           const Known& known);
    void change(const rest::ProvisioningSid& sid,
                const std::function<void(rest::ProvisioningView&)>& with,
                std::optional<std::size_t> community = {});

    const Parts parts_;
    std::mutex mutex_;                                 // of the views
    std::deque<rest::ProvisioningView> views_;         // the latest last
    std::shared_ptr<std::atomic<std::size_t>> taken_;  // rooms; shared with them
    Worker worker_;                                    // ends before what its jobs use
};

}  // namespace skyn3t::server
