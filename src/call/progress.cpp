#include "call/progress.hpp"

#include <fmt/chrono.h>

#include <chrono>

namespace skyn3t::call {
namespace {

// "Sun, 22 Nov 2026 13:04:05 +0000". fmt writes the names of days and months in English whatever
// the locale is.
std::string rfc2822(WallTime time) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace

twiml::CallInfo info_of(const model::CallRecord& record, const Services& services) {
    twiml::CallInfo info;
    info.call_sid = record.sid;
    info.account_sid = services.settings.account;
    info.from = record.from;
    info.to = record.to;
    info.status = to_string(record.status);
    info.direction = to_string(record.direction);
    info.parent_call_sid = record.parent_sid;
    return info;
}

bool ProgressCallback::is_wanted(Event event) const {
    if (!where_) return false;
    switch (event) {
        case Event::initiated:
            return where_->initiated;
        case Event::ringing:
            return where_->ringing;
        case Event::answered:
            return where_->answered;
        case Event::completed:
            return where_->completed;
    }
    return false;
}

void ProgressCallback::report(Event event, const model::CallRecord& record, Services& services) {
    if (!is_wanted(event)) return;
    twiml::CallInfo info = info_of(record, services);
    // Twilio has a word of its own for a leg that is dialled and does not ring yet.
    if (event == Event::initiated) info.status = "initiated";
    twiml::FetchRequest request;
    request.url = where_->url;
    request.method = where_->method;
    auto& sent = request.parameters = standard_parameters(info);
    sent.push_back({"CallbackSource", "call-progress-events"});
    sent.push_back({"SequenceNumber", std::to_string(next_number_++)});
    sent.push_back({"Timestamp", rfc2822(services.wall())});
    if (event == Event::completed) {
        const auto duration = record.duration();
        sent.push_back({"CallDuration", std::to_string(duration.count())});
        const auto minutes = std::chrono::ceil<std::chrono::minutes>(duration);
        sent.push_back({"Duration", std::to_string(minutes.count())});
        if (record.direction != model::Direction::inbound && record.sip_code != 0)
            sent.push_back({"SipResponseCode", std::to_string(record.sip_code)});
        if (record.error_code != 0)
            sent.push_back({"ErrorCode", std::to_string(record.error_code)});
    }
    services.callbacks.send({record.sid, record.community}, std::move(request));
}

}  // namespace skyn3t::call
