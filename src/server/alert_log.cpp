#include "server/alert_log.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "store/sealed_addresses.hpp"

namespace skyn3t::server {
namespace {

constexpr std::chrono::minutes kFirstPrune{1};  // the start has enough to do
constexpr std::chrono::hours kPruneEvery{1};
constexpr std::size_t kMostBodies = 4096;
constexpr std::size_t kFrameOfExchange = 256;  // its row without its texts

store::Database::WriteDone said(const char* what) {
    return [what](const Result<void>& done) {
        if (!done)
            log::error("{} not recorded reason={}", what, skyn3t::quoted(done.error().detail));
    };
}

}  // namespace

AlertLog::AlertLog(TimerWheel& wheel, store::AlertStore& store, std::size_t octets_per_day)
    : wheel_(wheel),
      store_(store),
      octets_per_day_(octets_per_day),
      minute_(wheel, [this] { end_minute(); }),
      prune_(wheel, [this] { prune(); }) {
    prune_.start_after(kFirstPrune);
}

bool AlertLog::may_write(unsigned Written::*count, unsigned limit, const CommunitySid& community) {
    if (!minute_.is_running()) minute_.start_after(std::chrono::minutes(1));
    Written& written = written_[community];
    if (written.*count >= limit) {
        ++written.dropped;
        return false;
    }
    ++(written.*count);
    return true;
}

bool AlertLog::fits_in_day(const model::Exchange& exchange) {
    if (wheel_.clock().now() - today_began_ >= std::chrono::hours(24)) {
        today_.clear();
        today_began_ = wheel_.clock().now();
    }
    Today& today = today_[exchange.community];
    std::size_t octets = kFrameOfExchange + exchange.url.size();
    for (const auto& [name, value] : exchange.parameters) octets += name.size() + value.size();
    const auto hash = std::hash<std::string>{}(exchange.body);
    const bool is_known = today.bodies.contains(hash);
    if (!is_known) octets += std::min(exchange.body.size(), store::AlertStore::kMaxText);
    if (today.octets + octets > octets_per_day_) {
        ++written_[exchange.community].dropped;
        return false;
    }
    today.octets += octets;
    if (today.bodies.size() < kMostBodies) today.bodies.insert(hash);
    return true;
}

void AlertLog::end_minute() {
    for (const auto& [community, written] : written_)
        if (written.dropped > 0)
            log::warn(
                "alerts and exchanges not recorded, there were too many community={} count={}",
                community.str(), written.dropped);
    written_.clear();
}

void AlertLog::prune() {
    if (!store_.prune(wheel_.clock().wall() - kKept, said("pruning of alerts")))
        log::warn("alerts not pruned, the database's queue is full");
    prune_.start_after(kPruneEvery);
}

void AlertLog::add(model::Alert alert) {
    if (!may_write(&Written::alerts, kAlertsPerMinute, alert.community)) return;
    if (!store_.add(alert, said("alert")))
        log::error("alert not recorded, neither database nor spool has room");
    if (told_) told_(alert);
}

void AlertLog::add(const call::CallRef& call, const twiml::FetchRequest& request,
                   const http::FetchResult& result, SteadyTime sent) {
    if (!may_write(&Written::exchanges, kExchangesPerMinute, call.community)) return;
    model::Exchange exchange;
    exchange.call = call.sid;
    exchange.community = call.community;
    exchange.time = wheel_.clock().wall();
    exchange.method = request.method == twiml::Method::get ? "GET" : "POST";
    exchange.url = store::without_password(request.url);
    for (const auto& [name, value] : request.parameters)
        exchange.parameters.emplace_back(name, value);
    exchange.duration = std::chrono::duration_cast<milliseconds>(wheel_.clock().now() - sent);
    if (result) {
        exchange.status = result->status;
        exchange.content_type = result->headers.find("Content-Type").value_or("");
        // Sound is no text.
        if (is_valid_utf8(result->body)) exchange.body = result->body;
    } else {
        exchange.error_code = result.error().code;
    }
    if (!fits_in_day(exchange)) return;
    if (!store_.add(std::move(exchange), said("exchange")))
        log::error("exchange not recorded, neither database nor spool has room");
}

void AlertLog::warn(const call::CallRef& call, const twiml::FetchRequest& request, int twilio_code,
                    std::string detail) {
    add({AlertSid::generate(), call.sid, call.community, wheel_.clock().wall(), twilio_code,
         std::move(detail), store::without_password(request.url),
         request.method == twiml::Method::get ? "GET" : "POST"});
}

}  // namespace skyn3t::server
