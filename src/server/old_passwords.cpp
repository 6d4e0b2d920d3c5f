#include "server/old_passwords.hpp"

#include <asio/post.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "store/credential_secrets.hpp"

namespace skyn3t::server {
namespace {

constexpr std::chrono::seconds kLookAtEnds{1};

}  // namespace

OldPasswords::OldPasswords(Parts parts)
    : parts_(std::move(parts)), timer_(parts_.wheel, [this] { look(); }) {}

OldPasswords::~OldPasswords() { writer_.join(); }

void OldPasswords::watch() {
    if (parts_.credentials.table().replacing.empty())
        timer_.stop();
    else if (!timer_.is_running())
        timer_.start_after(kLookAtEnds);
}

void OldPasswords::look() {
    std::map<std::string, State> states;  // by SID: a list may be mapped to several domains
    for (const auto& each : parts_.credentials.table().replacing) note(states[each.sid], each);
    for (const auto& [sid, state] : states) {
        if (!state.credential || ending_.contains(sid)) continue;
        if (parts_.wheel.clock().wall() >= state.credential->previous->until)
            end(sid, *state.credential, "its time is over");
        // Of a phone that is offline nobody knows yet what it will come back with.
        else if (state.has_new && !state.has_old)
            end(sid, *state.credential, "all phones have the new one");
    }
    timer_.start_after(kLookAtEnds);
}

void OldPasswords::note(State& state, const CredentialTable::Replacing& replacing) const {
    const auto* credential = parts_.credentials.find_user(replacing.domain, replacing.user);
    if (!credential || !credential->previous) return;
    state.credential = credential;
    for (const auto& binding : parts_.registrar.lookup(
             {credential->community, credential->user, replacing.domain, credential->role}))
        (binding.generation < credential->generation ? state.has_old : state.has_new) = true;
}

void OldPasswords::end(const std::string& sid, const sip::Credential& credential,
                       std::string_view why) {
    log::info("old password ends user={} reason={}", skyn3t::quoted(credential.user), why);
    const nlohmann::json detail{{"sid", sid}, {"username", credential.user}, {"reason", why}};
    const store::AuditEntry audit{parts_.wheel.clock().wall(), "skyn3t",
                                  "credential.old_password_ended", credential.community,
                                  detail.dump()};
    ending_.insert(sid);
    asio::post(writer_, [this, audit, sid, generation = credential.generation] {
        const auto drop = [generation](store::Resource& resource) {
            // Changed again meanwhile: then it is another password's time.
            if (store::generation_of(resource) != generation) return false;
            store::end_previous(resource);
            return true;
        };
        const auto ended =
            parts_.resources.change(store::ResourceKind::credential, sid, drop, audit);
        auto shown = Result<void>();
        if (ended && *ended) shown = parts_.changed();
        if ((!ended && ended.error().code != Errc::not_found) || !shown)
            log::warn("an old password has not ended yet sid={} reason={}", sid,
                      skyn3t::quoted(shown ? ended.error().detail : shown.error().detail));
        // Tried again, if it is still there.
        asio::post(parts_.executor, [this, sid] { ending_.erase(sid); });
    });
}

}  // namespace skyn3t::server
