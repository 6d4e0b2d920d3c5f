#include "server/provisioner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cassert>

#include "base/log.hpp"
#include "base/side_by_side.hpp"
#include "provision/applier.hpp"
#include "provision/import.hpp"
#include "server/provisioning_words.hpp"

namespace skyn3t::server {
namespace {

using rest::CommunityProgress;
using rest::ProvisioningView;
using rest::StepView;

constexpr std::size_t kMostJobs = 32;   // that wait
constexpr std::size_t kMostViews = 50;  // that are remembered
constexpr unsigned kReadParallel = 4;

CommunityProgress progress_of(const provision::Task& task) {
    return {task.wanted.code, task.wanted.name, task.target};
}

void show_steps(CommunityProgress& shown, const provision::CommunitySteps& found) {
    for (const auto& step : found.steps) shown.steps.push_back(StepView::of(step));
    shown.strangers = found.strangers;
}

bool is_domain(const provision::Step& step) { return step.subject == provision::Subject::domain; }
bool has_domain(const provision::CommunitySteps& community) {
    return std::any_of(community.steps.begin(), community.steps.end(), is_domain);
}

rest::Sentence no_database(const Error& error) {
    return {"No se pudo usar la base de datos: " + error.detail,
            "The database cannot be used: " + error.detail};
}

}  // namespace

// One job. Its tasks are shown in the view under the same indices.
class Provisioner::Run {
  public:
    Run(Provisioner& owner, const rest::ProvisioningSid& sid, unsigned parallel)
        : owner_(owner), sid_(sid), parallel_(parallel) {}

    void carry_out(const std::vector<provision::Task>& tasks) {
        owner_.change(sid_, [&](ProvisioningView& view) {
            for (const auto& task : tasks) view.communities.push_back(progress_of(task));
        });
        // What has only old names goes last, and not at all when the community did not arrive at
        // its new place.
        for (const bool is_to_be : {true, false}) {
            // This server first: from the moment in which Twilio's number asks us for documents,
            // its calls need what is here.
            std::map<std::pair<model::Target, std::string>, std::vector<std::size_t>> by_place;
            for (std::size_t i = 0; i < tasks.size(); ++i)
                if (tasks[i].wanted.desired.has_value() == is_to_be &&
                    (is_to_be || !failed_.contains(tasks[i].community)))
                    by_place[{tasks[i].target, tasks[i].place}].push_back(i);
            for (const auto& [place, indices] : by_place) do_place(place.second, tasks, indices);
        }
    }
    bool has_failed() const { return !failed_.empty() || is_stopped_; }
    bool is_done(const provision::Task& task) const { return done_.contains(&task); }

  private:
    void do_place(const std::string& key, const std::vector<provision::Task>& tasks,
                  const std::vector<std::size_t>& indices) {
        const Place& place = *owner_.parts_.places.find(key);
        is_stopped_ = false;
        std::vector<provision::Wanted> wanted;
        for (const std::size_t i : indices) wanted.push_back(tasks[i].wanted);
        auto found = provision::survey(*place.client, place.settings.target, *place.memory,
                                       std::move(wanted), kReadParallel);
        if (!found) {
            const auto why = explain(found.error(), place.settings.target.target);
            for (const std::size_t i : indices)
                end(i, tasks[i], CommunityProgress::State::failed, why);
            return;
        }
        owner_.change(sid_, [&](ProvisioningView& view) {
            for (std::size_t n = 0; n < indices.size(); ++n)
                show_steps(view.communities[indices[n]], (*found)[n]);
        });
        const auto held = owner_.parts_.hold(place);
        const auto work = [&](std::size_t n) {
            do_community(place, tasks[indices[n]], indices[n], (*found)[n]);
        };
        // Everybody's mappings need the domain: who makes it goes first, who removes it last.
        const auto keeper = std::find_if(found->begin(), found->end(), has_domain);
        const auto at = static_cast<std::size_t>(keeper - found->begin());
        const bool is_first = keeper != found->end() && keeper->wanted.desired;
        if (is_first) work(at);
        side_by_side(indices.size(), parallel_, [&](std::size_t n) {
            if (n != at) work(n);
        });
        if (keeper != found->end() && !is_first) work(at);
    }

    void do_community(const Place& place, const provision::Task& task, std::size_t shown,
                      const provision::CommunitySteps& found) {
        if (is_stopped_ || owner_.parts_.pause.is_over())
            return end(shown, task, CommunityProgress::State::stopped, not_begun());
        owner_.change(
            sid_,
            [&](ProvisioningView& view) {
                view.communities[shown].state = CommunityProgress::State::running;
            },
            shown);
        provision::Applier applier(*place.client, *place.memory, found.actual,
                                   place.settings.target.domain);
        for (std::size_t n = 0; n < found.steps.size(); ++n) {
            const auto done = do_step(applier, found.steps[n], shown, n);
            if (done) continue;
            // Without the domain nobody's mappings can be made; whatever else failed is its own.
            if (done.error().is_general() || is_domain(found.steps[n])) is_stopped_ = true;
            return end(shown, task, CommunityProgress::State::failed,
                       explain(done.error(), StepView::of(found.steps[n]), task.target));
        }
        end(shown, task, CommunityProgress::State::done, {});
    }

    twilio::Answer<void> do_step(provision::Applier& applier, const provision::Step& step,
                                 std::size_t shown, std::size_t n) {
        const auto show = [&](StepView::State state, milliseconds duration) {
            owner_.change(
                sid_,
                [&](ProvisioningView& view) {
                    view.communities[shown].steps[n].state = state;
                    view.communities[shown].steps[n].duration = duration;
                },
                shown);
        };
        const Clock& clock = owner_.parts_.clock;
        const SteadyTime begun = clock.now();
        show(StepView::State::running, milliseconds(0));
        const auto done = applier.carry_out(step);
        show(done ? StepView::State::done : StepView::State::failed,
             std::chrono::duration_cast<milliseconds>(clock.now() - begun));
        return done;
    }

    void end(std::size_t shown, const provision::Task& task, CommunityProgress::State state,
             const rest::Sentence& why) {
        owner_.change(
            sid_,
            [&](ProvisioningView& view) {
                view.communities[shown].state = state;
                view.communities[shown].why = why;
            },
            shown);
        const bool is_done = state == CommunityProgress::State::done;
        if (!is_done)
            log::warn("community not provisioned community={} place={} reason={}", task.wanted.code,
                      task.place, skyn3t::quoted(why.en));
        const std::lock_guard lock(ended_mutex_);
        if (is_done)
            done_.insert(&task);
        else
            failed_.insert(task.community);
    }

    Provisioner& owner_;
    const rest::ProvisioningSid& sid_;
    const unsigned parallel_;
    std::atomic<bool> is_stopped_{false};  // what failed would fail for everybody
    std::mutex ended_mutex_;               // of what follows, while communities run side by side
    std::set<const provision::Task*> done_;
    std::set<CommunitySid> failed_;
};

Provisioner::Provisioner(Parts parts)
    : parts_(std::move(parts)),
      taken_(std::make_shared<std::atomic<std::size_t>>(0)),
      // Rooms are what is bounded: one is free a moment before its job leaves the queue.
      worker_(2 * kMostJobs) {}

Provisioner::~Provisioner() { parts_.pause.end(); }

rest::Looked Provisioner::look_now(const provision::Scope& scope) const {
    rest::Looked looked;
    const auto marks = parts_.memory.unprovisioned();
    if (!marks) {
        looked.why = no_database(marks.error());
        return looked;
    }
    auto tasks = provision::tasks_of(scope, parts_.places.settings());
    provision::leave_unreplaced(tasks, scope, *marks);
    for (const auto& task : tasks) looked.communities.push_back(progress_of(task));
    for (const auto& settings : parts_.places.settings()) {
        std::vector<provision::Wanted> wanted;
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            if (tasks[i].place != settings.key) continue;
            wanted.push_back(tasks[i].wanted);
            indices.push_back(i);
        }
        if (wanted.empty()) continue;
        const Place& place = *parts_.places.find(settings.key);
        const bool is_twilio = settings.target.target == model::Target::twilio;
        const auto found = provision::survey(
            *place.client, settings.target, *place.memory, std::move(wanted), kReadParallel,
            is_twilio ? scope.to_be_bought : std::vector<twilio::IncomingNumber>());
        if (!found) {
            looked.why = explain(found.error(), settings.target.target);
            return looked;
        }
        for (std::size_t n = 0; n < indices.size(); ++n)
            show_steps(looked.communities[indices[n]], (*found)[n]);
    }
    return looked;
}

Result<Provisioner::Room> Provisioner::take_room() {
    if (taken_->fetch_add(1) < kMostJobs)
        return Room(taken_.get(), [taken = taken_](const void*) { --*taken; });
    --*taken_;
    return fail(Errc::too_many, "too many orders of this kind are waiting; try again in a minute");
}

// A job waits in a room of its own, and leaves it when it begins.
Result<void> Provisioner::push(std::function<void()> job) {
    auto room = take_room();
    if (!room) return tl::unexpected(room.error());
    return worker_.push([room = std::move(*room), job = std::move(job)]() mutable {
        room.reset();
        job();
    });
}

Result<void> Provisioner::look(provision::Scope scope, rest::Done<rest::Looked> done) {
    return push(
        [this, scope = std::move(scope), done = std::move(done)] { done(look_now(scope)); });
}

void Provisioner::import(model::Target target, rest::Done<rest::ImportView> done) {
    const Place* place = parts_.places.find(target);
    if (!place) return done(fail(Errc::unsupported, "this server has no Twilio account"));
    const auto begun = push([this, place, done] {
        const auto& settings = place->settings.target;
        const auto declared = parts_.declared();
        if (!declared) return done(tl::unexpected(declared.error()));
        auto imported = provision::import_account(*place->client, settings, *declared);
        if (!imported)
            return done(rest::ImportView{{}, 0, explain(imported.error(), settings.target)});
        done(rest::ImportView{std::move(imported->yaml), imported->communities, {}});
    });
    if (!begun) done(tl::unexpected(begun.error()));
}

Result<void> Provisioner::at(model::Target target, std::function<void(const Place&)> work) {
    const Place* place = parts_.places.find(target);
    if (!place) return fail(Errc::unsupported, "this server has no such place");
    return push([place, work = std::move(work)] { work(*place); });
}

Result<ProvisioningView> Provisioner::start(Order order) {
    auto room = take_room();
    if (!room) return tl::unexpected(room.error());
    return start(std::move(order), std::move(*room));
}

ProvisioningView Provisioner::start(Order order, Room room) {
    ProvisioningView view;
    view.sid = rest::ProvisioningSid::generate();
    view.started = parts_.clock.wall();
    {
        const std::lock_guard lock(mutex_);
        views_.push_back(view);
        if (views_.size() > kMostViews + kMostJobs) views_.pop_front();
    }
    const auto pushed = worker_.push(
        [this, sid = view.sid, order = std::move(order), room = std::move(room)]() mutable {
            room.reset();
            run(sid, order);
        });
    assert(pushed);
    (void)pushed;
    return view;
}

// All of one moment: carried out half of one declaration and half of the next, a community would
// not be found by the names that it gives up, or they would be forgotten before they are removed.
Result<Provisioner::Known> Provisioner::read(const std::set<std::string>& codes) {
    auto marks = parts_.memory.unprovisioned();
    while (marks) {
        // Before what is declared: a removal leaves no other mark.
        auto old = parts_.memory.old_names();
        if (!old) return tl::unexpected(old.error());
        auto declared = parts_.declared();
        if (!declared) return tl::unexpected(declared.error());
        auto now = parts_.memory.unprovisioned();
        if (now && *now == *marks) {
            auto moving = parts_.migrations ? parts_.migrations() : std::vector<model::Migration>();
            return Known{{std::move(*declared), codes, std::move(*old), {}, std::move(moving)},
                         std::move(*now)};
        }
        marks = std::move(now);
    }
    return tl::unexpected(marks.error());
}

void Provisioner::run(const rest::ProvisioningSid& sid, const Order& order) {
    const SteadyTime begun = parts_.clock.now();
    change(sid, [](ProvisioningView& view) { view.state = ProvisioningView::State::running; });
    const auto end = [&](ProvisioningView::State state, const rest::Sentence& why) {
        change(sid, [&](ProvisioningView& view) {
            view.state = state;
            view.why = why;
            view.duration = std::chrono::duration_cast<milliseconds>(parts_.clock.now() - begun);
        });
    };
    const auto fail_with = [&](const Error& error) {
        log::error("provisioning failed sid={} reason={}", sid.str(), skyn3t::quoted(error.detail));
        end(ProvisioningView::State::failed, no_database(error));
    };
    const auto known = read(order.codes);
    if (!known) return fail_with(known.error());
    const provision::Scope& scope = known->scope;
    const auto& marks = known->marks;

    for (const auto& settings : parts_.places.settings())
        parts_.places.find(settings.key)->transport->act_for(order.actor);
    auto tasks = provision::tasks_of(scope, parts_.places.settings());
    for (auto& task : tasks) {
        const auto mark = marks.find(task.community);
        if (mark == marks.end() || !mark->second.old_passwords_until) continue;
        task.wanted.old_passwords_for = std::chrono::ceil<std::chrono::seconds>(
            *mark->second.old_passwords_until - parts_.clock.wall());
    }
    if (order.only)
        std::erase_if(tasks, [&](const auto& task) { return task.target != *order.only; });
    provision::leave_unreplaced(tasks, scope, marks);
    Run run_of_tasks(*this, sid, order.parallel);
    run_of_tasks.carry_out(tasks);
    if (const auto noted = note_done(run_of_tasks, tasks, *known); !noted)
        return fail_with(noted.error());
    end(run_of_tasks.has_failed() ? ProvisioningView::State::failed
                                  : ProvisioningView::State::completed,
        {});
    log::info("provisioning ended sid={} communities={} ok={}", sid.str(), order.codes.size(),
              !run_of_tasks.has_failed());
}

Result<void> Provisioner::note_done(const Run& run, const std::vector<provision::Task>& tasks,
                                    const Known& known) {
    const provision::Scope& scope = known.scope;
    std::vector<store::OldName> gone;
    std::map<CommunitySid, std::ptrdiff_t> places;  // that are as they were declared
    for (const auto& task : tasks) {
        if (!run.is_done(task)) continue;
        if (task.wanted.desired) ++places[task.community];
        // Of who moves, old names may be those of the place that it is just leaving.
        const bool is_moving = std::any_of(
            scope.migrations.begin(), scope.migrations.end(),
            [&](const auto& migration) { return migration.community == task.community; });
        if (is_moving) continue;
        std::copy_if(scope.old.begin(), scope.old.end(), std::back_inserter(gone),
                     [&](const auto& each) {
                         return each.target == task.place && each.community == task.community;
                     });
    }
    const auto settings = parts_.places.settings();
    store::ProvisionStore::Marks provisioned;
    for (const auto& community : scope.declared) {
        const auto mark = known.marks.find(community.sid);
        const auto all = std::count_if(settings.begin(), settings.end(), [&](const auto& place) {
            return provision::lives_at(community, place.target.target, scope.migrations);
        });
        if (mark != known.marks.end() && places.contains(community.sid) &&
            places[community.sid] == all)
            provisioned.insert(*mark);
    }
    return parts_.memory.note_done(provisioned, gone);
}

void Provisioner::change(const rest::ProvisioningSid& sid,
                         const std::function<void(ProvisioningView&)>& with,
                         std::optional<std::size_t> community) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(views_.begin(), views_.end(),
                                    [&](const auto& view) { return view.sid == sid; });
    if (found == views_.end()) return;
    with(*found);
    if (!parts_.changed) return;
    ProvisioningView told{found->sid,      found->state, found->started,
                          found->duration, {},           found->why};
    if (community) told.communities.push_back(found->communities[*community]);
    parts_.changed(std::move(told));
}

Result<std::optional<ProvisioningView>> Provisioner::find(const rest::ProvisioningSid& sid) {
    const std::lock_guard lock(mutex_);
    for (const auto& view : views_)
        if (view.sid == sid) return std::optional(view);
    return std::optional<ProvisioningView>();
}

}  // namespace skyn3t::server
