#include "sip/client_transaction.hpp"

#include <utility>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

ClientTransaction::ClientTransaction(TransactionLayer& layer, State first, const Flow& flow,
                                     std::string request, ClientTransactionUser* user)
    : layer_(layer),
      state_(first),
      flow_(flow),
      request_(std::move(request)),
      user_(user),
      gap_(layer.timers().t1),
      repeat_(layer.wheel(), [this] { on_repeat(); }),
      end_(layer.wheel(), [this] { on_end(); }) {
    if (!layer_.transmit(flow_, request_)) {
        fail();
        return;
    }
    if (flow_.transport == TransportKind::udp) repeat_.start_after(gap_);
    end_.start_after(layer_.timers().timeout());
}

void ClientTransaction::on_repeat() {
    ++layer_.counters().retransmissions_sent;
    if (!layer_.transmit(flow_, request_)) return fail();
    gap_ = next_gap(gap_);
    repeat_.start_after(gap_);
}

// Told a moment later, never from within the call that found it.
void ClientTransaction::fail() {
    state_ = State::failed;
    repeat_.stop();
    end_.start_after(std::chrono::milliseconds::zero());
}

void ClientTransaction::on_end() {
    const bool timed_out = waits_for_final();
    if (timed_out) ++layer_.counters().timeouts;
    if ((timed_out || state_ == State::failed) && user_ != nullptr)
        user_->on_no_response(*this, timed_out ? 408 : 503);
    layer_.retire(*this);
}

void ClientTransaction::on_connection_closed() {
    if (waits_for_final()) fail();
}

void ClientTransaction::linger(std::chrono::milliseconds on_udp) {
    const bool is_udp = flow_.transport == TransportKind::udp;
    end_.start_after(is_udp ? on_udp : std::chrono::milliseconds::zero());
}

std::string_view ClientTransaction::state_name() const {
    switch (state_) {
        case State::calling:
            return "calling";
        case State::trying:
            return "trying";
        case State::proceeding:
            return "proceeding";
        case State::accepted:
            return "accepted";
        case State::completed:
            return "completed";
        case State::failed:
            return "failed";
    }
    return "";
}

}  // namespace skyn3t::sip
