#pragma once

#include <asio/co_spawn.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/signal.hpp"
#include "support/fake_clock.hpp"
#include "twiml/call_control.hpp"
#include "twiml/interpreter.hpp"

namespace skyn3t::test {

// A call for documents to run on, in simulated time. It keeps a log of what was asked of it; keys
// are pressed and the caller hangs up when the test says so. A Say lasts 1 s, a Play 2 s, an answer
// 20 ms, a fetch 100 ms.
class FakeCallControl final : public twiml::CallControl {
  public:
    explicit FakeCallControl(FakeLoop& loop);

    // ---- the script
    bool answered = true;
    std::map<std::string, tl::expected<twiml::FetchedDocument, twiml::FetchError>> pages;
    // Asked before `pages`, for a server that looks at the parameters.
    std::function<std::optional<std::string>(const twiml::FetchRequest&)> application;
    milliseconds ring_time{1000};
    twiml::DialOutcome dial_outcome;  // duration is waited for after ring_time
    twiml::CallInfo call_info;

    void serve(const std::string& url, const std::string& body,
               const std::string& content_type = "text/xml", int status = 200);
    void press(milliseconds at, char key);  // from now
    void hang_up_at(milliseconds at);       // the caller does
    // When the caller hangs up: at the n-th operation (from 1) that takes time.
    enum class Moment { before, during, after };
    void inject_hang_up(int operation, Moment moment);

    // ---- what happened
    struct Entry {
        milliseconds at;
        std::string what;
    };
    std::vector<Entry> log;
    std::vector<twiml::FetchRequest> requests;
    std::vector<twiml::Dial> dials;
    std::vector<std::string> after_the_end;  // operations begun on a finished call
    int operations = 0;                      // that took time
    std::optional<twiml::Ended> ended;

    // Runs a document to its end, at most `patience` of simulated time.
    void run(twiml::StartingPoint start, seconds patience = seconds(3600));
    void run_inline(const std::string& xml,
                    std::optional<std::string> base = "https://app.example.cl/ivr/start");
    std::vector<std::string> story() const;  // the log without times and warnings
    std::vector<int> warnings() const;       // codes, in order
    std::optional<milliseconds> time_of(const std::string& what) const;
    bool is_over() const { return over_; }
    bool is_waited_on() const { return signal_.has_waiter(); }

    // ---- CallControl
    SteadyTime now() const override { return loop_.clock.now(); }
    twiml::CallInfo info() const override;
    bool is_answered() const override { return answered; }
    Task<Result<void>> answer() override;
    Task<Result<std::optional<char>>> play(const twiml::Audio& audio,
                                           twiml::Interrupt interrupt) override;
    Task<Result<char>> next_digit(SteadyTime deadline) override;
    void discard_digits() override { digits_.clear(); }
    Task<Result<void>> pause(seconds length) override;
    Task<Result<void>> send_digits(const std::string& digits) override;
    Task<Result<twiml::DialOutcome>> dial(const twiml::Dial& dial) override;
    Task<tl::expected<twiml::FetchedDocument, twiml::FetchError>> fetch(
        const twiml::FetchRequest& request) override;
    void reject(twiml::RejectReason reason) override;
    void hang_up() override;
    void warn(int twilio_code, std::string detail) override;

  private:
    void note(std::string what);
    bool begin(const std::string& what);  // false: the call is over
    bool finish();                        // false: the call is over
    Task<Result<void>> last(std::string what, milliseconds length);
    Task<bool> wait(SteadyTime deadline, bool until_digit);  // false: the call is over
    void caller_hangs_up();
    std::string describe(const twiml::FetchRequest& request) const;
    Timer& new_timer(std::function<void()> action);

    FakeLoop& loop_;
    SteadyTime begun_;
    Signal signal_;
    std::deque<char> digits_;
    std::vector<std::unique_ptr<Timer>> timers_;
    std::optional<twiml::Dial> dialling_;
    int hang_up_operation_ = 0;
    Moment hang_up_moment_ = Moment::before;
    bool over_ = false;
};

// ---------------------------------------------------------------------------------------------------------------------

inline FakeCallControl::FakeCallControl(FakeLoop& loop)
    : loop_(loop), begun_(loop.clock.now()), signal_(loop.io.get_executor(), loop.wheel) {
    call_info.call_sid = *CallSid::parse("CA22222222222222222222222222222222");
    call_info.account_sid = *AccountSid::parse("AC11111111111111111111111111111111");
    call_info.from = "+56987654321";
    call_info.to = "+56229145248";
}

inline void FakeCallControl::serve(const std::string& url, const std::string& body,
                                   const std::string& content_type, int status) {
    pages[url] = twiml::FetchedDocument{status, content_type, body, url};
}

inline Timer& FakeCallControl::new_timer(std::function<void()> action) {
    timers_.push_back(std::make_unique<Timer>(loop_.wheel, std::move(action)));
    return *timers_.back();
}

inline void FakeCallControl::press(milliseconds at, char key) {
    new_timer([this, key] {
        digits_.push_back(key);
        signal_.notify();
    }).start_after(at);
}

inline void FakeCallControl::hang_up_at(milliseconds at) {
    new_timer([this] { caller_hangs_up(); }).start_after(at);
}

inline void FakeCallControl::inject_hang_up(int operation, Moment moment) {
    hang_up_operation_ = operation;
    hang_up_moment_ = moment;
}

inline void FakeCallControl::run(twiml::StartingPoint start, seconds patience) {
    asio::co_spawn(loop_.io, twiml::run(*this, std::move(start)),
                   [this](std::exception_ptr error, twiml::Ended how) {
                       if (error) std::rethrow_exception(error);
                       ended = how;
                   });
    loop_.run_for(patience);
}

inline void FakeCallControl::run_inline(const std::string& xml, std::optional<std::string> base) {
    run({twiml::InlineDocument{xml, std::move(base)}, std::nullopt});
}

inline std::vector<std::string> FakeCallControl::story() const {
    std::vector<std::string> lines;
    for (const Entry& entry : log)
        if (!entry.what.starts_with("warn ")) lines.push_back(entry.what);
    return lines;
}

inline std::vector<int> FakeCallControl::warnings() const {
    std::vector<int> codes;
    for (const Entry& entry : log)
        if (entry.what.starts_with("warn ")) codes.push_back(std::stoi(entry.what.substr(5)));
    return codes;
}

inline std::optional<milliseconds> FakeCallControl::time_of(const std::string& what) const {
    for (const Entry& entry : log)
        if (entry.what == what) return entry.at;
    return std::nullopt;
}

inline void FakeCallControl::note(std::string what) {
    log.push_back({std::chrono::duration_cast<milliseconds>(now() - begun_), std::move(what)});
}

inline bool FakeCallControl::begin(const std::string& what) {
    if (over_) {
        after_the_end.push_back(what);
        return false;
    }
    ++operations;
    if (operations == hang_up_operation_) {
        if (hang_up_moment_ == Moment::before) {
            caller_hangs_up();
            return false;
        }
        if (hang_up_moment_ == Moment::during) hang_up_at(milliseconds(10));
    }
    note(what);
    return true;
}

inline bool FakeCallControl::finish() {
    if (over_) return false;
    if (operations == hang_up_operation_ && hang_up_moment_ == Moment::after) caller_hangs_up();
    return true;  // the result was there first
}

inline void FakeCallControl::caller_hangs_up() {
    over_ = true;
    note("caller hangs up");
    // The owner's work after a hang-up: the action of the Dial that was cut short.
    if (dialling_) {
        twiml::DialOutcome outcome = dial_outcome;
        outcome.status = twiml::DialCallStatus::canceled;
        if (auto request = twiml::dial_action_request(*dialling_, info(), outcome))
            note("owner " + describe(*request));
    }
    signal_.notify();
}

inline Task<bool> FakeCallControl::wait(SteadyTime deadline, bool until_digit) {
    while (!over_ && now() < deadline && !(until_digit && !digits_.empty()))
        co_await signal_.wait_until(deadline);
    co_return !over_;
}

inline Task<Result<void>> FakeCallControl::last(std::string what, milliseconds length) {
    if (!begin(what)) co_return fail(Errc::canceled);
    const bool alive = co_await wait(now() + length, false);
    if (!alive || !finish()) co_return fail(Errc::canceled);
    co_return Result<void>{};
}

inline twiml::CallInfo FakeCallControl::info() const {
    twiml::CallInfo current = call_info;
    current.status = over_ ? "completed" : answered ? "in-progress" : "ringing";
    return current;
}

inline Task<Result<void>> FakeCallControl::answer() {
    if (over_) co_return fail(Errc::canceled);
    if (answered) co_return Result<void>{};
    const Result<void> done = co_await last("answer", milliseconds(20));
    if (done) answered = true;
    co_return done;
}

inline Task<Result<std::optional<char>>> FakeCallControl::play(const twiml::Audio& audio,
                                                               twiml::Interrupt interrupt) {
    std::string what;
    milliseconds length{0};
    for (const auto& item : audio.items) {
        if (!what.empty()) what += " + ";
        if (const auto* say = std::get_if<twiml::Say>(&item)) {
            what += "say " + say->text();
            length += milliseconds(1000) * say->loop;
        } else if (const auto* play = std::get_if<twiml::Play>(&item)) {
            what += "play " + play->url;
            length += milliseconds(2000) * play->loop;
        } else if (const auto* pause = std::get_if<twiml::Pause>(&item)) {
            what += "silence " + std::to_string(pause->length.count());
            length += pause->length;
        } else {
            what += "body " + std::get<twiml::AudioBody>(item).content_type;
            length += milliseconds(2000);
        }
    }
    if (!begin(what)) co_return fail(Errc::canceled);
    const bool stops = interrupt == twiml::Interrupt::any_digit;
    const bool alive = co_await wait(now() + length, stops);
    if (!alive || !finish()) co_return fail(Errc::canceled);
    std::optional<char> key;
    if (stops && !digits_.empty()) {
        key = digits_.front();
        digits_.pop_front();
    }
    co_return key;
}

inline Task<Result<char>> FakeCallControl::next_digit(SteadyTime deadline) {
    if (!begin("wait for a key")) co_return fail(Errc::canceled);
    const bool alive = co_await wait(deadline, true);
    if (!alive || !finish()) co_return fail(Errc::canceled);
    if (digits_.empty()) co_return fail(Errc::timeout);
    const char key = digits_.front();
    digits_.pop_front();
    co_return key;
}

inline Task<Result<void>> FakeCallControl::pause(seconds length) {
    co_return co_await last("pause " + std::to_string(length.count()), length);
}

inline Task<Result<void>> FakeCallControl::send_digits(const std::string& digits) {
    co_return co_await last("send " + digits, milliseconds(500));
}

inline Task<Result<twiml::DialOutcome>> FakeCallControl::dial(const twiml::Dial& dial) {
    if (!begin("dial")) co_return fail(Errc::canceled);
    dials.push_back(dial);
    dialling_ = dial;
    bool alive = co_await wait(now() + ring_time, false);
    if (alive && dial_outcome.bridged) {
        answered = true;
        alive = co_await wait(now() + dial_outcome.duration.value_or(seconds(0)), false);
    }
    dialling_.reset();
    if (!alive || !finish()) co_return fail(Errc::canceled);
    co_return dial_outcome;
}

inline std::string FakeCallControl::describe(const twiml::FetchRequest& request) const {
    std::string what = request.method == twiml::Method::get ? "fetch GET " : "fetch POST ";
    what += request.url;
    const std::size_t standard = twiml::standard_parameters(info()).size();
    for (std::size_t i = standard; i < request.parameters.size(); ++i)
        what += " " + request.parameters[i].name + "=" + request.parameters[i].value;
    return what;
}

inline Task<tl::expected<twiml::FetchedDocument, twiml::FetchError>> FakeCallControl::fetch(
    const twiml::FetchRequest& request) {
    const auto over = [] { return tl::unexpected(twiml::FetchError{Errc::canceled, 0, {}}); };
    const std::string what = describe(request);
    requests.push_back(request);
    if (over_ && request.sent_when_over) {
        note("owner " + what);
        co_return over();
    }
    if (!begin(what)) co_return over();
    const bool alive = co_await wait(now() + milliseconds(100), false);
    if (!alive || !finish()) co_return over();
    if (application) {
        if (const auto xml = application(request))
            co_return twiml::FetchedDocument{200, "text/xml", *xml, request.url};
    }
    const auto page = pages.find(request.url);
    if (page == pages.end())
        co_return twiml::FetchedDocument{404, "text/plain", "not found", request.url};
    co_return page->second;
}

inline void FakeCallControl::reject(twiml::RejectReason reason) {
    if (over_) return;
    note(reason == twiml::RejectReason::busy ? "reject busy" : "reject");
    over_ = true;
}

inline void FakeCallControl::hang_up() {
    if (over_) return;
    note("hang up");
    over_ = true;
}

inline void FakeCallControl::warn(int twilio_code, std::string detail) {
    note("warn " + std::to_string(twilio_code) + " " + detail);
}

}  // namespace skyn3t::test
