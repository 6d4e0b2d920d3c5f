#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/sid.hpp"
#include "http/form.hpp"
#include "model/community.hpp"
#include "provision/finding.hpp"
#include "provision/plan.hpp"
#include "provision/purchase.hpp"
#include "rest/provisioning.hpp"

// What the API needs of the running system; server/ supplies it. Called on the HTTP threads, any of
// them, and may block for a database read. A callback is called once, on any thread, and copies
// what it needs.
namespace skyn3t::rest {

template <class T>
using Done = std::function<void(Result<T>)>;

// One communities.yaml.
struct ManifestFile {
    std::string name = "communities.yaml";  // in messages
    std::string yaml;
};
struct ApplyRequest {
    std::vector<ManifestFile> files;               // read as one
    std::map<std::string, std::string> documents;  // what the manifests name, by that name
    bool declared = false;  // no file: what is declared already is put right at its places
    bool dry_run = false;
    provision::Prune prune = provision::Prune::no;
    bool destroy = false;   // the files' communities are removed
    bool buy = false;       // numbers that they ask for may be paid
    unsigned parallel = 4;  // communities at a time
    std::string actor;      // for the audit
};
struct RotateRequest {
    static constexpr std::chrono::seconds kLongestGrace{std::chrono::hours(24 * 30)};

    std::string code;
    std::string role;                                    // empty: of all
    std::chrono::seconds grace{std::chrono::hours(24)};  // 0: the old password stops at once
    std::string actor;
};
struct RenameRequest {
    std::string code;
    std::string new_code;
    bool dry_run = false;
    std::string actor;
};
struct ApplyOutcome {
    std::vector<provision::Finding> findings;      // with an error among them, nothing was done
    std::vector<provision::Purchase> purchases{};  // of numbers, for `number: buy`
    provision::Plan plan{};                        // of what is declared
    // Of a dry run: what would be done at the targets, or why nobody can tell.
    std::vector<CommunityProgress> targets{};
    Sentence why{};
    bool applied = false;
    std::optional<ProvisioningView> provisioning{};  // how what was applied gets to the targets

    bool is_empty() const;  // nothing to do
};

// Credentials that were wrong, of the last day: one user name from one address.
struct FailedLoginView {
    std::string community;  // the code; empty: no community has that user or number
    std::string username;   // as it was sent
    std::string domain;     // the same
    std::string address;
    std::string user_agent;
    // "user": nobody has it; "domain": it is one of another domain; "use": it may not do what it
    // asked for; "password".
    std::string wrong;
    std::string purpose;  // "registration", "call"
    std::size_t count = 0;
    WallTime first{}, last{};
};

struct CommunityView {
    model::Community community;  // without passwords
    CredentialListSid credential_list;
    bool is_provisioned = true;  // its place is as it was last declared
    struct Phone {
        std::string role;
        std::string username;
        std::size_t contacts = 0;  // bindings that are live, and not known to be dead
        // Of a phone without any: nothing when it has not registered since the server began.
        std::optional<WallTime> offline_since{};
        // "expired", "unregistered", "connection-lost"; of one that is registered and does not
        // answer "no-answer", "connection-closed", "refused".
        std::string offline_reason{};
        // While its password is being replaced: until when the old one is good, and how many of the
        // contacts still use it.
        std::optional<WallTime> old_password_until{};
        std::size_t contacts_with_old_password = 0;
    };
    std::vector<Phone> phones;                     // one for each role, in the roles' order
    std::vector<FailedLoginView> failed_logins{};  // the latest first
};

// What is to be typed into a phone.
struct PhoneSettings {
    std::string role;
    std::string label;
    std::string username;
    model::Secret password;
    std::string domain;
    std::string server;     // where requests go: "203.0.113.10:5060"
    std::string transport;  // "udp"
    std::chrono::seconds expiry{3600};
};

// A community by its names only: cheap to ask for, since nothing is read and no thread is asked.
struct CommunityName {
    CommunitySid sid;
    std::string code;
    std::string number;  // E.164
};

// A removed community that can be had back.
struct RemovedView {
    CommunitySid sid;
    std::string code, name, number;
    WallTime removed{};
    WallTime kept_until{};
};

class Communities {
  public:
    virtual ~Communities() = default;
    virtual Result<std::vector<CommunityName>> names() = 0;  // by code
    virtual Result<std::vector<CommunityView>> list() = 0;   // by code
    virtual Result<std::optional<CommunityView>> find(std::string_view code) = 0;
    // Done when it is stored and its prompts are rendered; what it needs at the targets has begun
    // then. Errc::conflict when a number or code is taken; too_many while too much waits already.
    virtual void apply(ApplyRequest request, Done<ApplyOutcome> done) = 0;
    // As an apply without this community. Errc::not_found.
    virtual void remove(std::string code, bool dry_run, std::string actor,
                        Done<ApplyOutcome> done) = 0;
    // What is at the targets against what is declared, of these communities or of all.
    // Errc::not_found.
    virtual void drift(std::vector<std::string> codes, Done<Looked> done) = 0;
    // A new password for the phone of this role, or of every role. Errc::not_found, and forbidden
    // when the manifest or its policy gives the password.
    virtual void rotate(RotateRequest request, Done<ApplyOutcome> done) = 0;
    // Another code for a community. Errc::not_found; conflict when the new one is taken;
    // invalid_argument when it is none.
    virtual void rename(RenameRequest request, Done<ApplyOutcome> done) = 0;
    virtual Result<std::vector<RemovedView>> removed() = 0;  // the latest first
    // A removed community as it was, with its passwords and calls. Errc::not_found; conflict when
    // its code is taken by now.
    virtual void restore(std::string code, bool dry_run, std::string actor,
                         Done<ApplyOutcome> done) = 0;
    // Audited before it is answered. Errc::not_found.
    virtual Result<std::vector<PhoneSettings>> secrets(std::string_view code,
                                                       const std::string& actor) = 0;
};

// Told after each change of resources or mappings that the API has stored (ADR 9).
class ResourceChanges {
  public:
    virtual ~ResourceChanges() = default;
    // Reloads what calls run on, and returns once the next call sees it. By itself: nobody runs
    // calls.
    virtual Result<void> changed() { return {}; }
};

struct RegistrationView {
    std::string community;  // the code
    std::string username;
    std::string domain;
    std::string contact;
    std::string flow;  // "udp:203.0.113.9:5060"
    std::string user_agent;
    WallTime registered{};
    WallTime expires{};
    bool has_old_password = false;  // it has not used the new one since it was changed
    // Whether it answers when it is asked: "answers", "unknown" (not asked yet), "no-answer",
    // "connection-closed", "refused"; since when, and the status of the response if there was one.
    std::string reachability = "unknown";
    std::optional<WallTime> reachability_since{};
    int reachability_status = 0;
};
struct RegistrationList {
    std::vector<RegistrationView> registrations{};
    std::vector<FailedLoginView> failures{};  // the latest of each community first
};
struct RegistrationRemoval {
    std::string community;  // the code
    std::string username;
    std::string contact;  // empty: all of that user
    std::string actor;    // for the audit
};
class Registrations {
  public:
    virtual ~Registrations() = default;
    // Of one community by its code, or of all; by community and user name. Asynchronous: the
    // bindings live on the signalling thread.
    virtual void list(std::optional<std::string> community, Done<RegistrationList> done) = 0;
    // Until the phone registers again. How many; Errc::not_found: none. Audited.
    virtual Result<std::size_t> remove(const RegistrationRemoval& removal) = 0;
};

// A prompt that a community's recording may stand in for, or another recording of its own.
struct RecordingView {
    std::string name;
    std::string text;  // what the voice says without it; empty: an operator's own document plays it
    bool is_uploaded = false;
};
struct RecordingChange {
    std::string code;
    std::string name;
    std::string actor;  // for the audit
};
class Recordings {
  public:
    virtual ~Recordings() = default;
    // Errc::not_found for an unknown community, from each of them.
    virtual Result<std::vector<RecordingView>> list(std::string_view code) = 0;
    // `sound`: a WAV, FLAC, Ogg or MP3 file. Done when the next call plays it. Audited.
    // Errc::not_found also for a name that nothing plays; parse_error: not sound; too_large;
    // too_many while too much waits already.
    virtual void put(RecordingChange change, std::string sound, Done<void> done) = 0;
    // Back to the voice. Audited. Errc::not_found also when there is no such recording; too_many.
    virtual void remove(RecordingChange change, Done<void> done) = 0;
};

// Who has guessed passwords wrong lately: one user name from one address.
struct BlockView {
    std::string scope;         // "user", "address", "network": what is blocked, or may be
    std::string address;       // "198.51.100.66"; "198.51.100.0/24" of a network
    std::string user;          // of scope "user"; empty: names that no community has, together
    std::size_t failures = 0;  // of the last minute
    std::optional<std::chrono::seconds> blocked_for;  // what is left; nothing: not blocked yet
};
class Blocks {
  public:
    virtual ~Blocks() = default;
    virtual Result<std::vector<BlockView>> list() = 0;  // the latest failure first
    // Forgets those of this address and user; an empty one means any. How many. Audited.
    virtual Result<std::size_t> clear(const std::string& address, const std::string& user,
                                      const std::string& actor) = 0;
};

// One line of the checklist that a verification works through.
struct Check {
    enum class State { waiting, running, passed, failed, skipped };
    std::string id;  // "greeting", "key-1", "audio-to-phone", ...
    std::string text_es;
    std::string text_en;
    State state = State::waiting;
    std::chrono::milliseconds duration{0};
    std::string detail;  // measured values
    std::string why_es;  // failed or skipped: why, and what to do
    std::string why_en;
};
struct VerificationView {
    VerificationSid sid;
    enum class State { running, passed, failed } state = State::running;
    struct Community {
        std::string code;
        std::string name;
        std::vector<Check> checks;
    };
    std::vector<Community> communities;
    WallTime started{};
};
struct VerificationRequest {
    std::vector<std::string> codes;  // empty: every community
    bool ring = false;               // the real phones ring
};
class Verifications {
  public:
    virtual ~Verifications() = default;
    // Errc::not_found for an unknown code, Errc::too_many while another one runs,
    // Errc::unsupported when this server is not configured so that it can.
    virtual Result<VerificationView> start(const VerificationRequest& request) = 0;
    virtual Result<std::optional<VerificationView>> find(const VerificationSid& sid) = 0;
};

// The documents at their addresses, as Twilio's cloud fetches them.
class Documents {
  public:
    virtual ~Documents() = default;
    // `params`: of the query and the form together. Errc::not_found for an unknown community.
    virtual Result<std::string> main(std::string_view code, const http::Params& params) = 0;
    virtual Result<std::string> route(std::string_view code, const http::Params& params) = 0;
    virtual Result<std::string> domain(const http::Params& params) = 0;
    // One that the API has stored, with `params` for its variables. Errc::not_found.
    virtual Result<std::string> stored(std::string_view sid, const http::Params& params) = 0;
    // The same documents for people to look at: the password by which Twilio calls the phones of a
    // community on its way is left empty.
    virtual Documents& without_passwords() { return *this; }
};

// What callers would hear.
struct PreviewRequest {
    std::string xml;
    std::string community;     // the code whose recordings it may play; empty: nobody's
    bool is_personal = false;  // what it says is kept in memory only
};
class Previews {
  public:
    virtual ~Previews() = default;
    // A WAV file, 8 kHz mono, of the beginning of the document until the call would wait or end; a
    // minute at most. Errc::invalid_argument when there is nothing to hear, too_many while too many
    // are made, unavailable without a voice.
    virtual void render(PreviewRequest request, Done<std::string> done) = 0;
};

// Calls that run at Twilio, which asks for documents and reports how they ended.
class CloudCalls {
  public:
    virtual ~CloudCalls() = default;
    // A document of this community was asked for, with Twilio's signature.
    virtual void fetched(std::string_view code, const http::Params& params) = 0;
    // A status callback of a call, or of a recording. Errc::not_found when it is no call of ours.
    virtual Result<void> reported(const http::Params& params) = 0;
};

struct Health {
    std::map<std::string, bool> parts;  // and whether each is up: {"sip", true}, ...
    bool is_draining = false;           // no new calls: the server is to end
    // Rows of calls, alerts and audit that wait for the database, and for which there was no room.
    std::uint64_t facts_waiting = 0, facts_lost = 0;
};

class Status {
  public:
    virtual ~Status() = default;
    virtual Health health() = 0;
    virtual std::string metrics() = 0;  // Prometheus' text format
};

}  // namespace skyn3t::rest
