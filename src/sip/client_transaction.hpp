#pragma once

#include <string>
#include <string_view>

#include "sip/flow.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

class ClientTransaction;

// Who sent the request of a client transaction. It detaches (set_user(nullptr)) before it is
// destroyed.
class ClientTransactionUser {
  public:
    // Provisional and final responses; of an INVITE also each further 2xx (another fork, or the
    // same one again).
    virtual void on_response(ClientTransaction& transaction, const Message& response) = 0;
    // There will be no final response: 408 none came in time, 503 the request could not be sent.
    virtual void on_no_response(ClientTransaction& transaction, int status) = 0;
    // The last call.
    virtual void on_transaction_gone(ClientTransaction& transaction) = 0;

  protected:
    ~ClientTransactionUser() = default;
};

// One request sent (RFC 3261 §17.1): repeats it, absorbs what is repeated to us. Owned by the
// TransactionLayer.
class ClientTransaction {
  public:
    virtual ~ClientTransaction() = default;
    ClientTransaction(const ClientTransaction&) = delete;
    ClientTransaction& operator=(const ClientTransaction&) = delete;

    [[nodiscard]] const Flow& flow() const { return flow_; }
    [[nodiscard]] const std::string& request() const { return request_; }
    void set_user(ClientTransactionUser* user) { user_ = user; }
    [[nodiscard]] ClientTransactionUser* user() const { return user_; }

    virtual void receive(const Message& response) = 0;
    virtual void on_connection_closed() = 0;
    [[nodiscard]] virtual std::string_view state_name() const = 0;

  protected:
    ClientTransaction(const Flow& flow, std::string request, ClientTransactionUser* user)
        : flow_(flow), request_(std::move(request)), user_(user) {}
    Flow flow_;
    std::string request_;
    ClientTransactionUser* user_;

  private:
    friend class TransactionLayer;
    std::string_view key_;  // in the layer's table
};

}  // namespace skyn3t::sip
