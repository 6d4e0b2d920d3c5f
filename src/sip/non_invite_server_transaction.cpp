#include "sip/non_invite_server_transaction.hpp"

#include "sip/transaction_layer.hpp"

namespace skyn3t::sip {

NonInviteServerTransaction::NonInviteServerTransaction(TransactionLayer& layer, const Flow& flow,
                                                       const ReplyPath& reply)
    : ServerTransaction(flow), layer_(layer), reply_(reply) {}

void NonInviteServerTransaction::respond(int status, std::string response) {
    if (is_completed_) return;
    response_ = std::move(response);
    layer_.reply(reply_, response_);
    if (status < 200) return;
    is_completed_ = true;
    if (reply_.flow.transport == TransportKind::udp)
        layer_.retire_answered(*this, reply_.flow, response_);
    else
        layer_.retire(*this);
}

void NonInviteServerTransaction::respond_once(const std::string& response) {
    layer_.reply(reply_, response);
    layer_.retire(*this);
}

void NonInviteServerTransaction::on_retransmission() {
    if (response_.empty()) return;
    ++layer_.counters().retransmissions_sent;
    layer_.reply(reply_, response_);
}

std::string_view NonInviteServerTransaction::state_name() const {
    if (is_completed_) return "completed";
    return response_.empty() ? "trying" : "proceeding";
}

}  // namespace skyn3t::sip
