#include "sip/invite_client_transaction.hpp"

#include <fmt/format.h>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

InviteClientTransaction::InviteClientTransaction(TransactionLayer& layer, const Flow& flow,
                                                 std::string request, ClientTransactionUser* user)
    : ClientTransaction(layer, State::calling, flow, std::move(request), user) {}

void InviteClientTransaction::receive(const Message& response) {
    const int status = response.status();
    if (state_ == State::failed) return;
    if (status >= 300) return receive_failure(response);
    if (status < 200) {
        if (!waits_for_final()) return;
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
    linger(layer_.timers().completed);
    if (user_ != nullptr) user_->on_response(*this, response);
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
