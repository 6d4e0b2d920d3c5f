#include "sip/outgoing_invite_dialog.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "sip/reason.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kUdpSafe = 1300;  // RFC 3261 §18.1.1

}  // namespace

OutgoingInviteDialog::OutgoingInviteDialog(UserAgentCore& core, InviteDialogObserver& observer,
                                           OutgoingInvite invite)
    : DialogSession(core, observer),
      spec_(std::move(invite)),
      guard_(core.transactions().wheel(), [this] {
          if (current_ != nullptr) core_.transactions().retire(*current_);
      }) {
    dialog_.call_id = random_hex(16);
    dialog_.local_tag = new_tag();
    dialog_.local_party = spec_.from + ";tag=" + dialog_.local_tag;
    dialog_.flow = spec_.flow;
    dialog_.stay_on_flow = spec_.stay_on_flow;
    if (spec_.credentials) auth_.emplace(*spec_.credentials);
}

std::string OutgoingInviteDialog::invite_text(const Flow& flow, std::string_view branch) {
    auto invite = MessageBuilder::request(Method::invite, spec_.target);
    invite.header(HeaderId::via, core_.via(flow, branch));
    for (const auto& route : spec_.route) invite.header(HeaderId::route, route);
    invite.header(HeaderId::max_forwards, spec_.max_forwards);
    invite.header(HeaderId::from, dialog_.local_party);
    invite.header(HeaderId::to, spec_.to.empty() ? "<" + spec_.target + ">" : spec_.to);
    invite.header(HeaderId::call_id, dialog_.call_id);
    invite.header(HeaderId::cseq, fmt::format("{} INVITE", dialog_.local_cseq));
    invite.header(HeaderId::contact, core_.contact(flow));
    invite.header(HeaderId::allow, core_.allow());
    invite.header(HeaderId::supported, "timer");
    invite.header(HeaderId::session_expires, SessionExpires{asked_interval(), {}}.text());
    add_min_se(invite);
    invite.header(HeaderId::user_agent, core_.config().product);
    if (auth_) auth_->add_to(invite, "INVITE", spec_.target);
    add_headers(invite, spec_.headers);
    return spec_.sdp.empty() ? invite.build() : invite.body("application/sdp", spec_.sdp);
}

void OutgoingInviteDialog::send_invite() {
    ++dialog_.local_cseq;
    has_provisional_ = false;
    Flow flow = spec_.flow;
    auto& transport = core_.transport();
    // A trunk is connected to again; a phone can only come back itself.
    if (flow.transport == TransportKind::tcp && !spec_.stay_on_flow && !transport.is_alive(flow))
        flow = transport.open(TransportKind::tcp, flow.remote).value_or(flow);
    const auto branch = new_branch();
    auto text = invite_text(flow, branch);
    if (spec_.tcp_when_large && flow.transport == TransportKind::udp && text.size() > kUdpSafe) {
        if (const auto tcp = transport.open(TransportKind::tcp, flow.remote)) {
            flow = *tcp;
            text = invite_text(flow, branch);
        }
    }
    ++pending_;
    current_ = &core_.transactions().send(Method::invite, branch, flow, std::move(text), this);
    invites_.push_back(current_);
}

bool OutgoingInviteDialog::is_initial(const ClientTransaction& transaction) const {
    return std::ranges::find(invites_, &transaction) != invites_.end();
}

void OutgoingInviteDialog::on_transaction_gone(ClientTransaction& transaction) {
    std::erase(invites_, &transaction);
    if (current_ == &transaction) {
        current_ = nullptr;
        guard_.stop();
    }
    DialogSession::on_transaction_gone(transaction);
}

void OutgoingInviteDialog::on_invite_response(ClientTransaction& transaction,
                                              const Message& response) {
    const int status = response.status();
    if (status >= 300) return on_failure(transaction, response);
    if (status >= 200) return on_success(transaction, response);
    if (&transaction == current_) on_provisional(response);
}

void OutgoingInviteDialog::on_provisional(const Message& response) {
    has_provisional_ = true;
    if (cancel_) return send_cancel();
    if (response.status() > 100) tell([&](auto& observer) { observer.on_progress(response); });
}

void OutgoingInviteDialog::on_success(const ClientTransaction& transaction,
                                      const Message& response) {
    Dialog ours = dialog_;
    ours.remote_target = spec_.target;
    ours.flow = transaction.flow();
    auto dialog = Dialog::from_response(response, std::move(ours));
    if (has_dialog_ && response.to_tag() == dialog_.remote_tag) {
        acknowledge(dialog_, response);
        return;
    }
    // §13.2.2.4: every 2xx gets its ACK. That of another branch, or one that met our CANCEL, a BYE
    // as well.
    if (has_dialog_ || state_ != State::early) return refuse_fork(std::move(dialog), response);
    dialog_ = std::move(dialog);
    has_dialog_ = true;
    is_acknowledged_ = true;
    state_ = State::confirmed;
    if (auth_) auth_->on_success();
    acknowledge(dialog_, response);
    local_sdp_ = spec_.sdp;
    learn_from(response);
    settle_timer(response);
    tell([&](auto& observer) { observer.on_answered(response); });
}

void OutgoingInviteDialog::refuse_fork(Dialog dialog, const Message& response) {
    const bool is_new = acknowledge(dialog, response);
    if (!is_new) return;
    const Flow flow = next_hop(dialog, core_.transport());
    const auto branch = new_branch();
    auto bye = dialog.request(Method::bye, dialog.local_cseq + 1, core_.via(flow, branch));
    bye.header(HeaderId::user_agent, core_.config().product);
    if (auth_) auth_->add_to(bye, "BYE", dialog.request_uri());
    core_.transactions().send(Method::bye, branch, flow, bye.build(), nullptr);
}

void OutgoingInviteDialog::on_failure(ClientTransaction& transaction, const Message& response) {
    if (&transaction != current_) return;
    guard_.stop();
    const int status = response.status();
    if ((status == 401 || status == 407) && state_ == State::early && auth_ &&
        auth_->accept(response))
        return send_invite();
    if (status == 422 && state_ == State::early && raise_interval(response)) return send_invite();
    if (state_ != State::early) return;
    end({EndCause::refused, status, told_reason(response.reason(), response), &response});
}

void OutgoingInviteDialog::on_invite_lost(ClientTransaction& transaction, int status) {
    if (&transaction != current_ || state_ != State::early) return;
    end({EndCause::refused, status, std::string(default_reason(status)), nullptr});
}

void OutgoingInviteDialog::give_up(const ExtraHeaders& headers) {
    end_quietly();
    cancel_ = headers;
    if (has_provisional_) send_cancel();  // before that, §9.1 forbids it
}

void OutgoingInviteDialog::send_cancel() {
    const auto headers = std::exchange(cancel_, std::nullopt);
    if (current_ == nullptr || !headers) return;
    const auto invite = Message::parse(current_->request());
    const auto via = invite ? invite->top_via() : fail(Errc::parse_error);
    if (!via) return;
    auto cancel = MessageBuilder::request(Method::cancel, invite->request_uri());
    cancel.copy(*invite, HeaderId::via);
    cancel.copy(*invite, HeaderId::route);
    cancel.header(HeaderId::max_forwards, 70u);
    cancel.copy(*invite, HeaderId::from);
    cancel.copy(*invite, HeaderId::to);
    cancel.copy(*invite, HeaderId::call_id);
    cancel.header(HeaderId::cseq, fmt::format("{} CANCEL", dialog_.local_cseq));
    cancel.header(HeaderId::user_agent, core_.config().product);
    add_headers(cancel, *headers);
    core_.transactions().send(Method::cancel, via->branch, current_->flow(), cancel.build(),
                              nullptr);
    guard_.start_after(core_.config().timers.timeout());
}

void OutgoingInviteDialog::stop_timers() {
    guard_.stop();
    DialogSession::stop_timers();
}

}  // namespace skyn3t::sip
