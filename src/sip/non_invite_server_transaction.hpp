#pragma once

#include "sip/reply_path.hpp"
#include "sip/server_transaction.hpp"

namespace skyn3t::sip {

class TransactionLayer;

// RFC 3261 §17.2.2. No 100 is ever sent (RFC 4320 §4.2). Once answered it is over, and
// AnsweredRequests keeps its response.
class NonInviteServerTransaction final : public ServerTransaction {
  public:
    NonInviteServerTransaction(TransactionLayer& layer, const Flow& flow, const ReplyPath& reply);

    void respond(int status, std::string response) override;
    void respond_once(const std::string& response) override;
    void on_retransmission() override;
    void on_ack() override {}
    [[nodiscard]] bool is_accepted() const override { return false; }
    [[nodiscard]] std::string_view state_name() const override;

  private:
    TransactionLayer& layer_;
    ReplyPath reply_;
    bool is_completed_ = false;
    std::string response_;  // the last one sent, if any
};

}  // namespace skyn3t::sip
