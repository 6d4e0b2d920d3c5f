#pragma once

#include <functional>
#include <string>
#include <vector>

#include "media/prompt.hpp"
#include "model/alert.hpp"
#include "model/call_record.hpp"
#include "twiml/call_control.hpp"

// What calls need of the rest of the server. server/ supplies it, so that a call is tested with no
// database and no network. Everything is called on the signalling thread, returns at once, and
// calls back there.
namespace skyn3t::call {

// Which call something is for, and whose it is.
struct CallRef {
    CallSid sid;
    CommunitySid community;
};

// The call log. A record is written when a leg begins, when it is answered, and when it has ended,
// which is final.
class CallRecords {
  public:
    virtual ~CallRecords() = default;
    virtual void begin(const model::CallRecord& record) = 0;
    virtual void change(const model::CallRecord& record) = 0;
    virtual void end(const model::CallRecord& record) = 0;
    virtual void add(model::CallEvent event) = 0;  // a line of a call's story
    virtual void alert(model::Alert alert) = 0;    // what went wrong, by Twilio's number
};

// The application's documents, over HTTP or from this server's own.
class TwimlFetcher {
  public:
    using Answer = std::function<void(tl::expected<twiml::FetchedDocument, twiml::FetchError>)>;
    virtual ~TwimlFetcher() = default;
    // `call` names the cookies that are kept from one request of a call to the next. The answer
    // comes within the time limits of webhooks.md, section 6; it may come before fetch() returns.
    virtual void fetch(const CallRef& call, const twiml::FetchRequest& request, Answer answer) = 0;
    virtual void forget(const CallSid& call) = 0;  // the call is over: drop its cookies
};

// Requests that tell an application how a call goes on. Those of one call arrive in their order;
// nothing that becomes of them changes the call.
class CallbackSender {
  public:
    virtual ~CallbackSender() = default;
    virtual void send(const CallRef& call, twiml::FetchRequest request) = 0;
};

// Sounds for texts and addresses.
class PromptSource {
  public:
    using Answer = std::function<void(Result<media::PromptPtr>)>;
    virtual ~PromptSource() = default;
    // Ready to play, or null: then render() makes it. `community` is the code whose recordings
    // stand before voices.
    virtual media::PromptPtr find(const twiml::Say& say, const std::string& community) = 0;
    virtual void render(const twiml::Say& say, const std::string& community, Answer answer) = 0;
    // A Play's sound: a recording of the community, or WAV over HTTP.
    virtual void fetch_sound(const std::string& url, const std::string& community,
                             Answer answer) = 0;
    // An audio body that came as a document.
    virtual void decode_sound(const std::string& bytes, Answer answer) = 0;
};

}  // namespace skyn3t::call
