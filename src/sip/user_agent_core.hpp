#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip/transaction_layer.hpp"
#include "sip/user_agent.hpp"

namespace skyn3t::sip {

class DialogSession;

// The inside of UserAgent: takes messages apart by transaction and dialog, refuses what RFC 3261
// §8.2 refuses, owns the dialogs.
class UserAgentCore final : public TransportReceiver, public TransactionLayerUser {
  public:
    UserAgentCore(TransportLayer& transport, TimerWheel& wheel, UserAgentConfig config,
                  RequestHandler& handler);
    ~UserAgentCore();

    void on_received(std::string bytes, const Flow& flow) override;
    void on_connection_closed(const Flow& flow) override;
    void on_request(NewRequest request) override;
    void on_ack(const Message& ack, const Flow& flow) override;
    void on_refused(const Message& request, const Flow& flow) override;
    [[nodiscard]] bool is_known_source(const Flow& flow) const override {
        return !config_.is_known_source || config_.is_known_source(flow);
    }

    [[nodiscard]] InviteDialogHandle take_invite(IncomingRequest request,
                                                 InviteDialogObserver& observer);
    [[nodiscard]] InviteDialogHandle invite(OutgoingInvite invite, InviteDialogObserver& observer);
    void set_draining(bool draining) { draining_ = draining; }

    // For the dialogs.
    [[nodiscard]] TransactionLayer& transactions() { return layer_; }
    [[nodiscard]] TransportLayer& transport() { return transport_; }
    [[nodiscard]] const UserAgentConfig& config() const { return config_; }
    [[nodiscard]] UserAgentCounters& counters() { return counters_; }
    [[nodiscard]] std::string via(const Flow& flow, std::string_view branch) const;
    [[nodiscard]] std::string contact(const Flow& flow) const;
    [[nodiscard]] const std::string& allow() const { return allow_; }
    // A response with our Server field.
    [[nodiscard]] MessageBuilder response(const Message& request, int status,
                                          std::string_view reason, std::string_view tag) const;
    // A response that is no dialog's, the same for every copy of the request.
    [[nodiscard]] MessageBuilder refusal(const Message& request, int status,
                                         std::string_view reason) const;
    void respond(ServerTransaction& transaction, const Message& request, int status,
                 std::string_view reason = {}, std::string_view tag = {}) const;
    // Require, body and Accept (RFC 3261 §8.2.2.3, §8.2.3): true when it was refused.
    bool refuse_content(ServerTransaction& transaction, const Message& request) const;
    void answer_options(ServerTransaction& transaction, const Message& request,
                        std::string_view tag) const;
    // The dialog is over, nobody holds it and nothing of it is under way.
    void remove(DialogSession& dialog);

    [[nodiscard]] const UserAgentCounters& counters() const { return counters_; }
    [[nodiscard]] UserAgentSize size() const;
    [[nodiscard]] std::vector<std::string> dump() const;

  private:
    void respond_stateless(const Message& request, const Flow& flow, int status,
                           std::string_view reason);
    void on_cancel(const NewRequest& request);
    void on_new(NewRequest request);
    // The checks of §8.2 that need no handler: true when the request was answered.
    bool refuse(const NewRequest& request);
    [[nodiscard]] bool is_allowed(Method method) const;
    [[nodiscard]] InviteDialogHandle own(std::unique_ptr<DialogSession> dialog);
    [[nodiscard]] DialogSession* find_dialog(std::string_view local_tag) const;

    TransportLayer& transport_;
    UserAgentConfig config_;
    RequestHandler& handler_;
    UserAgentCounters counters_;
    std::string allow_;
    bool draining_ = false;
    // By local tag. Declared before the layer, whose transactions tell their dialogs when they go.
    std::unordered_map<std::string, std::unique_ptr<DialogSession>, TextHash, std::equal_to<>>
        dialogs_;
    std::vector<std::unique_ptr<DialogSession>> dead_;
    Timer undertaker_;
    TransactionLayer layer_;
};

[[nodiscard]] std::string new_tag();
[[nodiscard]] std::string new_branch();
void add_headers(MessageBuilder& message, const ExtraHeaders& headers);

}  // namespace skyn3t::sip
