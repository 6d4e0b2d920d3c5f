#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "call/ports.hpp"
#include "support/fake_clock.hpp"
#include "twiml/community_documents.hpp"

// What call/ needs of the rest of the server, as a test sees and steers it.
namespace skyn3t::test {

// The call log. Every record begins once, then changes, then ends once; whatever breaks that order
// is a fault.
class RecordedCalls final : public call::CallRecords {
  public:
    void begin(const model::CallRecord& record) override {
        if (on_begin) on_begin();
        if (find(record.sid) != nullptr) faults.push_back("begun twice: " + record.to);
        histories_.push_back({record, "begin", false});
    }
    void change(const model::CallRecord& record) override { note(record, "change"); }
    void end(const model::CallRecord& record) override {
        note(record, "end");
        if (auto* history = find(record.sid)) history->ended = true;
        if (!record.end_time || !record.end_reason || !model::is_final(record.status))
            faults.push_back("ended without time, reason or final status: " + record.to);
    }
    void add(model::CallEvent event) override {
        const auto* history = find(event.call);
        if (history == nullptr) faults.push_back("a line before its call began: " + event.kind);
        if (history != nullptr && history->ended)
            faults.push_back("a line after its call's end: " + event.kind);
        events.push_back(std::move(event));
    }
    void alert(model::Alert alert) override { alerts.push_back(std::move(alert)); }

    // The parent, and the children in the order of their beginning.
    const model::CallRecord& parent() const { return histories_.at(0).record; }
    const model::CallRecord& child(std::size_t index = 0) const {
        std::vector<const model::CallRecord*> found;
        for (const auto& history : histories_)
            if (!history.record.parent_sid.empty()) found.push_back(&history.record);
        return *found.at(index);
    }
    std::size_t size() const { return histories_.size(); }
    const model::CallRecord& last() const { return histories_.back().record; }
    std::vector<std::string> parents() const {
        std::vector<std::string> sids;
        for (const auto& history : histories_)
            if (history.record.parent_sid.empty()) sids.push_back(history.record.sid.str());
        return sids;
    }
    std::vector<CallSid> sids(bool children) const {
        std::vector<CallSid> found;
        for (const auto& history : histories_)
            if (history.record.parent_sid.empty() != children) found.push_back(history.record.sid);
        return found;
    }
    std::size_t open() const {
        return static_cast<std::size_t>(std::count_if(
            histories_.begin(), histories_.end(), [](const auto& each) { return !each.ended; }));
    }
    // "begin change end"
    const std::string& history_of(const model::CallRecord& record) const {
        return std::find_if(histories_.begin(), histories_.end(),
                            [&](const auto& each) { return each.record.sid == record.sid; })
            ->steps;
    }
    // "completed caller_hung_up 200": status, why it ended, the final response.
    static std::string outcome(const model::CallRecord& record) {
        return std::string(to_string(record.status)) + " " +
               (record.end_reason ? std::string(to_string(*record.end_reason)) : "open") + " " +
               std::to_string(record.sip_code);
    }
    // A line for each event of all calls: its kind, and the first detail for what was said.
    std::vector<std::string> story() const {
        std::vector<std::string> lines;
        for (const auto& event : events) {
            const bool tells = event.kind == "say" || event.kind == "play" ||
                               event.kind == "digit" || event.kind == "warning";
            lines.push_back(tells ? event.kind + " " + event.detail.at(0).second : event.kind);
        }
        return lines;
    }
    bool told(const std::string& line) const {
        const auto lines = story();
        return std::find(lines.begin(), lines.end(), line) != lines.end();
    }

    // A detail of the last event of that kind; "-" when there is none.
    std::string detail(const std::string& kind, const std::string& name) const {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (event->kind != kind) continue;
            for (const auto& [key, value] : event->detail)
                if (key == name) return value;
            break;
        }
        return "-";
    }

    std::vector<model::CallEvent> events;
    std::vector<model::Alert> alerts;
    std::vector<std::string> faults;
    std::function<void()> on_begin;  // of each record

  private:
    struct History {
        model::CallRecord record;
        std::string steps;
        bool ended;
    };
    History* find(const CallSid& sid) {
        const auto found = std::find_if(histories_.begin(), histories_.end(),
                                        [&](const auto& each) { return each.record.sid == sid; });
        return found == histories_.end() ? nullptr : &*found;
    }
    void note(const model::CallRecord& record, const std::string& step) {
        auto* history = find(record.sid);
        if (history == nullptr) return faults.push_back(step + " before begin: " + record.to);
        if (history->ended) faults.push_back(step + " after end: " + record.to);
        history->record = record;
        history->steps += " " + step;
    }
    std::vector<History> histories_;
};

// Where callbacks go: keeps what would be sent.
class RecordedCallbacks final : public call::CallbackSender {
  public:
    void send(const call::CallRef& call, twiml::FetchRequest request) override {
        sent.push_back({call, std::move(request)});
    }

    struct Sent {
        call::CallRef call;
        twiml::FetchRequest request;

        std::string value(const std::string& name) const {
            for (const auto& each : request.parameters)
                if (each.name == name) return each.value;
            return "-";
        }
    };
    std::vector<Sent> sent;
    // "/progress 0 initiated": path, number, status; of one call or, with an empty SID, of all.
    std::vector<std::string> lines(const std::string& sid = {}) const {
        std::vector<std::string> all;
        for (const auto& each : sent)
            if (sid.empty() || each.call.sid.str() == sid)
                all.push_back(each.request.url.substr(each.request.url.find('/', 8)) + " " +
                              each.value("SequenceNumber") + " " + each.value("CallStatus"));
        return all;
    }
};

// The application: documents by address, and those of communities. Answers at once, within
// fetch(), unless a delay is set.
class FakeApplication final : public call::TwimlFetcher {
  public:
    explicit FakeApplication(FakeLoop& loop) : loop_(loop) {}

    static inline const std::string kBase = "https://voice.example.cl";
    void serve(const std::string& path, const std::string& verbs) {
        pages_[kBase + path] = "<Response>" + verbs + "</Response>";
    }
    // The latest of a code counts.
    void serve(const twiml::CommunityIvr& community) { communities_.push_front(community); }
    std::optional<milliseconds> delay;
    std::string throws_at;  // the beginning of a path

    // "/twiml/X/route Digits=1 DialCallStatus=busy"; the standard parameters are left out.
    std::vector<std::string> requested;
    std::vector<twiml::FetchRequest> requests;
    std::set<std::string> callers, forgotten;  // calls

    void fetch(const call::CallRef& call, const twiml::FetchRequest& request,
               Answer answer) override {
        if (!throws_at.empty() && path_of(request).starts_with(throws_at))
            throw std::runtime_error("a fault");
        callers.insert(call.sid.str());
        requests.push_back(request);
        std::string line = path_of(request);
        for (const auto* name :
             {"Digits", "DialCallStatus", "DialCallDuration", "DialBridged", "DialSipResponseCode"})
            if (const auto value = parameter(request, name))
                line += " " + std::string(name) + "=" + *value;
        requested.push_back(std::move(line));
        if (!delay) return answer(page(request));
        timers_.push_back(
            std::make_unique<Timer>(loop_.wheel, [answer, page = page(request)] { answer(page); }));
        timers_.back()->start_after(*delay);
    }
    void forget(const CallSid& call) override { forgotten.insert(call.str()); }

    static std::optional<std::string> parameter(const twiml::FetchRequest& request,
                                                const std::string& name) {
        for (const auto& each : request.parameters)
            if (each.name == name) return each.value;
        return std::nullopt;
    }

  private:
    static std::string path_of(const twiml::FetchRequest& request) {
        return request.url.starts_with(kBase) ? request.url.substr(kBase.size()) : request.url;
    }
    tl::expected<twiml::FetchedDocument, twiml::FetchError> page(
        const twiml::FetchRequest& request) const {
        if (const auto found = pages_.find(request.url); found != pages_.end())
            return twiml::FetchedDocument{200, "text/xml", found->second, request.url};
        std::string path = path_of(request);
        std::string attempt;
        const bool no_input = path.ends_with("?no_input=1");
        if (no_input) path.resize(path.find('?'));
        if (const auto query = path.find("?attempt="); query != std::string::npos) {
            attempt = path.substr(query + 9);
            path.resize(query);
        }
        for (const auto& community : communities_) {
            if (path == "/twiml/" + community.code + "/main")
                return found(request, main_document(community, twiml::menu_attempt(attempt)));
            if (path == "/twiml/" + community.code + "/route")
                return found(
                    request,
                    route_document(community, {no_input ? twiml::key_without_input(community)
                                                        : parameter(request, "Digits").value_or(""),
                                               parameter(request, "DialCallStatus"),
                                               twiml::menu_attempt(attempt)}));
        }
        if (path == "/twiml/domain")
            return found(request, twiml::domain_document(twiml::DialledNumber::ordinary));
        return tl::unexpected(twiml::FetchError{Errc::not_found, 11200, "nothing at " + path});
    }
    static twiml::FetchedDocument found(const twiml::FetchRequest& request, std::string body) {
        return {200, "text/xml", std::move(body), request.url};
    }

    FakeLoop& loop_;
    std::map<std::string, std::string> pages_;
    std::deque<twiml::CommunityIvr> communities_;
    std::vector<std::unique_ptr<Timer>> timers_;
};

// Sounds of one second each. Ready at once, unless a delay is set; those named in `missing` (a text
// or an address) cannot be had.
class FakePrompts final : public call::PromptSource {
  public:
    explicit FakePrompts(FakeLoop& loop) : loop_(loop) {}

    static media::PromptPtr second() {
        static const std::vector<std::int16_t> samples(16000);
        static const std::vector<std::uint8_t> octets(8000);
        return std::make_shared<media::Prompt>(
            media::Prompt::Parts{samples, {octets, octets, octets}}, nullptr);
    }
    std::optional<milliseconds> delay;
    std::set<std::string> missing;

    media::PromptPtr find(const twiml::Say& say, const std::string&) override {
        return delay || missing.contains(say.text()) ? nullptr : second();
    }
    void render(const twiml::Say& say, const std::string&, Answer answer) override {
        give(say.text(), std::move(answer));
    }
    void fetch_sound(const std::string& url, const std::string&, Answer answer) override {
        give(url, std::move(answer));
    }
    void decode_sound(const std::string& bytes, Answer answer) override {
        give(bytes, std::move(answer));
    }

  private:
    void give(const std::string& what, Answer answer) {
        Result<media::PromptPtr> sound = second();
        if (missing.contains(what)) sound = fail(Errc::not_found, "no sound for it");
        if (!delay) return answer(std::move(sound));
        timers_.push_back(std::make_unique<Timer>(loop_.wheel, [answer, sound] { answer(sound); }));
        timers_.back()->start_after(*delay);
    }
    FakeLoop& loop_;
    std::vector<std::unique_ptr<Timer>> timers_;
};

}  // namespace skyn3t::test
