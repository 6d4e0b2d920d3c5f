#include "call/stranger_calls.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"

namespace skyn3t::call {
namespace {

// Twilio's code for a call from an address that its domain's access control list does not name.
constexpr int kAddressNotAllowed = 32201;

}  // namespace

void StrangerCalls::note(const sip::Message& invite, Incoming incoming, int status) {
    incoming.record.sip_call_id = invite.call_id();
    const bool is_challenge = status == 401 || status == 407;
    if (!is_challenge || waiting_.size() >= kWaiting) return tell(std::move(incoming), status);
    const auto due = services_.now() + kAnswerTime;
    waiting_.push_back({due, std::move(incoming), status});
    if (!next_.is_running()) next_.start_at(due);
}

void StrangerCalls::on_shown(std::string_view sip_call_id, std::string_view host) {
    std::erase_if(waiting_, [&](const Waiting& each) {
        return each.incoming.record.sip_call_id == sip_call_id && each.incoming.source == host;
    });
}

void StrangerCalls::tell_due() {
    while (!waiting_.empty() && waiting_.front().due <= services_.now()) {
        Waiting due = std::move(waiting_.front());
        waiting_.pop_front();
        tell(std::move(due.incoming), due.status);
    }
    if (!waiting_.empty()) next_.start_at(waiting_.front().due);
}

void StrangerCalls::tell(Incoming incoming, int status) {
    const auto now = services_.now();
    if (addresses_.size() >= kAddresses)
        std::erase_if(addresses_, [&](const auto& each) { return each.second.alert_again <= now; });
    auto known = addresses_.find(incoming.source);
    if (known == addresses_.end() && addresses_.size() < kAddresses)
        known = addresses_.emplace(incoming.source, Address{}).first;
    if (known != addresses_.end()) {
        if (known->second.sip_call_id == incoming.record.sip_call_id) return;
        known->second.sip_call_id = incoming.record.sip_call_id;
        if (known->second.alert_again <= now) {
            known->second.alert_again = now + kAlertEvery;
            alert(incoming);
        }
    }
    calls_.note_refused(std::move(incoming),
                        {model::EndReason::not_a_trunk, status, kAddressNotAllowed});
}

void StrangerCalls::alert(const Incoming& incoming) {
    const auto& record = incoming.record;
    log::warn(
        "a call came from an address that is no trunk: if it is your carrier's, add it to "
        "trunks.hosts address={} number={} from={}",
        incoming.source, record.to, skyn3t::quoted(record.from, 64));
    services_.records.alert(
        {AlertSid::generate(), record.sid, record.community, services_.wall(), kAddressNotAllowed,
         fmt::format("La dirección {0} llama a {1} y no es de ninguna troncal. Si es de su "
                     "operador telefónico, agregue \"{0}\" a trunks.hosts en skyn3t.yaml.",
                     incoming.source, record.to)});
}

}  // namespace skyn3t::call
