#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rest/migration.hpp"
#include "rest/services.hpp"

namespace skyn3t::test {}
namespace skyn3t::rest::test {
using namespace skyn3t::test;

// Answers what the test has put in, and notes what it was asked.
struct FakeCommunities final : Communities {
    std::vector<CommunityView> views;
    std::optional<ApplyRequest> applied;
    ApplyOutcome outcome;
    std::string removed_code, rotated, renamed, restored, actor;
    std::chrono::seconds grace{0};
    bool was_dry_run = false;

    Result<std::vector<CommunityName>> names() override {
        std::vector<CommunityName> out;
        for (const auto& view : views)
            out.push_back({view.community.sid, view.community.code, view.community.number.str()});
        return out;
    }
    Result<std::vector<CommunityView>> list() override { return views; }
    Result<std::optional<CommunityView>> find(std::string_view code) override {
        for (const auto& view : views)
            if (view.community.code == code) return std::optional(view);
        return std::optional<CommunityView>();
    }
    void apply(ApplyRequest request, Done<ApplyOutcome> done) override {
        applied = std::move(request);
        done(outcome);
    }
    void remove(std::string code, bool dry_run, std::string who, Done<ApplyOutcome> done) override {
        if (code == "NADA") return done(fail(Errc::not_found, "There is no community NADA"));
        removed_code = code;
        was_dry_run = dry_run;
        actor = who;
        done(outcome);
    }
    void drift(std::vector<std::string> codes, Done<Looked> done) override {
        if (codes == std::vector<std::string>{"NADA"})
            return done(fail(Errc::not_found, "There is no community NADA"));
        done(Looked{outcome.targets, outcome.why});
    }
    void rotate(RotateRequest request, Done<ApplyOutcome> done) override {
        rotated = request.code + "/" + request.role;
        grace = request.grace;
        actor = request.actor;
        done(outcome);
    }
    void rename(RenameRequest request, Done<ApplyOutcome> done) override {
        if (request.new_code == "B") return done(fail(Errc::conflict, "there is a community B"));
        renamed = request.code + ">" + request.new_code;
        was_dry_run = request.dry_run;
        actor = request.actor;
        done(outcome);
    }
    Result<std::vector<RemovedView>> removed_views = std::vector<RemovedView>{};
    Result<std::vector<RemovedView>> removed() override { return removed_views; }
    void restore(std::string code, bool dry_run, std::string who,
                 Done<ApplyOutcome> done) override {
        if (code == "NADA") return done(fail(Errc::not_found, "no removed community NADA"));
        restored = code;
        was_dry_run = dry_run;
        actor = who;
        done(outcome);
    }
    Result<std::vector<PhoneSettings>> secrets(std::string_view, const std::string& who) override {
        actor = who;
        return std::vector<PhoneSettings>{{"office", "oficina", "+56229145248-office",
                                           model::Secret("Clave12345678"), "skyn3t.test",
                                           "203.0.113.10:5060", "udp", std::chrono::seconds(600)}};
    }
};

struct FakeCloudCalls final : CloudCalls {
    std::string asked, status;
    void fetched(std::string_view code, const http::Params&) override { asked = code; }
    Result<void> reported(const http::Params& params) override {
        status = params.find("CallStatus").value_or("");
        return {};
    }
};

struct FakeMigrations final : Migrations {
    MigrationView shown;
    std::optional<MigrationOrder> ordered;
    Sentence refusal;
    std::string actor;

    Result<MigrationView> view(std::string_view code, std::optional<model::Target>) override {
        if (code == "NADA") return fail(Errc::not_found, "there is no community NADA");
        shown.code = code;
        return shown;
    }
    Result<MigrationView> start(const MigrationOrder& order, Sentence& refused) override {
        ordered = order;
        refused = refusal;
        if (!refusal.empty()) return fail(Errc::conflict, refusal.en);
        return view(order.code, {});
    }
    Result<std::vector<PhoneSettings>> accounts(std::string_view, const std::string& who) override {
        actor = who;
        return std::vector<PhoneSettings>{{"office", "oficina", "+56229145248-office",
                                           model::Secret("Clave12345678"), "skyn3t.test",
                                           "203.0.113.10:5060", "udp", std::chrono::seconds(600)}};
    }
};

struct FakeProvisionings final : Provisionings {
    std::optional<ProvisioningView> view;
    void import(model::Target target, std::function<void(Result<ImportView>)> done) override {
        if (target == model::Target::twilio) return done(fail(Errc::unsupported, "no account"));
        done(ImportView{"communities: []\n", 0, {}});
    }
    Result<std::optional<ProvisioningView>> find(const ProvisioningSid& sid) override {
        if (!view || view->sid != sid) return std::optional<ProvisioningView>();
        return view;
    }
};

// Counts how often it was told.
struct FakeResourceChanges final : ResourceChanges {
    int count = 0;
    Result<void> changed() override {
        ++count;
        return {};
    }
};

struct FakeRegistrations final : Registrations {
    std::optional<std::string> asked;
    std::optional<RegistrationRemoval> removed;
    void list(std::optional<std::string> community, Done<RegistrationList> done) override {
        asked = community;
        const WallTime time = std::chrono::system_clock::from_time_t(1795352645);
        RegistrationList list;
        list.registrations = {{"A", "+56229145248-office", "skyn3t.test", "sip:x@10.0.0.1",
                               "udp:10.0.0.1:5060", "", time, time + std::chrono::minutes(10)}};
        list.failures = {{"A", "+56229145248-oficina", "skyn3t.test", "10.0.0.2", "Yealink", "user",
                          "registration", 3, time, time + std::chrono::minutes(1)}};
        done(std::move(list));
    }
    Result<std::size_t> remove(const RegistrationRemoval& removal) override {
        if (removal.username != "+56229145248-office") return fail(Errc::not_found, "none");
        removed = removal;
        return 1;
    }
};

struct FakeRecordings final : Recordings {
    std::string put_name, put_sound, removed, actor;

    Result<std::vector<RecordingView>> list(std::string_view code) override {
        if (code != "A") return fail(Errc::not_found, "there is no community NADA");
        return std::vector<RecordingView>{{"bienvenida", "Bienvenido a A.", true},
                                          {"aviso", "", true}};
    }
    void put(RecordingChange change, std::string sound, Done<void> done) override {
        if (change.name == "ruido") return done(fail(Errc::parse_error, "not a sound file"));
        put_name = change.name;
        put_sound = std::move(sound);
        actor = change.actor;
        done({});
    }
    void remove(RecordingChange change, Done<void> done) override {
        if (change.name == "nada") return done(fail(Errc::not_found, "A has no recording nada"));
        removed = change.name;
        actor = change.actor;
        done({});
    }
};

struct FakeBlocks final : Blocks {
    std::string cleared_address, cleared_user, actor;

    Result<std::vector<BlockView>> list() override {
        return std::vector<BlockView>{
            {"user", "203.0.113.9", "+56229145248-office", 10, std::chrono::seconds(290)},
            {"address", "203.0.113.9", "", 2, {}}};
    }
    Result<std::size_t> clear(const std::string& address, const std::string& user,
                              const std::string& who) override {
        cleared_address = address;
        cleared_user = user;
        actor = who;
        return 1;
    }
};

struct FakeVerifications final : Verifications {
    bool is_busy = false;
    VerificationRequest asked;
    bool can_verify = true;
    VerificationView view{VerificationSid::generate(), VerificationView::State::running, {}, {}};
    Result<VerificationView> start(const VerificationRequest& request) override {
        asked = request;
        if (is_busy)
            return fail(Errc::too_many, "another verification is running: " + view.sid.str());
        if (request.codes == std::vector<std::string>{"NADA"})
            return fail(Errc::not_found, "There is no community NADA");
        if (!can_verify) return fail(Errc::unsupported, "verify needs UDP");
        return view;
    }
    Result<std::optional<VerificationView>> find(const VerificationSid& sid) override {
        return sid == view.sid ? std::optional(view) : std::nullopt;
    }
};

struct FakeDocuments final : Documents {
    Result<std::string> main(std::string_view code, const http::Params& params) override {
        if (code != "A") return fail(Errc::not_found, "There is no community");
        return "<Main attempt=\"" + std::string(params.find("attempt").value_or("")) + "\"/>";
    }
    Result<std::string> route(std::string_view, const http::Params& params) override {
        return "<Route digits=\"" + std::string(params.find("Digits").value_or("")) + "\"/>";
    }
    Result<std::string> domain(const http::Params&) override { return "<Domain/>"; }
    Result<std::string> stored(std::string_view sid, const http::Params& params) override {
        if (!sid.starts_with("EH")) return fail(Errc::not_found, "There is no document");
        return "<Stored from=\"" + std::string(params.find("From").value_or("")) + "\"/>";
    }
    bool is_for_people = false;
    Documents& without_passwords() override {
        is_for_people = true;
        return *this;
    }
};

struct FakePreviews final : Previews {
    std::optional<PreviewRequest> asked;
    void render(PreviewRequest request, Done<std::string> done) override {
        const bool is_silent = request.xml.find("<Say") == std::string::npos;
        asked = std::move(request);
        if (is_silent) return done(fail(Errc::invalid_argument, "nothing to hear"));
        done(std::string("RIFF"));
    }
};

struct FakeStatus final : Status {
    rest::Health now{{{"database", true}, {"sip", true}}};
    rest::Health health() override { return now; }
    std::string metrics() override { return "skyn3t_calls 0\n"; }
};

}  // namespace skyn3t::rest::test
