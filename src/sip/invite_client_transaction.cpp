#include "sip/invite_client_transaction.hpp"

#include <fmt/format.h>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

InviteClientTransaction::InviteClientTransaction(TransactionLayer& layer, const Flow& flow,
                                                 std::string request, ClientTransactionUser* user)
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

void InviteClientTransaction::on_repeat() {
    ++layer_.counters().retransmissions_sent;
    if (!layer_.transmit(flow_, request_)) return fail(503);
    gap_ *= 2;  // timer A has no ceiling; timer B ends it
    repeat_.start_after(gap_);
}

// Told a moment later, never from within the call that found it.
void InviteClientTransaction::fail(int status) {
    state_ = State::failed;
    failure_ = status;
    repeat_.stop();
    end_.start_after(std::chrono::milliseconds::zero());
}

void InviteClientTransaction::on_end() {
    const bool unanswered = state_ == State::calling || state_ == State::failed;
    if (state_ == State::calling) ++layer_.counters().timeouts;
    if (unanswered && user_ != nullptr) user_->on_no_response(*this, failure_);
    layer_.retire(*this);
}

void InviteClientTransaction::on_connection_closed() {
    if (state_ == State::calling || state_ == State::proceeding) fail(503);
}

void InviteClientTransaction::receive(const Message& response) {
    const int status = response.status();
    if (state_ == State::failed) return;
    if (status >= 300) return receive_failure(response);
    if (status < 200) {
        if (state_ != State::calling && state_ != State::proceeding) return;
        state_ = State::proceeding;
        repeat_.stop();
        end_.stop();  // it may ring as long as our user likes
    } else if (state_ != State::accepted && state_ != State::completed) {
        state_ = State::accepted;
        repeat_.stop();
        end_.start_after(layer_.timers().timeout());
    }
    // A 2xx after a failure is another branch's of a forking proxy: it, too, must be acknowledged
    // by the user.
    if (user_ != nullptr) user_->on_response(*this, response);
}

void InviteClientTransaction::receive_failure(const Message& response) {
    if (state_ == State::completed) {
        ++layer_.counters().retransmissions_sent;
        (void)layer_.transmit(flow_, ack_);
        return;
    }
    if (state_ == State::accepted) return;
    state_ = State::completed;
    repeat_.stop();
    const auto invite = Message::parse(request_);
    if (invite) ack_ = ack_for_failure(*invite, response);
    (void)layer_.transmit(flow_, ack_);
    const bool is_udp = flow_.transport == TransportKind::udp;
    end_.start_after(is_udp ? layer_.timers().completed : std::chrono::milliseconds::zero());
    if (user_ != nullptr) user_->on_response(*this, response);
}

std::string_view InviteClientTransaction::state_name() const {
    switch (state_) {
        case State::calling:
            return "calling";
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

std::string ack_for_failure(const Message& invite, const Message& response) {
    auto ack = MessageBuilder::request(Method::ack, invite.request_uri());
    const auto copy_first = [&ack](HeaderId id, const Message& from) {
        if (const auto value = from.first(id)) ack.header(id, *value);
    };
    copy_first(HeaderId::via, invite);
    ack.header(HeaderId::max_forwards, 70u);
    copy_first(HeaderId::from, invite);
    copy_first(HeaderId::to, response);
    ack.header(HeaderId::call_id, invite.call_id());
    if (const auto cseq = invite.cseq())
        ack.header(HeaderId::cseq, fmt::format("{} ACK", cseq->number));
    ack.copy(invite, HeaderId::route);
    return ack.build();
}

}  // namespace skyn3t::sip
