#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "call/services.hpp"
#include "model/end_reason.hpp"
#include "sip/invite_dialog.hpp"
#include "sip/offer_answer.hpp"

namespace skyn3t::call {

class Leg;

// Why a leg ended without us ending it.
struct LegEnd {
    model::EndReason reason = model::EndReason::refused;
    int status = 0;      // the final response, when there was one
    std::string detail;  // the peer's reason phrase, or what was offered and what is allowed
    std::vector<twiml::Parameter> headers;  // the response's X- headers
};

// Who decides for a leg: a call, or its dialling. Never called from within a call of the leg's.
class LegOwner {
  public:
    virtual void on_leg_ringing(Leg&) {}
    virtual void on_leg_answered(Leg&) {}  // outgoing
    virtual void on_leg_digit(Leg&, char) {}
    // Nothing is heard from the peer although it should send: once, and perhaps only when the leg
    // is over.
    virtual void on_leg_unheard(Leg&) {}
    virtual void on_leg_played(Leg&, media::PlayId) {}
    // Its peer asked for a transfer to this party, which was declined.
    virtual void on_leg_asked_transfer(Leg&, const std::string& /*to*/) {}
    virtual void on_leg_ended(Leg&, const LegEnd&) = 0;
    // Media is closed and its figures are in: the leg may be destroyed now. The last call; comes
    // for every leg.
    virtual void on_leg_closed(Leg&) = 0;

  protected:
    ~LegOwner() = default;
};

// One dialog plus its media inside a call. A state machine on the signalling thread, owned by its
// LegOwner until on_leg_closed().
class Leg final : private sip::InviteDialogObserver {
  public:
    enum class State { early, answered, ended };

    Leg(Services& services, LegOwner& owner, std::string media_key);
    ~Leg();
    Leg(const Leg&) = delete;
    Leg& operator=(const Leg&) = delete;

    // Takes an INVITE that came in, and its offer. Refuses with the status to answer: 488 with what
    // was offered and what is allowed, 503 without a port, 400 for an SDP that is none; 0 when
    // there is nobody to answer any more. A leg that refused is of no further use and may be
    // destroyed at once.
    struct Refusal {
        int status;
        std::string detail;
    };
    // `behind_edge`: who called, if one of our edges passed it on.
    std::optional<Refusal> take(sip::IncomingRequest& request,
                                const std::optional<sip::Endpoint>& behind_edge = std::nullopt);
    // Calls out: fills in the offer. `prefer` is tried first.
    Result<void> call(sip::OutgoingInvite invite, std::optional<sip::Codec> prefer);

    // Gives them back when it ends.
    void keep(CallLimits::Places places) { places_ = std::move(places); }
    // Who decides for it from now on.
    void set_owner(LegOwner& owner) { owner_ = &owner; }

    State state() const { return state_; }
    bool is_closed() const { return closed_; }
    const std::string& sip_call_id() const { return sip_call_id_; }
    std::optional<sip::Codec> codec() const;  // what is sent, once agreed
    int last_status() const { return last_status_; }
    const media::StreamStats& stats() const { return stats_; }  // complete after on_leg_closed()
    media::StreamId stream() const { return stream_.id; }
    // Whether audio comes from the peer, so that a key that it pressed could have been heard.
    bool is_heard() const { return has_been_heard_ && !is_silent_; }

    // Incoming.
    void ring();
    void answer();
    void reject(int status);
    // Ends it, whatever its state, and tells the peer why; on_leg_closed() follows, on_leg_ended()
    // does not.
    void hang_up(model::EndReason why);

    media::PlayId play(std::vector<media::PlayItem> items);
    media::PlayId play_ringback(const std::string& country);
    void stop_play();
    void send_digits(const std::string& digits);
    // Joins their audio, and what is pressed on either side, in whatever form it comes.
    void bridge_with(Leg& other);
    void unbridge();

    void on_media(media::MediaEvent& event);  // of this leg's stream

  private:
    void on_progress(const sip::Message& response) override;
    void on_answered(const sip::Message& response) override;
    void on_acknowledged(const sip::Message& ack) override;
    void on_offer(const sip::Message& request) override;
    void on_offer_answered(const sip::Message& message) override;
    void on_info(const sip::Message& request) override;
    void on_refer(const sip::Message& request) override;
    void on_info_refused() override;
    void on_ended(const sip::Ending& ending) override;

    Result<void> open_media(const sip::Flow& flow);
    sip::LocalMedia local_media() const;
    std::string describe(const sip::SdpSession& ours);
    void start_media(const sip::Negotiated& negotiated);
    Result<void> take_answer(std::string_view body);
    asio::ip::address signalling_peer() const;
    void part();
    void on_key(char digit, media::DigitSource form);
    void take_joined_digit(char digit, media::DigitSource form);
    void on_reception(media::Reception reception);
    void command(media::MediaCommand command);
    void close_media();
    void on_later();
    void end(LegEnd why);
    LegEnd explain(const sip::Ending& ending) const;

    Services& services_;
    LegOwner* owner_;
    std::string media_key_;
    CallLimits::Places places_;
    sip::InviteDialogHandle dialog_;
    State state_ = State::early;
    bool incoming_ = false;
    bool closed_ = false;
    int last_status_ = 0;
    std::string sip_call_id_;

    media::OpenedStream stream_;
    bool media_open_ = false;
    std::string shown_address_;
    std::vector<sip::Codec> codecs_;
    std::uint64_t sdp_session_id_ = 0;
    std::optional<sip::SdpSession> local_sdp_;  // what we said last
    std::optional<sip::Negotiated> agreed_;
    std::string offered_;                       // the peer's offer as text, until we answer it
    std::optional<sip::Endpoint> behind_edge_;  // the peer, when `dialog_` goes through an edge
    bool takes_info_ = false;                   // its Allow says so, and it never refused one
    std::optional<char> unconfirmed_digit_;     // the last that went out as INFO
    Leg* joined_ = nullptr;
    bool has_been_heard_ = false;
    bool is_silent_ = false;
    bool told_unheard_ = false;
    media::PlayId last_play_ = 0;
    media::StreamStats stats_;
    Timer later_;  // what must not happen within a call of the owner's
};

}  // namespace skyn3t::call
