#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "twiml/request.hpp"
#include "twiml/verbs.hpp"

namespace skyn3t::twiml {

// The body of an audio answer to a document request, to be played as it is.
struct AudioBody {
    std::string content_type;
    std::string bytes;
};

// Played in order without gaps; the loop counts are in the items. Play URLs are absolute.
struct Audio {
    std::vector<std::variant<Say, Play, Pause, AudioBody>> items;
};

enum class Interrupt { never, any_digit };

struct FetchError {
    Errc errc;
    int code = 0;  // Twilio's: 11200 family
    std::string detail;
};

// What a document needs of a call; call/ implements it. Everything runs on the signalling thread.
// The object outlives the coroutines that use it. Errc::canceled means that the call is over or was
// taken away (a live update): the interpreter then returns at once, and what must still happen is
// the owner's work.
class CallControl {
  public:
    virtual ~CallControl() = default;

    virtual SteadyTime now() const = 0;
    virtual CallInfo info() const = 0;  // as of this moment
    virtual bool is_answered() const = 0;
    virtual Task<Result<void>> answer() = 0;  // at once when it is answered already

    // Plays to the end or, if allowed, to the first digit, which is taken off the digit queue and
    // returned; a digit waiting in the queue interrupts at once. All Play URLs are fetched before
    // the first sound. An item that can not be had is warned about (11200 family, 13420, 13325) and
    // left out; that is not an error.
    virtual Task<Result<std::optional<char>>> play(const Audio& audio, Interrupt interrupt) = 0;
    // Takes the oldest digit off the queue, waiting for it; Errc::timeout at the deadline.
    virtual Task<Result<char>> next_digit(SteadyTime deadline) = 0;
    virtual void discard_digits() = 0;
    virtual Task<Result<void>> pause(seconds length) = 0;
    // DTMF to this leg's far end: 0-9 A-D # *, w = 0.5 s, W = 1 s.
    virtual Task<Result<void>> send_digits(const std::string& digits) = 0;

    // Rings the nouns, joins the winner, returns when it has ended. With answer_on_bridge the
    // parent leg is answered when a child answers. URLs in `dial` are absolute; a copy is needed by
    // whoever outlives the coroutine, see dial_action_request().
    virtual Task<Result<DialOutcome>> dial(const Dial& dial) = 0;

    // Follows at most 10 redirections, within 15 s; any HTTP status is an answer. Once begun a
    // request is finished even if the call ends meanwhile; only its answer is dropped.
    virtual Task<tl::expected<FetchedDocument, FetchError>> fetch(const FetchRequest& request) = 0;

    // Final, without waiting; nothing happens when the call is over.
    virtual void reject(RejectReason reason) = 0;
    virtual void hang_up() = 0;

    virtual void warn(int twilio_code, std::string detail) = 0;  // into the call's notifications
};

}  // namespace skyn3t::twiml
