#include "sip/outgoing_request.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/random.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {

PendingRequest::PendingRequest(UserAgentCore& core, OutgoingRequest request, OnOutcome on_outcome)
    : core_(core),
      request_(std::move(request)),
      on_outcome_(std::move(on_outcome)),
      patience_(core.transactions().wheel(), [this] {
          give_up();
          finish(408, nullptr);
      }) {
    if (request_.sip_call_id.empty()) request_.sip_call_id = random_hex(16);
    if (request_.from_tag.empty()) request_.from_tag = new_tag();
    if (request_.to.empty()) request_.to = "<" + request_.target + ">";
    if (request_.credentials) auth_.emplace(*request_.credentials);
    patience_.start_after(request_.patience);
    send();
}

PendingRequest::~PendingRequest() { give_up(); }

void PendingRequest::send() {
    const auto method = name_of(request_.method);
    const auto branch = new_branch();
    auto message = MessageBuilder::request(request_.method, request_.target);
    message.header(HeaderId::via, core_.via(request_.flow, branch));
    for (const auto& route : request_.route) message.header(HeaderId::route, route);
    message.header(HeaderId::max_forwards, 70u);
    message.header(HeaderId::from, request_.from + ";tag=" + request_.from_tag);
    message.header(HeaderId::to, request_.to);
    message.header(HeaderId::call_id, request_.sip_call_id);
    message.header(HeaderId::cseq, fmt::format("{} {}", request_.cseq, method));
    message.header(HeaderId::user_agent, core_.config().product);
    if (auth_) auth_->add_to(message, method, request_.target);
    add_headers(message, request_.headers);
    auto text = request_.body.empty() ? message.build()
                                      : message.body(request_.content_type, request_.body);
    transaction_ =
        &core_.transactions().send(request_.method, branch, request_.flow, std::move(text), this);
}

// What still comes then is nobody's.
void PendingRequest::give_up() {
    auto* transaction = std::exchange(transaction_, nullptr);
    if (transaction == nullptr) return;
    transaction->set_user(nullptr);
    core_.transactions().retire(*transaction);
}

void PendingRequest::finish(int status, const Message* response) {
    patience_.stop();
    const auto told = std::exchange(on_outcome_, nullptr);
    if (told) told({status, response, request_.cseq});  // may destroy this
}

void PendingRequest::on_response(ClientTransaction& transaction, const Message& response) {
    const int status = response.status();
    if (status < 200) return;
    // The transaction lives on by itself, for copies of the response.
    transaction.set_user(nullptr);
    transaction_ = nullptr;
    if ((status == 401 || status == 407) && auth_ && auth_->accept(response)) {
        ++request_.cseq;
        return send();
    }
    finish(status, &response);
}

void PendingRequest::on_no_response(ClientTransaction& transaction, int status) {
    transaction.set_user(nullptr);
    transaction_ = nullptr;
    finish(status, nullptr);
}

void PendingRequest::on_transaction_gone(ClientTransaction&) { transaction_ = nullptr; }

}  // namespace skyn3t::sip
