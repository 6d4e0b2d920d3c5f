#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/side_by_side.hpp"
#include "model/password.hpp"
#include "provision/moved_names.hpp"
#include "server/ask.hpp"
#include "server/communities.hpp"
#include "server/prompts.hpp"
#include "server/removed_recordings.hpp"

// What changes communities: the declaration here, and then their places.
namespace skyn3t::server {
namespace {

using Outcome = rest::ApplyOutcome;
using CommunityList = std::vector<model::Community>;

constexpr unsigned kPublishParallel = 16;  // threads that wait for the prompts of one community

provision::Manifest read(const rest::ApplyRequest& request,
                         const model::EmergencyNumbers& emergency) {
    std::vector<provision::Manifest> manifests;
    for (const auto& file : request.files) {
        provision::ManifestOptions options;
        options.file = file.name;
        options.emergency = emergency;
        options.read_document = [&](const std::string& name) -> Result<std::string> {
            const auto found = request.documents.find(name);
            if (found == request.documents.end())
                return fail(Errc::not_found, fmt::format("{} was not sent along", name));
            return found->second;
        };
        manifests.push_back(provision::parse_manifest(file.yaml, options));
    }
    return provision::merged(std::move(manifests));
}

std::set<std::string> codes_of(const CommunityList& communities) {
    std::set<std::string> codes;
    for (const auto& each : communities) codes.insert(each.code);
    return codes;
}

// As an apply of all the others with --prune.
provision::Plan removal_of(const std::set<std::string>& codes, const CommunityList& actual) {
    auto kept = actual;
    std::erase_if(kept, [&](const auto& each) { return codes.contains(each.code); });
    return provision::make_plan(kept, actual, provision::Prune::yes);
}

// Who is on the way between two places is found there by its names.
std::vector<provision::Finding> disturbances(const provision::Plan& plan,
                                             const CommunityList& actual,
                                             const std::vector<model::Migration>& moving) {
    std::vector<provision::Finding> findings;
    for (const auto& change : plan.changes) {
        const auto& sid = change.community.sid;
        const auto is_its = [&](const auto& each) { return !sid.empty() && each == sid; };
        const bool is_moving = std::any_of(
            moving.begin(), moving.end(), [&](const auto& each) { return is_its(each.community); });
        const auto before = std::find_if(actual.begin(), actual.end(),
                                         [&](const auto& each) { return is_its(each.sid); });
        if (!is_moving || before == actual.end()) continue;
        const bool is_same_place =
            change.action != provision::Action::remove && before->code == change.community.code &&
            before->number == change.community.number && before->target == change.community.target;
        if (is_same_place) continue;
        findings.push_back({"moving",
                            provision::Level::error,
                            {},
                            fmt::format("{0} se está mudando: su destino, número y código quedan "
                                        "como están, y no se elimina, hasta que termine (skyn3t "
                                        "migrate {0} --finish) o se deshaga (skyn3t migrate {0} "
                                        "--back)",
                                        before->code),
                            fmt::format("{0} is being moved: its target, number and code stay, and "
                                        "it is not removed, until that is finished (skyn3t migrate "
                                        "{0} --finish) or undone (skyn3t migrate {0} --back)",
                                        before->code)});
    }
    return findings;
}

// The code that an update takes away, if it does.
std::optional<std::string> old_code(const provision::CommunityChange& change) {
    for (const auto& field : change.fields)
        if (change.action == provision::Action::update && field.field == "code") return field.from;
    return std::nullopt;
}

}  // namespace

void Communities::apply(rest::ApplyRequest request, rest::Done<Outcome> done) {
    const auto pushed = parts_.changes.push(
        [this, request = std::move(request), done] { apply_now(request, done); });
    if (!pushed) done(tl::unexpected(pushed.error()));
}

void Communities::remove(std::string code, bool dry_run, std::string actor,
                         rest::Done<Outcome> done) {
    const auto pushed =
        parts_.changes.push([this, code = std::move(code), dry_run, actor = std::move(actor),
                             done] { remove_now(code, dry_run, actor, done); });
    if (!pushed) done(tl::unexpected(pushed.error()));
}

void Communities::rotate(rest::RotateRequest request, rest::Done<Outcome> done) {
    const auto pushed = parts_.changes.push(
        [this, request = std::move(request), done] { rotate_now(request, done); });
    if (!pushed) done(tl::unexpected(pushed.error()));
}

void Communities::apply_now(const rest::ApplyRequest& request, const rest::Done<Outcome>& done) {
    if (request.declared) return apply_declared(request, done);
    const auto manifest = read(request, parts_.services.settings.emergency);
    Outcome outcome;
    outcome.findings = manifest.findings;
    if (!request.destroy)
        for (auto& each : target_findings(manifest, parts_.places, parts_.public_url))
            outcome.findings.push_back(std::move(each));
    if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    const bool has_orders = std::any_of(manifest.communities.begin(), manifest.communities.end(),
                                        [](const auto& each) { return each.order.has_value(); });
    if (!has_orders || request.destroy)
        return apply_read(manifest, request, std::move(outcome), done);
    const auto begun = parts_.provisioner.at(
        model::Target::twilio, [this, manifest, request, outcome, done](const Place& place) {
            apply_with_purchases(manifest, request, outcome, done, place);
        });
    if (!begun) done(tl::unexpected(begun.error()));
}

void Communities::apply_read(const provision::Manifest& manifest, const rest::ApplyRequest& request,
                             Outcome outcome, const rest::Done<Outcome>& done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    Order order{codes_of(manifest.values()), request.dry_run, request.parallel, request.actor};
    for (const auto& each : outcome.purchases) {
        twilio::IncomingNumber& bought = order.to_be_bought.emplace_back();
        bought.number = each.number;
        bought.friendly_name = provision::number_name(each.wish.code);
    }
    auto plan = request.destroy ? removal_of(order.codes, *actual)
                                : provision::make_plan(manifest.values(), *actual, request.prune,
                                                       manifest.renames());
    for (auto& each : provision::moved_names(manifest, plan, *actual))
        outcome.findings.push_back(std::move(each));
    if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    carry_out(std::move(plan), *actual, std::move(order), std::move(outcome), done);
}

Result<std::vector<provision::Finding>> Communities::objections(const provision::Manifest& manifest,
                                                                provision::Prune prune) {
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return tl::unexpected(actual.error());
    const auto plan = provision::make_plan(manifest.values(), *actual, prune, manifest.renames());
    auto findings = provision::moved_names(manifest, plan, *actual);
    for (auto& each : disturbances(plan, *actual, parts_.migrations.all()))
        findings.push_back(std::move(each));
    return findings;
}

void Communities::remove_now(const std::string& code, bool dry_run, const std::string& actor,
                             const rest::Done<Outcome>& done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    if (!codes_of(*actual).contains(code))
        return done(fail(Errc::not_found, fmt::format("there is no community {}", code)));
    carry_out(removal_of({code}, *actual), *actual, {{}, dry_run, 4, actor}, {}, done);
}

void Communities::rotate_now(const rest::RotateRequest& request, const rest::Done<Outcome>& done) {
    const auto& [code, role, grace, actor] = request;
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    auto desired = *actual;
    const auto found = std::find_if(desired.begin(), desired.end(),
                                    [&](const auto& each) { return each.code == code; });
    if (found == desired.end() || (!role.empty() && !found->find_role(role)))
        return done(fail(Errc::not_found, fmt::format("there is no {} {}", code, role)));
    if (found->passwords == model::PasswordPolicy::guide)
        return done(fail(Errc::forbidden,
                         "its passwords follow a formula (passwords: guide), so "
                         "there is no other; use passwords: generated"));
    for (auto& each : found->roles)
        if (role.empty() || each.role == role) each.password = model::generate_password();
    carry_out(provision::make_plan(desired, *actual), *actual, {{code}, false, 1, actor, grace}, {},
              done);
}

void Communities::arrive(const model::Migration& migration, const std::string& actor,
                         std::function<void()> meanwhile, const rest::Done<Outcome>& done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    auto desired = *actual;
    const auto found = std::find_if(desired.begin(), desired.end(), [&](const auto& each) {
        return each.sid == migration.community;
    });
    if (found == desired.end()) return done(fail(Errc::not_found, "the community is gone"));
    auto left = provision::leftovers_of(*found, migration, true, parts_.places.settings());
    found->target = migration.to;
    Order order{{found->code}, false, 1, actor, {}, {}, std::move(meanwhile), std::move(left)};
    carry_out(provision::make_plan(desired, *actual), *actual, std::move(order), {}, done);
}

void Communities::drift(std::vector<std::string> codes, rest::Done<rest::Looked> done) {
    auto declared = parts_.store.all_with_passwords();
    if (!declared) return done(tl::unexpected(declared.error()));
    auto old = parts_.memory.old_names();
    if (!old) return done(tl::unexpected(old.error()));
    const auto all = codes_of(*declared);
    for (const auto& code : codes)
        if (!all.contains(code))
            return done(fail(Errc::not_found, fmt::format("there is no community {}", code)));
    std::set<std::string> wanted(codes.begin(), codes.end());
    if (wanted.empty()) wanted = all;
    const auto begun = parts_.provisioner.look(
        {std::move(*declared), std::move(wanted), std::move(*old), {}, parts_.migrations.all()},
        done);
    if (!begun) done(tl::unexpected(begun.error()));
}

void Communities::go_on() {
    const auto moving = parts_.migrations.all();
    const auto marks = parts_.memory.unprovisioned();
    const auto declared = parts_.store.all();
    const auto old = parts_.memory.old_names();
    if (!marks || !declared || !old) {
        const Error& error = !marks ? marks.error() : !declared ? declared.error() : old.error();
        return log::error("it is not known whether an apply was cut reason={}",
                          skyn3t::quoted(error.detail));
    }
    Provisioner::Order order;
    order.actor = "skyn3t start";
    order.only = model::Target::local;
    for (const auto& each : *declared) {
        if (!marks->contains(each.sid)) continue;
        // While it moves, both.
        if (provision::lives_at(each, model::Target::local, moving)) order.codes.insert(each.code);
        if (provision::lives_at(each, model::Target::twilio, moving))
            log::warn("the last apply did not end at its place, repeat it community={} target={}",
                      each.code, to_string(each.target));
    }
    const std::string here = parts_.places.find(model::Target::local)->settings.key;
    // What those still have here who have not arrived elsewhere stays.
    const bool has_old = std::any_of(old->begin(), old->end(), [&](const auto& each) {
        return each.target == here && !marks->contains(each.community);
    });
    if (order.codes.empty() && !has_old) return;
    log::warn("the last apply did not end here, it goes on now communities={}", order.codes.size());
    if (const auto begun = parts_.provisioner.start(std::move(order)); !begun)
        log::error("it could not go on reason={}", skyn3t::quoted(begun.error().detail));
}

void Communities::carry_out(provision::Plan plan, const CommunityList& actual, Order order,
                            Outcome outcome, const rest::Done<Outcome>& done) {
    const auto moving = parts_.migrations.all();
    if (!order.declared) {
        for (auto& each : disturbances(plan, actual, moving))
            outcome.findings.push_back(std::move(each));
        if (provision::has_errors(outcome.findings)) return done(std::move(outcome));
    }
    name_recordings(plan);
    if (order.dry_run)
        return look(std::move(plan), actual, std::move(order), std::move(outcome), done);
    // Before anything is committed: a declaration that nobody carries out would stay as it is.
    auto room = parts_.provisioner.take_room();
    if (!room) return done(tl::unexpected(room.error()));
    if (!plan.is_empty()) {
        for (auto& each : provision::old_names_of(plan, actual, parts_.places.settings(), moving))
            order.old_names.push_back(std::move(each));
        if (const auto declared = declare(plan, order); !declared)
            return done(tl::unexpected(declared.error()));
    }
    // Also when a crash has cut it between the two.
    if (order.declared) order.declared();
    auto begun = parts_.provisioner.start({std::move(order.codes), order.parallel, order.actor},
                                          std::move(*room));
    outcome.plan = std::move(plan);
    outcome.applied = true;
    outcome.provisioning = std::move(begun);
    done(std::move(outcome));
}

void Communities::look(provision::Plan plan, const CommunityList& actual, Order order,
                       Outcome outcome, const rest::Done<Outcome>& done) {
    auto old = parts_.memory.old_names();
    if (!old) return done(tl::unexpected(old.error()));
    auto moving = parts_.migrations.all();
    for (auto& each : provision::old_names_of(plan, actual, parts_.places.settings(), moving))
        old->push_back(std::move(each));
    provision::Scope scope{provision::declared_after(plan, actual), std::move(order.codes),
                           std::move(*old), std::move(order.to_be_bought), std::move(moving)};
    outcome.plan = std::move(plan);
    const auto begun = parts_.provisioner.look(
        std::move(scope), [outcome = std::move(outcome), done](const Result<rest::Looked>& looked) {
            Outcome whole = outcome;
            whole.targets = looked->communities;
            whole.why = looked->why;
            done(std::move(whole));
        });
    if (!begun) done(tl::unexpected(begun.error()));
}

// Prompts first: when they cannot be had nothing has changed yet, and no call ever waits for one.
// Those of many communities at a time, so that no worker waits for the end of another's.
Result<void> Communities::render(const provision::Plan& plan) {
    const auto communities = plan.put();
    std::vector<Result<void>> published(communities.size());
    side_by_side(communities.size(), kPublishParallel,
                 [&](std::size_t i) { published[i] = publish(communities[i]); });
    for (auto& each : published)
        if (!each) return each;
    return {};
}

Result<void> Communities::publish(const model::Community& community) {
    const auto tenant = call::make_tenant(community, parts_.tenancy.domain().name);
    const auto published = parts_.prompts.publish(community.code, prompts_of(tenant->ivr));
    if (!published)
        return fail(published.error().code,
                    fmt::format("prompts of {}: {}", community.code, published.error().detail));
    return {};
}

// A code that is new must have no recording: what a crash, or a backup put back in part, left of a
// removed community is nobody's.
Result<void> Communities::clear_new_codes(const provision::Plan& plan) {
    for (const auto& changed : plan.changes) {
        const bool is_new = changed.action == provision::Action::create || old_code(changed);
        if (!is_new) continue;
        if (auto removed = parts_.recordings.remove_all(changed.community.code); !removed)
            return removed;
    }
    return {};
}

void Communities::follow_codes(const provision::Plan& plan, const CommunitySid& restored) {
    for (const auto& changed : plan.changes) {
        const std::string& code = changed.community.code;
        Result<void> done;
        if (changed.action == provision::Action::remove) {
            parts_.prompts.withdraw(code);
            done = parts_.recordings.rename_all(code, shelf_of(changed.community.sid));
        } else if (!restored.empty() && changed.community.sid == restored) {
            done = parts_.recordings.rename_all(shelf_of(restored), code);
            if (done) done = publish(changed.community);
        } else if (const auto old = old_code(changed)) {
            parts_.prompts.withdraw(*old);
            done = parts_.recordings.rename_all(*old, code);
            if (done) done = publish(changed.community);
        }
        if (!done)
            log::error("recordings do not follow their community community={} reason={}", code,
                       skyn3t::quoted(done.error().detail));
    }
}

void Communities::name_recordings(provision::Plan& plan) const {
    for (auto& change : plan.changes)
        if (change.action == provision::Action::remove)
            change.recordings = parts_.recordings.names(change.community.code);
}

Result<void> Communities::declare(const provision::Plan& plan, const Order& order) {
    if (auto cleared = clear_new_codes(plan); !cleared) return cleared;
    if (auto rendered = render(plan); !rendered) return rendered;
    store::ModelChange change;
    change.put = plan.put();
    change.remove = plan.remove();
    if (!order.restored.empty()) {
        std::erase_if(change.put, [&](const auto& each) { return each.sid == order.restored; });
        change.restore = {order.restored};
    }
    change.actor = order.actor;
    change.old_names = order.old_names;
    if (order.grace > std::chrono::seconds(0))
        change.old_passwords_until = parts_.services.wall() + order.grace;
    if (const auto changed = parts_.store.change_and_wait(std::move(change)); !changed)
        return tl::unexpected(changed.error());
    // Committed: from here on it is carried out. Tenancy goes on trying by itself.
    if (auto loaded = parts_.tenancy.reload(); !loaded)
        log::error("what calls run on will follow a change later reason={}",
                   skyn3t::quoted(loaded.error().detail));
    follow_codes(plan, order.restored);
    if (!plan.remove().empty()) forget_removed();
    for (const auto& changed : plan.changes) {
        if (changed.action != provision::Action::unchanged &&
            changed.action != provision::Action::not_in_file)
            log::info("community changed action={} community={} actor={}",
                      provision::to_string(changed.action), changed.community.code,
                      skyn3t::quoted(order.actor));
    }
    return {};
}

}  // namespace skyn3t::server
