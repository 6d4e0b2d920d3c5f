#pragma once

#include "sip/client_transaction.hpp"

namespace skyn3t::sip {

// RFC 3261 §17.1.2.
class NonInviteClientTransaction final : public ClientTransaction {
  public:
    NonInviteClientTransaction(TransactionLayer& layer, const Flow& flow, std::string request,
                               ClientTransactionUser* user);

    void receive(const Message& response) override;

  private:
    [[nodiscard]] std::chrono::milliseconds next_gap(std::chrono::milliseconds last) const override;
};

}  // namespace skyn3t::sip
