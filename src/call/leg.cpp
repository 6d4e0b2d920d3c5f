#include "call/leg.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "call/info_digits.hpp"
#include "call/media_figures.hpp"
#include "call/negotiation.hpp"
#include "call/reason_field.hpp"
#include "sip/message_body.hpp"
#include "sip/reason.hpp"

namespace skyn3t::call {
namespace {

using model::EndReason;

EndReason reason_of_status(int status) {
    switch (status) {
        case 486:
        case 600:
            return EndReason::busy;
        case 603:
            return EndReason::declined;
        case 488:
        case 606:
            return EndReason::no_common_codec;
        case 408:
            return EndReason::unreachable;
        case 480:
            return EndReason::no_answer;
        case 503:
            return EndReason::unreachable;
        default:
            return EndReason::refused;
    }
}

std::vector<twiml::Parameter> x_headers(const sip::Message* message) {
    std::vector<twiml::Parameter> found;
    if (message == nullptr) return found;
    for (std::size_t i = 0; i < message->field_count(); ++i) {
        const auto field = message->field(i);
        if (field.name.size() > 2 && iequals(field.name.substr(0, 2), "x-"))
            found.push_back({std::string(field.name), std::string(field.value)});
    }
    return found;
}

// Another phone of the caller's own side took it (RFC 3326): nobody gave up.
bool was_completed_elsewhere(const sip::Ending& ending) {
    if (ending.message == nullptr) return false;
    return std::ranges::any_of(sip::reasons_of(*ending.message),
                               [](const auto& reason) { return reason.is_completed_elsewhere(); });
}

}  // namespace

Leg::Leg(Services& services, LegOwner& owner, std::string media_key)
    : services_(services),
      owner_(&owner),
      media_key_(std::move(media_key)),
      codecs_(services.settings.codecs),
      sdp_session_id_(random_u32()),
      later_(services.wheel, [this] { on_later(); }) {}

void LegIndex::dispatch(media::MediaEvent& event) const {
    const auto stream = std::visit([](const auto& kind) { return kind.stream; }, event);
    if (const auto found = legs_.find(stream.value); found != legs_.end())
        found->second->on_media(event);
}

Leg::~Leg() {
    part();
    if (!media_open_) return;
    services_.legs.remove(stream_.id);
    if (!services_.media.submit(media::CloseStream{stream_.id}))
        log::error("media stream left open, the engine's queue is full stream={}",
                   stream_.id.value);
}

Result<void> Leg::open_media(const sip::Flow& flow) {
    media::StreamConfig config;
    config.key = media_key_;
    config.local_address = services_.settings.media_address;
    config.patience = {services_.settings.rtp_timeout, services_.settings.hold_timeout};
    auto opened = services_.media.open_stream(config);
    if (!opened) return tl::unexpected(opened.error());
    stream_ = *opened;
    media_open_ = true;
    services_.legs.add(stream_.id, *this);
    shown_address_ = services_.settings.shown_address(flow);
    return {};
}

sip::LocalMedia Leg::local_media() const {
    sip::LocalMedia local;
    local.address = shown_address_;
    local.port = stream_.rtp_port;
    local.codecs = codecs_;
    local.session_id = sdp_session_id_;
    return local;
}

std::string Leg::describe(const sip::SdpSession& ours) {
    local_sdp_ = ours;
    return sip::to_string(ours);
}

void Leg::start_media(const sip::Negotiated& negotiated) {
    agreed_ = negotiated;
    auto remote = to_remote_media(negotiated);
    remote.signalling_peer = signalling_peer();
    command(media::SetRemote{stream_.id, std::move(remote)});
}

// Behind one of our edges, the host that the edge saw.
asio::ip::address Leg::signalling_peer() const {
    if (behind_edge_) return to_host(behind_edge_->host());
    return dialog_ ? to_host(dialog_->flow().remote.host()) : asio::ip::address();
}

Result<void> Leg::take_answer(std::string_view body) {
    auto answer = sip::parse_sdp(body);
    if (!answer) return tl::unexpected(answer.error());
    const auto negotiated = sip::apply_answer(*local_sdp_, *answer);
    if (!negotiated) return tl::unexpected(negotiated.error());
    start_media(*negotiated);
    return {};
}

std::optional<sip::Codec> Leg::codec() const {
    return agreed_ ? std::optional(agreed_->codec) : std::nullopt;
}

std::optional<Leg::Refusal> Leg::take(sip::IncomingRequest& request,
                                      const std::optional<sip::Endpoint>& behind_edge) {
    incoming_ = true;
    behind_edge_ = behind_edge;
    takes_info_ = request.message().lists(sip::HeaderId::allow, "INFO");
    sip_call_id_ = request.message().call_id();
    std::optional<sip::SdpSession> offer;
    const auto described = sip::session_description(request.message());
    if (!described.empty()) {
        auto parsed = sip::parse_sdp(described);
        if (!parsed) return Refusal{400, parsed.error().detail};
        offer = std::move(*parsed);
        // Looked at before a port is taken: most refusals are for a codec.
        if (const auto fits = sip::make_answer(*offer, local_media()); !fits)
            return Refusal{488, fits.error().detail};
    }
    if (const auto opened = open_media(request.flow()); !opened)
        return Refusal{503, opened.error().detail};
    offered_ = described;
    const bool was_open = request.is_open();
    dialog_ = services_.user_agent.take_invite(std::move(request), *this);
    if (dialog_) return std::nullopt;
    if (was_open) return Refusal{400, "the INVITE cannot make a dialog"};  // and was answered so
    return Refusal{0, "the caller gave up"};
}

Result<void> Leg::call(sip::OutgoingInvite invite, std::optional<sip::Codec> prefer) {
    if (const auto opened = open_media(invite.flow); !opened) return tl::unexpected(opened.error());
    if (prefer) codecs_ = with_first(std::move(codecs_), *prefer);
    if (!invite.peer.is_unspecified()) behind_edge_ = invite.peer;
    invite.sdp = describe(sip::make_offer(local_media()));
    dialog_ = services_.user_agent.invite(std::move(invite), *this);
    sip_call_id_ = dialog_->sip_call_id();
    return {};
}

void Leg::ring() {
    if (state_ == State::early && dialog_) dialog_->progress(180);
}

void Leg::answer() {
    if (state_ != State::early || !incoming_ || !dialog_) return;
    state_ = State::answered;
    last_status_ = 200;
    if (offered_.empty()) {
        dialog_->accept(describe(sip::make_offer(local_media())));
        return;
    }
    // Read again rather than kept: between ringing and answering a leg should cost little.
    const auto offer = sip::parse_sdp(offered_);
    const auto answer = sip::make_answer(*offer, local_media());
    offered_.clear();
    dialog_->accept(describe(answer->sdp));
    start_media(answer->media);
}

void Leg::reject(int status) {
    if (state_ != State::early || !dialog_) return;
    last_status_ = status;
    dialog_->reject(status);
    state_ = State::ended;
    close_media();
}

void Leg::hang_up(EndReason why) {
    if (state_ == State::ended) return;
    if (incoming_ && state_ == State::early) last_status_ = 480;  // what the dialog answers
    state_ = State::ended;
    if (dialog_) dialog_->hang_up(reason_field(why));
    close_media();
}

media::PlayId Leg::play(std::vector<media::PlayItem> items) {
    command(media::PlayPrompts{stream_.id, ++last_play_, std::move(items), media::Repeat::once});
    return last_play_;
}

media::PlayId Leg::play_ringback(const std::string& country) {
    command(media::PlayTone{stream_.id, ++last_play_, media::Tone::ringback, country});
    return last_play_;
}

void Leg::stop_play() { command(media::StopPlay{stream_.id}); }

void Leg::send_digits(const std::string& digits) { command(media::SendDigits{stream_.id, digits}); }

void Leg::bridge_with(Leg& other) {
    part();
    other.part();
    joined_ = &other;
    other.joined_ = this;
    command(media::Bridge{stream_.id, other.stream_.id});
}

void Leg::unbridge() {
    part();
    command(media::Unbridge{stream_.id});
}

void Leg::part() {
    if (joined_ != nullptr) joined_->joined_ = nullptr;
    joined_ = nullptr;
}

// ---- Digits of a conversation: any form in, the form that the other side agreed to out.

void Leg::take_joined_digit(char digit, media::DigitSource form) {
    if (state_ != State::answered) return;
    const bool takes_events = agreed_ && agreed_->send_telephone_event;
    // These have crossed as they came: the event was forwarded, the tone is in the audio.
    if (form == media::DigitSource::rfc4733 && takes_events) return;
    if (form == media::DigitSource::inband && !takes_events) return;
    if (takes_events || !takes_info_) return send_digits(std::string(1, digit));
    unconfirmed_digit_ = digit;
    dialog_->info("application/dtmf-relay", dtmf_relay(digit, std::chrono::milliseconds(100)));
}

// It said that it allows INFO, and does not take this one: from now on as sound.
void Leg::on_info_refused() {
    takes_info_ = false;
    if (const auto digit = std::exchange(unconfirmed_digit_, std::nullopt))
        send_digits(std::string(1, *digit));
}

void Leg::on_key(char digit, media::DigitSource form) {
    if (joined_ != nullptr) joined_->take_joined_digit(digit, form);
    owner_->on_leg_digit(*this, digit);
}

void Leg::command(media::MediaCommand command) {
    if (!media_open_ || state_ == State::ended) return;
    if (services_.media.submit(std::move(command))) return;
    log::error("media engine's queue is full, ending the leg sip_call_id={}",
               skyn3t::quoted(sip_call_id_));
    if (dialog_) dialog_->hang_up(reason_field(EndReason::server_error));
    later_.start_after(TimerWheel::kTick);
}

void Leg::close_media() {
    places_.give_back();
    // Never from within a call of the owner's, and until the queue takes it: the ports must come
    // back.
    if (!media_open_ || !services_.media.submit(media::CloseStream{stream_.id}))
        later_.start_after(TimerWheel::kTick);
}

void Leg::on_later() {
    if (state_ != State::ended) {
        end({EndReason::server_error, last_status_, "the media engine's queue is full", {}});
    } else if (media_open_) {
        close_media();
    } else {
        closed_ = true;
        owner_->on_leg_closed(*this);
    }
}

void Leg::on_media(media::MediaEvent& event) {
    if (auto* closed = std::get_if<media::StreamClosed>(&event)) {
        media_open_ = false;
        later_.stop();
        services_.legs.remove(stream_.id);
        closed_ = true;
        stats_ = closed->stats;
        if (never_came(stats_) && !std::exchange(told_unheard_, true))
            owner_->on_leg_unheard(*this);
        owner_->on_leg_closed(*this);
        return;
    }
    if (state_ == State::ended) return;
    if (const auto* digit = std::get_if<media::DigitReceived>(&event))
        on_key(digit->digit, digit->source);
    else if (const auto* played = std::get_if<media::PlayEnded>(&event))
        owner_->on_leg_played(*this, played->play);
    else if (std::holds_alternative<media::FirstPacket>(event))
        has_been_heard_ = true;
    else if (const auto* changed = std::get_if<media::ReceptionChanged>(&event))
        on_reception(changed->reception);
    else if (const auto* timeout = std::get_if<media::RtpTimeout>(&event)) {
        const bool on_hold = timeout->during == media::SilentWhile::on_hold;
        const auto why = on_hold ? EndReason::held_too_long : EndReason::no_audio;
        if (dialog_) dialog_->hang_up(reason_field(why));
        end({why,
             last_status_,
             on_hold ? "neither RTP nor RTCP was received on hold" : "no RTP was received",
             {}});
    }
}

void Leg::on_reception(media::Reception reception) {
    is_silent_ = reception == media::Reception::silent;
    if (is_silent_ && !std::exchange(told_unheard_, true)) owner_->on_leg_unheard(*this);
}

void Leg::end(LegEnd why) {
    state_ = State::ended;
    close_media();
    owner_->on_leg_ended(*this, why);
}

void Leg::on_progress(const sip::Message& response) {
    last_status_ = response.status();
    if (response.status() >= 180) owner_->on_leg_ringing(*this);
}

void Leg::on_answered(const sip::Message& response) {
    last_status_ = response.status();
    takes_info_ = response.lists(sip::HeaderId::allow, "INFO");
    if (const auto taken = take_answer(sip::session_description(response)); !taken) {
        // RFC 3261 §13.2.2.4: an answer that cannot be used ends the dialog, which exists by now.
        dialog_->hang_up(reason_field(EndReason::no_common_codec));
        end({EndReason::no_common_codec, 488, taken.error().detail, {}});
        return;
    }
    state_ = State::answered;
    owner_->on_leg_answered(*this);
}

void Leg::on_acknowledged(const sip::Message& ack) {
    if (agreed_) return;
    // RFC 3261 §13.2.1: the ACK owes the answer to the offer in our 200; nothing can be heard
    // without it.
    if (const auto taken = take_answer(sip::session_description(ack)); !taken) {
        dialog_->hang_up(reason_field(EndReason::no_common_codec));
        end({EndReason::no_common_codec, last_status_, taken.error().detail, {}});
    }
}

void Leg::on_offer(const sip::Message& request) {
    const sip::SdpSession* previous = local_sdp_ ? &*local_sdp_ : nullptr;
    const auto described = sip::session_description(request);
    if (described.empty()) {
        dialog_->answer_offer(describe(sip::make_offer(local_media(), previous)));
        return;
    }
    const auto offer = sip::parse_sdp(described);
    const auto answer = offer ? sip::make_answer(*offer, local_media(), previous)
                              : Result<sip::Answer>(tl::unexpected(offer.error()));
    if (!answer) {
        log::warn("re-INVITE refused sip_call_id={} reason={}", skyn3t::quoted(sip_call_id_),
                  skyn3t::quoted(answer.error().detail));
        dialog_->refuse_offer(488);
        return;
    }
    dialog_->answer_offer(describe(answer->sdp));
    start_media(answer->media);
}

void Leg::on_offer_answered(const sip::Message& message) {
    const auto described = sip::session_description(message);
    if (described.empty()) return;
    if (const auto taken = take_answer(described); !taken)
        log::warn("answer to our offer not usable, the session stays sip_call_id={} reason={}",
                  skyn3t::quoted(sip_call_id_), skyn3t::quoted(taken.error().detail));
}

void Leg::on_info(const sip::Message& request) {
    const auto digit = digit_of_info(request);
    if (digit && state_ == State::answered) on_key(*digit, media::DigitSource::info);
}

void Leg::on_refer(const sip::Message& request) {
    const auto field = request.first(sip::HeaderId::refer_to);
    const auto target = field ? sip::NameAddr::parse(*field) : fail(Errc::not_found);
    const auto uri = target ? sip::UriView::parse(target->uri) : fail(Errc::not_found);
    owner_->on_leg_asked_transfer(*this, uri ? sip::named_party(*uri) : std::string());
}

LegEnd Leg::explain(const sip::Ending& ending) const {
    LegEnd why;
    why.status = last_status_;
    why.detail = ending.reason;
    why.headers = x_headers(ending.message);
    switch (ending.cause) {
        case sip::EndCause::refused: {
            why.reason = reason_of_status(ending.status);
            if (ending.status != 488) break;
            std::string allowed;
            for (const auto codec : codecs_)
                allowed += std::string(allowed.empty() ? "" : ", ") + std::string(name_of(codec));
            why.detail = "the phone takes none of what was offered: " + allowed;
            break;
        }
        case sip::EndCause::canceled:
            why.reason = was_completed_elsewhere(ending) ? EndReason::answered_elsewhere
                                                         : EndReason::caller_hung_up;
            break;
        case sip::EndCause::bye:
            why.reason = incoming_ ? EndReason::caller_hung_up : EndReason::callee_hung_up;
            break;
        case sip::EndCause::no_ack:
            why.reason = EndReason::no_ack;
            break;
        case sip::EndCause::lost:
            why.reason = EndReason::unreachable;
            break;
        case sip::EndCause::expired:
            why.reason = EndReason::session_expired;
            break;
    }
    return why;
}

void Leg::on_ended(const sip::Ending& ending) {
    // What comes after the answer changes nothing in how the INVITE was answered.
    if (ending.cause == sip::EndCause::refused) last_status_ = ending.status;
    if (incoming_ && state_ == State::early) last_status_ = 487;  // CANCEL, or an early BYE
    end(explain(ending));
}

}  // namespace skyn3t::call
