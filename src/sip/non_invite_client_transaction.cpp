#include "sip/non_invite_client_transaction.hpp"

#include <algorithm>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

NonInviteClientTransaction::NonInviteClientTransaction(TransactionLayer& layer, const Flow& flow,
                                                       std::string request,
                                                       ClientTransactionUser* user)
    : ClientTransaction(layer, State::trying, flow, std::move(request), user) {}

std::chrono::milliseconds NonInviteClientTransaction::next_gap(
    std::chrono::milliseconds last) const {
    const auto longest = layer_.timers().t2;
    return state_ == State::proceeding ? longest : std::min(2 * last, longest);
}

void NonInviteClientTransaction::receive(const Message& response) {
    if (!waits_for_final()) return;
    if (response.status() < 200) {
        state_ = State::proceeding;
    } else {
        state_ = State::completed;
        repeat_.stop();
        linger(layer_.timers().t4);
    }
    if (user_ != nullptr) user_->on_response(*this, response);
}

}  // namespace skyn3t::sip
