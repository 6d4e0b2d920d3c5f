#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// The verbs of a TwiML document as types, each member with its documented default. Nothing here
// acts. Reference: https://www.twilio.com/docs/voice/twiml and its page for each verb.
namespace skyn3t::twiml {

using std::chrono::milliseconds;
using std::chrono::seconds;

enum class Method { get, post };

// loop="0" means "until the caller hangs up", which is bounded: after parsing it is 1000 as well.
inline constexpr unsigned kMaxLoop = 1000;

// How a stretch of a Say is spoken, from the SSML elements around it. Empty members say nothing.
struct SpeechStyle {
    std::string language;          // <lang xml:lang>; otherwise the Say's
    std::string interpret_as;      // <say-as interpret-as>
    std::string format;            // <say-as format>
    std::string rate;              // <prosody>: SSML's words and percentages, checked
    std::string pitch;             // <prosody>
    std::string volume;            // <prosody>
    std::string emphasis;          // <emphasis level>
    std::string phoneme_alphabet;  // <phoneme alphabet>
    std::string phonemes;          // <phoneme ph>
    bool operator==(const SpeechStyle&) const = default;
};
struct SpokenText {
    std::string text;  // white space collapsed; <sub> already replaced by its alias
    SpeechStyle style;
    bool operator==(const SpokenText&) const = default;
};
struct SpeechBreak {  // <break>, and the end of <s> and <p>
    milliseconds length{0};
    bool operator==(const SpeechBreak&) const = default;
};
using SpeechSegment = std::variant<SpokenText, SpeechBreak>;

struct Say {
    std::string voice = "man";
    std::string language = "en-US";  // a Polly or Google voice brings its own
    unsigned loop = 1;               // 1..kMaxLoop
    std::vector<SpeechSegment> segments;

    // The words alone, as one text: what a voice without SSML speaks, and a call's story shows.
    std::string text() const;
};

struct Play {
    std::string url;  // as written by the parser, absolute when it reaches CallControl
    unsigned loop = 1;
    std::string digits;  // sent as DTMF instead of playing: 0-9 A-D # *, w = 0.5 s, W = 1 s
};

struct Pause {
    seconds length{1};
};

using Prompt = std::variant<Say, Play, Pause>;

struct Gather {
    std::optional<std::string> action;  // the current document when absent or empty
    Method method = Method::post;
    seconds timeout{5};  // to the first key from the prompts' end, and between keys
    std::optional<char> finish_on_key = '#';
    std::optional<unsigned> num_digits;  // unlimited when absent
    bool action_on_empty_result = false;
    bool barge_in = true;
    bool dtmf = true;  // false for input="speech", which never matches here
    std::vector<Prompt> prompts;
};

// Requests about a leg's progress, sent by the call's owner.
struct StatusCallback {
    std::string url;
    Method method = Method::post;
    bool initiated = false;
    bool ringing = false;
    bool answered = false;
    bool completed = true;
};

// The document run on the callee's leg before the parties are joined.
struct Screening {
    std::string url;
    Method method = Method::post;
};

struct Number {
    std::string number;       // E.164
    std::string send_digits;  // sent at answer, before bridging
    std::optional<Screening> screening;
    std::optional<StatusCallback> status_callback;
};

struct Sip {
    std::string uri;  // without its headers part
    std::vector<std::pair<std::string, std::string>>
        headers;           // of the URI, decoded, allowed ones only
    std::string username;  // for the far side's challenge
    std::string password;
    std::optional<Screening> screening;
    std::optional<StatusCallback> status_callback;
};

struct Client {
    std::string identity;
};
struct Conference {
    std::string name;
};
struct Queue {
    std::string name;
};
using Noun = std::variant<Number, Sip, Client, Conference, Queue>;

enum class DialRecord { no, from_answer, from_ringing, from_answer_dual, from_ringing_dual };

struct Dial {
    std::optional<std::string> action;  // the next verb runs when absent
    Method method = Method::post;
    seconds timeout{30};  // 5..600, for each noun when sequential
    seconds time_limit{14400};
    std::optional<std::string> caller_id;  // the parent leg's caller when absent
    bool hangup_on_star = false;
    bool answer_on_bridge = false;
    std::string ring_tone;  // country, lower case; empty: automatic
    DialRecord record = DialRecord::no;
    bool sequential = false;
    std::optional<std::string> refer_url;
    Method refer_method = Method::post;
    std::vector<Noun> nouns;  // at most 10; Conference and Queue stand alone

    bool joins_a_room() const;  // Conference or Queue
};

struct Redirect {
    std::string url;  // the current document when empty
    Method method = Method::post;
};

enum class RejectReason { rejected, busy };
struct Reject {
    RejectReason reason = RejectReason::rejected;
};

struct Hangup {};

// A verb of TwiML that this platform does not execute; parsing has warned about it (13750).
struct Unsupported {
    std::string name;
};

using Verb = std::variant<Say, Play, Pause, Gather, Dial, Redirect, Reject, Hangup, Unsupported>;

}  // namespace skyn3t::twiml
