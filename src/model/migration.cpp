#include "model/migration.hpp"

#include <algorithm>

#include "model/word_table.hpp"

namespace skyn3t::model {
namespace {

constexpr auto kStages = words<Stage>({{Stage::none, "none"},
                                       {Stage::documents, "documents"},
                                       {Stage::phones, "phones"},
                                       {Stage::number, "number"}});
constexpr auto kMoves =
    words<Move>({{Move::advance, "advance"}, {Move::back, "back"}, {Move::finish, "finish"}});
constexpr char kWell = '.';
constexpr char kFailed = 'x';

// The first stage that needs resources at the new place.
Stage needs_both(Target to) { return to == Target::local ? Stage::phones : Stage::documents; }

}  // namespace

std::string_view to_string(Stage stage) { return kStages.word(stage); }
std::optional<Stage> parse_stage(std::string_view word) { return kStages.find(word); }

std::string_view to_string(Move move) { return kMoves.word(move); }
std::optional<Move> parse_move(std::string_view word) { return kMoves.find(word); }

std::optional<Stage> stage_after(Stage stage) {
    if (stage == Stage::number) return std::nullopt;
    return static_cast<Stage>(static_cast<int>(stage) + 1);
}
Stage stage_before(Stage stage) {
    return stage == Stage::none ? stage : static_cast<Stage>(static_cast<int>(stage) - 1);
}

Outcomes::Outcomes(std::string_view text) {
    for (const char mark : text)
        if (mark == kWell || mark == kFailed) add(mark == kFailed);
}

void Outcomes::add(bool has_failed) {
    marks_ += has_failed ? kFailed : kWell;
    if (marks_.size() > kWindow) marks_.erase(0, marks_.size() - kWindow);
}

std::size_t Outcomes::failures() const {
    return static_cast<std::size_t>(std::count(marks_.begin(), marks_.end(), kFailed));
}

bool Outcomes::are_too_many(unsigned max_percent) const {
    return size() >= kEnough && failures() * 100 > max_percent * size();
}

bool Migration::is_at_both() const {
    return std::max(stage, going.value_or(Stage::none)) >= needs_both(to);
}

std::string gateway_username(const PhoneNumber& number) { return username(number, kGatewayRole); }

std::vector<Target> dial_order(Target to, Stage stage, Target runner) {
    if (runner == Target::local) return {Target::local};
    const bool is_first_there = to == Target::twilio && stage == Stage::number;
    if (is_first_there) return {Target::twilio, Target::local};
    const bool is_only_there = to == Target::local && stage < Stage::phones;
    if (is_only_there) return {Target::twilio};
    return {Target::local, Target::twilio};
}

bool hands_over(Target to, Stage stage) { return to == Target::local && stage == Stage::number; }

std::optional<bool> failure_of(Target to, Stage stage, const DialReport& report) {
    if (report.status == "canceled") return std::nullopt;  // the caller's choice
    if (report.is_hand_over) return is_hand_over_lost(report.status);
    const bool is_given_to_it =
        report.place == to && dial_order(to, stage, Target::twilio).front() == to;
    if (!is_given_to_it) return std::nullopt;
    // A phone that nobody answers has rung, and so it works.
    return report.status == "failed";
}

bool is_hand_over_lost(std::string_view status) {
    return status != "completed" && status != "answered" && status != "canceled";
}

bool goes_on_after(std::string_view status) {
    constexpr std::string_view kChosen[]{"completed", "answered", "busy", "canceled"};
    return std::find(std::begin(kChosen), std::end(kChosen), status) == std::end(kChosen);
}

bool may_be_overridden(Obstacle obstacle) {
    return obstacle == Obstacle::phones_absent || obstacle == Obstacle::no_call_yet;
}

Obstacle obstacle_to(Move move, Target home, Target to, const Migration* begun,
                     const MigrationFacts& facts) {
    if (move == Move::back) return begun ? Obstacle::none : Obstacle::nothing_to_undo;
    if (move == Move::finish) {
        if (!begun) return Obstacle::nothing_to_undo;
        if (begun->stage != Stage::number || begun->going) return Obstacle::not_last_stage;
        return facts.call_has_come ? Obstacle::none : Obstacle::no_call_yet;
    }
    if (begun && begun->to != to) return Obstacle::other_direction;
    if (home == to) return Obstacle::already_there;
    if (!facts.has_twilio) return Obstacle::no_twilio;
    const Stage stage = begun ? begun->stage : Stage::none;
    const auto next = stage_after(stage);
    if (!next) return Obstacle::last_stage;
    if (*next >= needs_both(to) && !facts.is_reachable) return Obstacle::not_reachable;
    if (*next == Stage::number && to == Target::local && !facts.phones_are_here)
        return Obstacle::phones_absent;
    return Obstacle::none;
}

}  // namespace skyn3t::model
