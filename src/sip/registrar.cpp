#include "sip/registrar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/register_request.hpp"

namespace skyn3t::sip {
namespace {

using Entry = BindingTable::Entry;
using Entries = std::vector<Entry*>;

constexpr std::size_t kUserAgentOctets = 100;

std::uint64_t new_id() {
    std::array<std::uint8_t, 8> bytes{};
    random_bytes(bytes);
    std::uint64_t id = 0;
    std::memcpy(&id, bytes.data(), sizeof id);
    return id >> 1;  // SQL has no unsigned integers
}

bool is_earlier_target(const Entry* a, const Entry* b) {
    if (a->binding.q() != b->binding.q()) return a->binding.q() > b->binding.q();
    return a->binding.refreshed() > b->binding.refreshed();
}

bool same_contact(const RequestedContact& contact, const PackedBinding& binding) {
    if (contact.uri.text == binding.contact()) return true;
    const auto bound = UriView::parse(binding.contact());
    return bound && equivalent(contact.uri, *bound);
}

// Do both name the same contact? See the class comment of Registrar for the rule.
bool names_binding(const RequestedContact& contact, const PackedBinding& binding) {
    if (!contact.instance.empty() && !binding.instance().empty())
        return iequals(contact.instance, binding.instance()) && contact.reg_id == binding.reg_id();
    return same_contact(contact, binding);
}

// Has the phone of this binding come back and chosen another contact?
bool succeeds_binding(const RegisterRequest& request, const RequestedContact& contact,
                      const Source& source, const PackedBinding& binding) {
    if (!contact.instance.empty() || !binding.instance().empty()) return false;
    if (request.sip_call_id == binding.sip_call_id()) return false;
    if (source.flow != binding.source().flow || source.peer != binding.source().peer) return false;
    const auto bound = UriView::parse(binding.contact());
    return bound && unescaped(bound->user) == unescaped(contact.uri.user);
}

Reply refusal(int status, std::string_view reason = {}) {
    return {.status = status, .reason = std::string(reason)};
}

std::string contact_value(const PackedBinding& binding, seconds left) {
    auto value = fmt::format("<{}>;expires={}", binding.contact(), left.count());
    if (binding.q() != 1000) value += fmt::format(";q=0.{:03}", binding.q());
    if (!binding.instance().empty()) value += ";+sip.instance=" + quoted_string(binding.instance());
    if (binding.reg_id() != 0) value += fmt::format(";reg-id={}", binding.reg_id());
    return value;
}

}  // namespace

Result<seconds> grant_expiry(std::optional<seconds> requested, const ExpiryLimits& limits) {
    const seconds wanted = requested.value_or(limits.fallback);
    if (wanted > seconds(0) && wanted < std::chrono::hours(1) && wanted < limits.minimum)
        return fail(Errc::interval_too_brief, fmt::format("expires={}", wanted.count()));
    return std::min(wanted, limits.maximum);
}

std::string_view cause_word(const Reachability& reachability) {
    switch (reachability.state) {
        case Reachability::State::no_answer:
            return "no-answer";
        case Reachability::State::not_sent:
            return "connection-closed";
        case Reachability::State::refused:
            return "refused";
        default:
            return "";
    }
}

// What one REGISTER will do, found out in full before anything is done: RFC 3261 section 10.3 step
// 7 wants all of it or nothing.
struct Registrar::Plan {
    struct Bind {
        const RequestedContact* contact;
        Entry* existing;  // nullptr: a new binding
        seconds granted;
    };
    std::vector<Bind> binds;
    std::vector<std::pair<Entry*, RemovalReason>> removals;

    bool touches(const Entry* entry) const {
        return std::ranges::any_of(binds, [&](const Bind& b) { return b.existing == entry; }) ||
               std::ranges::any_of(removals, [&](const auto& r) { return r.first == entry; });
    }
};

Registrar::Registrar(TimerWheel& wheel, RegistrarSettings settings, BindingRecords& records)
    : wheel_(wheel),
      settings_(std::move(settings)),
      records_(records),
      expiry_(wheel, [this] { expire(); }) {}

Reply Registrar::process(const Message& message, const Source& source, const AddressOfRecord& aor,
                         std::string_view visibility, std::uint32_t generation) {
    const auto request = RegisterRequest::parse(message);
    if (!request) return request.error();
    // RFC 3261 section 10.3 step 4: a phone registers its own name and no other, whatever the host
    // it writes.
    if (request->to_user != aor.user) return refusal(403);
    if (!source.via_edge && std::ranges::any_of(request->contacts, [](const auto& contact) {
            return contact.uri.scheme == Scheme::sips && contact.expires != seconds(0);
        }))
        return refusal(400, "SIPS Contact Without TLS");  // RFC 3261 §26.2.2
    auto bound = visible(aor, visibility);
    auto plan = make_plan(*request, source, bound);
    if (!plan) {
        log::info("registration refused user={} source={} status={} reason={}",
                  skyn3t::quoted(aor.user), source.peer.str(), plan.error().status,
                  skyn3t::quoted(plan.error().reason));
        return std::move(plan.error());
    }
    Binding common;
    common.generation = generation;
    common.visibility = visibility;
    carry_out(*plan, aor, *request, source, common);
    if (!plan->binds.empty() || !plan->removals.empty()) bound = visible(aor, visibility);
    return listing(*request, source, std::move(bound));
}

tl::expected<Registrar::Plan, Reply> Registrar::make_plan(const RegisterRequest& request,
                                                          const Source& source,
                                                          const Entries& bound) const {
    // Steps 6 and 7: within one Call-ID a REGISTER that comes late changes nothing.
    const auto is_late = [&](const Entry* entry) {
        return entry->binding.sip_call_id() == request.sip_call_id &&
               request.cseq <= entry->binding.cseq();
    };
    const auto late = tl::unexpected(refusal(500, "CSeq Out of Order"));
    Plan plan;
    if (request.removes_all) {
        if (std::ranges::any_of(bound, is_late)) return late;
        for (Entry* entry : bound) plan.removals.emplace_back(entry, RemovalReason::unregistered);
        return plan;
    }
    for (const auto& contact : request.contacts) {
        const auto granted = grant_expiry(contact.expires, settings_.expiry);
        if (!granted) {
            auto brief = refusal(423);
            brief.headers.emplace_back("Min-Expires",
                                       std::to_string(settings_.expiry.minimum.count()));
            return tl::unexpected(std::move(brief));
        }
        Entry* existing = nullptr;
        for (Entry* entry : bound) {
            const bool named = names_binding(contact, entry->binding);
            const bool succeeded = !named && *granted > seconds(0) &&
                                   succeeds_binding(request, contact, source, entry->binding);
            if ((!named && !succeeded) || plan.touches(entry)) continue;
            if (is_late(entry)) return late;
            if (*granted == seconds(0))
                plan.removals.emplace_back(entry, RemovalReason::unregistered);
            else if (existing == nullptr)
                existing = entry;
            else
                plan.removals.emplace_back(entry, RemovalReason::replaced);
        }
        if (*granted > seconds(0)) plan.binds.push_back({&contact, existing, *granted});
    }
    const auto added =
        std::ranges::count(plan.binds, static_cast<Entry*>(nullptr), &Plan::Bind::existing);
    const auto after = bound.size() - plan.removals.size() + static_cast<std::size_t>(added);
    if (added > 0 && after > settings_.contacts_per_aor) {
        auto full = refusal(403, "Too Many Contacts");
        full.headers.emplace_back("X-Twilio-Error",
                                  "32007 too many contacts for the address-of-record");
        return tl::unexpected(std::move(full));
    }
    return plan;
}

void Registrar::carry_out(const Plan& plan, const AddressOfRecord& aor,
                          const RegisterRequest& request, const Source& source,
                          const Binding& common) {
    for (const auto& [entry, reason] : plan.removals) remove(*entry, reason);
    const auto now = wheel_.clock().now();
    const auto wall = wheel_.clock().wall();
    for (const auto& [contact, existing, granted] : plan.binds) {
        Binding binding{.contact = std::string(contact->uri.text),
                        .q = contact->q,
                        .reg_id = contact->reg_id,
                        .instance = contact->instance,
                        .path = {},
                        .source = source,
                        .sip_call_id = std::string(request.sip_call_id),
                        .cseq = request.cseq,
                        .refreshed = wall,
                        .expires = wall + granted,
                        .user_agent = std::string(request.user_agent.substr(0, kUserAgentOctets)),
                        .node = settings_.node,
                        .generation = common.generation,
                        .visibility = common.visibility};
        // A Path from elsewhere would steer our requests wherever it likes.
        if (source.via_edge) binding.path.assign(request.path.begin(), request.path.end());
        if (existing != nullptr) {
            binding.id = existing->binding.id();
            binding.registered = existing->binding.registered();
            table_.update(*existing, binding, now + granted);
            heard_from(*existing);
            if (binding.visibility.empty()) records_.refreshed(aor, binding);
        } else {
            binding.id = new_id();
            binding.registered = wall;
            table_.insert(aor, binding, now + granted, now + settings_.ask_every);
            if (binding.visibility.empty()) records_.added(aor, binding);
        }
    }
    arm();
}

// RFC 3261 section 10.3 step 8.
Reply Registrar::listing(const RegisterRequest& request, const Source& source,
                         Entries bound) const {
    Reply reply{.status = 200};
    std::ranges::sort(bound, is_earlier_target);
    for (const Entry* entry : bound) {
        const auto left = std::chrono::ceil<seconds>(entry->deadline() - wheel_.clock().now());
        reply.headers.emplace_back("Contact", contact_value(entry->binding, left));
    }
    // RFC 3327 section 5.3: the phone sees which Path was taken.
    if (request.supports_path && source.via_edge)
        for (const auto path : request.path) reply.headers.emplace_back("Path", path);
    reply.headers.emplace_back("Supported", "path");
    return reply;
}

Entries Registrar::visible(const AddressOfRecord& aor, std::string_view visibility) const {
    auto entries = table_.of(aor);
    std::erase_if(entries, [&](const Entry* e) { return e->binding.visibility() != visibility; });
    return entries;
}

std::vector<Binding> Registrar::lookup(const AddressOfRecord& aor,
                                       std::string_view visibility) const {
    auto entries = visible(aor, visibility);
    std::ranges::sort(entries, is_earlier_target);
    std::vector<Binding> out;
    out.reserve(entries.size());
    for (const Entry* entry : entries) out.push_back(entry->value());
    return out;
}

std::optional<RegisteredBinding> Registrar::find_by_flow(const Source& source,
                                                         std::string_view from_user) const {
    const Entry* found = nullptr;
    bool several = false;
    for (const Entry* entry : table_.over_flow(source)) {
        if (entry->aor->user == from_user && (found == nullptr || found->aor->user != from_user)) {
            found = entry;
            several = false;
        } else if (found == nullptr) {
            found = entry;
        } else if (!(*entry->aor == *found->aor) &&
                   (found->aor->user != from_user || entry->aor->user == from_user)) {
            several = true;
        }
    }
    if (found == nullptr || several) return std::nullopt;
    return RegisteredBinding{*found->aor, found->value()};
}

bool Registrar::is_live(const Endpoint& source) const { return table_.has_phone_at(source); }

bool Registrar::is_live(const Endpoint& source, const CommunitySid& community) const {
    return table_.has_phone_at(source, community);
}

std::vector<RegisteredBinding> Registrar::list(const CommunitySid& community) const {
    return list_if([&](const Entry& entry) { return entry.aor->community == community; });
}

std::vector<RegisteredBinding> Registrar::list_all() const {
    return list_if([](const Entry&) { return true; });
}

std::vector<RegisteredBinding> Registrar::list_if(
    const std::function<bool(const Entry&)>& wanted) const {
    auto entries = table_.all();
    std::erase_if(entries, [&](const Entry* e) { return e->is_probe() || !wanted(*e); });
    std::ranges::sort(entries, [](const Entry* a, const Entry* b) {
        const auto order = a->aor->user <=> b->aor->user;
        return order != 0 ? order < 0 : is_earlier_target(a, b);
    });
    std::vector<RegisteredBinding> out;
    out.reserve(entries.size());
    for (const Entry* entry : entries) out.push_back({*entry->aor, entry->value()});
    return out;
}

void Registrar::restore(const std::vector<RegisteredBinding>& bindings) {
    const auto wall = wheel_.clock().wall();
    for (const auto& [aor, binding] : bindings) {
        if (binding.expires <= wall) {
            records_.removed(aor, binding, RemovalReason::expired);
        } else if (binding.needs_connection()) {
            records_.removed(aor, binding, RemovalReason::flow_lost);
        } else {
            const auto deadline = wheel_.clock().now() + (binding.expires - wall);
            // At once: who knows how long we were away.
            table_.insert(aor, binding, deadline, wheel_.clock().now());
        }
    }
    arm();
}

void Registrar::on_flow_closed(const Flow& flow) {
    const Source source{.flow = flow, .peer = flow.remote, .transport = flow.transport};
    for (Entry* entry : table_.over_flow(source)) remove(*entry, RemovalReason::flow_lost);
}

std::size_t Registrar::forget(const CommunitySid& community, std::string_view user) {
    return forget_if([&](const Entry& entry) {
        return entry.aor->community == community && entry.aor->user == user;
    });
}

std::size_t Registrar::forget(const CommunitySid& community) {
    return forget_if([&](const Entry& entry) { return entry.aor->community == community; });
}

std::size_t Registrar::forget_older(const CommunitySid& community, std::string_view user,
                                    std::uint32_t generation) {
    return forget_if([&](const Entry& entry) {
        return !entry.is_probe() && entry.binding.generation() < generation &&
               entry.aor->community == community && entry.aor->user == user;
    });
}

std::size_t Registrar::forget_bindings(const CommunitySid& community, std::string_view user,
                                       std::string_view contact) {
    return forget_if([&](const Entry& entry) {
        return !entry.is_probe() && entry.aor->community == community && entry.aor->user == user &&
               (contact.empty() || entry.binding.contact() == contact);
    });
}

std::size_t Registrar::forget_probe(std::string_view visibility) {
    return forget_if([&](const Entry& entry) {
        return entry.is_probe() && entry.binding.visibility() == visibility;
    });
}

std::size_t Registrar::forget_if(const std::function<bool(const Entry&)>& unwanted) {
    auto entries = table_.all();
    std::erase_if(entries, [&](const Entry* entry) { return !unwanted(*entry); });
    for (Entry* entry : entries) remove(*entry, RemovalReason::forgotten);
    return entries.size();
}

// A REGISTER has just come from it, which proves as much as an answer would; but that it can be
// reached again must be seen.
void Registrar::heard_from(Entry& entry) {
    if (entry.is_probe()) return;
    const auto now = wheel_.clock().now();
    if (entry.reachability.is_dead())
        table_.ask_first(entry, now);
    else
        table_.ask_last(entry, now + settings_.ask_every);
}

std::optional<SteadyTime> Registrar::next_ask() const {
    const Entry* next = table_.next_to_ask();
    return next == nullptr ? std::nullopt : std::optional(next->ask_at);
}

std::optional<RegisteredBinding> Registrar::take_due() {
    Entry* next = table_.next_to_ask();
    const auto now = wheel_.clock().now();
    if (next == nullptr || next->ask_at > now) return std::nullopt;
    table_.ask_last(*next, now + settings_.ask_every);
    return RegisteredBinding{*next->aor, next->value()};
}

void Registrar::note_reachability(const RegisteredBinding& bound, Reachability::State state,
                                  int status) {
    for (Entry* entry : table_.of(bound.aor)) {
        if (entry->binding.id() != bound.binding.id) continue;
        Reachability& known = entry->reachability;
        const bool changes = known.state != state;
        const bool tells = known.is_dead() || state > Reachability::State::answers;
        known.status = static_cast<std::uint16_t>(status);
        if (!changes) return;
        dead_ -= known.is_dead() ? 1 : 0;
        known.state = state;
        dead_ += known.is_dead() ? 1 : 0;
        known.since = wheel_.clock().wall();
        if (tells) records_.reachability_changed(*entry->aor, entry->value());
        return;
    }
}

void Registrar::remove(Entry& entry, RemovalReason reason) {
    if (!entry.is_probe()) records_.removed(*entry.aor, entry.value(), reason);
    if (entry.reachability.is_dead()) --dead_;
    table_.erase(entry);
}

void Registrar::expire() {
    const auto now = wheel_.clock().now();
    while (table_.size() > 0 && table_.by_expiry().begin()->first <= now)
        remove(*table_.by_expiry().begin()->second, RemovalReason::expired);
    arm();
}

// Left running too early after a removal: then it finds nothing due and sets itself anew.
void Registrar::arm() {
    if (table_.size() == 0) return;
    const auto next = table_.by_expiry().begin()->first;
    if (expiry_.is_running() && armed_ <= next) return;
    armed_ = next;
    expiry_.start_at(next);
}

}  // namespace skyn3t::sip
