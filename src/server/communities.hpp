#pragma once

#include <mutex>
#include <string>

#include "base/worker.hpp"
#include "call/calls.hpp"
#include "rest/services.hpp"
#include "server/bindings.hpp"
#include "server/failed_logins.hpp"
#include "server/migration_board.hpp"
#include "server/places.hpp"
#include "server/provisioner.hpp"
#include "server/tenancy.hpp"
#include "speech/prompt_library.hpp"
#include "speech/recording_store.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {

// Communities as the API sees them: manifests applied, phones' settings shown. On the HTTP threads;
// what lives on the signalling thread is asked there, and what changes communities is done by a
// worker: rendering takes seconds, and Twilio's requests for documents need the HTTP threads.
class Communities final : public rest::Communities {
  public:
    struct Parts {
        store::CommunityStore& store;
        store::AuditStore& audit;
        Tenancy& tenancy;
        speech::PromptLibrary& prompts;
        speech::RecordingStore& recordings;
        call::Services& services;
        call::Calls& calls;
        sip::Registrar& registrar;
        const Bindings& bindings;
        const CredentialDirectory& credentials;
        const FailedLogins& failures;
        const Places& places;
        store::ProvisionStore& memory;
        Provisioner& provisioner;
        MigrationBoard& migrations;
        Worker& changes;         // ends before all of these
        std::string public_url;  // as configured
    };
    explicit Communities(Parts parts) : parts_(parts) {}

    Result<std::vector<rest::CommunityName>> names() override;
    Result<std::vector<rest::CommunityView>> list() override;
    Result<std::optional<rest::CommunityView>> find(std::string_view code) override;
    void apply(rest::ApplyRequest request, rest::Done<rest::ApplyOutcome> done) override;
    void remove(std::string code, bool dry_run, std::string actor,
                rest::Done<rest::ApplyOutcome> done) override;
    void drift(std::vector<std::string> codes, rest::Done<rest::Looked> done) override;
    void rotate(rest::RotateRequest request, rest::Done<rest::ApplyOutcome> done) override;
    void rename(rest::RenameRequest request, rest::Done<rest::ApplyOutcome> done) override;
    Result<std::vector<rest::RemovedView>> removed() override;
    void restore(std::string code, bool dry_run, std::string actor,
                 rest::Done<rest::ApplyOutcome> done) override;
    Result<std::vector<rest::PhoneSettings>> secrets(std::string_view code,
                                                     const std::string& actor) override;

    // A migration's end: declares that it lives there now, and what it has left is nobody's.
    // `meanwhile` runs once that is declared, before anything is removed.
    void arrive(const model::Migration& migration, const std::string& actor,
                std::function<void()> meanwhile, const rest::Done<rest::ApplyOutcome>& done);

    // At start, once requests are answered: ends here what an apply had begun. At Twilio nothing is
    // changed that nobody asks for now; the log says what is left.
    void go_on();

    // At start: forgets removed communities whose time is over. Also done with each removal.
    void forget_removed();

    // Held by whoever changes a community or publishes its prompts. Never on an HTTP thread.
    std::mutex& changing() { return changing_; }

  private:
    // How a plan is carried out, and for whom.
    struct Order {
        std::set<std::string> codes;  // whose resources are made so
        bool dry_run = false;
        unsigned parallel = 4;
        std::string actor;
        std::chrono::seconds grace{0};                       // how long old passwords stay good
        std::vector<twilio::IncomingNumber> to_be_bought{};  // of a dry run
        std::function<void()> declared{};  // of a migration's end; nobody else moves who is moving
        std::vector<store::OldName> old_names{};  // beside those that the plan gives up
        CommunitySid restored{};                  // a removed one, which the plan makes again
    };
    // number_buying.cpp: gives those who ask for a bought number one, and goes on with
    // apply_read().
    void apply_with_purchases(provision::Manifest manifest, rest::ApplyRequest request,
                              rest::ApplyOutcome outcome,
                              const rest::Done<rest::ApplyOutcome>& done, const Place& place);
    // What forbids to apply it, as things are declared now.
    Result<std::vector<provision::Finding>> objections(const provision::Manifest& manifest,
                                                       provision::Prune prune);
    void buy_all(rest::ApplyOutcome& outcome, const provision::Manifest& manifest,
                 const std::string& actor, const Place& place);
    void apply_now(const rest::ApplyRequest& request, const rest::Done<rest::ApplyOutcome>& done);
    void remove_now(const std::string& code, bool dry_run, const std::string& actor,
                    const rest::Done<rest::ApplyOutcome>& done);
    void apply_declared(const rest::ApplyRequest& request,
                        const rest::Done<rest::ApplyOutcome>& done);
    void rename_now(const rest::RenameRequest& request, const rest::Done<rest::ApplyOutcome>& done);
    void restore_now(const std::string& code, bool dry_run, const std::string& actor,
                     const rest::Done<rest::ApplyOutcome>& done);
    void rotate_now(const rest::RotateRequest& request, const rest::Done<rest::ApplyOutcome>& done);
    void apply_read(const provision::Manifest& manifest, const rest::ApplyRequest& request,
                    rest::ApplyOutcome outcome, const rest::Done<rest::ApplyOutcome>& done);
    void carry_out(provision::Plan plan, const std::vector<model::Community>& actual, Order order,
                   rest::ApplyOutcome outcome, const rest::Done<rest::ApplyOutcome>& done);
    void look(provision::Plan plan, const std::vector<model::Community>& actual, Order order,
              rest::ApplyOutcome outcome, const rest::Done<rest::ApplyOutcome>& done);
    Result<void> declare(const provision::Plan& plan, const Order& order);
    Result<void> render(const provision::Plan& plan);
    Result<void> publish(const model::Community& community);
    // A community's recordings go where its code goes, and end with it.
    Result<void> clear_new_codes(const provision::Plan& plan);
    void follow_codes(const provision::Plan& plan, const CommunitySid& restored);
    void name_recordings(provision::Plan& plan) const;
    rest::CommunityView view(const model::Community& stored,
                             const store::ProvisionStore::Marks& unprovisioned) const;

    static void show_reachability(rest::CommunityView::Phone& phone,
                                  const std::vector<sip::RegisteredBinding>& bindings);
    void show_replacing(rest::CommunityView::Phone& phone,
                        const std::vector<sip::RegisteredBinding>& bindings) const;

    Parts parts_;
    std::mutex changing_;  // one change of the model at a time
};

}  // namespace skyn3t::server
