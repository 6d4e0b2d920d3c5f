#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rest/migration.hpp"
#include "server/migrations.hpp"

namespace skyn3t::server {

// One step of one migration, from its beginning to its end, shown line by line while it is taken.
// On the migrations' thread, which it blocks.
class MigrationRun {
  public:
    using Change = std::function<void(const std::function<void(rest::MigrationWork&)>&)>;
    // `seen`: the stage that it was decided by; nothing: no migration had begun.
    MigrationRun(const Migrations::Parts& parts, const CommunitySid& sid,
                 const rest::MigrationOrder& order, std::optional<model::Stage> seen,
                 Change change);

    // The lines, before any of it is done.
    static std::vector<rest::Check> steps_of(const model::Community& community,
                                             const std::optional<model::Migration>& begun,
                                             const rest::MigrationOrder& order,
                                             const std::string& sip_address);
    void run();

  private:
    struct Outcome {
        rest::Check::State state = rest::Check::State::passed;
        rest::Sentence why{};
    };

    Outcome take();
    Outcome advance();
    Outcome back();
    Outcome finish();

    Outcome try_stage(const model::Migration& migration);
    Outcome take_back(const model::Migration& migration, const rest::Sentence& why);
    Outcome undo_all(const model::Migration& migration);
    Outcome begin(model::Migration& migration);
    Outcome set_out(model::Migration& migration, model::Stage next, const std::string& detail);
    Outcome prepare();
    // Changes what the board has, unless calls have taken it back from `from`. As it is then.
    Outcome put(model::Stage from, const char* action, const std::string& detail,
                const MigrationBoard::Edit& edit);
    Outcome was_taken_back() const;
    Outcome provision(const char* line, std::set<std::string> codes);
    Outcome follow(const char* line, const rest::ProvisioningSid& provisioning);
    Outcome verify_here();
    Outcome call_number();
    Outcome call_here(const model::Migration& migration);
    Outcome place_call(http::Params form, const Sightings::Ticket& ticket,
                       const std::function<rest::Sentence(const std::string&)>& not_seen);
    Outcome remember_voice(model::Migration& migration);
    Outcome restore_voice(const model::Migration& migration);
    std::optional<std::string> test_caller();

    // Takes one line: shows it as running, then how it ended.
    Outcome line(const char* id, const std::function<Outcome()>& work);
    void show_below(const char* id, std::vector<rest::Check> lines);

    const Migrations::Parts& parts_;
    const CommunitySid sid_;
    const rest::MigrationOrder order_;
    const std::optional<model::Stage> seen_;
    const Change change_;
    std::optional<model::Migration> begun_;  // as it stood when this step's turn came
    model::Community community_;             // as it is declared, with passwords
    bool is_proven_ = true;                  // as long as no call through Twilio was left out
};

}  // namespace skyn3t::server
