#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/timer_wheel.hpp"
#include "sip/message.hpp"

// Session timers (RFC 4028): one side refreshes the session, so that both notice when the other is
// gone without a BYE.
namespace skyn3t::sip {

// Which side of a transaction refreshes: who sent the request, or who answered it.
enum class Refresher : std::uint8_t { uac, uas };

// RFC 4028 section 4: no shorter interval may be asked for.
inline constexpr std::chrono::seconds kSmallestMinSe{90};

// A Session-Expires field.
struct SessionExpires {
    std::chrono::seconds interval{0};
    std::optional<Refresher> refresher;

    // Nothing when it is absent, or no number: such a field asks for nothing.
    [[nodiscard]] static std::optional<SessionExpires> of(const Message& message);
    [[nodiscard]] std::string text() const;
};

// The Min-SE of a 422 or of a request; the smallest one when there is none that can be read.
[[nodiscard]] std::chrono::seconds min_se_of(const Message& message);

// What our 2xx to a request says of the timer (section 9).
struct TimerAnswer {
    std::optional<SessionExpires> session_expires;  // nothing: no timer
    bool requires_timer = false;                    // the peer must take part: Require: timer
    void add_to(MessageBuilder& response) const;
};
[[nodiscard]] TimerAnswer timer_answer_to(const Message& request);
// Section 9: the interval is below what may be asked for, and the peer understands a 422.
[[nodiscard]] bool is_interval_too_small(const Message& request);

// The timer of one dialog: when to refresh, and when the session is over. Owned by the dialog; a
// refresh that fails is tried again until then. Signalling thread.
class SessionTimer {
  public:
    enum class Duty : std::uint8_t { ours, theirs };

    // Neither is called from within start().
    SessionTimer(TimerWheel& wheel, std::function<void()> refresh, std::function<void()> expired);

    // A 2xx settled interval and duty; from now on.
    void start(std::chrono::seconds interval, Duty duty);
    void stop();
    // A refresh of ours was refused: again, in half of the time that is left.
    void retry();

    [[nodiscard]] bool is_running() const { return expiry_.is_running(); }
    [[nodiscard]] std::chrono::seconds interval() const { return interval_; }
    [[nodiscard]] Duty duty() const { return duty_; }

  private:
    std::chrono::seconds interval_{0};
    Duty duty_ = Duty::theirs;
    SteadyTime end_{};
    TimerWheel& wheel_;
    Timer refresh_;
    Timer expiry_;
};

}  // namespace skyn3t::sip
