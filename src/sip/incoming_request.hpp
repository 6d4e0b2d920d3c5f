#pragma once

#include <string>
#include <string_view>

#include "sip/invite_dialog.hpp"
#include "sip/message.hpp"
#include "sip/reply.hpp"
#include "sip/server_transaction.hpp"

namespace skyn3t::sip {

// A request outside any dialog, and the right to answer it, now or later. Move-only. Destroyed
// unanswered, it answers 500, so no transaction is left open. Signalling thread.
class IncomingRequest final : private ServerTransactionUser {
  public:
    IncomingRequest(IncomingRequest&& other) noexcept;
    IncomingRequest& operator=(IncomingRequest&& other) noexcept;
    ~IncomingRequest();

    [[nodiscard]] const Message& message() const { return message_; }
    [[nodiscard]] const Flow& flow() const { return flow_; }
    // Neither answered nor canceled by its sender nor given to UserAgent::take_invite().
    [[nodiscard]] bool is_open() const { return transaction_ != nullptr; }

    // A final response without a body. Empty `reason`: the standard's. Does nothing when it is not
    // open.
    void respond(int status, std::string_view reason = {}, const ExtraHeaders& headers = {});
    // The same for a response with more to it: add to response(), then send() what it built.
    [[nodiscard]] MessageBuilder response(int status, std::string_view reason = {}) const;
    void send(int status, std::string response);
    // What a registrar or an authenticator answers.
    void respond(const Reply& reply);
    // The same for one who is not known: keeps nothing (ServerTransaction::respond_once).
    void respond_once(const Reply& reply);

  private:
    friend class UserAgentCore;
    IncomingRequest(Message message, ServerTransaction& transaction, std::string_view product);
    void on_canceled(const Message& cancel) override;
    [[nodiscard]] std::string_view to_tag() const override { return tag_; }
    void on_transaction_gone() override;

    Message message_;
    Flow flow_;
    ServerTransaction* transaction_;
    std::string_view product_;  // the configuration's
    std::string tag_;
};

}  // namespace skyn3t::sip
