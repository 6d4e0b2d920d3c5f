#include "sip/non_invite_client_transaction.hpp"

#include <algorithm>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

NonInviteClientTransaction::NonInviteClientTransaction(TransactionLayer& layer, const Flow& flow,
                                                       std::string request,
                                                       ClientTransactionUser* user)
    : ClientTransaction(flow, std::move(request), user),
      layer_(layer),
      gap_(layer.timers().t1),
      repeat_(layer.wheel(), [this] { on_repeat(); }),
      end_(layer.wheel(), [this] { on_end(); }) {
    if (!layer_.transmit(flow_, request_)) {
        fail(503);
        return;
    }
    if (flow_.transport == TransportKind::udp) repeat_.start_after(gap_);
    end_.start_after(layer_.timers().timeout());
}

void NonInviteClientTransaction::on_repeat() {
    ++layer_.counters().retransmissions_sent;
    if (!layer_.transmit(flow_, request_)) return fail(503);
    const auto& timers = layer_.timers();
    gap_ = state_ == State::proceeding ? timers.t2 : std::min(2 * gap_, timers.t2);
    repeat_.start_after(gap_);
}

// Told a moment later, never from within the call that found it.
void NonInviteClientTransaction::fail(int status) {
    state_ = State::failed;
    failure_ = status;
    repeat_.stop();
    end_.start_after(std::chrono::milliseconds::zero());
}

void NonInviteClientTransaction::on_end() {
    if (state_ == State::trying || state_ == State::proceeding) ++layer_.counters().timeouts;
    if (state_ != State::completed && user_ != nullptr) user_->on_no_response(*this, failure_);
    layer_.retire(*this);
}

void NonInviteClientTransaction::on_connection_closed() {
    if (state_ == State::trying || state_ == State::proceeding) fail(503);
}

void NonInviteClientTransaction::receive(const Message& response) {
    if (state_ != State::trying && state_ != State::proceeding) return;
    if (response.status() < 200) {
        state_ = State::proceeding;
    } else {
        state_ = State::completed;
        repeat_.stop();
        const bool is_udp = flow_.transport == TransportKind::udp;
        end_.start_after(is_udp ? layer_.timers().t4 : std::chrono::milliseconds::zero());
    }
    if (user_ != nullptr) user_->on_response(*this, response);
}

std::string_view NonInviteClientTransaction::state_name() const {
    switch (state_) {
        case State::trying:
            return "trying";
        case State::proceeding:
            return "proceeding";
        case State::completed:
            return "completed";
        case State::failed:
            return "failed";
    }
    return "";
}

}  // namespace skyn3t::sip
