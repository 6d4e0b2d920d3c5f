#include "call/call.hpp"

#include <asio/co_spawn.hpp>
#include <utility>

#include "base/log.hpp"
#include "call/media_figures.hpp"

namespace skyn3t::call {
namespace {

using model::CallStatus;
using model::EndReason;

constexpr std::size_t kMaxDigits = 64;

}  // namespace

Call::Call(Services& services, Incoming incoming, std::function<void(Call&)> on_finished)
    : services_(services),
      tenant_(std::move(incoming.tenant)),
      record_(std::move(incoming.record)),
      sip_info_(std::move(incoming.sip)),
      caller_(std::move(incoming.caller)),
      visibility_(std::move(incoming.visibility)),
      origin_(std::move(incoming.story)),
      on_finished_(std::move(on_finished)),
      leg_(services, static_cast<LegOwner&>(*this), tenant_->community.code),
      inbox_(services.executor, services.wheel, kMaxDigits),
      finish_(services.wheel, [this] { on_finished_(*this); }),
      self_(std::make_shared<Call*>(this)) {}

Call::~Call() { services_.documents.forget(record_.sid); }

std::optional<Leg::Refusal> Call::begin(sip::IncomingRequest& request, twiml::StartingPoint start) {
    record_.status = CallStatus::ringing;
    record_.start_time = services_.wall();
    record_.sip_call_id = request.message().call_id();
    auto refusal = leg_.take(request);
    services_.records.begin(record_);
    tell(record_.sid, "incoming", std::exchange(origin_, {}));
    log::info("call began call_sid={} community={} from={} to={} sip_call_id={}", record_.sid.str(),
              tenant_->community.code, quoted(record_.from), quoted(record_.to),
              quoted(record_.sip_call_id));
    if (refusal) {
        record_.end_time = services_.wall();
        record_.sip_code = refusal->status == 0 ? 487 : refusal->status;
        record_.status = refusal->status == 0 ? CallStatus::canceled : CallStatus::failed;
        record_.end_reason = refusal->status == 0     ? EndReason::caller_hung_up
                             : refusal->status == 488 ? EndReason::no_common_codec
                             : refusal->status == 503 ? EndReason::server_error
                                                      : EndReason::refused;
        log::warn("call refused call_sid={} status={} detail={}", record_.sid.str(),
                  refusal->status, quoted(refusal->detail));
        tell(
            record_.sid, "ended",
            {{"reason", std::string(to_string(*record_.end_reason))}, {"detail", refusal->detail}});
        services_.records.end(record_);
        return refusal;
    }
    leg_.ring();
    asio::co_spawn(services_.executor, script(std::move(start)), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
    return std::nullopt;
}

// ---- The script and its end ----

Task<void> Call::script(twiml::StartingPoint start) {
    const auto how = co_await twiml::run(*this, std::move(start));
    on_script_done(how);
}

void Call::on_script_done(twiml::Ended how) {
    script_done_ = true;
    if (!over_)
        close(how == twiml::Ended::by_error ? EndReason::document_error : why_document_ended(), 0);
    finish_when_closed();
}

EndReason Call::why_document_ended() const {
    switch (lately_) {
        case Lately::heard_no_key:
            return EndReason::no_selection;
        case Lately::heard_a_key:
            return asked_again_ + 1 >= twiml::kMaxMenuAttempts ? EndReason::too_many_wrong_keys
                                                               : EndReason::document_hung_up;
        case Lately::dialled:
            return dialings_.back()->end_reason().value_or(EndReason::document_hung_up);
        case Lately::nothing:
            break;
    }
    return EndReason::document_hung_up;
}

void Call::end(EndReason why) {
    if (!over_) close(why, 0);
}

void Call::close(EndReason why, int status) {
    over_ = true;
    const bool was_answered = record_.answer_time.has_value();
    record_.end_time = services_.wall();
    record_.end_reason = why;
    leg_.hang_up();
    if (was_answered)
        record_.status = CallStatus::completed;
    else if (why == EndReason::caller_hung_up || why == EndReason::ended_by_api)
        record_.status = CallStatus::canceled;
    else if (why == EndReason::rejected)
        record_.status = model::status_of_refused(leg_.last_status());
    else
        record_.status = CallStatus::failed;
    record_.sip_code = was_answered ? 200 : status != 0 ? status : leg_.last_status();
    if (lately_ == Lately::dialled && !dialings_.empty())
        record_.error_code = dialings_.back()->error_code();
    if (why == EndReason::document_error) record_.error_code = last_warning_;
    if (why == EndReason::no_audio) record_.error_code = 32014;
    if (why == EndReason::no_ack) record_.error_code = 32022;
    if (why == EndReason::document_error) record_.error_code = document_fault_;
    tell(record_.sid, "ended",
         {{"reason", std::string(to_string(why))},
          {"status", std::string(to_string(record_.status))},
          {"duration", std::to_string(record_.duration().count())}});
    log::info("call ended call_sid={} status={} reason={} duration={}", record_.sid.str(),
              to_string(record_.status), to_string(why), record_.duration().count());
    if (dialing_runs_) {
        Dialing& dialing = *dialings_.back();
        dialing.abandon(why);
        request_cut_dial_action(dialing);
    }
    inbox_.close();
    finish_when_closed();
}

// twiml.md, 1.6: the action is requested with the final status although the caller has gone; the
// answer is ignored.
void Call::request_cut_dial_action(const Dialing& dialing) {
    const auto request = twiml::dial_action_request(dialing.dial(), info(), dialing.outcome());
    if (request) services_.documents.fetch(record_.sid, *request, [](const auto&) {});
}

void Call::finish_when_closed() {
    if (finished_ || !over_ || !script_done_ || !leg_.is_closed()) return;
    for (const auto& dialing : dialings_)
        if (!dialing->is_closed()) return;
    finished_ = true;
    record_.media = media_figures(leg_.stats());
    services_.records.end(record_);
    finish_.start_after(TimerWheel::kTick);  // never from within a call of ours
}

// ---- The caller's leg ----

void Call::on_leg_digit(Leg&, char digit) {
    if (over_) return;
    // Keys of a conversation are not the story's: they may be a PIN.
    if (dialing_runs_) return dialings_.back()->on_caller_digit(digit);
    tell(record_.sid, "digit", {{"digit", std::string(1, digit)}});
    if (digits_.size() >= kMaxDigits) return;
    // One line in the inbox tells of any number of digits.
    const bool told = !digits_.empty();
    digits_.push_back(digit);
    if (!told && !inbox_.push(DigitCame{}))
        log::warn("a call's inbox is full, its digit waits call_sid={}", record_.sid.str());
}

void Call::on_leg_played(Leg&, media::PlayId play) {
    // Nobody waits for the end of a ringback, or of a play that a key cut short.
    if (over_ || play != awaited_play_) return;
    // Named: of a temporary, g++ 12 at -O2 warns of an Error that is never there.
    Happening ended = PlayEnded{play};
    if (!inbox_.push(std::move(ended))) end(EndReason::server_error);
}

void Call::on_leg_ended(Leg&, const LegEnd& why) {
    if (!over_) close(why.reason, why.status);
}

void Call::on_leg_closed(Leg&) { finish_when_closed(); }

void Call::answer_caller() {
    if (leg_.state() != Leg::State::early) return;
    leg_.answer();
    record_.status = CallStatus::in_progress;
    record_.answer_time = services_.wall();
    services_.records.change(record_);
    tell(record_.sid, "answered", {});
    log::info("call answered call_sid={}", record_.sid.str());
}

void Call::tell(const CallSid& sid, std::string kind, StoryDetail detail) {
    services_.records.add(
        {sid, tenant_->community.sid, services_.wall(), std::move(kind), std::move(detail)});
}

// ---- What documents ask for ----

twiml::CallInfo Call::info() const {
    twiml::CallInfo info;
    info.call_sid = record_.sid;
    info.account_sid = services_.settings.account;
    info.from = record_.from;
    info.to = record_.to;
    info.status = to_string(record_.status);
    info.direction = to_string(record_.direction);
    info.sip = sip_info_;
    return info;
}

Task<Result<void>> Call::answer() {
    if (over_) co_return fail(Errc::canceled);
    answer_caller();
    co_return Result<void>{};
}

// A Gather begins. After one that heard a key, that key led to nothing but another question.
void Call::discard_digits() {
    digits_.clear();
    if (lately_ == Lately::heard_a_key) ++asked_again_;
}

Task<Result<char>> Call::next_digit(SteadyTime deadline) {
    while (digits_.empty()) {
        auto happening = co_await inbox_.next(deadline);
        if (!happening) {
            if (happening.error().code == Errc::timeout && lately_ != Lately::heard_a_key) {
                lately_ = Lately::heard_no_key;
                tell(record_.sid, "no_digit", {});
            }
            co_return tl::unexpected(happening.error());
        }
    }
    if (over_) co_return fail(Errc::canceled);
    const char digit = digits_.front();
    digits_.pop_front();
    lately_ = Lately::heard_a_key;
    co_return digit;
}

Task<Result<void>> Call::pause(seconds length) {
    const SteadyTime end = services_.now() + length;
    for (;;) {
        const auto happening = co_await inbox_.next(end);
        if (happening) continue;  // a digit stays in its queue
        if (happening.error().code == Errc::timeout) co_return Result<void>{};
        co_return tl::unexpected(happening.error());
    }
}

Task<Result<void>> Call::send_digits(const std::string& digits) {
    if (over_) co_return fail(Errc::canceled);
    leg_.send_digits(digits);
    // Twilio's pace: a tenth of a second each and as much between, w half a second, W a whole one.
    milliseconds length{0};
    for (const char c : digits) length += milliseconds(c == 'W' ? 1000 : c == 'w' ? 500 : 200);
    const SteadyTime end = services_.now() + length;
    for (;;) {
        const auto happening = co_await inbox_.next(end);
        if (happening) continue;
        if (happening.error().code == Errc::timeout) co_return Result<void>{};
        co_return tl::unexpected(happening.error());
    }
}

Task<Result<twiml::DialOutcome>> Call::dial(const twiml::Dial& dial) {
    if (over_) co_return fail(Errc::canceled);
    lately_ = Lately::dialled;
    // What earlier ones left: their dialogs would live as long as the call.
    std::erase_if(dialings_, [](const auto& earlier) { return earlier->is_closed(); });
    Caller caller{tenant_, record_.sid, dial.caller_id.value_or(caller_), visibility_};
    dialings_.push_back(std::make_unique<Dialing>(services_, static_cast<DialingOwner&>(*this),
                                                  std::move(caller), dial, record_.sid));
    dialing_runs_ = true;
    auto outcome = co_await dialings_.back()->run();
    dialing_runs_ = false;
    digits_.clear();  // what was pressed during the conversation was for the other side
    if (over_) co_return fail(Errc::canceled);
    co_return outcome;
}

Task<tl::expected<twiml::FetchedDocument, twiml::FetchError>> Call::fetch(
    const twiml::FetchRequest& request) {
    using Answer = tl::expected<twiml::FetchedDocument, twiml::FetchError>;
    const twiml::FetchError canceled{Errc::canceled, 0, {}};
    if (over_) {
        if (request.sent_when_over)
            services_.documents.fetch(record_.sid, request, [](const auto&) {});
        co_return Answer(tl::unexpected(canceled));
    }
    const std::uint64_t ticket = ++last_ticket_;
    services_.documents.fetch(
        record_.sid, request, [self = std::weak_ptr<Call*>(self_), ticket](Answer answer) {
            const auto call = self.lock();
            if (!call || (*call)->over_) return;
            if (!(*call)->inbox_.push(DocumentReady{ticket, std::move(answer)}))
                (*call)->end(EndReason::server_error);
        });
    for (;;) {
        auto happening = co_await inbox_.next(SteadyTime::max());
        if (!happening) co_return Answer(tl::unexpected(canceled));
        if (auto* ready = std::get_if<DocumentReady>(&*happening); ready && ready->ticket == ticket)
            co_return std::move(ready->document);
    }
}

void Call::reject(twiml::RejectReason reason) {
    if (over_) return;
    leg_.reject(reason == twiml::RejectReason::busy ? 486 : 404);
    close(EndReason::rejected, leg_.last_status());
}

// The interpreter returns right after: on_script_done() closes the call, since it is told how the
// documents ended.
void Call::hang_up() {}

void Call::warn(int twilio_code, std::string detail) {
    last_warning_ = twilio_code;
    // Of a document that could not be had (11xxx) or read (121xx, 12300).
    if (twilio_code < 12200 || twilio_code == 12300) document_fault_ = twilio_code;
    log::warn("document warning call_sid={} community={} code={} detail={}", record_.sid.str(),
              tenant_->community.code, twilio_code, quoted(detail));
    tell(record_.sid, "warning",
         {{"code", std::to_string(twilio_code)}, {"detail", std::move(detail)}});
}

}  // namespace skyn3t::call
