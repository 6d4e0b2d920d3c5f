#pragma once

#include "cli/api_client.hpp"
#include "cli/environment.hpp"
#include "cli/options.hpp"
#include "cli/render.hpp"

namespace skyn3t::cli {

// What a change does to what is there.
enum class Change { adds, changes };

// What a command works with.
struct Session {
    const Options& options;
    const Environment& environment;
    ApiClient& api;

    Style style() const {
        return {environment.lang(), environment.has_colour(), environment.width};
    }
    std::string plan_text(const Json& changes) const {
        return render_plan(changes, style(),
                           options.verbose ? Untouched::named : Untouched::counted);
    }
    const char* say(const char* es, const char* en) const { return environment.say(es, en); }
    // Prints the answer as JSON or as `text`, as the options want.
    Exit print(const Json& answer, const std::string& text) const;
    Exit print_error(const ApiError& error) const;
    // Whether a change may be made: nothing when the operator agrees, by --yes or by an answer;
    // else how the command ends, and why has been printed. Where nobody can be asked, only what
    // adds is done without --yes.
    [[nodiscard]] std::optional<Exit> refusal(const std::string& question,
                                              Change change = Change::changes) const;
    // Whether somebody can be asked, and wants to be.
    bool can_ask() const;
    bool ask(const std::string& question) const;
};

// apply_commands.cpp
Exit apply(const Session& session);
Exit plan(const Session& session);
// Shows what a POST of `form` would do; when that is something and the operator agrees, does it.
Exit plan_and_apply(const Session& session, const std::string& path, http::Params form,
                    const char* question);
Exit community_add(const Session& session);
Exit community_rename(const Session& session);
// Of the communities that -f names; nothing, and the errors printed, when a file has some.
std::optional<std::vector<std::string>> codes_in_files(const Session& session);
// drift_commands.cpp
Exit drift(const Session& session);
Exit import(const Session& session);
Exit export_communities(const Session& session);  // export_command.cpp
Exit community_rotate(const Session& session);
// lint_command.cpp
Exit lint(const Options& options, const Environment& environment);
// In the form in which the API gives findings.
[[nodiscard]] Json findings_json(const std::vector<provision::Finding>& findings);
// community_commands.cpp
Exit community_list(const Session& session);
Exit community_show(const Session& session);
Exit community_remove(const Session& session);
Exit community_restore(const Session& session);
Exit registrations(const Session& session);
Exit registrations_remove(const Session& session);
// A 404 about the community `code`, with what the operator can do about it; other errors as they
// are.
Exit print_missing(const Session& session, const ApiError& error, const std::string& code);
// recording_commands.cpp
Exit community_recordings(const Session& session);
Exit community_record(const Session& session);
Exit community_unrecord(const Session& session);
// document_commands.cpp
Exit document_list(const Session& session);
Exit document_show(const Session& session);
Exit document_put(const Session& session);
Exit document_remove(const Session& session);
Exit document_preview(const Session& session);
// block_commands.cpp
Exit blocks(const Session& session);
Exit blocks_clear(const Session& session);
// call_commands.cpp
Exit calls(const Session& session);
Exit call(const Session& session);
// monitor_commands.cpp
Exit alerts(const Session& session);
Exit events(const Session& session);
// verify_command.cpp
Exit verify(const Session& session);
// migrate_command.cpp
Exit migrate(const Session& session);

[[nodiscard]] std::optional<std::chrono::minutes> read_duration(std::string_view text);  // "24h"
// "30m", "24h", "7d" before `now`; "14:30", the last time that the clock here showed it;
// "2026-11-22 14:30" by the clock here; or a date or time that the API reads itself. Nothing for
// anything else.
[[nodiscard]] std::optional<std::string> since_time(std::string_view text,
                                                    std::chrono::system_clock::time_point now);
// Adds --since and --until under these names; false, and why has been printed, when one is no time.
[[nodiscard]] bool add_times(const Session& session, http::Params& query, const char* since,
                             const char* until);

}  // namespace skyn3t::cli
