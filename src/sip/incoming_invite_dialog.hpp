#pragma once

#include <string>

#include "sip/dialog_session.hpp"

namespace skyn3t::sip {

// The called side of an INVITE (RFC 3261 §13.3).
class IncomingInviteDialog final : public DialogSession {
  public:
    IncomingInviteDialog(UserAgentCore& core, InviteDialogObserver& observer, Dialog dialog,
                         Message invite, ServerTransaction& transaction);

    void progress(int status, std::string_view sdp, const ExtraHeaders& headers) override;
    void accept(std::string_view sdp, const ExtraHeaders& headers) override;
    void reject(int status, std::string_view reason, const ExtraHeaders& headers) override;

    void on_canceled(const Message& cancel) override;
    void on_transaction_gone() override;

  private:
    void give_up(const ExtraHeaders& headers) override;
    void on_early_bye() override;
    [[nodiscard]] bool is_caller() const override { return false; }
    void stop_timers() override;
    void refuse(int status, std::string_view reason, const ExtraHeaders& headers);
    [[nodiscard]] MessageBuilder dialog_making_response(int status) const;

    Message invite_request_;
    ServerTransaction* transaction_;  // null after the final response
    int provisional_status_ = 0;
    std::string provisional_;
    Timer refresh_;  // §13.3.1.1: a provisional response every minute keeps proxies waiting
};

}  // namespace skyn3t::sip
