#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/environment.hpp"

namespace skyn3t::cli {

enum class Command {
    none,
    serve,
    apply,
    plan,
    drift,
    import,
    lint,
    export_,
    alerts,
    events,
    community_group,  // "community" alone: its help
    community_list,
    community_show,
    community_add,
    community_remove,
    community_rename,
    community_restore,
    community_rotate,
    community_recordings,
    community_record,
    community_unrecord,
    registrations,
    registrations_remove,
    blocks,
    blocks_clear,
    calls,
    call,
    verify,
    migrate,
    document_group,
    document_list,
    document_show,
    document_put,
    document_remove,
    document_preview
};

struct Options {
    Command command = Command::none;
    std::string url;      // --url
    std::string config;   // --config
    std::string ca_file;  // --ca-file
    bool json = false;
    bool verbose = false;  // -v: also what does not change

    std::vector<std::string> files;  // apply, plan, drift: -f
    bool yes = false;                // whatever asks before it changes something
    bool prune = false;              // apply, plan
    bool destroy = false;            // apply
    bool buy = false;                // apply
    std::size_t parallel = 4;        // apply
    std::string code;                // community show, remove, rotate, recordings, ...
    std::string role;                // community rotate
    std::string grace = "24h";       // community rotate
    std::string recording;           // community record, unrecord: its name
    std::string sound;               // community record: the sound file
    std::string address;             // blocks clear
    std::string user;                // blocks clear, registrations remove
    std::string contact;             // registrations remove
    std::string new_code;            // community rename
    bool removed = false;            // community list
    bool secrets = false;            // community show
    bool all = false;                // community show
    std::string device;              // community show --secrets: whose fields are named
    bool failed = false;             // calls
    bool refused = false;            // calls
    bool verifications = false;      // calls: also those that `verify` made
    std::string number;              // calls: from or to it
    std::string since, until;        // calls, alerts, events
    std::string level;               // alerts
    std::string community;           // calls, registrations
    std::size_t limit = 50;          // calls, alerts, events
    std::string sid;                 // call
    std::vector<std::string> codes;  // drift, export, verify, community show
    std::string output;              // export: the file; standard output when empty
    bool ring = false;               // verify

    struct Lint {
        std::vector<std::string> files;  // manifests, documents, directories of them
        std::string account;             // "local", "twilio": of a live account
        bool rules = false;              // list the rules instead
    } lint;

    struct Document {
        std::string name, community;
        std::string file;                     // put
        std::string output;                   // preview: the WAV file; none when empty
        std::vector<std::string> parameters;  // preview: "From=+56987654321"
    } document;

    struct Import {
        std::string target = "local";
        std::string file;  // -o; standard output when empty
    } import;

    struct Migrate {
        std::string to;  // "local", "twilio"; empty: no step forward
        bool back = false, finish = false;
        bool force = false;
        bool no_test_call = false;
        bool dry_run = false;
        std::optional<unsigned> max_failures;
    } migrate;

    struct NewCommunity {
        std::string code, name, number, type = "edificio";
        std::vector<std::string> roles;  // "role:digit:label"
    } add;
};

struct HelpWanted {
    Command command;
};
struct UsageError {
    std::string text;  // in the reader's language
    Command command;   // whose help would tell
};
struct VersionWanted {};
using Parsed = std::variant<Options, HelpWanted, VersionWanted, UsageError>;

[[nodiscard]] Parsed parse_options(const std::vector<std::string>& arguments, Lang lang);

// The whole help text of a command, with examples.
[[nodiscard]] std::string_view help_text(Command command, Lang lang);

}  // namespace skyn3t::cli
