#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/router.hpp"
#include "model/migration.hpp"
#include "rest/services.hpp"

// Moving a community between Twilio and this server, as the API shows it (ADR 10).
namespace skyn3t::rest {

// One step of the way while it is taken, and how it ended.
struct MigrationWork {
    enum class State { running, completed, failed };
    model::Move move{};
    State state = State::running;
    WallTime started{};
    std::vector<Check> steps{};
    Sentence why{};  // failed: why, and how to go on
};

struct MigrationView {
    std::string code;
    model::Target target{};             // where it is declared to live
    std::optional<model::Target> to{};  // nothing: it does not move
    model::Stage stage{};
    std::optional<model::Stage> going{};
    bool is_proven = false;
    WallTime entered{};
    std::size_t calls = 0, failures = 0;  // of the latest ones that the new place was given
    unsigned max_failures = 0;            // percent
    Sentence returned{};                  // why it went back by itself, the last time

    struct Phone {
        std::string role, label, username;
        std::size_t contacts = 0;  // registrations that are live on this server
    };
    std::vector<Phone> phones{};

    Sentence now{};  // what calls do
    // The next stage, or what is left: to finish.
    std::optional<model::Stage> next_stage{};
    bool may_finish = false;
    std::vector<Sentence> does{};    // what the next step does
    std::vector<Sentence> cannot{};  // and what it cannot
    Sentence obstacle{};             // why it is not possible now
    bool may_force = false;

    std::optional<MigrationWork> work{};  // the latest since the server began
};

struct MigrationOrder {
    std::string code;
    model::Move move{};
    model::Target to{};  // of advance
    bool is_forced = false;
    bool test_call = true;  // through Twilio, which costs a few cents
    std::optional<unsigned> max_failures{};
    std::string actor;
};

class Migrations {
  public:
    virtual ~Migrations() = default;
    // Of a community that does not move: what moving it to `to` would begin with. Errc::not_found.
    virtual Result<MigrationView> view(std::string_view code, std::optional<model::Target> to) = 0;
    // Begins the step; view() tells how it goes on. Errc::not_found, conflict with a sentence of
    // why in `refused`, too_many while another step runs.
    virtual Result<MigrationView> start(const MigrationOrder& order, Sentence& refused) = 0;
    // What is to be typed into the phones for the new place. Audited before it is answered.
    // Errc::not_found also when the community does not move or has no phones there yet.
    virtual Result<std::vector<PhoneSettings>> accounts(std::string_view code,
                                                        const std::string& actor) = 0;
};

// /v1/Communities/{Code}/Migration. To a router that has the API's guard.
void add_migration_api(http::Router& router, Migrations& migrations);

}  // namespace skyn3t::rest
