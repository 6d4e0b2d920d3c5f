#include "server/tenancy.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "server/ask.hpp"
#include "server/voice_settings.hpp"
#include "store/credential_secrets.hpp"

namespace skyn3t::server {
namespace {

constexpr milliseconds kTryAgain{500};

using store::DomainMapping;
using store::Resource;
using store::ResourceKind;

// What is in the directory and the credentials.
bool is_run_on(ResourceKind kind) {
    switch (kind) {
        case ResourceKind::incoming_phone_number:
        case ResourceKind::sip_domain:
        case ResourceKind::credential_list:
        case ResourceKind::credential:
        case ResourceKind::ip_access_control_list:
        case ResourceKind::ip_address:
        case ResourceKind::application:
        case ResourceKind::outgoing_caller_id:
            return true;
        default:
            return false;
    }
}

bool is_same(const DomainMapping& a, const DomainMapping& b) {
    return a.domain == b.domain && a.list == b.list && a.place == b.place;
}

bool is_known(const sip::Credential& now, const sip::PasswordDigests& old) {
    return now.password.md5 == old.md5 || (now.previous && now.previous->password.md5 == old.md5);
}

// A registration with the old credential says nothing about who would hold the new one.
bool is_still_good(const sip::Credential& old, const CredentialTable::InDomain& now) {
    const auto found = now.users.find(old.user);
    return found != now.users.end() && found->second.community == old.community &&
           is_known(found->second, old.password) && found->second.for_registrations &&
           now.domain.accepts_registrations;
}

// Of a password that was good for a while longer, and is not any more.
void forget_older(sip::Registrar& registrar, const sip::Credential& old,
                  const sip::Credential& now) {
    if (now.oldest_generation() != old.oldest_generation())
        (void)registrar.forget_older(now.community, now.user, now.oldest_generation());
}

void forget_bindings(sip::Registrar& registrar, const CredentialTable& before,
                     const CredentialTable& after) {
    for (const auto& [name, old] : before.domains) {
        const auto now = after.domains.find(name);
        for (const auto& [user, credential] : old.users) {
            if (!credential.for_registrations || !old.domain.accepts_registrations) continue;
            if (now == after.domains.end() || !is_still_good(credential, now->second))
                (void)registrar.forget(credential.community, user);
            else
                forget_older(registrar, credential, now->second.users.at(user));
        }
    }
}

}  // namespace

Tenancy::Tenancy(Parts parts)
    : parts_(std::move(parts)),
      directory_(std::make_shared<const call::Directory>()),
      shown_documents_(std::make_shared<const StoredDocuments>()),
      retries_(std::make_unique<Worker>(1)) {
    model::Community own;
    own.sid = model::account_community();
    own.may_dial = parts_.may_dial;
    own_ = call::make_tenant(std::move(own), parts_.domain.name);
}

Tenancy::~Tenancy() { end(); }

void Tenancy::end() {
    pause_.end();
    std::unique_ptr<Worker> ended;
    const std::lock_guard lock(mutex_);
    ended = std::move(retries_);  // its job, which takes the lock, is waited for without it
}

Result<void> Tenancy::open(const Running& running) {
    const std::lock_guard lock(mutex_);
    running_.emplace(running);
    if (auto read = read_all(); !read) return read;
    auto made = make();
    directory_.set(made.directory);
    shown_documents_.set(std::make_shared<const StoredDocuments>(documents_));
    take(std::move(made));
    return {};
}

Result<void> Tenancy::reload() {
    const std::lock_guard lock(mutex_);
    parts_.resources.put_back({{}, {}, true});
    return read_and_show();
}

Result<void> Tenancy::changed() {
    const std::lock_guard lock(mutex_);
    is_held_back_ = holds_ > 0;
    if (is_held_back_) return {};
    return read_and_show();
}

// Under the lock.
Result<void> Tenancy::read_and_show() {
    const auto touched = parts_.resources.take_touched();
    auto read = touched.everything ? read_all() : read_touched(touched);
    if (read) return show();
    parts_.resources.put_back(touched);
    try_again_later();
    return read;
}

// Under the lock.
void Tenancy::try_again_later() {
    if (is_trying_again_ || !retries_) return;
    log::error("what calls run on could not be read, it is tried again");
    const auto pushed = retries_->push([this] {
        if (!pause_.wait(kTryAgain)) return;
        const std::lock_guard lock(mutex_);
        is_trying_again_ = false;
        // Held back, it is done when that ends.
        is_held_back_ = is_held_back_ || holds_ > 0;
        if (holds_ == 0) (void)read_and_show();
    });
    is_trying_again_ = pushed.has_value();
}

Tenancy::Hold::Hold(Tenancy& tenancy) : tenancy_(tenancy) {
    const std::lock_guard lock(tenancy_.mutex_);
    ++tenancy_.holds_;
}

Tenancy::Hold::~Hold() {
    {
        const std::lock_guard lock(tenancy_.mutex_);
        if (--tenancy_.holds_ > 0 || !std::exchange(tenancy_.is_held_back_, false)) return;
    }
    if (auto done = tenancy_.changed(); !done)
        log::error("what calls run on was not reloaded reason={}",
                   skyn3t::quoted(done.error().detail));
}

CredentialListSid Tenancy::list_of(const model::Community& community) const {
    const std::lock_guard lock(mutex_);
    const auto name = model::credential_list_name(community.code);
    for (const auto& [sid, resource] : resources_)
        if (resource.kind == ResourceKind::credential_list && resource.unique_name == name)
            return CredentialListSid::parse(sid).value_or(CredentialListSid{});
    return {};
}

// ---- Reading

Result<void> Tenancy::read_all() {
    (void)parts_.resources.take_touched();
    auto communities = parts_.communities.all();
    if (!communities) return tl::unexpected(communities.error());
    auto resources = parts_.resources.all();
    if (!resources) return tl::unexpected(resources.error());
    auto mappings = parts_.resources.all_mappings();
    if (!mappings) return tl::unexpected(mappings.error());
    auto old_names = parts_.memory.old_names();
    if (!old_names) return tl::unexpected(old_names.error());
    old_names_ = std::move(*old_names);
    communities_ = std::move(*communities);
    tenants_.clear();
    for (const auto& each : communities_)
        tenants_.push_back(call::make_tenant(each, parts_.domain.name));
    resources_.clear();
    documents_.clear();
    for (Resource& each : *resources) keep(std::move(each));
    mappings_ = std::move(*mappings);
    return {};
}

Result<void> Tenancy::read_touched(const store::ResourceStore::Touched& touched) {
    for (const std::string& sid : touched.resources)
        if (auto read = read_resource(sid); !read) return read;
    for (const DomainMapping& mapping : touched.mappings)
        if (auto read = read_mapping(mapping); !read) return read;
    return {};
}

Result<void> Tenancy::read_resource(const std::string& sid) {
    auto found = parts_.resources.find(sid);
    if (!found) return tl::unexpected(found.error());
    if (!*found)
        forget_resource(sid);
    else
        keep(std::move(**found));
    return {};
}

void Tenancy::keep(Resource resource) {
    auto sid = resource.sid;
    if (resource.kind == ResourceKind::credential)
        if (auto added = store::add_digests(resource, parts_.box); !added) {
            log::error("a phone's password does not open, the phone is not let in sid={} reason={}",
                       sid, skyn3t::quoted(added.error().detail));
            resources_.erase(sid);
            return;
        }
    if (resource.kind == ResourceKind::document)
        documents_.insert_or_assign(
            std::move(sid), std::make_shared<const StoredDocument>(
                                StoredDocument{resource.community, resource.text("content")}));
    else if (is_run_on(resource.kind))
        resources_.insert_or_assign(std::move(sid), std::move(resource));
}

Result<void> Tenancy::read_mapping(const DomainMapping& mapping) {
    auto mapped = parts_.resources.is_mapped(mapping);
    if (!mapped) return tl::unexpected(mapped.error());
    std::erase_if(mappings_, [&](const auto& each) { return is_same(each, mapping); });
    if (*mapped) mappings_.push_back(mapping);
    return {};
}

// With what it contains and its mappings, as the store removed it.
void Tenancy::forget_resource(const std::string& sid) {
    std::erase_if(resources_,
                  [&](const auto& each) { return each.first == sid || each.second.parent == sid; });
    documents_.erase(sid);
    std::erase_if(mappings_,
                  [&](const auto& each) { return each.domain == sid || each.list == sid; });
}

// ---- Showing

Tenancy::Made Tenancy::make() const {
    std::vector<const Resource*> resources;
    for (const auto& [sid, resource] : resources_) resources.push_back(&resource);
    Made made;
    made.credentials =
        make_credential_table({resources, mappings_, communities_, parts_.domain.name,
                               parts_.domain.realm, parts_.offers_sha256});

    std::unordered_map<std::string, call::TenantPtr> tenants{{own_->community.sid.str(), own_}};
    for (const auto& tenant : tenants_) tenants.emplace(tenant->community.sid.str(), tenant);
    const auto tenant_of = [&](const CommunitySid& sid) {
        const auto found = tenants.find(sid.str());
        return found == tenants.end() ? own_ : found->second;
    };
    const auto application = [&](const std::string& sid) -> const Resource* {
        const auto found = resources_.find(sid);
        return found != resources_.end() && found->second.kind == ResourceKind::application
                   ? &found->second
                   : nullptr;
    };
    call::DirectoryParts parts;
    parts.sip_domain = parts_.domain.name;
    parts.tenants = tenants_;
    parts.own = own_;
    for (const auto& each : old_names_) parts.former_codes.emplace_back(each.code, each.community);
    for (const Resource* each : resources) {
        const auto& name = each->unique_name.value_or("");
        if (each->kind == ResourceKind::incoming_phone_number)
            parts.numbers.push_back({NumberSid::parse(each->sid).value_or(NumberSid{}), name,
                                     tenant_of(each->community),
                                     voice_of_number(*each, application)});
        if (each->kind == ResourceKind::outgoing_caller_id)
            parts.verified.push_back({name, each->community});
        if (each->kind == ResourceKind::sip_domain)
            parts.domains.push_back(
                {DomainSid::parse(each->sid).value_or(DomainSid{}), name, voice_of_domain(*each)});
    }
    for (const auto& [name, in_domain] : made.credentials.domains)
        for (const auto& [user, credential] : in_domain.users)
            if (credential.for_registrations)
                parts.users.push_back({name, user, tenant_of(credential.community)});
    made.directory = std::make_shared<const call::Directory>(std::move(parts));
    return made;
}

// On the signalling thread. What stopped being valid is ended.
void Tenancy::take(Made made) {
    auto& [services, calls, registrar, credentials_changed] = *running_;
    const auto before = std::exchange(services.directory, std::move(made.directory));
    forget_bindings(registrar, parts_.credentials.table(), made.credentials);
    parts_.credentials.set(std::move(made.credentials));
    for (const auto& tenant : before->all()) {
        const auto& sid = tenant->community.sid;
        if (services.directory->of_sid(sid)) continue;
        (void)registrar.forget(sid);
        calls.end_all_of(sid, model::EndReason::ended_by_api);
    }
    credentials_changed();
}

Result<void> Tenancy::show() {
    auto made = make();
    directory_.set(made.directory);
    shown_documents_.set(std::make_shared<const StoredDocuments>(documents_));
    const auto taken = ask(running_->services.executor, [this, made = std::move(made)]() mutable {
        take(std::move(made));
        return true;
    });
    if (!taken) return tl::unexpected(taken.error());
    return {};
}

}  // namespace skyn3t::server
