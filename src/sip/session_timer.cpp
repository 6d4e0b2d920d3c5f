#include "sip/session_timer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

// An answer may name less than section 4 allows, and its sender will end the call by it; so it is
// kept to, down to what is still no flood of refreshes.
constexpr seconds kShortestInterval{4};
constexpr std::chrono::milliseconds kShortestRetry{500};

bool knows_timers(const Message& request) {
    return request.lists(HeaderId::supported, "timer") || request.lists(HeaderId::require, "timer");
}

}  // namespace

std::optional<SessionExpires> SessionExpires::of(const Message& message) {
    const auto field = message.first(HeaderId::session_expires);
    if (!field) return std::nullopt;
    const auto value = ValueWithParams::parse(*field);
    const auto interval = parse_delta_seconds(value.value);
    if (!interval) return std::nullopt;
    SessionExpires expires{*interval, std::nullopt};
    const auto refresher = value.params.find("refresher").value_or(std::string_view{});
    if (iequals(refresher, "uac")) expires.refresher = Refresher::uac;
    if (iequals(refresher, "uas")) expires.refresher = Refresher::uas;
    return expires;
}

std::string SessionExpires::text() const {
    auto text = fmt::format("{}", interval.count());
    if (refresher) text += *refresher == Refresher::uac ? ";refresher=uac" : ";refresher=uas";
    return text;
}

seconds min_se_of(const Message& message) {
    const auto field = message.first(HeaderId::min_se);
    const auto value = field ? parse_delta_seconds(ValueWithParams::parse(*field).value)
                             : Result<seconds>(kSmallestMinSe);
    return std::max(value.value_or(kSmallestMinSe), kSmallestMinSe);
}

void TimerAnswer::add_to(MessageBuilder& response) const {
    if (requires_timer) response.header(HeaderId::require, "timer");
    if (session_expires) response.header(HeaderId::session_expires, session_expires->text());
}

TimerAnswer timer_answer_to(const Message& request) {
    const auto asked = SessionExpires::of(request);
    if (!asked) return {};
    // A proxy asked on behalf of a caller that knows no timers: then the duty can only be ours.
    if (!knows_timers(request)) return {SessionExpires{asked->interval, Refresher::uas}, false};
    const auto refresher = asked->refresher.value_or(Refresher::uac);
    return {SessionExpires{asked->interval, refresher}, refresher == Refresher::uac};
}

bool is_interval_too_small(const Message& request) {
    const auto asked = SessionExpires::of(request);
    return asked && asked->interval < kSmallestMinSe && knows_timers(request);
}

SessionTimer::SessionTimer(TimerWheel& wheel, std::function<void()> refresh,
                           std::function<void()> expired)
    : wheel_(wheel), refresh_(wheel, std::move(refresh)), expiry_(wheel, std::move(expired)) {}

void SessionTimer::start(seconds interval, Duty duty) {
    interval_ = std::max(interval, kShortestInterval);
    duty_ = duty;
    // Section 10: the BYE goes out a little before the end, so that both sides agree on it.
    const std::chrono::milliseconds whole(interval_);
    end_ =
        wheel_.clock().now() + whole - std::min<std::chrono::milliseconds>(seconds(32), whole / 3);
    expiry_.start_at(end_);
    if (duty == Duty::ours)
        refresh_.start_after(whole / 2);
    else
        refresh_.stop();
}

void SessionTimer::stop() {
    refresh_.stop();
    expiry_.stop();
}

void SessionTimer::retry() {
    if (!is_running() || duty_ != Duty::ours) return;
    const auto left = end_ - wheel_.clock().now();
    if (left / 2 >= kShortestRetry) refresh_.start_after(left / 2);
}

}  // namespace skyn3t::sip
