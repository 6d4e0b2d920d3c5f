#include "sip/invite_server_transaction.hpp"

#include <algorithm>
#include <utility>

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

InviteServerTransaction::InviteServerTransaction(TransactionLayer& layer, const Flow& flow,
                                                 const ReplyPath& reply, std::string trying)
    : ServerTransaction(flow),
      layer_(layer),
      reply_(reply),
      response_(std::move(trying)),
      repeat_(layer.wheel(), [this] { on_repeat(); }),
      end_(layer.wheel(), [this] { layer_.retire(*this); }) {
    repeat_.start_after(layer_.timers().trying);
}

void InviteServerTransaction::respond(int status, std::string response) {
    if (state_ == State::accepted) {
        if (status / 100 != 2) return;
        ++layer_.counters().retransmissions_sent;  // the first one brought us here
        layer_.reply(reply_, response);
        return;
    }
    if (state_ != State::proceeding) return;
    repeat_.stop();
    has_responded_ = true;
    response_ = std::move(response);
    layer_.reply(reply_, response_);
    if (status < 200) return;
    if (status < 300) {
        state_ = State::accepted;
        // The response is the TU's from here on; a CANCEL that crossed it needs its tag.
        const auto sent = Message::parse(std::exchange(response_, {}));
        if (sent) accepted_tag_ = sent->to_tag();
        end_.start_after(layer_.timers().timeout());
        return;
    }
    enter_completed();
}

void InviteServerTransaction::respond_once(const std::string& response) {
    repeat_.stop();
    layer_.reply(reply_, response);
    layer_.retire(*this);
}

void InviteServerTransaction::enter_completed() {
    state_ = State::completed;
    end_.start_after(layer_.timers().timeout());
    if (reply_.flow.transport != TransportKind::udp) return;
    gap_ = layer_.timers().t1;
    repeat_.start_after(gap_);
}

void InviteServerTransaction::on_repeat() {
    if (state_ == State::proceeding) {
        has_responded_ = true;
        layer_.reply(reply_, response_);
        return;
    }
    send_again();
    gap_ = std::min(2 * gap_, layer_.timers().t2);
    repeat_.start_after(gap_);
}

void InviteServerTransaction::send_again() {
    ++layer_.counters().retransmissions_sent;
    layer_.reply(reply_, response_);
}

void InviteServerTransaction::on_retransmission() {
    if ((state_ == State::proceeding && has_responded_) || state_ == State::completed) send_again();
}

void InviteServerTransaction::on_ack() {
    if (state_ != State::completed) return;
    state_ = State::confirmed;
    repeat_.stop();
    response_ = {};
    // Timer I absorbs further ACKs, which only an unreliable transport repeats.
    if (reply_.flow.transport == TransportKind::udp)
        end_.start_after(layer_.timers().t4);
    else
        layer_.retire(*this);
}

std::string InviteServerTransaction::to_tag() const {
    if (user() != nullptr) return std::string(user()->to_tag());
    if (!accepted_tag_.empty()) return accepted_tag_;
    const auto refusal = Message::parse(response_);
    return refusal ? std::string(refusal->to_tag()) : std::string();
}

std::string_view InviteServerTransaction::state_name() const {
    switch (state_) {
        case State::proceeding:
            return "proceeding";
        case State::accepted:
            return "accepted";
        case State::completed:
            return "completed";
        case State::confirmed:
            return "confirmed";
    }
    return "";
}

}  // namespace skyn3t::sip
