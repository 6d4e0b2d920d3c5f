#include "server/migration_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "model/password.hpp"
#include "server/migration_words.hpp"
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

Sentence sentence(const Error& error) { return {error.detail, error.detail}; }

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
                           const rest::MigrationOrder& order, Change change)
    : parts_(parts), sid_(sid), order_(order), change_(std::move(change)) {}

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
    const auto found = parts_.store.find_with_passwords(sid_);
    Outcome outcome;
    if (!found || !*found) {
        outcome = {Check::State::failed, {"La comunidad ya no existe.", "The community is gone."}};
    } else {
        community_ = **found;
        outcome = order_.move == Move::advance ? advance()
                  : order_.move == Move::back  ? back()
                                               : finish();
    }
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
    const auto begun = parts_.board.of(sid_);
    model::Migration migration = begun.value_or(model::Migration{});
    if (!begun)
        if (auto began = begin(migration); began.state == Check::State::failed) return began;
    const Stage next = *model::stage_after(migration.stage);
    migration.max_failures = order_.max_failures.value_or(migration.max_failures);
    migration.returned_es.clear();
    migration.returned_en.clear();
    migration.going = next;
    const std::string detail = fmt::format("to {}: {}{}", to_string(order_.to), to_string(next),
                                           order_.is_forced ? ", forced" : "");
    if (const auto put = parts_.board.put(migration, order_.actor, "migration.advance", detail);
        !put)
        return {Check::State::failed, sentence(put.error())};

    auto prepared = line(kPrepare, [&] { return provision(kPrepare, {community_.code}); });
    if (prepared.state == Check::State::failed) {
        migration.going.reset();
        if (migration.stage == Stage::none) {
            if (const auto undone = undo_all(migration); undone.state == Check::State::failed)
                return undone;
        } else if (const auto put = parts_.board.put(migration, order_.actor,
                                                     "migration.not-prepared", prepared.why.en);
                   !put) {
            return {Check::State::failed, sentence(put.error())};
        }
        return prepared;
    }
    migration.stage = next;
    migration.entered = parts_.clock.wall();
    migration.outcomes = {};
    migration.is_proven = false;
    const auto switched = line(kSwitch, [&]() -> Outcome {
        const auto put = parts_.board.put(migration, order_.actor, "migration.switch", detail);
        return put ? Outcome{} : Outcome{Check::State::failed, sentence(put.error())};
    });
    if (switched.state == Check::State::failed) return switched;
    return try_stage(migration);
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
    // Calls have gone on meanwhile.
    auto migration = parts_.board.of(sid_);
    if (!migration || migration->stage != entered.stage)
        return {Check::State::failed, migration
                                          ? Sentence{migration->returned_es, migration->returned_en}
                                          : words::server_ends()};
    migration->going.reset();
    migration->is_proven = is_proven_;
    const auto put = parts_.board.put(*migration, order_.actor, "migration.entered",
                                      is_proven_ ? "proven" : "not proven");
    return put ? Outcome{} : Outcome{Check::State::failed, sentence(put.error())};
}

MigrationRun::Outcome MigrationRun::take_back(const model::Migration& migration,
                                              const Sentence& why) {
    // The next start takes it back.
    if (parts_.pause.is_over()) return {Check::State::failed, words::server_ends()};
    const auto now = parts_.board.of(sid_);
    if (now && now->stage == migration.stage)
        if (const auto gone = parts_.board.fall_back(*now, why.es, why.en); !gone)
            return {Check::State::failed, sentence(gone.error())};
    const Stage stage = model::stage_before(migration.stage);
    if (stage == Stage::none)
        if (const auto undone = undo_all(migration); undone.state == Check::State::failed)
            return undone;
    return {Check::State::failed, words::went_back(why, stage)};
}

// ---- Back, and the end ----

MigrationRun::Outcome MigrationRun::back() {
    auto migration = parts_.board.of(sid_);
    if (!migration) return {Check::State::failed, words::is_busy()};
    if (migration->stage <= Stage::documents) return undo_all(*migration);
    return line(kSwitch, [&]() -> Outcome {
        migration->stage = model::stage_before(migration->stage);
        migration->going.reset();
        migration->entered = parts_.clock.wall();
        migration->outcomes = {};
        const auto put = parts_.board.put(*migration, order_.actor, "migration.back",
                                          std::string(to_string(migration->stage)));
        return put ? Outcome{} : Outcome{Check::State::failed, sentence(put.error())};
    });
}

MigrationRun::Outcome MigrationRun::undo_all(const model::Migration& migration) {
    auto restored = line(kVoice, [&] { return restore_voice(migration); });
    if (restored.state == Check::State::failed) return restored;
    return line(kClean, [&]() -> Outcome {
        const auto left =
            provision::leftovers_of(community_, migration, false, parts_.places.settings());
        if (const auto noted = parts_.memory.note_old_names(left); !noted)
            return {Check::State::failed, sentence(noted.error())};
        if (const auto removed = parts_.board.remove(sid_, order_.actor, "migration.undone");
            !removed)
            return {Check::State::failed, sentence(removed.error())};
        // Nobody's own resources: those would point the number at us again.
        return provision(kClean, {});
    });
}

MigrationRun::Outcome MigrationRun::finish() {
    const auto migration = parts_.board.of(sid_);
    if (!migration) return {Check::State::failed, words::is_busy()};
    std::optional<rest::ProvisioningSid> provisioning;
    const auto arrived = line(kArrive, [&]() -> Outcome {
        Outcome outcome;
        const auto leave = [&] {
            const char* const action =
                order_.is_forced ? "migration.finish-forced" : "migration.finish";
            if (const auto removed = parts_.board.remove(sid_, order_.actor, action); !removed)
                outcome = {Check::State::failed, sentence(removed.error())};
        };
        parts_.communities.arrive(
            *migration, order_.actor, leave, [&](const Result<rest::ApplyOutcome>& applied) {
                if (!applied) outcome = {Check::State::failed, sentence(applied.error())};
                if (applied && applied->provisioning) provisioning = applied->provisioning->sid;
            });
        return outcome;
    });
    if (arrived.state == Check::State::failed || !provisioning) return arrived;
    return line(kClean, [&] { return follow(kClean, *provisioning); });
}

// ---- What it consists of ----

MigrationRun::Outcome MigrationRun::provision(const char* line, std::set<std::string> codes) {
    const auto begun = parts_.provisioner.start({std::move(codes), 1, order_.actor, {}});
    if (!begun) return {Check::State::failed, sentence(begun.error())};
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
    if (!begun) return {Check::State::failed, sentence(begun.error())};
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
