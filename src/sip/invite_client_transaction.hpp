#pragma once

#include "base/timer_wheel.hpp"
#include "sip/client_transaction.hpp"

namespace skyn3t::sip {

class TransactionLayer;

// RFC 3261 §17.1.1 with RFC 6026 §7.2. It acknowledges every final response but the 2xx, whose ACK
// is the dialog's.
class InviteClientTransaction final : public ClientTransaction {
  public:
    InviteClientTransaction(TransactionLayer& layer, const Flow& flow, std::string request,
                            ClientTransactionUser* user);

    void receive(const Message& response) override;
    void on_connection_closed() override;
    [[nodiscard]] std::string_view state_name() const override;

  private:
    enum class State : std::uint8_t { calling, proceeding, accepted, completed, failed };

    void on_repeat();
    void on_end();
    void receive_failure(const Message& response);
    void fail(int status);

    TransactionLayer& layer_;
    State state_ = State::calling;
    int failure_ = 408;
    std::string ack_;
    std::chrono::milliseconds gap_;
    Timer repeat_;  // A
    Timer end_;     // B, M or D
};

// RFC 3261 §17.1.1.3: the ACK of a final response other than 2xx.
[[nodiscard]] std::string ack_for_failure(const Message& invite, const Message& response);

}  // namespace skyn3t::sip
