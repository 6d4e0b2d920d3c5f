#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/timer_wheel.hpp"
#include "sip/flow.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

class ClientTransaction;
class TransactionLayer;

// Who sent the request of a client transaction. It detaches (set_user(nullptr)) before it is
// destroyed.
class ClientTransactionUser {
  public:
    // Provisional and final responses; of an INVITE also each further 2xx (another fork, or the
    // same one again).
    virtual void on_response(ClientTransaction& transaction, const Message& response) = 0;
    // There will be no final response: 408 none came in time, 503 the request could not be sent.
    virtual void on_no_response(ClientTransaction& transaction, int status) = 0;
    // The last call.
    virtual void on_transaction_gone(ClientTransaction& transaction) = 0;

  protected:
    ~ClientTransactionUser() = default;
};

// One request sent (RFC 3261 §17.1): repeats it, absorbs what is repeated to us. What an INVITE and
// any other request have in common is here. Owned by the TransactionLayer.
class ClientTransaction {
  public:
    virtual ~ClientTransaction() = default;
    ClientTransaction(const ClientTransaction&) = delete;
    ClientTransaction& operator=(const ClientTransaction&) = delete;

    [[nodiscard]] const Flow& flow() const { return flow_; }
    [[nodiscard]] const std::string& request() const { return request_; }
    void set_user(ClientTransactionUser* user) { user_ = user; }
    [[nodiscard]] ClientTransactionUser* user() const { return user_; }

    virtual void receive(const Message& response) = 0;
    void on_connection_closed();
    [[nodiscard]] std::string_view state_name() const;

  protected:
    // `calling` and `accepted` are an INVITE's only, `trying` any other request's.
    enum class State : std::uint8_t { calling, trying, proceeding, accepted, completed, failed };

    // Sends the request. When that fails, the user is told a moment later.
    ClientTransaction(TransactionLayer& layer, State first, const Flow& flow, std::string request,
                      ClientTransactionUser* user);

    // How long after a repetition the next one is due; `last` is what it was before.
    [[nodiscard]] virtual std::chrono::milliseconds next_gap(
        std::chrono::milliseconds last) const = 0;
    [[nodiscard]] bool waits_for_final() const { return state_ <= State::proceeding; }
    // Absorbs repeated final responses for so long. Over TCP there are none.
    void linger(std::chrono::milliseconds on_udp);

    TransactionLayer& layer_;
    State state_;
    Flow flow_;
    std::string request_;
    ClientTransactionUser* user_;
    std::chrono::milliseconds gap_;
    Timer repeat_;  // A of an INVITE, E
    Timer end_;     // B, M or D of an INVITE; F or K

  private:
    void on_repeat();
    void on_end();
    void fail();

    friend class TransactionLayer;
    std::string_view key_;  // in the layer's table
};

}  // namespace skyn3t::sip
