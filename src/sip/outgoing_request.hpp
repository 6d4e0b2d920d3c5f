#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timer_wheel.hpp"
#include "sip/client_auth.hpp"
#include "sip/client_transaction.hpp"
#include "sip/invite_dialog.hpp"

namespace skyn3t::sip {

class UserAgentCore;

// A request of ours outside of any dialog: OPTIONS, REGISTER, a NOTIFY without subscription.
struct OutgoingRequest {
    Method method = Method::options;
    std::string target;                // the Request-URI
    std::string from;                  // as in a From field, without tag
    std::string to{};                  // the same for To; empty: the target
    Flow flow{};                       // of a binding, or UserAgent::open()
    std::vector<std::string> route{};  // first hop first; from a Path
    ExtraHeaders headers{};
    std::string content_type{}, body{};
    std::optional<Credentials> credentials{};
    // A REGISTER goes on with the Call-ID, the From tag and the count of the one before (RFC 3261
    // §10.2). Empty: new ones.
    std::string sip_call_id{}, from_tag{};
    std::uint32_t cseq = 1;
    // How long a final response may take, challenges included; over UDP the request is repeated
    // meanwhile. Never longer than timer F for each request.
    std::chrono::milliseconds patience{32'000};
};

struct RequestOutcome {
    int status = 0;                     // 408: no final response came; 503: it could not be sent
    const Message* response = nullptr;  // null: none came, and `status` is ours
    std::uint32_t cseq = 0;             // that was used last
};
// Called once, never from within UserAgent::request(). It may drop the handle.
using OnOutcome = std::function<void(const RequestOutcome&)>;

// Such a request under way. Dropping the handle gives it up: nothing is repeated or told any more.
class PendingRequest final : private ClientTransactionUser {
  public:
    PendingRequest(UserAgentCore& core, OutgoingRequest request, OnOutcome on_outcome);
    ~PendingRequest();
    PendingRequest(const PendingRequest&) = delete;
    PendingRequest& operator=(const PendingRequest&) = delete;

  private:
    void send();
    void finish(int status, const Message* response);
    void give_up();
    void on_response(ClientTransaction& transaction, const Message& response) override;
    void on_no_response(ClientTransaction& transaction, int status) override;
    void on_transaction_gone(ClientTransaction& transaction) override;

    UserAgentCore& core_;
    OutgoingRequest request_;
    OnOutcome on_outcome_;
    std::optional<ClientAuth> auth_;
    ClientTransaction* transaction_ = nullptr;
    Timer patience_;
};
using RequestHandle = std::unique_ptr<PendingRequest>;

}  // namespace skyn3t::sip
