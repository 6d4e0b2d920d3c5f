#include "server/recordings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "base/log.hpp"
#include "base/text.hpp"
#include "server/prompts.hpp"

namespace skyn3t::server {
namespace {

std::string text_of(const speech::PublishedPrompt& prompt) {
    std::string text;
    for (const auto& segment : prompt.say.utterance.segments)
        if (const auto* spoken = std::get_if<speech::Text>(&segment)) text += spoken->text;
    return text;
}

// What its documents can say and a recording may stand in for.
std::vector<rest::RecordingView> places_of(const call::Tenant& tenant) {
    std::vector<rest::RecordingView> places;
    for (const auto& prompt : prompts_of(tenant.ivr))
        if (!prompt.recording.empty()) places.push_back({prompt.recording, text_of(prompt), false});
    return places;
}

// A name that nothing would play is a slip, unless a document of the operator's own plays it.
Result<void> check_name(const call::Tenant& tenant, const std::string& name) {
    if (tenant.community.main_document) return {};
    const auto places = places_of(tenant);
    if (std::any_of(places.begin(), places.end(),
                    [&](const auto& place) { return place.name == name; }))
        return {};
    std::string names;
    for (const auto& place : places) names += (names.empty() ? "" : ", ") + place.name;
    return fail(Errc::not_found,
                fmt::format("{} plays no recording {}; it plays: {}", tenant.community.code,
                            skyn3t::quoted(name, 64), names));
}

}  // namespace

Result<call::TenantPtr> Recordings::tenant(std::string_view code) const {
    if (auto found = parts_.tenancy.directory().get()->of_code(code)) return found;
    return fail(Errc::not_found, fmt::format("there is no community {}", skyn3t::quoted(code, 64)));
}

Result<std::vector<rest::RecordingView>> Recordings::list(std::string_view code) {
    const auto found = tenant(code);
    if (!found) return tl::unexpected(found.error());
    auto views = places_of(**found);
    for (const auto& name : parts_.files.names(code)) {
        const auto place = std::find_if(views.begin(), views.end(),
                                        [&](const auto& view) { return view.name == name; });
        if (place != views.end())
            place->is_uploaded = true;
        else
            views.push_back({name, {}, true});
    }
    return views;
}

void Recordings::put(rest::RecordingChange change, std::string sound, rest::Done<void> done) {
    const auto pushed =
        parts_.changes.push([this, change = std::move(change), sound = std::move(sound), done] {
            done(put_now(change, sound));
        });
    if (!pushed) done(pushed);
}

void Recordings::remove(rest::RecordingChange change, rest::Done<void> done) {
    const auto pushed =
        parts_.changes.push([this, change = std::move(change), done] { done(remove_now(change)); });
    if (!pushed) done(pushed);
}

Result<void> Recordings::put_now(const rest::RecordingChange& change, std::string_view sound) {
    const std::lock_guard lock(parts_.changing);
    const auto found = tenant(change.code);
    if (!found) return tl::unexpected(found.error());
    if (auto known = check_name(**found, change.name); !known) return known;
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(sound.data()), sound.size());
    if (auto kept = parts_.files.import(change.code, change.name, bytes); !kept) return kept;
    return published(**found, "recording.put", change);
}

Result<void> Recordings::remove_now(const rest::RecordingChange& change) {
    const std::lock_guard lock(parts_.changing);
    const auto found = tenant(change.code);
    if (!found) return tl::unexpected(found.error());
    if (auto removed = parts_.files.remove(change.code, change.name); !removed) return removed;
    return published(**found, "recording.remove", change);
}

Result<void> Recordings::published(const call::Tenant& tenant, std::string_view action,
                                   const rest::RecordingChange& change) {
    const auto& community = tenant.community;
    log::info("recording changed action={} community={} name={} actor={}", action, community.code,
              change.name, skyn3t::quoted(change.actor));
    store::AuditEntry entry;
    entry.time = parts_.clock.wall();
    entry.actor = change.actor;
    entry.action = action;
    entry.community = community.sid;
    const char* source = action == "recording.remove" ? "voice" : "recording";
    entry.detail = nlohmann::json{{"name", change.name}, {"after", {{"source", source}}}}.dump();
    if (auto noted = parts_.audit.add(std::move(entry)); !noted) return noted;
    return parts_.prompts.publish(community.code, prompts_of(tenant.ivr));
}

}  // namespace skyn3t::server
