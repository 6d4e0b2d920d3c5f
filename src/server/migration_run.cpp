#include "server/migration_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "model/password.hpp"
#include "server/migration_words.hpp"
#include "server/provisioning_words.hpp"
#include "twiml/moving_documents.hpp"

namespace skyn3t::server {
namespace {

using model::Move;
using model::Stage;
using model::Target;
using rest::Check;
using rest::MigrationWork;
using rest::Sentence;
namespace words = migration_words;

constexpr milliseconds kLook{50};            // between two looks at work of somebody else
constexpr milliseconds kVerifyTurn{60'000};  // for another verification to end

constexpr const char* kPrepare = "prepare";
constexpr const char* kSwitch = "switch";
constexpr const char* kVerify = "verify";
constexpr const char* kCallNumber = "call-number";
constexpr const char* kCallHere = "call-here";
constexpr const char* kVoice = "voice";
constexpr const char* kClean = "clean";
constexpr const char* kArrive = "arrive";

Check line_of(const char* id, const Sentence& text) {
    Check check;
    check.id = id;
    check.text_es = text.es;
    check.text_en = text.en;
    return check;
}

Check::State state_of(rest::StepView::State state) {
    switch (state) {
        case rest::StepView::State::waiting:
            return Check::State::waiting;
        case rest::StepView::State::running:
            return Check::State::running;
        case rest::StepView::State::done:
            return Check::State::passed;
        default:
            return Check::State::failed;
    }
}

std::vector<Check> lines_of(const rest::ProvisioningView& view) {
    std::vector<Check> lines;
    for (const auto& community : view.communities)
        for (const auto& step : community.steps) {
            auto line = line_of("", {step.text.es, step.text.en});
            line.state = state_of(step.state);
            line.duration = step.duration;
            lines.push_back(std::move(line));
        }
    return lines;
}

Sentence why_of(const rest::ProvisioningView& view) {
    if (!view.why.empty()) return view.why;
    for (const auto& community : view.communities)
        if (!community.why.empty()) return community.why;
    return {};
}

bool is_both_after(const std::optional<model::Migration>& begun, Target to) {
    model::Migration next = begun.value_or(model::Migration{});
    next.to = to;
    next.going = model::stage_after(next.stage);
    return next.is_at_both();
}

}  // namespace

MigrationRun::MigrationRun(const Migrations::Parts& parts, const CommunitySid& sid,
                           const rest::MigrationOrder& order, std::optional<Stage> seen,
                           Change change)
    : parts_(parts), sid_(sid), order_(order), seen_(seen), change_(std::move(change)) {}

std::vector<Check> MigrationRun::steps_of(const model::Community& community,
                                          const std::optional<model::Migration>& begun,
                                          const rest::MigrationOrder& order,
                                          const std::string& sip_address) {
    std::vector<Check> lines;
    const auto add = [&](const char* id, const Sentence& text) {
        lines.push_back(line_of(id, text));
    };
    const Stage stage = begun ? begun->stage : Stage::none;
    const std::string& number = community.number.str();
    if (order.move == Move::finish) {
        add(kArrive, words::arrive(order.to));
        add(kClean, words::clean_up());
    } else if (order.move == Move::back) {
        if (stage > Stage::documents) {
            add(kSwitch, words::switch_to(order.to, model::stage_before(stage)));
        } else {
            add(kVoice, words::restore_voice(number));
            add(kClean, words::clean_up());
        }
    } else {
        const bool is_both = is_both_after(begun, order.to);
        add(kPrepare, words::prepare());
        add(kSwitch, words::switch_to(order.to, model::stage_after(stage).value_or(stage)));
        if (is_both) add(kVerify, words::verify_here());
        add(kCallNumber, words::call_number(number));
        if (is_both)
            add(kCallHere,
                words::call_here(fmt::format("sip:{}@{}", twiml::kTestUser, sip_address)));
    }
    return lines;
}

void MigrationRun::run() {
    const auto outcome = take();
    const bool is_done = outcome.state != Check::State::failed;
    log::info("migration step ended community={} action={} ok={} reason={}", order_.code,
              to_string(order_.move), is_done, skyn3t::quoted(outcome.why.en));
    change_([&](MigrationWork& work) {
        for (auto& each : work.steps)
            if (each.state == Check::State::waiting || each.state == Check::State::running)
                each.state = Check::State::skipped;
        work.why = outcome.why;
        work.state = is_done ? MigrationWork::State::completed : MigrationWork::State::failed;
    });
}

MigrationRun::Outcome MigrationRun::take() {
    const auto found = parts_.store.find_with_passwords(sid_);
    if (!found) return {Check::State::failed, words::not_stored(found.error())};
    if (!*found) return {Check::State::failed, words::is_gone()};
    community_ = **found;
    // It may have waited long for its turn, behind another community's step.
    begun_ = parts_.board.of(sid_);
    const auto stage = begun_ ? std::optional(begun_->stage) : std::nullopt;
    if (stage != seen_) return was_taken_back();
    switch (order_.move) {
        case Move::advance:
            return advance();
        case Move::back:
            return back();
        default:
            return finish();
    }
}

// ---- The lines ----

MigrationRun::Outcome MigrationRun::line(const char* id, const std::function<Outcome()>& work) {
    const auto set = [&](const auto& with) {
        change_([&](MigrationWork& shown) {
            for (auto& each : shown.steps)
                if (each.id == id) with(each);
        });
    };
    const SteadyTime begun = parts_.clock.now();
    set([](Check& check) { check.state = Check::State::running; });
    auto outcome = work();
    set([&](Check& check) {
        check.state = outcome.state;
        check.duration = std::chrono::duration_cast<milliseconds>(parts_.clock.now() - begun);
        check.why_es = outcome.why.es;
        check.why_en = outcome.why.en;
    });
    return outcome;
}

// What a line consists of stands above it, so that it is read before.
void MigrationRun::show_below(const char* id, std::vector<Check> lines) {
    const std::string prefix = std::string(id) + "/";
    for (std::size_t i = 0; i < lines.size(); ++i)
        lines[i].id = prefix + (lines[i].id.empty() ? std::to_string(i) : lines[i].id);
    change_([&](MigrationWork& work) {
        std::erase_if(work.steps, [&](const Check& each) { return each.id.starts_with(prefix); });
        const auto at = std::find_if(work.steps.begin(), work.steps.end(),
                                     [&](const Check& each) { return each.id == id; });
        work.steps.insert(at, lines.begin(), lines.end());
    });
}

// ---- Forward ----

MigrationRun::Outcome MigrationRun::begin(model::Migration& migration) {
    migration.community = sid_;
    migration.to = order_.to;
    migration.entered = parts_.clock.wall();
    migration.gateway_password = model::generate_password();
    return remember_voice(migration);
}

MigrationRun::Outcome MigrationRun::advance() {
    model::Migration migration = begun_.value_or(model::Migration{});
    if (!begun_)
        if (auto began = begin(migration); began.state == Check::State::failed) return began;
    const Stage from = migration.stage;
    const auto next = model::stage_after(from);
    if (!next) return was_taken_back();  // start() has refused it
    const std::string detail = fmt::format("to {}: {}{}", to_string(order_.to), to_string(*next),
                                           order_.is_forced ? ", forced" : "");
    if (auto out = set_out(migration, *next, detail); out.state == Check::State::failed) return out;

    auto prepared = line(kPrepare, [&] { return prepare(); });
    if (prepared.state == Check::State::failed) {
        const auto stands = put(from, "migration.not-prepared", prepared.why.en,
                                [](model::Migration& each) { each.going.reset(); });
        if (stands.state == Check::State::failed) return stands;
        if (from == Stage::none)
            if (const auto undone = undo_all(migration); undone.state == Check::State::failed)
                return undone;
        return prepared;
    }
    const auto switched = line(kSwitch, [&] {
        return put(from, "migration.switch", detail, [&](model::Migration& each) {
            each.stage = *next;
            each.going = *next;
            each.entered = parts_.clock.wall();
            each.outcomes = {};
            each.is_proven = false;
            migration = each;
        });
    });
    if (switched.state == Check::State::failed) return switched;
    return try_stage(migration);
}

// Once this is stored, whoever changes what a migration stands on is refused: that is decided with
// the same lock held.
MigrationRun::Outcome MigrationRun::set_out(model::Migration& migration, Stage next,
                                            const std::string& detail) {
    const std::lock_guard lock(parts_.communities.changing());
    const auto now = parts_.store.find_with_passwords(sid_);
    if (!now) return {Check::State::failed, words::not_stored(now.error())};
    if (!*now) return {Check::State::failed, words::is_gone()};
    const bool is_same_place = (*now)->code == community_.code &&
                               (*now)->number == community_.number &&
                               (*now)->target == model::other(order_.to);
    if (!is_same_place) return {Check::State::failed, words::declared_otherwise()};
    community_ = **now;
    const auto edit = [&](model::Migration& each) {
        each.max_failures = order_.max_failures.value_or(each.max_failures);
        each.returned_es.clear();
        each.returned_en.clear();
        each.going = next;
    };
    if (begun_) return put(migration.stage, "migration.advance", detail, edit);
    edit(migration);
    const auto stored = parts_.board.put(migration, order_.actor, "migration.advance", detail);
    return stored ? Outcome{} : Outcome{Check::State::failed, words::not_stored(stored.error())};
}

MigrationRun::Outcome MigrationRun::prepare() {
    auto made = provision(kPrepare, {community_.code});
    made.why = repeat_step(std::move(made.why));
    return made;
}

MigrationRun::Outcome MigrationRun::put(Stage from, const char* action, const std::string& detail,
                                        const MigrationBoard::Edit& edit) {
    const auto changed = parts_.board.change({sid_, from, order_.actor, action, detail}, edit);
    if (!changed) return {Check::State::failed, words::not_stored(changed.error())};
    return *changed ? Outcome{} : was_taken_back();
}

MigrationRun::Outcome MigrationRun::was_taken_back() const {
    const auto now = parts_.board.of(sid_);
    if (!now) return {Check::State::failed, words::is_gone()};
    return {Check::State::failed,
            words::taken_back({now->returned_es, now->returned_en}, now->stage)};
}

MigrationRun::Outcome MigrationRun::try_stage(const model::Migration& entered) {
    if (entered.is_at_both())
        if (const auto heard = line(kVerify, [&] { return verify_here(); });
            heard.state == Check::State::failed)
            return take_back(entered, heard.why);
    if (const auto asked = line(kCallNumber, [&] { return call_number(); });
        asked.state == Check::State::failed)
        return take_back(entered, asked.why);
    if (entered.is_at_both())
        if (const auto arrived = line(kCallHere, [&] { return call_here(entered); });
            arrived.state == Check::State::failed)
            return take_back(entered, arrived.why);
    return put(entered.stage, "migration.entered", is_proven_ ? "proven" : "not proven",
               [&](model::Migration& each) {
                   each.going.reset();
                   each.is_proven = is_proven_;
               });
}

MigrationRun::Outcome MigrationRun::take_back(const model::Migration& migration,
                                              const Sentence& why) {
    // The next start takes it back.
    if (parts_.pause.is_over()) return {Check::State::failed, words::server_ends()};
    if (const auto gone = parts_.board.fall_back(sid_, migration.stage, why.es, why.en); !gone)
        return {Check::State::failed, words::not_stored(gone.error())};
    const auto now = parts_.board.of(sid_);
    const Stage stage = now ? now->stage : Stage::none;
    if (stage == Stage::none)
        if (const auto undone = undo_all(migration); undone.state == Check::State::failed)
            return undone;
    return {Check::State::failed, words::went_back(why, stage)};
}

// ---- Back, and the end ----

MigrationRun::Outcome MigrationRun::back() {
    if (!begun_) return was_taken_back();
    const Stage from = begun_->stage;
    if (from <= Stage::documents) return undo_all(*begun_);
    const Stage to = model::stage_before(from);
    return line(kSwitch, [&] {
        return put(from, "migration.back", std::string(to_string(to)), [&](model::Migration& each) {
            each.stage = to;
            each.going.reset();
            each.entered = parts_.clock.wall();
            each.outcomes = {};
        });
    });
}

MigrationRun::Outcome MigrationRun::undo_all(const model::Migration& migration) {
    auto restored = line(kVoice, [&] { return restore_voice(migration); });
    if (restored.state == Check::State::failed) return restored;
    return line(kClean, [&]() -> Outcome {
        const auto left =
            provision::leftovers_of(community_, migration, false, parts_.places.settings());
        if (const auto noted = parts_.memory.note_old_names(left); !noted)
            return {Check::State::failed, words::not_stored(noted.error())};
        if (const auto removed = parts_.board.remove(sid_, order_.actor, "migration.undone");
            !removed)
            return {Check::State::failed, words::not_stored(removed.error())};
        // Nobody's own resources: those would point the number at us again.
        return provision(kClean, {});
    });
}

MigrationRun::Outcome MigrationRun::finish() {
    // Declaring takes seconds, in which calls go on.
    if (!begun_ || !parts_.board.settle(sid_, Stage::number)) return was_taken_back();
    std::optional<rest::ProvisioningSid> provisioning;
    bool has_arrived = false;
    const auto arrived = line(kArrive, [&]() -> Outcome {
        Outcome outcome;
        const auto leave = [&] {
            const char* const action =
                order_.is_forced ? "migration.finish-forced" : "migration.finish";
            const auto removed = parts_.board.remove(sid_, order_.actor, action);
            has_arrived = removed.has_value();
            if (!removed) outcome = {Check::State::failed, words::not_stored(removed.error())};
        };
        parts_.communities.arrive(
            *begun_, order_.actor, leave, [&](const Result<rest::ApplyOutcome>& applied) {
                if (!applied)
                    outcome = {Check::State::failed, words::not_declared(applied.error())};
                if (applied && applied->provisioning) provisioning = applied->provisioning->sid;
            });
        return outcome;
    });
    if (!has_arrived) {
        parts_.board.unsettle(sid_);
        return arrived;
    }
    if (arrived.state == Check::State::failed)
        return {Check::State::failed, words::arrived_but(order_.to, arrived.why)};
    if (!provisioning) return arrived;
    return line(kClean, [&]() -> Outcome {
        const auto cleaned = follow(kClean, *provisioning);
        if (cleaned.state != Check::State::failed) return cleaned;
        return {Check::State::failed, words::arrived_but(order_.to, cleaned.why)};
    });
}

// ---- What it consists of ----

MigrationRun::Outcome MigrationRun::provision(const char* line, std::set<std::string> codes) {
    const auto begun = parts_.provisioner.start({std::move(codes), 1, order_.actor, {}});
    if (!begun) return {Check::State::failed, words::too_much_waits()};
    return follow(line, begun->sid);
}

MigrationRun::Outcome MigrationRun::follow(const char* line,
                                           const rest::ProvisioningSid& provisioning) {
    while (true) {
        const auto view = parts_.provisioner.find(provisioning);
        if (!view || !*view) return {Check::State::failed, words::server_ends()};
        show_below(line, lines_of(**view));
        if ((*view)->state == rest::ProvisioningView::State::completed) return {};
        if ((*view)->state == rest::ProvisioningView::State::failed)
            return {Check::State::failed, why_of(**view)};
        if (!parts_.pause.wait(kLook)) return {Check::State::failed, words::server_ends()};
    }
}

MigrationRun::Outcome MigrationRun::verify_here() {
    rest::VerificationRequest request;
    request.codes = {community_.code};
    const SteadyTime give_up = parts_.clock.now() + kVerifyTurn;
    auto begun = parts_.verifications.start(request);
    while (!begun && begun.error().code == Errc::too_many && parts_.clock.now() < give_up) {
        if (!parts_.pause.wait(kLook)) return {Check::State::failed, words::server_ends()};
        begun = parts_.verifications.start(request);
    }
    if (!begun) return {Check::State::failed, words::not_verified(begun.error())};
    while (true) {
        const auto view = parts_.verifications.find(begun->sid);
        if (!view || !*view) return {Check::State::failed, words::server_ends()};
        for (const auto& community : (*view)->communities) show_below(kVerify, community.checks);
        if ((*view)->state == rest::VerificationView::State::passed) return {};
        if ((*view)->state == rest::VerificationView::State::failed)
            return {Check::State::failed, words::verification_failed()};
        if (!parts_.pause.wait(kLook)) return {Check::State::failed, words::server_ends()};
    }
}

}  // namespace skyn3t::server
