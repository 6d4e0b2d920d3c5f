#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sip/flow.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {

// A header field to be added to a message of ours.
struct ExtraHeader {
    std::string name;
    std::string value;
};
using ExtraHeaders = std::vector<ExtraHeader>;

enum class EndCause : std::uint8_t {
    refused,   // outgoing: a final 3xx-6xx, with its status; 408 nobody answered, 503 not reachable
    canceled,  // incoming: the caller gave up before our final response
    bye,       // the peer hung up
    no_ack,    // incoming: our 200 was never acknowledged (Twilio 32022); it was ended with a BYE
    lost,      // a request in the dialog found it gone: 481, 408 or no way to the peer (503)
    expired,   // nobody refreshed the session (RFC 4028); it was ended with a BYE
};
[[nodiscard]] std::string_view name_of(EndCause cause);

// How a dialog ended without us ending it.
struct Ending {
    EndCause cause = EndCause::bye;
    int status = 0;      // of `refused` and `lost`
    std::string reason;  // the peer's reason phrase and Reason fields, for people; or ours
    const Message* message =
        nullptr;  // the response, CANCEL or BYE, when there was one; during the call only
};

// Who is told what happens to one InviteDialog: a leg. Called on the signalling thread, never from
// within a call of the dialog's. Messages are valid during the call only. A callback may call the
// dialog and may destroy its handle.
class InviteDialogObserver {
  public:
    // Outgoing: a 101-199, with early media when it has a body. With forking, to_tag() tells the
    // branches apart.
    virtual void on_progress(const Message& /*response*/) {}
    // Outgoing: the first 2xx; its body is the answer. It has been acknowledged. A 2xx of another
    // branch was ended with ACK and BYE.
    virtual void on_answered(const Message& /*response*/) {}
    // Incoming: the ACK of accept(). Its body is the answer when the INVITE made no offer.
    virtual void on_acknowledged(const Message& /*ack*/) {}
    // The peer's re-INVITE or UPDATE, with an offer in its body, or (re-INVITE only) without one,
    // asking for ours. Exactly one of answer_offer() and refuse_offer() must follow, now or later.
    // The answer to an offer of ours comes by on_offer_answered(), with the ACK.
    virtual void on_offer(const Message& /*request*/) = 0;
    // The answer to our offer: the final response to reinvite(), which may be a failure (the
    // session stays as it was), or the ACK after answering an empty re-INVITE.
    virtual void on_offer_answered(const Message& /*response_or_ack*/) {}
    // An INFO, already answered with 200.
    virtual void on_info(const Message& /*request*/) {}
    // A REFER, already declined: who speaks for the peer would like the call to go elsewhere.
    virtual void on_refer(const Message& /*request*/) {}
    // An INFO of ours was answered with 300-699, or not at all.
    virtual void on_info_refused() {}
    // It is over: the last call. Not called when we ended it: after hang_up(), reject() or the
    // handle's destruction there are no calls at all.
    virtual void on_ended(const Ending& ending) = 0;

  protected:
    ~InviteDialogObserver() = default;
};

// One dialog made by an INVITE, in or out. The user agent owns it until its last transaction is
// done; who wants it holds an InviteDialogHandle. Signalling thread. Calls that do not fit the
// state (a race with the peer, usually) do nothing.
class InviteDialog {
  public:
    // early: before the final response. confirmed: from the 2xx on. ended: nothing can be sent any
    // more.
    enum class State : std::uint8_t { early, confirmed, ended };

    [[nodiscard]] virtual State state() const = 0;
    [[nodiscard]] virtual const std::string& sip_call_id() const = 0;
    [[nodiscard]] virtual const std::string& local_tag() const = 0;
    // Where requests in the dialog go now.
    [[nodiscard]] virtual const Flow& flow() const = 0;
    // The peer has come back on another connection (its registration was renewed there).
    virtual void set_flow(const Flow& flow) = 0;

    // Incoming, early. `sdp` empty: none.
    virtual void progress(int status, std::string_view sdp = {},
                          const ExtraHeaders& headers = {}) = 0;
    // 200, sent again until its ACK comes. `sdp` is the answer, or our offer when the INVITE had
    // none.
    virtual void accept(std::string_view sdp, const ExtraHeaders& headers = {}) = 0;
    // 300-699. Empty `reason`: the standard's.
    virtual void reject(int status, std::string_view reason = {},
                        const ExtraHeaders& headers = {}) = 0;

    // Ends it as its state asks: BYE; outgoing and early: CANCEL, once that is allowed; incoming
    // and early: 480.
    virtual void hang_up(const ExtraHeaders& headers = {}) = 0;

    // A new offer to the peer; waits for a re-INVITE under way and tries again after 491 (RFC 3261
    // §14.1). The last one wins when it has to wait. Confirmed only.
    virtual void reinvite(std::string_view sdp) = 0;
    virtual void answer_offer(std::string_view sdp) = 0;
    virtual void refuse_offer(int status = 488) = 0;
    // An INFO with that body. Confirmed only.
    virtual void info(std::string_view content_type, std::string_view body) = 0;

    InviteDialog(const InviteDialog&) = delete;
    InviteDialog& operator=(const InviteDialog&) = delete;

  protected:
    InviteDialog() = default;
    virtual ~InviteDialog() = default;

  private:
    friend struct ReleaseInviteDialog;
    virtual void release() noexcept = 0;
};

// Destroying the handle before the dialog's end hangs up in the background.
struct ReleaseInviteDialog {
    void operator()(InviteDialog* dialog) const noexcept { dialog->release(); }
};
using InviteDialogHandle = std::unique_ptr<InviteDialog, ReleaseInviteDialog>;

}  // namespace skyn3t::sip
