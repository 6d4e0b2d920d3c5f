#include "sip/incoming_request.hpp"

#include <utility>

#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {

IncomingRequest::IncomingRequest(Message message, ServerTransaction& transaction,
                                 std::string_view product)
    : message_(std::move(message)),
      flow_(transaction.flow()),
      transaction_(&transaction),
      product_(product),
      tag_(new_tag()) {
    transaction.set_user(this);
}

IncomingRequest::IncomingRequest(IncomingRequest&& other) noexcept
    : message_(std::move(other.message_)),
      flow_(other.flow_),
      transaction_(std::exchange(other.transaction_, nullptr)),
      product_(other.product_),
      tag_(std::move(other.tag_)) {
    if (transaction_ != nullptr) transaction_->set_user(this);
}

IncomingRequest& IncomingRequest::operator=(IncomingRequest&& other) noexcept {
    if (this == &other) return *this;
    respond(500);
    message_ = std::move(other.message_);
    flow_ = other.flow_;
    transaction_ = std::exchange(other.transaction_, nullptr);
    product_ = other.product_;
    tag_ = std::move(other.tag_);
    if (transaction_ != nullptr) transaction_->set_user(this);
    return *this;
}

IncomingRequest::~IncomingRequest() { respond(500); }

MessageBuilder IncomingRequest::response(int status, std::string_view reason) const {
    auto response = MessageBuilder::response_to(message_, status, reason, tag_);
    response.header(HeaderId::server, product_);
    return response;
}

void IncomingRequest::respond(int status, std::string_view reason, const ExtraHeaders& headers) {
    if (!is_open()) return;
    auto response = this->response(status, reason);
    add_headers(response, headers);
    send(status, response.build());
}

void IncomingRequest::send(int status, std::string response) {
    if (!is_open()) return;
    if (status < 200) {
        transaction_->respond(status, std::move(response));
        return;
    }
    auto* transaction = std::exchange(transaction_, nullptr);
    transaction->set_user(nullptr);
    transaction->respond(status, std::move(response));
}

void IncomingRequest::respond(const Reply& reply) {
    send(reply.status, response_text(message_, reply, tag_));
}

void IncomingRequest::respond_once(const Reply& reply) {
    if (!is_open()) return;
    auto* transaction = std::exchange(transaction_, nullptr);
    transaction->set_user(nullptr);
    transaction->respond_once(response_text(message_, reply, stateless_tag(message_)));
}

void IncomingRequest::on_canceled(const Message& /*cancel*/) { respond(487); }

void IncomingRequest::on_transaction_gone() { transaction_ = nullptr; }

}  // namespace skyn3t::sip
