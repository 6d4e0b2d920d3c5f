// DialogSession's other half: the requests in the dialog that are not about the session itself.
#include "sip/dialog_session.hpp"
#include "sip/reason.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {

MessageBuilder DialogSession::dialog_response(const Message& request, int status,
                                              std::string_view reason) const {
    return core_.response(request, status, reason, dialog_.local_tag);
}

void DialogSession::receive(Message request, ServerTransaction& transaction) {
    const auto refuse = [&](int status) {
        transaction.respond(status, dialog_response(request, status, {}).build());
    };
    if (!dialog_.has(request)) return refuse(481);
    // Both sides may hang up at once; each BYE is answered.
    if (state_ == State::ended) return refuse(request.method() == Method::bye ? 200 : 481);
    const auto cseq = request.cseq();
    if (!cseq) return refuse(400);
    // RFC 3261 §12.2.2: an older request that was overtaken.
    if (dialog_.remote_cseq && cseq->number < *dialog_.remote_cseq) return refuse(500);
    dialog_.remote_cseq = cseq->number;
    // The peer may have come back by another port or connection; answers have always gone there.
    dialog_.flow = transaction.flow();
    learn_from(request);
    if (core_.refuse_content(transaction, request)) return;
    switch (request.method()) {
        case Method::bye:
            return receive_bye(request, transaction);
        case Method::invite:
        case Method::update:
            return receive_offer(std::move(request), transaction);
        case Method::info:
            return receive_info(request, transaction);
        case Method::refer:
            return receive_refer(request, transaction);
        case Method::options:
            return core_.answer_options(transaction, request, dialog_.local_tag);
        default:
            break;
    }
    auto response = dialog_response(request, 405, {});
    response.header(HeaderId::allow, core_.allow());
    transaction.respond(405, response.build());
}

void DialogSession::receive_bye(const Message& request, ServerTransaction& transaction) {
    transaction.respond(200, dialog_response(request, 200, {}).build());
    if (state_ == State::early) on_early_bye();
    end({EndCause::bye, 0, told_reason({}, request), &request});
}

void DialogSession::receive_info(const Message& request, ServerTransaction& transaction) {
    if (request.has(HeaderId::info_package)) {
        // RFC 6086 §4.2.2: we take part in no package, and say so; the INFO of RFC 2976 has none.
        auto refusal = dialog_response(request, 469, {});
        refusal.header(HeaderId::recv_info, "");
        return transaction.respond(469, refusal.build());
    }
    transaction.respond(200, dialog_response(request, 200, {}).build());
    tell([&](auto& observer) { observer.on_info(request); });
}

// Transfer is not built, so Allow does not list REFER; a phone that asks all the same gets an
// answer that its user understands (RFC 3515 §2.4.2: "the recipient declines").
void DialogSession::receive_refer(const Message& request, ServerTransaction& transaction) {
    transaction.respond(603, dialog_response(request, 603, {}).build());
    tell([&](auto& observer) { observer.on_refer(request); });
}

void DialogSession::info(std::string_view content_type, std::string_view body) {
    if (state_ == State::confirmed) info_ = &send(Method::info, {}, body, content_type);
}

// A CANCEL of the peer's re-INVITE.
void DialogSession::on_canceled(const Message& /*cancel*/) { refuse_offer(487); }

void DialogSession::on_transaction_gone() { peer_offer_.reset(); }

}  // namespace skyn3t::sip
