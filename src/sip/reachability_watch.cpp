#include "sip/reachability_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace skyn3t::sip {
namespace {

constexpr std::chrono::milliseconds kAskTick{100};
constexpr std::chrono::milliseconds kAskNap{1000};  // new bindings may be due before the others

using State = Reachability::State;

// What an edge says of a phone that it cannot reach; from the phone itself these are answers.
bool is_edges_failure(int status) {
    return status == 408 || status == 430 || status == 477 || status == 503 || status == 504;
}

State state_after(const RequestOutcome& outcome, const Binding& binding) {
    if (outcome.response == nullptr)
        return outcome.status == 408 ? State::no_answer : State::not_sent;
    const int status = outcome.status;
    if (status == 404 || status == 410 || status == 604) return State::refused;
    if (binding.source.via_edge && is_edges_failure(status)) return State::refused;
    return State::answers;
}

}  // namespace

ReachabilityWatch::ReachabilityWatch(UserAgent& user_agent, Registrar& registrar, TimerWheel& wheel,
                                     Settings settings)
    : user_agent_(user_agent),
      registrar_(registrar),
      wheel_(wheel),
      settings_(std::move(settings)),
      next_(wheel, [this] { ask_those_due(); }) {
    next_.start_after(kAskTick);
}

ReachabilityWatch::Counters ReachabilityWatch::counters() const {
    auto counters = counters_;
    counters.under_way = questions_.size();
    return counters;
}

void ReachabilityWatch::ask_those_due() {
    over_.clear();
    const auto most =
        std::max<std::size_t>(1, settings_.per_second * kAskTick / std::chrono::seconds(1));
    for (std::size_t begun = 0; begun < most && questions_.size() < settings_.under_way; ++begun) {
        auto due = registrar_.take_due();
        if (!due) break;
        // Of one that is known to be dead a single request finds out that it is back.
        const bool may_repeat = !due->binding.reachability.is_dead();
        questions_.push_back({std::move(*due), may_repeat, nullptr});
        ask(std::prev(questions_.end()));
    }
    const auto now = wheel_.clock().now();
    const auto due = registrar_.next_ask().value_or(now + kAskNap);
    next_.start_at(std::clamp<SteadyTime>(due, now + kAskTick, now + kAskNap));
}

void ReachabilityWatch::ask(Questions::iterator question) {
    const auto& [aor, binding] = question->bound;
    OutgoingRequest request;
    request.method = Method::options;
    request.target = binding.contact;
    request.from = settings_.from;
    request.to = fmt::format("<sip:{}@{}>", escaped_user(aor.user), aor.domain);
    request.flow = binding.source.flow;
    request.route = binding.path;
    request.headers = {{"Accept", "application/sdp"}};
    request.patience = settings_.patience;
    ++counters_.asked;
    question->request = user_agent_.request(
        std::move(request),
        [this, question](const RequestOutcome& outcome) { on_outcome(question, outcome); });
}

void ReachabilityWatch::on_outcome(Questions::iterator question, const RequestOutcome& outcome) {
    const State state = state_after(outcome, question->bound.binding);
    if (outcome.response != nullptr) ++counters_.answered;
    if (state == State::no_answer && std::exchange(question->may_repeat, false)) {
        // In its place, so that the request that tells this is not destroyed meanwhile.
        questions_.push_back({question->bound, false, nullptr});
        ask(std::prev(questions_.end()));
    } else {
        registrar_.note_reachability(question->bound, state,
                                     outcome.response != nullptr ? outcome.status : 0);
    }
    over_.splice(over_.end(), questions_, question);
}

}  // namespace skyn3t::sip
