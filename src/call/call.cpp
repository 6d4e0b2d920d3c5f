#include "call/call.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "call/limit_alert.hpp"
#include "call/media_figures.hpp"
#include "call/ringing.hpp"
#include "model/not_built.hpp"

namespace skyn3t::call {
namespace {

using model::CallStatus;
using model::EndReason;
using Event = ProgressCallback::Event;

EndReason reason_of(const Leg::Refusal& refusal) {
    switch (refusal.status) {
        case 0:
            return EndReason::caller_hung_up;
        case 488:
            return EndReason::no_common_codec;
        case 503:
            return EndReason::server_error;
        default:
            return EndReason::refused;
    }
}

// The interpreter says first on which line of the document it is.
std::string_view without_line(std::string_view detail) {
    const auto shown = detail.find(": ");
    return detail.starts_with("line ") && shown != std::string_view::npos ? detail.substr(shown + 2)
                                                                          : detail;
}

}  // namespace

Call::Call(Services& services, CallSeed seed, OnFinished on_finished)
    : services_(services),
      tenant_(std::move(seed.tenant)),
      record_(std::move(seed.record)),
      progress_(std::move(seed.status_callback)),
      caller_(std::move(seed.caller)),
      visibility_(std::move(seed.visibility)),
      times_(services.wheel.clock()),
      on_finished_(std::move(on_finished)),
      limit_(services.wheel, [this] { on_limit(); }),
      finish_(services.wheel, [this] { on_finished_(*this); }) {}

Call::~Call() { services_.documents.forget(record_.sid); }

// ---- Its beginning ----

std::optional<Leg::Refusal> Call::begin(sip::IncomingRequest& request, Incoming incoming,
                                        twiml::StartingPoint start) {
    sip_info_ = std::move(incoming.sip);
    forwarded_from_ = std::move(incoming.forwarded_from);
    record_.status = CallStatus::ringing;
    record_.start_time = times_.now();
    record_.sip_call_id = request.message().call_id();
    legs_.push_back(
        std::make_unique<Leg>(services_, static_cast<LegOwner&>(*this), tenant_->community.code));
    leg_ = legs_.front().get();
    auto refusal = leg_->take(request, incoming.behind_edge);
    services_.records.begin(record_);
    tell(record_.sid, "incoming", std::move(incoming.story));
    log::info("call began call_sid={} community={} from={} to={} sip_call_id={}", record_.sid.str(),
              tenant_->community.code, skyn3t::quoted(record_.from), skyn3t::quoted(record_.to),
              skyn3t::quoted(record_.sip_call_id));
    if (refusal) {
        record_.end_time = times_.now();
        record_.sip_code = refusal->status == 0 ? 487 : refusal->status;
        record_.status = refusal->status == 0 ? CallStatus::canceled : CallStatus::failed;
        record_.end_reason = reason_of(*refusal);
        log::warn("call refused call_sid={} status={} detail={}", record_.sid.str(),
                  refusal->status, skyn3t::quoted(refusal->detail));
        tell(
            record_.sid, "ended",
            {{"reason", std::string(to_string(*record_.end_reason))}, {"detail", refusal->detail}});
        progress_.report(Event::completed, record_, services_);
        services_.records.end(record_);
        return refusal;
    }
    leg_->ring();
    start_script(std::move(start));
    return std::nullopt;
}

void Call::queue(Outgoing outgoing) {
    outgoing_ = std::make_unique<const Outgoing>(std::move(outgoing));
    record_.status = CallStatus::queued;
    record_.start_time = times_.now();
    services_.records.begin(record_);
    tell(record_.sid, "outgoing", {{"from", record_.from}, {"to", record_.to}});
    log::info("call queued call_sid={} community={} from={} to={}", record_.sid.str(),
              tenant_->community.code, skyn3t::quoted(record_.from), skyn3t::quoted(record_.to));
    for (const auto& [code, detail] : outgoing_->warnings) warn(code, detail, {});
}

void Call::ring() {
    if (over_) return;
    progress_.report(Event::initiated, record_, services_);
    const Caller caller{tenant_, record_.sid,         outgoing_->shown_caller,
                        true,    model::Dialler::api, visibility_};
    auto targets = resolve(outgoing_->to, caller, services_);
    if (targets.nobody) {
        warn(targets.nobody->error_code, targets.nobody->detail, {});
        record_.error_code = targets.nobody->error_code;
        return close(targets.nobody->reason, targets.nobody->status);
    }
    auto ringing = call::ring(std::move(targets.invites), std::nullopt, services_,
                              static_cast<LegOwner&>(*this), *tenant_);
    if (ringing.full) tell_of_limit(*ringing.full, tenant_.get(), record_.sid, services_);
    legs_ = std::move(ringing.legs);
    if (legs_.empty() && ringing.full) {
        tell(record_.sid, "warning", {{"code", std::to_string(kLimitCode)}, {"detail", {}}});
        record_.error_code = kLimitCode;
        return close(reason_of(*ringing.full), status_of(*ringing.full));
    }
    if (legs_.empty()) {
        log::error("call not placed call_sid={} reason={}", record_.sid.str(),
                   skyn3t::quoted(ringing.refused));
        return close(EndReason::server_error, 503);
    }
    leg_ = legs_.back().get();
    record_.sip_call_id = leg_->sip_call_id();
    limit_.start_after(outgoing_->timeout);
}

void Call::continue_with(ReleasedLeg released, twiml::StartingPoint start) {
    record_ = std::move(released.record);
    progress_ = std::move(released.progress);
    times_ = released.times;
    legs_.push_back(std::move(released.leg));
    leg_ = legs_.front().get();
    leg_->set_owner(static_cast<LegOwner&>(*this));
    tell(record_.sid, "redirected", {});
    log::info("child leg goes on by itself call_sid={}", record_.sid.str());
    start_script(std::move(start));
}

// ---- Its documents ----

void Call::start_script(twiml::StartingPoint start, std::string digits) {
    script_ = std::make_unique<LegScript>(services_, static_cast<ScriptOwner&>(*this), *leg_,
                                          CallRef{record_.sid, record_.community},
                                          tenant_->community.code);
    script_->start(std::move(start), std::move(digits));
}

void Call::stop_script() {
    script_->stop();
    std::erase_if(stopped_, [](const auto& earlier) { return earlier->is_done(); });
    stopped_.push_back(std::move(script_));
}

void Call::on_script_done(LegScript& script, twiml::Ended how) {
    if (!over_ && &script == script_.get())
        close(how == twiml::Ended::by_error ? EndReason::document_error : why_document_ended(), 0);
    finish_when_closed();
}

void Call::on_script_threw(LegScript& script) {
    if (!over_ && &script == script_.get()) {
        warn(12400, {}, {});
        record_.error_code = 12400;
        close(EndReason::server_error, 0);
    }
    finish_when_closed();
}

EndReason Call::why_document_ended() const {
    switch (script_->lately()) {
        case LegScript::Lately::heard_nothing:
            return is_outgoing() ? EndReason::no_audio : EndReason::caller_not_heard;
        case LegScript::Lately::heard_no_key:
            return EndReason::no_selection;
        case LegScript::Lately::heard_a_key:
            return script_->asked_again() + 1 >= twiml::kMaxMenuAttempts
                       ? EndReason::too_many_wrong_keys
                       : EndReason::document_hung_up;
        case LegScript::Lately::dialled:
            return dialings_.back()->end_reason().value_or(EndReason::document_hung_up);
        case LegScript::Lately::nothing:
            break;
    }
    return EndReason::document_hung_up;
}

Result<void> Call::redirect(twiml::StartingPoint start) {
    if (over_ || !script_) return fail(Errc::conflict, "no document is running");
    if (Dialing* dialing = std::exchange(dialing_, nullptr))
        dialing->abandon(EndReason::ended_by_api);
    stop_script();
    leg_->unbridge();
    leg_->stop_play();
    tell(record_.sid, "redirected", {});
    log::info("call redirected call_sid={}", record_.sid.str());
    start_script(std::move(start));
    return {};
}

model::Dialler Call::dialler() const {
    if (!visibility_.empty()) return model::Dialler::test;
    if (record_.direction != model::Direction::inbound) return model::Dialler::api;
    // Of a call that Twilio hands over, who calls is somebody outside.
    const bool is_a_phones = sip_info_ && record_.from.starts_with("sip:");
    return is_a_phones ? model::Dialler::phone : model::Dialler::document;
}

Task<Result<twiml::DialOutcome>> Call::dial_for_script(const twiml::Dial& dial) {
    // What earlier ones left: their dialogs would live as long as the call.
    std::erase_if(dialings_, [](const auto& earlier) { return earlier->is_done(); });
    Caller caller{tenant_,
                  record_.sid,
                  dial.caller_id.value_or(caller_),
                  dial.caller_id && *dial.caller_id != caller_,
                  dialler(),
                  visibility_};
    dialings_.push_back(std::make_unique<Dialing>(services_, static_cast<DialingOwner&>(*this),
                                                  std::move(caller), dial, record_.sid));
    Dialing& dialing = *dialings_.back();
    dialing_ = &dialing;
    auto outcome = co_await dialing.run();
    // After a redirection another one may be running.
    if (dialing_ == &dialing) dialing_ = nullptr;
    co_return outcome;
}

// ---- Its end ----

void Call::end(EndReason why) {
    if (!over_) close(why, 0);
}

CallStatus Call::final_status(EndReason why, int status) const {
    if (why == EndReason::phone_may_not_call) return CallStatus::failed;
    if (record_.answer_time) return CallStatus::completed;
    const bool was_taken_back = why == EndReason::ended_by_api ||
                                why == EndReason::caller_hung_up ||
                                why == EndReason::answered_elsewhere;
    // Nobody could be called, or it never was its turn.
    if (is_outgoing() && legs_.empty() && !was_taken_back) return CallStatus::failed;
    if (is_outgoing())
        return model::status_of_unanswered(status, was_taken_back ? model::GaveUp::caller
                                                   : why == EndReason::no_answer && status == 0
                                                       ? model::GaveUp::timeout
                                                       : model::GaveUp::nobody);
    if (was_taken_back) return CallStatus::canceled;
    if (why == EndReason::rejected) return model::status_of_refused(leg_->last_status());
    return CallStatus::failed;
}

int Call::final_error(EndReason why) const {
    if (why == EndReason::no_audio || why == EndReason::caller_not_heard) return 32014;
    if (why == EndReason::no_ack) return 32022;
    if (why == EndReason::document_error) return script_->document_fault();
    if (why == EndReason::server_error) return record_.error_code;
    if (script_ && script_->lately() == LegScript::Lately::dialled && !dialings_.empty())
        return dialings_.back()->error_code();
    return record_.error_code;
}

void Call::close(EndReason why, int status, const std::string& told) {
    over_ = true;
    // Heard to its end or not: the call that the phone wanted was not made.
    if (script_ && script_->was_refused()) why = EndReason::phone_may_not_call;
    limit_.stop();
    record_.status = final_status(why, status);
    record_.end_time = times_.now();
    record_.end_reason = why;
    for (auto& leg : legs_) leg->hang_up(why);
    const int last_status = leg_ ? leg_->last_status() : 0;
    record_.sip_code = record_.answer_time ? 200 : status != 0 ? status : last_status;
    record_.error_code = final_error(why);
    if (why == EndReason::no_audio || why == EndReason::caller_not_heard ||
        why == EndReason::no_ack)
        raise_alert(record_.error_code, std::string(sentence_en(why)), {});
    StoryDetail detail{{"reason", std::string(to_string(why))},
                       {"status", std::string(to_string(record_.status))},
                       {"duration", std::to_string(record_.duration().count())}};
    if (!told.empty()) detail.emplace_back("detail", told);
    tell(record_.sid, "ended", std::move(detail));
    log::info("call ended call_sid={} status={} reason={} duration={}", record_.sid.str(),
              to_string(record_.status), to_string(why), record_.duration().count());
    if (Dialing* dialing = std::exchange(dialing_, nullptr)) {
        dialing->abandon(why);
        request_cut_dial_action(*dialing);
    }
    progress_.report(Event::completed, record_, services_);
    if (script_) script_->stop();
    finish_when_closed();
}

// twiml.md, 1.6: the action is requested with the final status although the caller has gone; the
// answer is ignored.
void Call::request_cut_dial_action(const Dialing& dialing) {
    const auto request =
        twiml::dial_action_request(dialing.dial(), script_info(), dialing.outcome());
    if (request)
        services_.documents.fetch({record_.sid, record_.community}, *request, [](const auto&) {});
}

void Call::limit_time(seconds since_answer) {
    if (over_ || !record_.answer_time) return;
    const auto talked = times_.now() - *record_.answer_time;
    limit_.start_after(
        std::max<std::chrono::nanoseconds>(TimerWheel::kTick, since_answer - talked));
}

void Call::on_limit() { end(record_.answer_time ? EndReason::time_limit : EndReason::no_answer); }

void Call::finish_when_closed() {
    if (finished_ || !over_) return;
    if (script_ && !script_->is_done()) return;
    const auto is_done = [](const auto& script) { return script->is_done(); };
    if (!std::all_of(stopped_.begin(), stopped_.end(), is_done)) return;
    const auto is_closed = [](const auto& part) { return part->is_closed(); };
    if (!std::all_of(legs_.begin(), legs_.end(), is_closed)) return;
    if (!std::all_of(dialings_.begin(), dialings_.end(), is_closed)) return;
    finished_ = true;
    if (leg_) record_.media = media_figures(leg_->stats());
    services_.records.end(record_);
    finish_.start_after(TimerWheel::kTick);  // never from within a call of ours
}

// ---- Its leg ----

void Call::on_leg_ringing(Leg&) {
    if (over_ || record_.status != CallStatus::queued) return;
    record_.status = CallStatus::ringing;
    services_.records.change(record_);
    tell(record_.sid, "ringing", {{"to", record_.to}});
    progress_.report(Event::ringing, record_, services_);
}

void Call::on_leg_answered(Leg& leg) {
    // Another was quicker.
    if (over_ || record_.answer_time) return leg.hang_up(EndReason::answered_elsewhere);
    leg_ = &leg;
    for (auto& other : legs_)
        if (other.get() != leg_) other->hang_up(EndReason::answered_elsewhere);
    record_.sip_call_id = leg.sip_call_id();
    note_answered();
    limit_.start_after(outgoing_->time_limit);
    start_script(outgoing_->start, outgoing_->send_digits);
}

void Call::answer_caller() {
    if (leg_->state() != Leg::State::early) return;
    leg_->answer();
    note_answered();
}

void Call::note_answered() {
    record_.status = CallStatus::in_progress;
    record_.answer_time = times_.now();
    services_.records.change(record_);
    tell(record_.sid, "answered", {});
    log::info("call answered call_sid={}", record_.sid.str());
    progress_.report(Event::answered, record_, services_);
}

void Call::on_leg_digit(Leg& leg, char digit) {
    if (over_ || &leg != leg_) return;
    // Keys of a conversation are not the story's: they may be a PIN.
    if (dialing_) return dialing_->on_caller_digit(digit);
    tell(record_.sid, "digit", {{"digit", std::string(1, digit)}});
    if (script_) script_->on_digit(digit);
}

void Call::on_leg_unheard(Leg& leg) {
    if (&leg == leg_)
        tell(record_.sid, "no_audio", {{"of", is_outgoing() ? record_.to : record_.from}});
}

void Call::on_leg_played(Leg& leg, media::PlayId play) {
    if (&leg == leg_ && script_) script_->on_played(play);
}

void Call::on_leg_ended(Leg& leg, const LegEnd& why) {
    if (over_) return;
    if (record_.answer_time && &leg != leg_) return;
    // One contact of several: the others still ring.
    const auto rings = [](const auto& other) { return other->state() != Leg::State::ended; };
    if (!record_.answer_time && std::any_of(legs_.begin(), legs_.end(), rings)) return;
    leg_ = &leg;
    // Who hangs up may say why; of the other ends the reason's own sentence tells all.
    const bool is_peers_word = why.reason == EndReason::caller_hung_up ||
                               why.reason == EndReason::callee_hung_up ||
                               why.reason == EndReason::answered_elsewhere;
    close(why.reason, why.status, is_peers_word ? why.detail : std::string());
}

void Call::on_leg_asked_transfer(Leg&, const std::string& to) {
    tell(record_.sid, "transfer_declined", {{"to", to}});
}

void Call::on_leg_closed(Leg&) { finish_when_closed(); }

// ---- What it has dialled ----

const model::CallRecord* Call::find_child(const CallSid& child) const {
    return dialing_ ? dialing_->find(child) : nullptr;
}

std::optional<model::CallRecord> Call::end_child(const CallSid& child, EndReason why) {
    if (!dialing_) return std::nullopt;
    return dialing_->end_child(child, why);
}

std::optional<ReleasedLeg> Call::release_child(const CallSid& child) {
    if (!dialing_) return std::nullopt;
    return dialing_->release(child);
}

CallSeed Call::seed_of_child() const { return {tenant_, {}, caller_, visibility_, {}}; }

// ---- What its scripts and its dialling ask for ----

twiml::CallInfo Call::script_info() const {
    auto info = info_of(record_, services_);
    info.sip = sip_info_;
    info.forwarded_from = forwarded_from_;
    return info;
}

void Call::reject_leg(twiml::RejectReason reason) {
    // Of a phone that rang in vain its caller hears just that, and not that there is none.
    const bool rang = !dialings_.empty() &&
                      dialings_.back()->outcome().status == twiml::DialCallStatus::no_answer;
    leg_->reject(reason == twiml::RejectReason::busy ? 486 : rang ? 480 : 404);
    close(EndReason::rejected, leg_->last_status());
}

void Call::tell(const CallSid& sid, std::string kind, StoryDetail detail) {
    services_.records.add(
        {sid, tenant_->community.sid, times_.now(), std::move(kind), std::move(detail)});
}

void Call::tell_of_script(std::string kind, StoryDetail detail) {
    tell(record_.sid, std::move(kind), std::move(detail));
}

void Call::warn(int twilio_code, std::string detail, const twiml::DocumentAddress& document) {
    const auto known = model::explain_warning(twilio_code, without_line(detail));
    const std::string meaning(known ? known->en : "");
    log::warn("document warning call_sid={} community={} code={} meaning={} detail={}",
              record_.sid.str(), tenant_->community.code, twilio_code, skyn3t::quoted(meaning),
              skyn3t::quoted(detail));
    raise_alert(twilio_code, meaning + (meaning.empty() || detail.empty() ? "" : ": ") + detail,
                document);
    tell(record_.sid, "warning",
         {{"code", std::to_string(twilio_code)}, {"detail", std::move(detail)}});
}

void Call::raise_alert(int twilio_code, const std::string& detail,
                       const twiml::DocumentAddress& document) {
    services_.records.alert({AlertSid::generate(), record_.sid, record_.community, times_.now(),
                             twilio_code, detail, document.url,
                             document.url.empty()                    ? ""
                             : document.method == twiml::Method::get ? "GET"
                                                                     : "POST"});
}

}  // namespace skyn3t::call
