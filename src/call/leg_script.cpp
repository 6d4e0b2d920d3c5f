#include "call/leg_script.hpp"

#include <asio/co_spawn.hpp>

#include "base/faults.hpp"
#include "base/log.hpp"

namespace skyn3t::call {
namespace {

constexpr std::size_t kMaxDigits = 64;

// Twilio's pace: a tenth of a second each and as much between, w half a second, W a whole one.
milliseconds length_of(const std::string& digits) {
    milliseconds length{0};
    for (const char c : digits) length += milliseconds(c == 'W' ? 1000 : c == 'w' ? 500 : 200);
    return length;
}

}  // namespace

LegScript::LegScript(Services& services, ScriptOwner& owner, Leg& leg, CallRef call,
                     std::string community_code)
    : services_(services),
      owner_(owner),
      leg_(leg),
      call_(std::move(call)),
      community_code_(std::move(community_code)),
      inbox_(services.executor, services.wheel, kMaxDigits),
      self_(std::make_shared<LegScript*>(this)) {}

void LegScript::start(twiml::StartingPoint start, std::string digits) {
    asio::co_spawn(services_.executor, run(std::move(start), std::move(digits)),
                   [self = std::weak_ptr<LegScript*>(self_)](const std::exception_ptr& error) {
                       const auto script = self.lock();
                       if (error && script) (*script)->on_exception(error);
                   });
}

// It ends this call, and no other.
void LegScript::on_exception(const std::exception_ptr& error) {
    std::string what = "not a std::exception";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        what = known.what();
    } catch (...) {
    }
    count_fault();
    log::error("a fault of this program ends a call call_sid={} community={} reason={}",
               call_.sid.str(), community_code_, skyn3t::quoted(what));
    ++services_.call_faults;
    stop();
    done_ = true;
    owner_.on_script_threw(*this);
}

Task<void> LegScript::run(twiml::StartingPoint start, std::string digits) {
    if (!digits.empty()) (void)co_await send_digits(digits);
    const auto how = co_await twiml::run(*this, std::move(start));
    done_ = true;
    owner_.on_script_done(*this, how);
}

void LegScript::stop() {
    stopped_ = true;
    inbox_.close();
}

void LegScript::on_digit(char digit) {
    if (stopped_ || digits_.size() >= kMaxDigits) return;
    // One line in the inbox tells of any number of digits.
    const bool told = !digits_.empty();
    digits_.push_back(digit);
    if (!told && !inbox_.push(DigitCame{}))
        log::warn("a call's inbox is full, its digit waits call_sid={}", call_.sid.str());
}

void LegScript::on_played(media::PlayId play) {
    // Nobody waits for the end of a ringback, or of a play that a key cut short.
    if (stopped_ || play != awaited_play_) return;
    // Named: of a temporary, g++ 12 at -O2 warns of an Error that is never there.
    Happening ended = PlayEnded{play};
    if (!inbox_.push(std::move(ended))) owner_.on_script_overrun();
}

// ---- What documents ask for ----

Task<Result<void>> LegScript::answer() {
    if (stopped_) co_return fail(Errc::canceled);
    owner_.answer_leg();
    co_return Result<void>{};
}

// A Gather begins. After one that heard a key, that key led to nothing but another question.
void LegScript::discard_digits() {
    digits_.clear();
    if (lately_ == Lately::heard_a_key) ++asked_again_;
}

Task<Result<char>> LegScript::next_digit(SteadyTime deadline) {
    while (digits_.empty()) {
        auto happening = co_await inbox_.next(deadline);
        if (!happening) {
            if (happening.error().code == Errc::timeout && lately_ != Lately::heard_a_key) {
                lately_ = leg_.is_heard() ? Lately::heard_no_key : Lately::heard_nothing;
                owner_.tell_of_script(leg_.is_heard() ? "no_digit" : "no_digit_heard", {});
            }
            co_return tl::unexpected(happening.error());
        }
    }
    if (stopped_) co_return fail(Errc::canceled);
    const char digit = digits_.front();
    digits_.pop_front();
    lately_ = Lately::heard_a_key;
    co_return digit;
}

// A digit that comes meanwhile stays in its queue.
Task<Result<void>> LegScript::sleep_until(SteadyTime end) {
    for (;;) {
        const auto happening = co_await inbox_.next(end);
        if (happening) continue;
        if (happening.error().code == Errc::timeout) co_return Result<void>{};
        co_return tl::unexpected(happening.error());
    }
}

Task<Result<void>> LegScript::pause(seconds length) {
    co_return co_await sleep_until(services_.now() + length);
}

Task<Result<void>> LegScript::send_digits(const std::string& digits) {
    if (stopped_) co_return fail(Errc::canceled);
    leg_.send_digits(digits);
    co_return co_await sleep_until(services_.now() + length_of(digits));
}

Task<Result<twiml::DialOutcome>> LegScript::dial(const twiml::Dial& dial) {
    if (stopped_) co_return fail(Errc::canceled);
    lately_ = Lately::dialled;
    auto outcome = co_await owner_.dial_for_script(dial);
    digits_.clear();  // what was pressed during the conversation was for the other side
    if (stopped_) co_return fail(Errc::canceled);
    co_return outcome;
}

Task<tl::expected<twiml::FetchedDocument, twiml::FetchError>> LegScript::fetch(
    const twiml::FetchRequest& request) {
    using Answer = tl::expected<twiml::FetchedDocument, twiml::FetchError>;
    const twiml::FetchError canceled{Errc::canceled, 0, {}};
    if (stopped_) {
        if (request.sent_when_over) services_.documents.fetch(call_, request, [](const auto&) {});
        co_return Answer(tl::unexpected(canceled));
    }
    document_ = {request.url, request.method};
    const std::uint64_t ticket = ++last_ticket_;
    services_.documents.fetch(
        call_, request, [self = std::weak_ptr<LegScript*>(self_), ticket](Answer answer) {
            const auto script = self.lock();
            if (!script || (*script)->stopped_) return;
            if (!(*script)->inbox_.push(DocumentReady{ticket, std::move(answer)}))
                (*script)->owner_.on_script_overrun();
        });
    for (;;) {
        auto happening = co_await inbox_.next(SteadyTime::max());
        if (!happening) co_return Answer(tl::unexpected(canceled));
        if (auto* ready = std::get_if<DocumentReady>(&*happening);
            ready && ready->ticket == ticket) {
            was_refused_ = ready->document && ready->document->is_refusal;
            co_return std::move(ready->document);
        }
    }
}

void LegScript::reject(twiml::RejectReason reason) {
    if (!stopped_) owner_.reject_leg(reason);
}

// The interpreter returns right after: the owner is told how the documents ended, and hangs up.
void LegScript::hang_up() {}

void LegScript::warn(int twilio_code, std::string detail) {
    // Of a document that could not be had (11xxx) or read (121xx, 12300).
    if (twilio_code < 12200 || twilio_code == 12300) document_fault_ = twilio_code;
    owner_.warn_of_script(twilio_code, std::move(detail), document_);
}

}  // namespace skyn3t::call
