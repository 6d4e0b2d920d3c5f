#include "sip/dialog_session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/random.hpp"
#include "sip/message_body.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {
namespace {

constexpr std::size_t kKeptAcks = 8;  // of the latest 2xx; older ones are not repeated any more

}  // namespace

DialogSession::DialogSession(UserAgentCore& core, InviteDialogObserver& observer)
    : core_(core),
      observer_(&observer),
      glare_(core.transactions().wheel(), [this] { send_waiting_offer(); }),
      session_timer_(
          core.transactions().wheel(), [this] { refresh_session(); },
          [this] { on_session_expired(); }) {}

DialogSession::~DialogSession() = default;

void DialogSession::release() noexcept {
    if (is_orphan_) {
        delete this;
        return;
    }
    is_held_ = false;
    hang_up({});
    remove_if_done();
}

void DialogSession::orphan() {
    is_orphan_ = true;
    observer_ = nullptr;
    state_ = State::ended;
    stop_timers();
}

void DialogSession::stop_timers() {
    ack_wait_.reset();
    glare_.stop();
    session_timer_.stop();
}

void DialogSession::remove_if_done() {
    if (!is_held_ && !is_orphan_ && state_ == State::ended && pending_ == 0) core_.remove(*this);
}

std::string DialogSession::describe() const {
    const auto* state = state_ == State::early       ? "early"
                        : state_ == State::confirmed ? "confirmed"
                                                     : "ended";
    return fmt::format("dialog {} {} {} pending={} held={}", skyn3t::quoted(dialog_.call_id), state,
                       dialog_.flow.str(), pending_, is_held_);
}

// Sending

ClientTransaction& DialogSession::send(Method method, const ExtraHeaders& headers,
                                       std::string_view body, std::string_view content_type) {
    const Flow flow = next_hop(dialog_, core_.transport());
    const auto branch = new_branch();
    auto request = dialog_.request(method, ++dialog_.local_cseq, core_.via(flow, branch));
    if (method == Method::invite || method == Method::update) {
        request.header(HeaderId::contact, core_.contact(flow));
        request.header(HeaderId::allow, core_.allow());
        request.header(HeaderId::supported, "timer");
        add_timer(request);
    }
    request.header(HeaderId::user_agent, core_.config().product);
    if (auth_) auth_->add_to(request, name_of(method), dialog_.request_uri());
    add_headers(request, headers);
    ++pending_;
    return core_.transactions().send(
        method, branch, flow, body.empty() ? request.build() : request.body(content_type, body),
        this);
}

bool DialogSession::acknowledge(const Dialog& dialog, const Message& response) {
    const auto cseq = response.cseq();
    if (!cseq) return false;
    const auto sent = std::ranges::find_if(acks_, [&](const SentAck& ack) {
        return ack.cseq == cseq->number && ack.remote_tag == response.to_tag();
    });
    if (sent != acks_.end()) {
        ++core_.counters().retransmissions_sent;
        (void)core_.transactions().transmit(sent->flow, sent->text);
        return false;
    }
    const Flow flow = next_hop(dialog, core_.transport());
    auto ack = dialog.request(Method::ack, cseq->number, core_.via(flow, new_branch()));
    ack.header(HeaderId::user_agent, core_.config().product);
    // RFC 3261 §22.1: the ACK carries the credentials of its INVITE.
    if (auth_) auth_->add_to(ack, name_of(Method::ack), dialog.request_uri());
    if (acks_.size() == kKeptAcks) acks_.erase(acks_.begin());
    acks_.push_back({std::string(response.to_tag()), cseq->number, flow, ack.build()});
    (void)core_.transactions().transmit(flow, acks_.back().text);
    return true;
}

void DialogSession::send_bye(const ExtraHeaders& headers) {
    end_quietly();
    bye_headers_ = headers;
    bye_ = &send(Method::bye, headers, {});
}

void DialogSession::hang_up(const ExtraHeaders& headers) {
    observer_ = nullptr;
    if (state_ == State::early) {
        give_up(headers);
    } else if (state_ == State::confirmed) {
        // RFC 3261 §15: the called side may not send a BYE before it has the ACK.
        if (is_acknowledged_)
            send_bye(headers);
        else
            bye_after_ack_ = headers;
    }
    remove_if_done();
}

void DialogSession::end_quietly() {
    state_ = State::ended;
    drop_peer_offer();
    stop_timers();
    waiting_offer_.reset();
}

void DialogSession::end(Ending ending) {
    if (state_ == State::ended) return;
    end_quietly();
    if (auto* observer = std::exchange(observer_, nullptr)) observer->on_ended(ending);
    remove_if_done();
}

// A request in the dialog found it gone.
void DialogSession::lose(int status) {
    if (state_ == State::ended) return;
    auto* observer = std::exchange(observer_, nullptr);
    if (status == 481)
        end_quietly();
    else
        send_bye({});
    if (observer != nullptr)
        observer->on_ended({EndCause::lost, status, std::string(default_reason(status)), nullptr});
    remove_if_done();
}

// Responses to our requests

void DialogSession::on_response(ClientTransaction& transaction, const Message& response) {
    if (is_initial(transaction)) return on_invite_response(transaction, response);
    const int status = response.status();
    if (status < 200) return;
    if ((status == 401 || status == 407) && authenticate_again(transaction, response)) return;
    if (status < 300 && auth_) auth_->on_success();
    if (&transaction == reinvite_) return on_reinvite_response(response);
    if (&transaction == refresh_) return on_refresh_response(response);
    if (response.method() == Method::info && status >= 300)
        return tell([](auto& observer) { observer.on_info_refused(); });
    // A copy of the 2xx of an earlier re-INVITE.
    if (response.method() == Method::invite && status < 300) acknowledge(dialog_, response);
}

bool DialogSession::authenticate_again(ClientTransaction& transaction, const Message& response) {
    if (!auth_ || !auth_->accept(response)) return false;
    if (&transaction == reinvite_) {
        reinvite_ = &send(Method::invite, {}, offer_);
    } else if (&transaction == refresh_) {
        refresh_ = &send(Method::update, {}, {});
    } else if (&transaction == bye_) {
        bye_ = &send(Method::bye, bye_headers_, {});
    } else {
        return false;
    }
    return true;
}

void DialogSession::on_no_response(ClientTransaction& transaction, int status) {
    if (is_initial(transaction)) return on_invite_lost(transaction, status);
    if (&transaction == info_) return tell([](auto& observer) { observer.on_info_refused(); });
    if (&transaction != reinvite_ && &transaction != refresh_) return;
    reinvite_ = refresh_ = nullptr;
    lose(status);
}

void DialogSession::on_transaction_gone(ClientTransaction& transaction) {
    --pending_;
    if (&transaction == reinvite_) reinvite_ = nullptr;
    if (&transaction == refresh_) refresh_ = nullptr;
    if (&transaction == bye_) bye_ = nullptr;
    if (&transaction == info_) info_ = nullptr;
    remove_if_done();
}

// Offers

void DialogSession::reinvite(std::string_view sdp) {
    if (state_ != State::confirmed) return;
    waiting_offer_ = sdp;
    send_waiting_offer();
}

void DialogSession::send_waiting_offer() {
    const bool may_offer = state_ == State::confirmed && is_acknowledged_ && reinvite_ == nullptr &&
                           !peer_offer_ && !ack_wait_ && !glare_.is_running();
    if (!waiting_offer_ || !may_offer) return;
    offer_ = local_sdp_ = std::move(*waiting_offer_);
    waiting_offer_.reset();
    reinvite_ = &send(Method::invite, {}, offer_);
}

void DialogSession::on_reinvite_response(const Message& response) {
    const int status = response.status();
    reinvite_ = nullptr;
    if (status < 300) {
        dialog_.refresh_target(response);
        acknowledge(dialog_, response);
    }
    if (state_ != State::confirmed) return;  // we hung up meanwhile
    if (status == 481 || status == 408) return lose(status);
    if (status < 300) settle_timer(response);
    if (status == 422 && raise_interval(response)) {
        if (!waiting_offer_) waiting_offer_ = std::move(offer_);
        return send_waiting_offer();
    }
    if (status >= 300) session_timer_.retry();
    if (status == 491) {
        // RFC 3261 §14.1: the owner of the Call-ID waits longer, so that the two do not meet again.
        const auto units = is_caller() ? 210 + random_u32() % 191 : random_u32() % 201;
        if (!waiting_offer_) waiting_offer_ = std::move(offer_);
        glare_.start_after(std::chrono::milliseconds(10) * units);
        return;
    }
    tell([&](auto& observer) { observer.on_offer_answered(response); });
    send_waiting_offer();
}

void DialogSession::receive_offer(Message request, ServerTransaction& transaction) {
    const bool is_update = request.method() == Method::update;
    if (is_update && session_description(request).empty()) {
        dialog_.refresh_target(request);
        auto response = dialog_response(request, 200, {});
        response.header(HeaderId::contact, core_.contact(transaction.flow()));
        response.header(HeaderId::supported, "timer");
        settle_timer(request, response);
        return transaction.respond(200, response.build());
    }
    if (peer_offer_) {
        // §14.2: its first one is still being answered.
        auto response = dialog_response(request, 500, {});
        response.header(HeaderId::retry_after, random_u32() % 11);
        return transaction.respond(500, response.build());
    }
    // Ours is under way, or the peer has not acknowledged our last answer (RFC 5407 §3.1).
    if (reinvite_ != nullptr || ack_wait_)
        return transaction.respond(491, dialog_response(request, 491, {}).build());
    transaction.set_user(this);
    const auto offer = std::make_shared<PeerOffer>(PeerOffer{std::move(request), &transaction});
    peer_offer_ = offer;
    if (observer_ == nullptr) return refuse_offer(488);
    observer_->on_offer(offer->request);
}

void DialogSession::answer_offer(std::string_view sdp) {
    if (!peer_offer_) return;
    const auto offer = std::move(peer_offer_);
    const Message& request = offer->request;
    dialog_.refresh_target(request);
    auto response = dialog_response(request, 200, {});
    response.header(HeaderId::contact, core_.contact(offer->transaction->flow()));
    response.header(HeaderId::allow, core_.allow());
    response.header(HeaderId::supported, "timer");
    settle_timer(request, response);
    local_sdp_ = sdp;
    auto text = sdp.empty() ? response.build() : response.body("application/sdp", sdp);
    if (request.method() == Method::invite) {
        awaits_answer_in_ack_ = session_description(request).empty();
        wait_for_ack(*offer->transaction, request.cseq()->number, std::move(text));
    } else {
        offer->transaction->set_user(nullptr);
        offer->transaction->respond(200, std::move(text));
    }
    send_waiting_offer();
}

void DialogSession::refuse_offer(int status) {
    if (!peer_offer_) return;
    const auto offer = std::move(peer_offer_);
    offer->transaction->set_user(nullptr);
    offer->transaction->respond(status, dialog_response(offer->request, status, {}).build());
    send_waiting_offer();
}

void DialogSession::drop_peer_offer() {
    waiting_offer_.reset();
    refuse_offer(487);  // §15.1.2
}

// ACK of ours and theirs

void DialogSession::wait_for_ack(ServerTransaction& transaction, std::uint32_t cseq,
                                 std::string response) {
    transaction.set_user(nullptr);
    ack_wait_ = std::make_unique<AckWait>(core_.transactions().wheel(), core_.config().timers,
                                          AckWait::Answer{transaction, cseq, std::move(response)},
                                          [this] { on_ack_missing(); });
}

void DialogSession::receive_ack(const Message& ack, const Flow& flow) {
    const auto cseq = ack.cseq();
    if (!dialog_.has(ack) || !ack_wait_ || !cseq || cseq->number != ack_wait_->cseq()) return;
    ack_wait_.reset();
    dialog_.flow = flow;
    const bool is_first = !std::exchange(is_acknowledged_, true);
    if (bye_after_ack_) {
        send_bye(*bye_after_ack_);
        return;
    }
    if (is_first)
        tell([&](auto& observer) { observer.on_acknowledged(ack); });
    else if (std::exchange(awaits_answer_in_ack_, false))
        tell([&](auto& observer) { observer.on_offer_answered(ack); });
    send_waiting_offer();
}

void DialogSession::on_ack_missing() {
    ++core_.counters().timeouts;
    log::warn("no ack for our 200, sending bye sip_call_id={}", skyn3t::quoted(dialog_.call_id));
    auto* observer = std::exchange(observer_, nullptr);
    send_bye(bye_after_ack_.value_or(ExtraHeaders{}));
    if (observer != nullptr) observer->on_ended({EndCause::no_ack, 0, "ACK not received", nullptr});
    remove_if_done();
}

}  // namespace skyn3t::sip
