#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.hpp"
#include "server/migration_run.hpp"
#include "server/migration_words.hpp"
#include "twiml/moving_documents.hpp"

// What a migration asks of Twilio itself: test calls, and what its number did before.
namespace skyn3t::server {
namespace {

using model::Target;
using rest::Check;
using rest::Sentence;
namespace words = migration_words;

constexpr milliseconds kCallLook{1000};  // between two looks at a call

std::string test_address(const std::string& sip_address) {
    return fmt::format("sip:{}@{}", twiml::kTestUser, sip_address);
}

Sentence sentence(const twilio::Failure& failure) {
    const auto detail = twilio::to_error(failure).detail;
    return {"Twilio: " + detail, "Twilio: " + detail};
}

// What decides what a number at Twilio does.
nlohmann::json voice_of(const twilio::IncomingNumber& number) {
    return {{"FriendlyName", number.friendly_name},      {"VoiceUrl", number.voice_url},
            {"VoiceMethod", number.voice_method},        {"StatusCallback", number.status_callback},
            {"VoiceApplicationSid", number.application}, {"TrunkSid", number.trunk}};
}

bool may_be_empty(const std::string& parameter) {
    return parameter != "FriendlyName" && parameter != "VoiceMethod";
}

}  // namespace

// ---- Calls through Twilio ----

// Who may call there: one that the operator names, else the number itself, once it is there.
std::optional<std::string> MigrationRun::test_caller() {
    if (!parts_.test_from.empty()) return parts_.test_from;
    const auto* place = parts_.places.find(Target::twilio);
    const auto there = place->client->find_number(community_.number.str());
    if (!there || !*there) return std::nullopt;
    return community_.number.str();
}

MigrationRun::Outcome MigrationRun::call_number() {
    const std::string& number = community_.number.str();
    if (!order_.test_call) {
        is_proven_ = false;
        return {Check::State::skipped, words::no_test_call()};
    }
    const auto* place = parts_.places.find(Target::twilio);
    const auto there = place->client->find_number(number);
    if (!there) return {Check::State::failed, sentence(there.error())};
    if (!*there) {
        is_proven_ = false;
        return {Check::State::skipped, words::number_is_elsewhere(number)};
    }
    const std::string caller = parts_.test_from.empty() ? number : parts_.test_from;
    const auto ticket =
        parts_.sightings.expect({sid_, Sightings::Where::at_twilio, caller, {}, false});
    return place_call({{"To", number}, {"From", caller}}, ticket,
                      [](const std::string& status) { return words::not_asked(status); });
}

MigrationRun::Outcome MigrationRun::call_here(const model::Migration& migration) {
    if (!order_.test_call) {
        is_proven_ = false;
        return {Check::State::skipped, words::no_test_call()};
    }
    const auto caller = test_caller();
    if (!caller) {
        is_proven_ = false;
        return {Check::State::skipped, words::number_is_elsewhere(community_.number.str())};
    }
    const std::string address = test_address(parts_.sip_address);
    const auto ticket = parts_.sightings.expect(
        {sid_, Sightings::Where::here, {}, std::string(twiml::kTestUser), false});
    return place_call({{"To", address},
                       {"From", *caller},
                       {"SipAuthUsername", model::gateway_username(community_.number)},
                       {"SipAuthPassword", migration.gateway_password.reveal()}},
                      ticket, [&](const std::string& status) {
                          return words::not_arrived(parts_.sip_address, status);
                      });
}

// The caller hears nothing and hangs up by itself; it is ended as soon as it has been seen.
MigrationRun::Outcome MigrationRun::place_call(
    http::Params form, const Sightings::Ticket& ticket,
    const std::function<Sentence(const std::string&)>& not_seen) {
    twilio::Client& client = *parts_.places.find(Target::twilio)->client;
    form.add("Twiml", "<Response><Pause length=\"20\"/></Response>");
    form.add("Timeout", "20");
    const auto placed = client.create_call(form);
    if (!placed) return {Check::State::failed, sentence(placed.error())};
    const SteadyTime give_up = parts_.clock.now() + parts_.patience;
    std::string status = placed->status;
    bool is_seen = false;
    bool is_over = false;
    while (!is_seen && !is_over && parts_.clock.now() < give_up && !parts_.pause.is_over()) {
        is_seen = parts_.sightings.wait(ticket, kCallLook);
        if (is_seen) break;
        const auto now = client.fetch_call(placed->sid);
        if (!now) continue;
        status = now->status;
        is_over = now->is_over();
    }
    if (!is_over)
        if (const auto ended = client.end_call(placed->sid); !ended)
            log::warn("a test call at Twilio was not ended call_sid={} reason={}", placed->sid,
                      skyn3t::quoted(ended.error().message));
    // It may have been seen in the moment in which it ended.
    is_seen = is_seen || parts_.sightings.wait(ticket, milliseconds(0));
    if (is_seen) return {};
    return {Check::State::failed, not_seen(status)};
}

// ---- What answered before ----

MigrationRun::Outcome MigrationRun::remember_voice(model::Migration& migration) {
    const auto* place = parts_.places.find(Target::twilio);
    const auto there = place->client->find_number(community_.number.str());
    if (!there) return {Check::State::failed, sentence(there.error())};
    if (!*there) return {};
    const std::string ours = provision::desire(community_, place->settings.target).number.voice_url;
    if ((*there)->voice_url != ours) migration.voice_before = voice_of(**there).dump();
    return {};
}

MigrationRun::Outcome MigrationRun::restore_voice(const model::Migration& migration) {
    if (migration.voice_before.empty()) return {};
    const auto before = nlohmann::json::parse(migration.voice_before, nullptr, false);
    if (!before.is_object()) return {};
    auto& client = *parts_.places.find(Target::twilio)->client;
    const auto there = client.find_number(community_.number.str());
    if (!there) return {Check::State::failed, sentence(there.error())};
    if (!*there) return {};
    http::Params form;
    for (const auto& [name, value] : before.items())
        if (const auto text = value.is_string() ? value.get<std::string>() : std::string();
            !text.empty() || may_be_empty(name))
            form.add(name, text);
    const auto restored = client.update_number((*there)->sid, form);
    if (!restored) return {Check::State::failed, sentence(restored.error())};
    return {};
}

}  // namespace skyn3t::server
