#pragma once

#include "sip/client_transaction.hpp"

namespace skyn3t::sip {

// RFC 3261 §17.1.1 with RFC 6026 §7.2. It acknowledges every final response but the 2xx, whose ACK
// is the dialog's.
class InviteClientTransaction final : public ClientTransaction {
  public:
    InviteClientTransaction(TransactionLayer& layer, const Flow& flow, std::string request,
                            ClientTransactionUser* user);

    void receive(const Message& response) override;

  private:
    // Timer A has no ceiling; timer B ends it.
    [[nodiscard]] std::chrono::milliseconds next_gap(
        std::chrono::milliseconds last) const override {
        return 2 * last;
    }
    void receive_failure(const Message& response);

    std::string ack_;
};

// RFC 3261 §17.1.1.3: the ACK of a final response other than 2xx.
[[nodiscard]] std::string ack_for_failure(const Message& invite, const Message& response);

}  // namespace skyn3t::sip
