#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "provision/moved_names.hpp"
#include "server/communities.hpp"
#include "server/removed_recordings.hpp"

// Communities that get another code, that are had back after a removal, and what is declared put
// right once more.
namespace skyn3t::server {
namespace {

using RenameOutcome = rest::ApplyOutcome;

const model::Community* find_by_name(const std::vector<model::Community>& communities,
                                     const std::string& code) {
    const auto found = std::find_if(communities.begin(), communities.end(),
                                    [&](const auto& each) { return each.code == code; });
    return found == communities.end() ? nullptr : &*found;
}

}  // namespace

void Communities::rename(rest::RenameRequest request, rest::Done<RenameOutcome> done) {
    const auto pushed = parts_.changes.push(
        [this, request = std::move(request), done] { rename_now(request, done); });
    if (!pushed) done(tl::unexpected(pushed.error()));
}

void Communities::restore(std::string code, bool dry_run, std::string actor,
                          rest::Done<RenameOutcome> done) {
    const auto pushed =
        parts_.changes.push([this, code = std::move(code), dry_run, actor = std::move(actor),
                             done] { restore_now(code, dry_run, actor, done); });
    if (!pushed) done(tl::unexpected(pushed.error()));
}

// What somebody changed at the places is made again as it is declared.
void Communities::apply_declared(const rest::ApplyRequest& request,
                                 const rest::Done<RenameOutcome>& done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    Order order{{}, request.dry_run, request.parallel, request.actor};
    for (const auto& each : *actual) order.codes.insert(each.code);
    carry_out(provision::make_plan(*actual, *actual), *actual, std::move(order), {}, done);
}

void Communities::rename_now(const rest::RenameRequest& request,
                             const rest::Done<RenameOutcome>& done) {
    const auto& [code, new_code, dry_run, actor] = request;
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    if (!find_by_name(*actual, code))
        return done(fail(Errc::not_found, fmt::format("there is no community {}", code)));
    if (!model::is_code(new_code))
        return done(fail(Errc::invalid_argument,
                         "a code holds capital letters A-Z, digits and _ only, at most 50"));
    if (find_by_name(*actual, new_code))
        return done(fail(Errc::conflict, fmt::format("there is a community {} already", new_code)));
    auto desired = *actual;
    for (auto& each : desired) {
        if (each.code != code) continue;
        each.code = new_code;
        // The formula makes the passwords from the code.
        if (each.passwords == model::PasswordPolicy::guide)
            for (auto& role : each.roles) role.password.reset();
    }
    auto plan = provision::make_plan(desired, *actual, provision::Prune::no, {{new_code, code}});
    carry_out(std::move(plan), *actual, {{new_code}, dry_run, 1, actor}, {}, done);
}

Result<std::vector<rest::RemovedView>> Communities::removed() {
    const auto kept = parts_.store.removed();
    if (!kept) return tl::unexpected(kept.error());
    std::vector<rest::RemovedView> views;
    for (const auto& each : *kept)
        views.push_back({each.sid, each.code, each.name, each.number, each.removed,
                         each.removed + store::kRemovedKept});
    return views;
}

void Communities::restore_now(const std::string& code, bool dry_run, const std::string& actor,
                              const rest::Done<RenameOutcome>& done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    const auto kept = parts_.store.removed();
    if (!kept) return done(tl::unexpected(kept.error()));
    const auto latest = std::find_if(kept->begin(), kept->end(),
                                     [&](const auto& each) { return each.code == code; });
    if (latest == kept->end())
        return done(fail(Errc::not_found, fmt::format("no removed community {}", code)));
    if (find_by_name(*actual, code))
        return done(fail(Errc::conflict, fmt::format("there is a community {} already", code)));
    auto back = parts_.store.find_removed(latest->sid);
    if (!back) return done(tl::unexpected(back.error()));
    if (!*back) return done(fail(Errc::not_found, fmt::format("no removed community {}", code)));
    auto desired = *actual;
    desired.push_back(**back);
    auto plan = provision::make_plan(desired, *actual);
    RenameOutcome outcome;
    outcome.findings = provision::moved_names({}, plan, *actual);
    if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    for (auto& change : plan.changes) {
        if (change.action != provision::Action::create) continue;
        change.community.sid = latest->sid;
        change.phones.clear();  // they have their passwords, and so has it
    }
    Order order{{code}, dry_run, 1, actor};
    order.restored = latest->sid;
    carry_out(std::move(plan), *actual, std::move(order), std::move(outcome), done);
}

void Communities::forget_removed() {
    const auto forgotten = parts_.store.forget_removed();
    if (!forgotten)
        return log::error("removed communities are not forgotten reason={}",
                          skyn3t::quoted(forgotten.error().detail));
    for (const auto& sid : *forgotten)
        if (const auto gone = parts_.recordings.remove_all(shelf_of(sid)); !gone)
            log::error("recordings of a removed community are left community={} reason={}",
                       sid.str(), skyn3t::quoted(gone.error().detail));
}

}  // namespace skyn3t::server
