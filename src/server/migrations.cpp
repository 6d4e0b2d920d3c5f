#include "server/migrations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "server/cloud_calls.hpp"
#include "server/migration_run.hpp"
#include "server/migration_words.hpp"
#include "server/provisioning_words.hpp"

namespace skyn3t::server {
namespace {

using model::Move;
using rest::MigrationView;
using rest::MigrationWork;
using Phones = std::vector<MigrationView::Phone>;

constexpr std::size_t kMostMigrations = 100;  // that wait

std::string absent_phones(const Phones& phones) {
    std::string absent;
    for (const auto& phone : phones)
        if (phone.contacts == 0) absent += (absent.empty() ? "" : ", ") + phone.username;
    return absent;
}

}  // namespace

Migrations::Migrations(Parts parts) : parts_(std::move(parts)), worker_(kMostMigrations) {}

Migrations::~Migrations() {
    parts_.pause.end();
    parts_.sightings.end();
}

Result<model::Community> Migrations::community(std::string_view code) const {
    auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return fail(Errc::not_found, fmt::format("there is no community {}", code));
    return std::move(**stored);
}

Result<Phones> Migrations::phones_of(const model::Community& community) const {
    const auto seen = parts_.communities.find(community.code);
    if (!seen) return tl::unexpected(seen.error());
    Phones phones;
    for (std::size_t i = 0; i < community.roles.size(); ++i) {
        const auto& role = community.roles[i];
        const bool is_known = *seen && i < (*seen)->phones.size();
        phones.push_back({role.role, role.label, model::username(community.number, role.role),
                          is_known ? (*seen)->phones[i].contacts : 0});
    }
    return phones;
}

// A real call at the new place since the last stage began. Test calls tell nothing about carriers.
bool Migrations::call_has_come(const model::Community& community,
                               const model::Migration& begun) const {
    store::CallFilter filter;
    filter.since = begun.entered;
    filter.to = community.number.str();
    filter.parent = CallSid();
    const auto calls = parts_.calls.list(community.sid, filter);
    if (!calls) return false;
    const std::string& tester =
        parts_.test_from.empty() ? community.number.str() : parts_.test_from;
    const auto came_on_a_trunk = [&](const model::CallRecord& call) {
        const auto events = parts_.calls.events(community.sid, call.sid);
        if (!events) return false;
        for (const auto& event : *events)
            for (const auto& [name, value] : event.detail)
                if (event.kind == "incoming" && name == "trunk" && parts_.trunks.contains(value))
                    return true;
        return false;
    };
    return std::any_of(calls->begin(), calls->end(), [&](const model::CallRecord& call) {
        if (call.direction != model::Direction::inbound) return false;
        if (begun.to == model::Target::local) return came_on_a_trunk(call);
        return call.node == kTwilioNode && call.from != tester;
    });
}

model::MigrationFacts Migrations::facts(const model::Community& community, model::Target to,
                                        const std::optional<model::Migration>& begun,
                                        const Phones& phones) const {
    model::MigrationFacts facts;
    facts.has_twilio = parts_.places.has(model::Target::twilio);
    facts.is_reachable = !parts_.sip_address.empty();
    facts.phones_are_here =
        to == model::Target::local && !phones.empty() && absent_phones(phones).empty();
    facts.call_has_come =
        begun && begun->stage == model::Stage::number && call_has_come(community, *begun);
    return facts;
}

Result<MigrationView> Migrations::view(std::string_view code, std::optional<model::Target> to) {
    const auto found = community(code);
    if (!found) return tl::unexpected(found.error());
    auto phones = phones_of(*found);
    if (!phones) return tl::unexpected(phones.error());
    const auto begun = parts_.board.of(found->sid);
    MigrationView view;
    view.code = found->code;
    view.target = found->target;
    view.phones = std::move(*phones);
    view.now = migration_words::at_rest(found->target);
    if (begun) {
        view.to = begun->to;
        view.stage = begun->stage;
        view.going = begun->going;
        view.is_proven = begun->is_proven;
        view.entered = begun->entered;
        view.calls = begun->outcomes.size();
        view.failures = begun->outcomes.failures();
        view.max_failures = begun->max_failures;
        view.returned = {begun->returned_es, begun->returned_en};
        view.now = migration_words::now(begun->to, begun->stage);
    }
    // What it would be asked to do next.
    const auto towards = to.value_or(begun ? begun->to : model::other(found->target));
    view.next_stage = model::stage_after(view.stage);
    view.may_finish = !view.next_stage.has_value();
    if (view.next_stage) {
        view.does = migration_words::does(towards, *view.next_stage);
        view.cannot = migration_words::cannot(towards, *view.next_stage);
    } else {
        view.does = migration_words::finish_does(towards);
    }
    const auto obstacle =
        model::obstacle_to(view.may_finish ? Move::finish : Move::advance, found->target, towards,
                           begun ? &*begun : nullptr, facts(*found, towards, begun, view.phones));
    view.obstacle =
        migration_words::obstacle(obstacle, found->code, towards, absent_phones(view.phones));
    view.may_force = model::may_be_overridden(obstacle);
    const std::lock_guard lock(mutex_);
    if (const auto work = work_.find(found->sid); work != work_.end()) view.work = work->second;
    return view;
}

Result<MigrationView> Migrations::start(const rest::MigrationOrder& order,
                                        rest::Sentence& refused) {
    const auto found = community(order.code);
    if (!found) return tl::unexpected(found.error());
    const auto phones = phones_of(*found);
    if (!phones) return tl::unexpected(phones.error());
    const auto begun = parts_.board.of(found->sid);
    const auto to = order.move == Move::advance || !begun ? order.to : begun->to;
    const auto obstacle =
        model::obstacle_to(order.move, found->target, to, begun ? &*begun : nullptr,
                           facts(*found, to, begun, *phones));
    const bool is_overridden = order.is_forced && model::may_be_overridden(obstacle);
    if (obstacle != model::Obstacle::none && !is_overridden) {
        refused = migration_words::obstacle(obstacle, found->code, to, absent_phones(*phones));
        return fail(Errc::conflict, refused.en);
    }
    {
        const std::lock_guard lock(mutex_);
        const auto before = work_.find(found->sid);
        if (before != work_.end() && before->second.state == MigrationWork::State::running) {
            refused = migration_words::is_busy();
            return fail(Errc::conflict, refused.en);
        }
        auto wanted = order;
        wanted.to = to;
        wanted.is_forced = is_overridden;
        const auto seen = begun ? std::optional(begun->stage) : std::nullopt;
        auto pushed = worker_.push([this, wanted, seen, sid = found->sid] {
            MigrationRun(parts_, sid, wanted, seen, [this, sid](const auto& with) {
                change(sid, with);
            }).run();
        });
        if (!pushed) {
            refused = repeat_step(migration_words::too_much_waits());
            return tl::unexpected(pushed.error());
        }
        work_[found->sid] = {order.move,
                             MigrationWork::State::running,
                             parts_.clock.wall(),
                             MigrationRun::steps_of(*found, begun, wanted, parts_.sip_address),
                             {}};
    }
    return view(order.code, to);
}

void Migrations::change(const CommunitySid& community,
                        const std::function<void(MigrationWork&)>& with) {
    const std::lock_guard lock(mutex_);
    if (const auto found = work_.find(community); found != work_.end()) with(found->second);
}

Result<std::vector<rest::PhoneSettings>> Migrations::accounts(std::string_view code,
                                                              const std::string& actor) {
    const auto found = community(code);
    if (!found) return tl::unexpected(found.error());
    const auto begun = parts_.board.of(found->sid);
    const Place* place = begun ? parts_.places.find(begun->to) : nullptr;
    if (!place || !begun->is_at_both())
        return fail(Errc::not_found, fmt::format("the phones of {} have one account only", code));
    const auto whole = parts_.store.find_with_passwords(found->sid);
    if (!whole) return tl::unexpected(whole.error());
    std::vector<rest::PhoneSettings> phones;
    for (const auto& role : (*whole)->roles) {
        auto phone = place->phones.settings();
        phone.role = role.role;
        phone.label = role.label;
        phone.username = model::username((*whole)->number, role.role);
        phone.password = role.password.value_or(model::Secret{});
        phones.push_back(std::move(phone));
    }
    if (const auto noted =
            parts_.audit.add({parts_.clock.wall(), actor, "secrets.show", found->sid, "migration"});
        !noted)
        return tl::unexpected(noted.error());
    return phones;
}

void Migrations::asked(std::string_view code, const http::Params& params) {
    if (parts_.board.all().empty()) return;
    const auto found = community(code);
    if (!found) return;
    const auto begun = parts_.board.of(found->sid);
    if (!begun) return;
    const auto status = params.find("DialCallStatus");
    if (!status) {
        if (!params.has("Digits"))  // the main document
            parts_.sightings.saw_at_twilio(found->sid,
                                           std::string(params.find("From").value_or("")));
        return;
    }
    model::DialReport report;
    report.is_hand_over = params.has("handover");
    report.status = *status;
    if (!report.is_hand_over) {
        const auto place = model::parse_target(params.find("place").value_or(""));
        if (!place) return;
        report.place = *place;
    }
    if (const auto failed = model::failure_of(begun->to, begun->stage, report))
        parts_.board.note_outcome(found->sid, *failed);
}

}  // namespace skyn3t::server
