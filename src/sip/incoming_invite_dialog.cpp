#include "sip/incoming_invite_dialog.hpp"

#include "sip/reason.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::chrono::minutes kProvisionalRefresh{1};

}  // namespace

IncomingInviteDialog::IncomingInviteDialog(UserAgentCore& core, InviteDialogObserver& observer,
                                           Dialog dialog, Message invite,
                                           ServerTransaction& transaction)
    : DialogSession(core, observer),
      invite_request_(std::move(invite)),
      transaction_(&transaction),
      refresh_(core.transactions().wheel(), [this] {
          if (transaction_ != nullptr) transaction_->respond(provisional_status_, provisional_);
          refresh_.start_after(kProvisionalRefresh);
      }) {
    dialog_ = std::move(dialog);
    learn_from(invite_request_);
    transaction.set_user(this);
}

MessageBuilder IncomingInviteDialog::dialog_making_response(int status) const {
    auto response = dialog_response(invite_request_, status, {});
    response.copy(invite_request_, HeaderId::record_route);
    response.header(HeaderId::contact, core_.contact(transaction_->flow()));
    response.header(HeaderId::allow, core_.allow());
    return response;
}

void IncomingInviteDialog::progress(int status, std::string_view sdp, const ExtraHeaders& headers) {
    if (state_ != State::early || transaction_ == nullptr) return;
    auto response = dialog_making_response(status);
    add_headers(response, headers);
    provisional_status_ = status;
    provisional_ = sdp.empty() ? response.build() : response.body("application/sdp", sdp);
    transaction_->respond(status, provisional_);
    refresh_.start_after(kProvisionalRefresh);
}

void IncomingInviteDialog::accept(std::string_view sdp, const ExtraHeaders& headers) {
    if (state_ != State::early || transaction_ == nullptr) return;
    auto response = dialog_making_response(200);
    response.header(HeaderId::supported, "timer");
    settle_timer(invite_request_, response);
    local_sdp_ = sdp;
    add_headers(response, headers);
    state_ = State::confirmed;
    refresh_.stop();
    auto& transaction = *std::exchange(transaction_, nullptr);
    wait_for_ack(transaction, invite_request_.cseq()->number,
                 sdp.empty() ? response.build() : response.body("application/sdp", sdp));
}

void IncomingInviteDialog::reject(int status, std::string_view reason,
                                  const ExtraHeaders& headers) {
    if (state_ != State::early) return;
    observer_ = nullptr;
    refuse(status, reason, headers);
    end_quietly();
    remove_if_done();
}

void IncomingInviteDialog::refuse(int status, std::string_view reason,
                                  const ExtraHeaders& headers) {
    auto* transaction = std::exchange(transaction_, nullptr);
    if (transaction == nullptr) return;
    auto response = dialog_response(invite_request_, status, reason);
    add_headers(response, headers);
    transaction->set_user(nullptr);
    transaction->respond(status, response.build());
}

void IncomingInviteDialog::give_up(const ExtraHeaders& headers) { reject(480, {}, headers); }

void IncomingInviteDialog::on_early_bye() { refuse(487, {}, {}); }

void IncomingInviteDialog::on_canceled(const Message& cancel) {
    if (state_ != State::early) return DialogSession::on_canceled(cancel);
    refuse(487, {}, {});
    end({EndCause::canceled, 487, told_reason({}, cancel), &cancel});
}

void IncomingInviteDialog::on_transaction_gone() {
    transaction_ = nullptr;
    DialogSession::on_transaction_gone();
}

void IncomingInviteDialog::stop_timers() {
    refresh_.stop();
    DialogSession::stop_timers();
}

}  // namespace skyn3t::sip
