#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/timer_wheel.hpp"
#include "sip/client_auth.hpp"
#include "sip/counters.hpp"
#include "sip/incoming_request.hpp"
#include "sip/invite_dialog.hpp"
#include "sip/outgoing_request.hpp"
#include "sip/timer_values.hpp"
#include "sip/transport_layer.hpp"

namespace skyn3t::sip {

class UserAgentCore;

// Where the server decides: who sent it, registrar, calls. Called on the signalling thread for
// requests outside dialogs that passed the checks of RFC 3261 §8.2, of the methods that the
// configuration names.
class RequestHandler {
  public:
    // Answer it now or keep it and answer later; an INVITE may go to UserAgent::take_invite().
    virtual void on_request(IncomingRequest request) = 0;

  protected:
    ~RequestHandler() = default;
};

struct UserAgentConfig {
    std::string product = "SKYN3T";  // Server and User-Agent
    TimerValues timers{};
    // Methods outside dialogs that are the handler's. INVITE, ACK, BYE, CANCEL, OPTIONS, INFO and
    // UPDATE are known anyway; any other gets 405.
    std::vector<Method> methods{Method::invite, Method::register_};
    // The address that Via and Contact show to the peer of a flow. Absent: the flow's local one.
    std::function<Endpoint(const Flow&)> advertised{};
    // What an OPTIONS outside a dialog gets; with 200 come Allow, Accept and Supported. Draining
    // always says 503.
    std::function<int(const Message&, const Flow&)> options_status{};
    // Told of every TCP connection that is gone: the bindings that hung on it are, too.
    std::function<void(const Flow&)> connection_closed{};
    // Whether a message from this flow is read at all. Absent: all are.
    std::function<bool(const Flow&)> admits{};
    // Whether the flow is a trunk's, an edge's or a registered phone's. The last quarter of the
    // server transactions is theirs alone. Absent: all are.
    std::function<bool(const Flow&)> is_known_source{};
    std::size_t max_dialogs = 20'000;               // then INVITEs get 503
    std::size_t max_server_transactions = 200'000;  // then every new request gets 503
    std::chrono::seconds retry_after{5};            // of those
    std::chrono::seconds session_expires{1800};     // what our INVITEs ask for (RFC 4028)
};

struct OutgoingInvite {
    std::string target;  // the Request-URI: a contact, or a number at a trunk
    std::string
        from;        // as in a From field, without tag: "\"Ana\" <sip:+56221234567@sip.example.cl>"
    std::string to;  // the same for To; empty: the target
    // A phone: the flow of its binding. A trunk or proxy: UserAgent::open().
    Flow flow;
    // The host behind an edge that `flow` goes to, as its registration showed it; unspecified: the
    // flow's own. Its RTP may come from there.
    Endpoint peer{};
    // Later requests of the dialog go over this flow whatever the Contact says: right for phones
    // (NAT). A trunk's Contact is followed when this is false, unless it is a name or a private
    // address.
    bool stay_on_flow = true;
    // Go by TCP when the request is larger than 1300 bytes (RFC 3261 §18.1.1); only for peers known
    // to have TCP.
    bool tcp_when_large = false;
    std::vector<std::string> route;  // "<sip:edge.example.cl;lr>", first hop first; from a Path
    ExtraHeaders headers;
    std::string sdp;  // the offer
    std::optional<Credentials> credentials;
    unsigned max_forwards = 70;
};

// What is alive now.
struct UserAgentSize {
    std::size_t dialogs = 0;
    std::size_t server_transactions = 0;
    std::size_t client_transactions = 0;
    std::size_t connections = 0;
    std::uint64_t datagrams_lost = 0;  // ever, see TransportLayer
    bool operator==(const UserAgentSize&) const = default;
};

// The SIP stack: takes what a TransportLayer receives, runs transactions and dialogs, and gives the
// rest to a handler. One per process, on the signalling thread. Transport, wheel and handler
// outlive it; handles of dialogs and kept requests may be destroyed before or after it, but not
// used after.
class UserAgent {
  public:
    UserAgent(TransportLayer& transport, TimerWheel& wheel, UserAgentConfig config,
              RequestHandler& handler);
    ~UserAgent();
    UserAgent(const UserAgent&) = delete;
    UserAgent& operator=(const UserAgent&) = delete;

    // Makes an incoming INVITE a dialog. Null when its caller has given it up meanwhile, or when it
    // cannot make a dialog (no Contact; it was then answered 400).
    [[nodiscard]] InviteDialogHandle take_invite(IncomingRequest request,
                                                 InviteDialogObserver& observer);
    // Calls. Never fails at once: what goes wrong comes by on_ended().
    [[nodiscard]] InviteDialogHandle invite(OutgoingInvite invite, InviteDialogObserver& observer);

    // Sends a request outside of any dialog. Never fails at once.
    [[nodiscard]] RequestHandle request(OutgoingRequest request, OnOutcome on_outcome);

    // A flow for a first request to a trunk or proxy.
    [[nodiscard]] Result<Flow> open(TransportKind kind, const Endpoint& remote);
    // Whether a request over it may arrive; false for a TCP connection that is gone.
    [[nodiscard]] bool is_alive(const Flow& flow) const;

    // Refuses new INVITEs and OPTIONS with 503 from now on; calls under way go on.
    void set_draining(bool draining);

    [[nodiscard]] const UserAgentCounters& counters() const;
    [[nodiscard]] UserAgentSize size() const;
    // A line for every dialog, transaction and connection that is alive: what the leak checks
    // print.
    [[nodiscard]] std::vector<std::string> dump() const;

  private:
    std::unique_ptr<UserAgentCore> core_;
};

}  // namespace skyn3t::sip
