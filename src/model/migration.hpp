#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/sid.hpp"
#include "model/community.hpp"
#include "model/secret.hpp"

// Moving a community between Twilio and this server: one state machine for both directions (ADR
// 10). A number's documents are ours at both places, so that a stage is what they answer.
namespace skyn3t::model {

// How far it has come. Each one stands on what the ones before it have made.
enum class Stage {
    none,       // nothing has changed yet, or everything has been taken back
    documents,  // the documents that decide are ours
    phones,     // the phones hold a second account, at the new place
    number      // calls run at the new place; the old one stands behind it
};
[[nodiscard]] std::string_view to_string(Stage stage);
[[nodiscard]] std::optional<Stage> parse_stage(std::string_view word);
[[nodiscard]] std::optional<Stage> stage_after(Stage stage);  // none after the last one
[[nodiscard]] Stage stage_before(Stage stage);

// What became lately of what the new place was given to do; the newest last. Kept as its text.
class Outcomes {
  public:
    static constexpr std::size_t kWindow = 20;
    static constexpr std::size_t kEnough = 5;  // before that a share says nothing

    Outcomes() = default;
    explicit Outcomes(std::string_view text);  // what text() said; anything else in it is dropped
    void add(bool has_failed);
    std::size_t size() const { return marks_.size(); }
    std::size_t failures() const;
    bool are_too_many(unsigned max_percent) const;
    const std::string& text() const { return marks_; }

  private:
    std::string marks_;  // '.' went well, 'x' failed
};

struct Migration {
    CommunitySid community;
    Target to = Target::local;
    Stage stage = Stage::none;     // what the documents answer by
    std::optional<Stage> going{};  // being made, or being verified when it is `stage` itself
    bool is_proven = false;        // a call through Twilio has shown that this stage works
    WallTime entered{};            // this stage
    Secret gateway_password{};     // that Twilio calls our phones with
    std::string voice_before{};    // the number's voice settings at Twilio until now, as JSON
    Outcomes outcomes{};
    unsigned max_failures = 20;                // percent; above it the stage goes back by itself
    std::string returned_es{}, returned_en{};  // why it went back the last time

    // Whether the community has, or is getting, its resources at the new place too.
    bool is_at_both() const;
};

[[nodiscard]] inline Target other(Target target) {
    return target == Target::local ? Target::twilio : Target::local;
}

// Twilio is a user of the community's credential list: its calls are the community's as any
// phone's are. The role of that user is nobody else's.
inline constexpr std::string_view kGatewayRole = "twilio";
[[nodiscard]] std::string gateway_username(const PhoneNumber& number);

// Where a key leads in a call that runs at `runner`, one place after the other. This server reaches
// no phone at Twilio, since it resolves no names; what is not registered here is left out by
// whoever knows.
[[nodiscard]] std::vector<Target> dial_order(Target to, Stage stage, Target runner);
// Whether a call that runs at Twilio is given to this server as a whole, before any menu.
[[nodiscard]] bool hands_over(Target to, Stage stage);

// What a Dial that Twilio reports says about the new place: whether it failed; nothing when it says
// nothing about it. `status` is DialCallStatus.
struct DialReport {
    bool is_hand_over = false;
    Target place{};  // that was dialled, otherwise
    std::string_view status;
};
[[nodiscard]] std::optional<bool> failure_of(Target to, Stage stage, const DialReport& report);
// Our menu answers at once: a hand-over that rings in vain or is refused has failed, and the menu
// is heard at Twilio.
[[nodiscard]] bool is_hand_over_lost(std::string_view status);
// Whether what comes next is tried: the parties were not joined, and nobody chose that.
[[nodiscard]] bool goes_on_after(std::string_view status);

// ---- What allows a step

enum class Move { advance, back, finish };
[[nodiscard]] std::string_view to_string(Move move);
[[nodiscard]] std::optional<Move> parse_move(std::string_view word);

struct MigrationFacts {
    bool has_twilio = false;       // an account there is configured
    bool is_reachable = false;     // sip.public_address says where Twilio finds this server
    bool phones_are_here = false;  // every phone is registered here
    bool call_has_come = false;    // a real one, at the new place, in this stage
};
enum class Obstacle {
    none,
    already_there,    // it lives at `to`
    other_direction,  // a migration the other way has begun
    nothing_to_undo,  // none has begun
    not_last_stage,   // to finish
    last_stage,       // to advance: what is left is to finish
    no_twilio,
    not_reachable,
    phones_absent,  // may be overridden
    no_call_yet     // may be overridden
};
[[nodiscard]] bool may_be_overridden(Obstacle obstacle);
// `home`: where the community is declared; `to`: where it is asked to go, of advance; `begun`: none
// when no migration has.
[[nodiscard]] Obstacle obstacle_to(Move move, Target home, Target to, const Migration* begun,
                                   const MigrationFacts& facts);

}  // namespace skyn3t::model
