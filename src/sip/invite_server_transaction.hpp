#pragma once

#include "base/timer_wheel.hpp"
#include "sip/reply_path.hpp"
#include "sip/server_transaction.hpp"

namespace skyn3t::sip {

class TransactionLayer;

// RFC 3261 §17.2.1 with RFC 6026 §7.1. Its TU repeats a 2xx until the ACK, itself it repeats any
// other final response.
class InviteServerTransaction final : public ServerTransaction {
  public:
    // `trying` is sent when there is no response after 200 ms.
    InviteServerTransaction(TransactionLayer& layer, const Flow& flow, const ReplyPath& reply,
                            std::string trying);

    void respond(int status, std::string response) override;
    void respond_once(const std::string& response) override;
    void on_retransmission() override;
    void on_ack() override;
    [[nodiscard]] bool is_accepted() const override { return state_ == State::accepted; }
    [[nodiscard]] std::string to_tag() const override;
    [[nodiscard]] std::string_view state_name() const override;

  private:
    enum class State : std::uint8_t { proceeding, accepted, completed, confirmed };

    void send_again();
    void on_repeat();
    void enter_completed();

    TransactionLayer& layer_;
    ReplyPath reply_;
    State state_ = State::proceeding;
    std::string response_;  // the last one sent; before that the 100 that may have to be
    std::string accepted_tag_;
    bool has_responded_ = false;
    std::chrono::milliseconds gap_{0};
    Timer repeat_;  // before any response the 100's; then G
    Timer end_;     // L, H or I
};

}  // namespace skyn3t::sip
