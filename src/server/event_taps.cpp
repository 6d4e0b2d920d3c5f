#include "server/event_taps.hpp"

#include "server/bindings.hpp"

namespace skyn3t::server {

namespace event_type = rest::event_type;

void CallTap::begin(const model::CallRecord& record) {
    records_.begin(record);
    tell(event_type::kCallBegun, record);
    tell_if_answered(record);
}

void CallTap::change(const model::CallRecord& record) {
    records_.change(record);
    tell_if_answered(record);
}

void CallTap::end(const model::CallRecord& record) {
    records_.end(record);
    tell_if_answered(record);
    answered_.erase(record.sid);
    tell(event_type::kCallEnded, record);
}

void CallTap::tell(std::string_view type, const model::CallRecord& record) {
    if (feed_.has_listeners()) save_();
    feed_.tell({type, record.community, record});
}

void CallTap::tell_if_answered(const model::CallRecord& record) {
    if (record.answer_time && answered_.insert(record.sid).second)
        tell(event_type::kCallAnswered, record);
}

void PhoneTap::added(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    records_.added(aor, binding);
    feed_.tell({event_type::kPhoneSeen, aor.community, PhoneNews{to_stored(aor, binding)}});
}

void PhoneTap::removed(const sip::AddressOfRecord& aor, const sip::Binding& binding,
                       sip::RemovalReason reason) {
    records_.removed(aor, binding, reason);
    // One that took its place was seen.
    if (reason == sip::RemovalReason::replaced) return;
    feed_.tell({event_type::kPhoneGone, aor.community,
                PhoneNews{to_stored(aor, binding), removal_word(reason)}});
}

// To whoever watches, a phone that does not answer is gone, and seen when it answers again.
void PhoneTap::reachability_changed(const sip::AddressOfRecord& aor, const sip::Binding& binding) {
    records_.reachability_changed(aor, binding);
    if (binding.reachability.is_dead())
        feed_.tell({event_type::kPhoneGone, aor.community,
                    PhoneNews{to_stored(aor, binding), cause_word(binding.reachability)}});
    else
        feed_.tell({event_type::kPhoneSeen, aor.community, PhoneNews{to_stored(aor, binding)}});
}

}  // namespace skyn3t::server
