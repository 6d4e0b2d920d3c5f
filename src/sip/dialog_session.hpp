#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timer_wheel.hpp"
#include "sip/ack_wait.hpp"
#include "sip/client_auth.hpp"
#include "sip/client_transaction.hpp"
#include "sip/dialog.hpp"
#include "sip/invite_dialog.hpp"
#include "sip/server_transaction.hpp"
#include "sip/session_timer.hpp"

namespace skyn3t::sip {

class UserAgentCore;

// What both kinds of INVITE dialog have in common: everything once it is confirmed, in both
// directions. Owned by the UserAgentCore.
class DialogSession : public InviteDialog,
                      public ClientTransactionUser,
                      public ServerTransactionUser {
  public:
    ~DialogSession() override;

    [[nodiscard]] State state() const override { return state_; }
    [[nodiscard]] const std::string& sip_call_id() const override { return dialog_.call_id; }
    [[nodiscard]] const std::string& local_tag() const override { return dialog_.local_tag; }
    [[nodiscard]] const Flow& flow() const override { return dialog_.flow; }
    void set_flow(const Flow& flow) override { dialog_.flow = flow; }
    void hang_up(const ExtraHeaders& headers) override;
    void reinvite(std::string_view sdp) override;
    void answer_offer(std::string_view sdp) override;
    void refuse_offer(int status) override;
    void info(std::string_view content_type, std::string_view body) override;

    // For the core.
    void receive(Message request, ServerTransaction& transaction);
    void receive_ack(const Message& ack, const Flow& flow);
    [[nodiscard]] bool is_held() const { return is_held_; }
    void orphan();  // the core goes away before the handle
    [[nodiscard]] virtual std::string describe() const;

    void on_response(ClientTransaction& transaction, const Message& response) override;
    void on_no_response(ClientTransaction& transaction, int status) override;
    void on_transaction_gone(ClientTransaction& transaction) override;
    void on_canceled(const Message& cancel) override;
    [[nodiscard]] std::string_view to_tag() const override { return dialog_.local_tag; }
    void on_transaction_gone() override;

  protected:
    DialogSession(UserAgentCore& core, InviteDialogObserver& observer);

    // What hang_up() does before there is a dialog.
    virtual void give_up(const ExtraHeaders& headers) = 0;
    // The initial INVITE's part of what comes.
    [[nodiscard]] virtual bool is_initial(const ClientTransaction& /*transaction*/) const {
        return false;
    }
    virtual void on_invite_response(ClientTransaction& /*transaction*/,
                                    const Message& /*response*/) {}
    virtual void on_invite_lost(ClientTransaction& /*transaction*/, int /*status*/) {}
    // A BYE while there was no final response yet.
    virtual void on_early_bye() {}
    [[nodiscard]] virtual bool is_caller() const = 0;  // who owns the Call-ID (RFC 3261 §14.1)
    virtual void stop_timers();

    // Sends `method` in the dialog, with its own CSeq, and tells this object what becomes of it.
    ClientTransaction& send(Method method, const ExtraHeaders& headers, std::string_view body,
                            std::string_view content_type = "application/sdp");
    // The ACK for a 2xx that we got; again for each copy of it. False for a copy.
    bool acknowledge(const Dialog& dialog, const Message& response);
    void send_bye(const ExtraHeaders& headers);
    void end(Ending ending);
    // Ends without telling the observer any more.
    void end_quietly();
    void wait_for_ack(ServerTransaction& transaction, std::uint32_t cseq, std::string response);
    [[nodiscard]] MessageBuilder dialog_response(const Message& request, int status,
                                                 std::string_view reason) const;
    // A 2xx to an INVITE or UPDATE: with the timer that it settles, which runs from now on.
    void settle_timer(const Message& request, MessageBuilder& response);
    // The same of a 2xx to ours.
    void settle_timer(const Message& response);
    // What the peer says that it can do.
    void learn_from(const Message& message);
    // A 422: false when asking once more, for more, would not help.
    bool raise_interval(const Message& refusal);
    // What our INVITEs ask for.
    [[nodiscard]] std::chrono::seconds asked_interval() const;
    void add_min_se(MessageBuilder& request) const;
    void remove_if_done();
    template <class Call>
    void tell(Call call) {
        if (observer_ != nullptr) call(*observer_);
    }

    UserAgentCore& core_;
    InviteDialogObserver* observer_;
    Dialog dialog_;
    State state_ = State::early;
    std::optional<ClientAuth> auth_;
    bool is_acknowledged_ = false;  // its 2xx, whichever side sent it
    unsigned pending_ = 0;          // client transactions that will call back
    std::string local_sdp_;         // what we said last, to be said again in a refresh

  private:
    void release() noexcept override;
    void receive_bye(const Message& request, ServerTransaction& transaction);
    void receive_offer(Message request, ServerTransaction& transaction);
    void receive_info(const Message& request, ServerTransaction& transaction);
    void receive_refer(const Message& request, ServerTransaction& transaction);
    void refresh_session();
    void on_refresh_response(const Message& response);
    void on_session_expired();
    void add_timer(MessageBuilder& request) const;
    void on_reinvite_response(const Message& response);
    void on_ack_missing();
    void send_waiting_offer();
    void lose(int status);
    void drop_peer_offer();
    bool authenticate_again(ClientTransaction& transaction, const Message& response);

    // The peer's re-INVITE or UPDATE that awaits our answer.
    struct PeerOffer {
        Message request;
        ServerTransaction* transaction;
    };
    // The ACK we sent for a 2xx, by what identifies the 2xx.
    struct SentAck {
        std::string remote_tag;
        std::uint32_t cseq;
        Flow flow;
        std::string text;
    };

    bool is_held_ = true;  // by a handle
    bool is_orphan_ = false;
    std::shared_ptr<PeerOffer> peer_offer_;  // shared with the callback that it may end in
    bool awaits_answer_in_ack_ = false;      // we answered an empty re-INVITE with an offer
    std::unique_ptr<AckWait> ack_wait_;
    std::optional<ExtraHeaders> bye_after_ack_;
    std::vector<SentAck> acks_;
    ClientTransaction* reinvite_ = nullptr;  // ours, until its final response
    ClientTransaction* refresh_ = nullptr;   // our UPDATE, until its final response
    ClientTransaction* bye_ = nullptr;
    ClientTransaction* info_ = nullptr;  // the latest
    ExtraHeaders bye_headers_;
    std::string offer_;                         // of reinvite_
    std::optional<std::string> waiting_offer_;  // until reinvite_ or the peer's is done
    Timer glare_;                               // 491: when to try again
    SessionTimer session_timer_;
    bool peer_takes_update_ = false;
    std::chrono::seconds min_se_ = kSmallestMinSe;  // the most that a 422 asked for
    unsigned intervals_raised_ = 0;
};

}  // namespace skyn3t::sip
