#pragma once

#include <string>
#include <vector>

#include "sip/dialog_session.hpp"
#include "sip/user_agent.hpp"

namespace skyn3t::sip {

// The calling side of an INVITE (RFC 3261 §13.2, §9.1). Our INVITEs always carry the offer.
class OutgoingInviteDialog final : public DialogSession {
  public:
    OutgoingInviteDialog(UserAgentCore& core, InviteDialogObserver& observer,
                         OutgoingInvite invite);
    void start() { send_invite(); }

    void progress(int, std::string_view, const ExtraHeaders&) override {}
    void accept(std::string_view, const ExtraHeaders&) override {}
    void reject(int, std::string_view, const ExtraHeaders&) override {}

    void on_transaction_gone(ClientTransaction& transaction) override;
    using DialogSession::on_transaction_gone;

  private:
    void give_up(const ExtraHeaders& headers) override;
    [[nodiscard]] bool is_initial(const ClientTransaction& transaction) const override;
    void on_invite_response(ClientTransaction& transaction, const Message& response) override;
    void on_invite_lost(ClientTransaction& transaction, int status) override;
    [[nodiscard]] bool is_caller() const override { return true; }
    void stop_timers() override;

    void send_invite();
    [[nodiscard]] std::string invite_text(const Flow& flow, std::string_view branch);
    void send_cancel();
    void on_provisional(const Message& response);
    void on_success(const ClientTransaction& transaction, const Message& response);
    void on_failure(ClientTransaction& transaction, const Message& response);
    void refuse_fork(Dialog dialog, const Message& response);

    OutgoingInvite spec_;
    // The INVITE, and those before it that were challenged: each may still bring a 2xx.
    std::vector<ClientTransaction*> invites_;
    ClientTransaction* current_ = nullptr;  // the last of them, while it lives
    bool has_provisional_ = false;          // of current_
    bool has_dialog_ = false;               // a 2xx made dialog_
    std::optional<ExtraHeaders> cancel_;    // to be sent with the next provisional response
    Timer guard_;                           // §9.1: no final response to a canceled INVITE
};

}  // namespace skyn3t::sip
