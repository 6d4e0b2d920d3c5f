#include "server/communities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "provision/lint.hpp"
#include "server/ask.hpp"
#include "server/prompts.hpp"

namespace skyn3t::server {
namespace {

const char* word_of(sip::RemovalReason reason) {
    switch (reason) {
        case sip::RemovalReason::unregistered:
            return "unregistered";
        case sip::RemovalReason::flow_lost:
            return "connection-lost";
        default:
            return "expired";
    }
}

// The code that an update takes away, if it does.
std::optional<std::string> old_code(const provision::CommunityChange& change) {
    for (const auto& field : change.fields)
        if (change.action == provision::Action::update && field.field == "code") return field.from;
    return std::nullopt;
}

}  // namespace

rest::CommunityView Communities::view(const model::Community& stored) const {
    rest::CommunityView view;
    view.community = stored;
    view.credential_list = parts_.tenancy.list_of(stored);
    for (const auto& role : stored.roles)
        view.phones.push_back({role.role, model::username(stored.number, role.role), 0, {}, {}});
    const auto seen =
        ask(parts_.services.executor, [this, sid = stored.sid, phones = view.phones]() mutable {
            const auto bindings = parts_.registrar.list(sid);
            for (auto& phone : phones) {
                phone.contacts = static_cast<std::size_t>(std::count_if(
                    bindings.begin(), bindings.end(),
                    [&](const auto& bound) { return bound.aor.user == phone.username; }));
                const auto absence = parts_.bindings.absence(
                    {sid, phone.username, parts_.tenancy.domain().name, phone.role});
                if (phone.contacts > 0 || !absence) continue;
                phone.offline_since = absence->since;
                phone.offline_reason = word_of(absence->reason);
            }
            return phones;
        });
    if (seen) view.phones = *seen;
    return view;
}

Result<std::vector<rest::CommunityName>> Communities::names() {
    const auto directory = parts_.tenancy.directory().get();
    std::vector<rest::CommunityName> names;
    for (const auto& tenant : directory->all())
        names.push_back(
            {tenant->community.sid, tenant->community.code, tenant->community.number.str()});
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return a.code < b.code; });
    return names;
}

Result<std::vector<rest::CommunityView>> Communities::list() {
    const auto stored = parts_.store.all();
    if (!stored) return tl::unexpected(stored.error());
    std::vector<rest::CommunityView> views;
    for (const auto& community : *stored) views.push_back(view(community));
    return views;
}

Result<std::optional<rest::CommunityView>> Communities::find(std::string_view code) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return std::optional<rest::CommunityView>();
    return std::optional(view(**stored));
}

void Communities::apply(rest::ApplyRequest request, rest::Done<rest::ApplyOutcome> done) {
    done(applied(std::move(request)));
}

Result<rest::ApplyOutcome> Communities::applied(rest::ApplyRequest request) {
    provision::ManifestOptions options;
    options.file = request.file;
    options.emergency = parts_.services.settings.emergency;
    options.read_document = [&](const std::string& file) -> Result<std::string> {
        const auto found = request.documents.find(file);
        if (found == request.documents.end())
            return fail(Errc::not_found, fmt::format("{} was not sent along", file));
        return found->second;
    };
    const auto manifest = provision::parse_manifest(request.manifest, options);
    rest::ApplyOutcome outcome;
    outcome.findings = manifest.findings;
    if (!manifest.is_good()) return outcome;

    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return tl::unexpected(actual.error());
    outcome.plan = provision::make_plan(manifest.values(), *actual, request.prune);
    name_recordings(outcome.plan);
    if (request.dry_run) return outcome;
    if (!outcome.plan.is_empty()) {
        if (const auto done = carry_out(outcome.plan, request.actor); !done)
            return tl::unexpected(done.error());
    }
    outcome.applied = true;
    return outcome;
}

// Prompts first: when they cannot be had nothing has changed yet, and no call ever waits for one.
Result<void> Communities::render(const provision::Plan& plan) {
    for (const auto& community : plan.put())
        if (auto published = publish(community); !published) return published;
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

void Communities::follow_codes(const provision::Plan& plan) {
    for (const auto& changed : plan.changes) {
        const std::string& code = changed.community.code;
        Result<void> done;
        if (changed.action == provision::Action::remove) {
            parts_.prompts.withdraw(code);
            done = parts_.recordings.remove_all(code);
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

Result<void> Communities::carry_out(const provision::Plan& plan, const std::string& actor) {
    if (auto cleared = clear_new_codes(plan); !cleared) return cleared;
    if (auto rendered = render(plan); !rendered) return rendered;
    store::ModelChange change;
    change.put = plan.put();
    change.remove = plan.remove();
    change.actor = actor;
    if (const auto changed = parts_.store.change_and_wait(std::move(change)); !changed)
        return tl::unexpected(changed.error());
    if (auto loaded = parts_.tenancy.reload(); !loaded) return loaded;
    follow_codes(plan);
    for (const auto& changed : plan.changes) {
        if (changed.action != provision::Action::unchanged &&
            changed.action != provision::Action::not_in_file)
            log::info("community changed action={} community={} actor={}",
                      provision::to_string(changed.action), changed.community.code,
                      skyn3t::quoted(actor));
    }
    return {};
}

void Communities::remove(std::string code, bool dry_run, std::string actor,
                         rest::Done<provision::Plan> done) {
    const std::lock_guard lock(changing_);
    const auto actual = parts_.store.all_with_passwords();
    if (!actual) return done(tl::unexpected(actual.error()));
    auto kept = *actual;
    std::erase_if(kept, [&](const auto& community) { return community.code == code; });
    if (kept.size() == actual->size())
        return done(fail(Errc::not_found, fmt::format("there is no community {}", code)));
    auto plan = provision::make_plan(kept, *actual, provision::Prune::yes);
    name_recordings(plan);
    if (!dry_run) {
        if (const auto carried = carry_out(plan, actor); !carried)
            return done(tl::unexpected(carried.error()));
    }
    done(std::move(plan));
}

Result<std::vector<rest::PhoneSettings>> Communities::secrets(std::string_view code,
                                                              const std::string& actor) {
    const auto stored = parts_.store.find_by_code(code);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored) return fail(Errc::not_found, fmt::format("there is no community {}", code));
    const auto community = parts_.store.find_with_passwords((*stored)->sid);
    if (!community) return tl::unexpected(community.error());
    std::vector<rest::PhoneSettings> phones;
    for (const auto& role : (*community)->roles) {
        rest::PhoneSettings phone;
        phone.role = role.role;
        phone.label = role.label;
        phone.username = model::username((*community)->number, role.role);
        phone.password = role.password.value_or(model::Secret{});
        phone.domain = parts_.tenancy.domain().name;
        phone.server = parts_.sip_server;
        phone.transport = parts_.transport;
        phone.expiry = parts_.expiry;
        phones.push_back(std::move(phone));
    }
    store::AuditEntry entry;
    entry.time = parts_.services.wall();
    entry.actor = actor;
    entry.action = "secrets.show";
    entry.community = (*community)->sid;
    if (const auto noted = parts_.audit.add(std::move(entry)); !noted)
        return tl::unexpected(noted.error());
    return phones;
}

}  // namespace skyn3t::server
