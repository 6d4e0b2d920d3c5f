#pragma once

#include "base/timer_wheel.hpp"
#include "sip/client_transaction.hpp"

namespace skyn3t::sip {

class TransactionLayer;

// RFC 3261 §17.1.2.
class NonInviteClientTransaction final : public ClientTransaction {
  public:
    NonInviteClientTransaction(TransactionLayer& layer, const Flow& flow, std::string request,
                               ClientTransactionUser* user);

    void receive(const Message& response) override;
    void on_connection_closed() override;
    [[nodiscard]] std::string_view state_name() const override;

  private:
    enum class State : std::uint8_t { trying, proceeding, completed, failed };

    void on_repeat();
    void on_end();
    void fail(int status);

    TransactionLayer& layer_;
    State state_ = State::trying;
    int failure_ = 408;
    std::chrono::milliseconds gap_;
    Timer repeat_;  // E
    Timer end_;     // F or K
};

}  // namespace skyn3t::sip
