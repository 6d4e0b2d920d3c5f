// DialogSession's third part: the session timer (RFC 4028).
#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "sip/dialog_session.hpp"
#include "sip/user_agent_core.hpp"

namespace skyn3t::sip {
namespace {

constexpr unsigned kMostRaises = 3;  // of one dialog: who asks for more each time never has enough
constexpr std::chrono::hours kLongestMinSe{24};

}  // namespace

void DialogSession::learn_from(const Message& message) {
    if (message.has(HeaderId::allow)) peer_takes_update_ = message.lists(HeaderId::allow, "UPDATE");
}

std::chrono::seconds DialogSession::asked_interval() const {
    return std::max(core_.config().session_expires, min_se_);
}

// §7.1: after a 422 its Min-SE goes along, so that no proxy on the way asks for less.
void DialogSession::add_min_se(MessageBuilder& request) const {
    if (min_se_ > kSmallestMinSe)
        request.header(HeaderId::min_se, fmt::format("{}", min_se_.count()));
}

// §7.4: every re-INVITE and UPDATE refreshes, and keeps the duty where it is.
void DialogSession::add_timer(MessageBuilder& request) const {
    if (!session_timer_.is_running()) return;
    const bool is_ours = session_timer_.duty() == SessionTimer::Duty::ours;
    const SessionExpires expires{std::max(session_timer_.interval(), min_se_),
                                 is_ours ? Refresher::uac : Refresher::uas};
    request.header(HeaderId::session_expires, expires.text());
    add_min_se(request);
}

void DialogSession::settle_timer(const Message& request, MessageBuilder& response) {
    const auto answer = timer_answer_to(request);
    answer.add_to(response);
    if (!answer.session_expires) return session_timer_.stop();
    session_timer_.start(answer.session_expires->interval,
                         answer.session_expires->refresher == Refresher::uas
                             ? SessionTimer::Duty::ours
                             : SessionTimer::Duty::theirs);
}

void DialogSession::settle_timer(const Message& response) {
    const auto agreed = SessionExpires::of(response);
    // §7.2: a 2xx that does not name an interval means that there is none.
    if (!agreed) return session_timer_.stop();
    session_timer_.start(agreed->interval, agreed->refresher == Refresher::uas
                                               ? SessionTimer::Duty::theirs
                                               : SessionTimer::Duty::ours);
}

bool DialogSession::raise_interval(const Message& refusal) {
    const auto wanted = min_se_of(refusal);
    const bool helps =
        wanted > std::max(min_se_, session_timer_.is_running() ? session_timer_.interval()
                                                               : asked_interval());
    if (!helps || wanted > kLongestMinSe || ++intervals_raised_ > kMostRaises) return false;
    min_se_ = wanted;
    return true;
}

// §7.4: by UPDATE where the peer takes it, which says nothing about media; else by a re-INVITE with
// the description that is in force.
void DialogSession::refresh_session() {
    if (state_ != State::confirmed || refresh_ != nullptr) return;
    if (!is_acknowledged_) return session_timer_.retry();
    if (peer_takes_update_) {
        refresh_ = &send(Method::update, {}, {});
        return;
    }
    // A re-INVITE under way refreshes by itself.
    const bool is_busy = reinvite_ != nullptr || waiting_offer_ || peer_offer_;
    if (is_busy || local_sdp_.empty()) return session_timer_.retry();
    reinvite(std::string(local_sdp_));
}

void DialogSession::on_refresh_response(const Message& response) {
    const int status = response.status();
    refresh_ = nullptr;
    if (state_ != State::confirmed) return;
    if (status < 300) {
        dialog_.refresh_target(response);
        return settle_timer(response);
    }
    if (status == 481 || status == 408) return lose(status);
    if (status == 422 && raise_interval(response)) return refresh_session();
    if (status == 405 || status == 501) {  // whatever its Allow said
        peer_takes_update_ = false;
        return refresh_session();
    }
    session_timer_.retry();
}

void DialogSession::on_session_expired() {
    // An answer that is not acknowledged ends by itself, and sooner than any timer should.
    if (state_ != State::confirmed || !is_acknowledged_) return;
    ++core_.counters().timeouts;
    log::warn("session not refreshed in time, sending bye sip_call_id={}",
              skyn3t::quoted(dialog_.call_id));
    auto* observer = std::exchange(observer_, nullptr);
    send_bye({{"Reason", "SIP;cause=408;text=\"Session timer expired\""}});
    if (observer != nullptr)
        observer->on_ended({EndCause::expired, 0, "Session timer expired", nullptr});
    remove_if_done();
}

}  // namespace skyn3t::sip
