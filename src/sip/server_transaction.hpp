#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sip/flow.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

// Who answers a server transaction. It is told of what happens before and after the final response;
// it may be exchanged (set_user) and must detach before it is destroyed.
class ServerTransactionUser {
  public:
    // INVITE only: a CANCEL came and was answered; 487 is due when there is no final response yet.
    virtual void on_canceled(const Message& cancel) = 0;
    // The To tag of its responses.
    [[nodiscard]] virtual std::string_view to_tag() const = 0;
    // The transaction is over: never answered, when the layer is being destroyed.
    virtual void on_transaction_gone() = 0;

  protected:
    ~ServerTransactionUser() = default;
};

// One request being answered (RFC 3261 §17.2): the copies of the request that still come, and the
// response they get. Owned by the TransactionLayer.
class ServerTransaction {
  public:
    virtual ~ServerTransaction() = default;
    ServerTransaction(const ServerTransaction&) = delete;
    ServerTransaction& operator=(const ServerTransaction&) = delete;

    // Where the request came from.
    [[nodiscard]] const Flow& flow() const { return flow_; }
    void set_user(ServerTransactionUser* user) { user_ = user; }
    [[nodiscard]] ServerTransactionUser* user() const { return user_; }

    // Sends a response, provisional or final. After a final one only more 2xx of an INVITE are
    // sent, which its TU repeats (RFC 6026 §7.1); all else is ignored.
    virtual void respond(int status, std::string response) = 0;
    // Sends a final response and keeps nothing (RFC 3261 §8.2.7, §26.3.2.4): neither repeats the
    // response nor waits for an ACK, and a copy of the request is decided anew. For whoever is
    // refused or challenged, so that strangers cannot fill our memory, nor have a message of theirs
    // answered many times over to somebody else. The last call.
    virtual void respond_once(const std::string& response) = 0;
    // A copy of the request.
    virtual void on_retransmission() = 0;
    // The ACK of a final response other than 2xx.
    virtual void on_ack() = 0;
    [[nodiscard]] virtual bool is_accepted() const = 0;  // an INVITE that got its 2xx
    // The To tag of an INVITE's responses, for the one to its CANCEL; empty when it is not known.
    [[nodiscard]] virtual std::string to_tag() const { return {}; }
    [[nodiscard]] virtual std::string_view state_name() const = 0;

  protected:
    explicit ServerTransaction(const Flow& flow) : flow_(flow) {}

  private:
    friend class TransactionLayer;
    Flow flow_;
    ServerTransactionUser* user_ = nullptr;
    std::string_view key_;  // in the layer's table
    std::uint64_t merge_key_ = 0;
};

}  // namespace skyn3t::sip
