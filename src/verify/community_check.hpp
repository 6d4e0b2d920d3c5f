#pragma once

#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/signal.hpp"
#include "call/router.hpp"
#include "store/call_store.hpp"
#include "verify/call_watch.hpp"
#include "verify/checklist.hpp"
#include "verify/prober.hpp"
#include "verify/speech_check.hpp"

namespace skyn3t::verify {

// What a verification works on; the server owns all of it.
struct Equipment {
    call::Services& services;
    call::Router& router;
    sip::Registrar& registrar;
    const sip::CredentialSource& credentials;
    rest::Documents& documents;
    store::Database& database;
    store::CallStore& calls;
    CallWatch& watch;
    Prober& prober;
};

// Verifies one community: looks at what is configured, then places one test call for each role, as
// a script. Owned by Verifications; signalling thread.
class CommunityCheck {
  public:
    CommunityCheck(const Equipment& equipment, asio::thread_pool& workers, call::TenantPtr tenant,
                   Ring ring, Checklist::Changed changed);
    ~CommunityCheck();
    CommunityCheck(const CommunityCheck&) = delete;
    CommunityCheck& operator=(const CommunityCheck&) = delete;

    // Ends with nothing left open: no leg, no probe binding. `on_done` comes once, last; the check
    // must not be destroyed in it.
    void start(std::function<void()> on_done);

  private:
    using Condition = std::function<bool()>;
    // Work for another thread, and what came of it.
    template <class Value>
    struct Job {
        std::optional<Value> value;
        bool is_done() const { return value.has_value(); }
    };
    using Comparison = std::shared_ptr<Job<std::vector<Likeness>>>;

    Task<void> run();
    void finish();
    bool check_configuration();
    bool check_number();
    void check_documents();
    void check_credentials();
    void check_phones();

    Task<void> check_role(const model::Role& role);
    Task<bool> place_call(const model::Role& role);
    Task<bool> hear_greeting();
    Task<void> judge_greeting();
    Task<bool> press_and_hear(const model::Role& role);
    Task<bool> probe_rings(const model::Role& role);
    Task<void> talk(const model::Role& role);
    Task<void> hang_up(const model::Role& role);
    Task<bool> real_phone_answers(const model::Role& role);
    Task<void> check_log(const model::Role& role);
    Task<void> let_go();

    // False at the limit.
    Task<bool> wait(Condition condition, milliseconds limit);
    Task<bool> wait_for_final_record();
    Task<media::PromptPtr> sound_of(const twiml::Say& say, std::string community);
    Task<std::vector<NamedSound>> greetings();
    template <class Value>
    std::shared_ptr<Job<Value>> work(std::function<Value()> work);

    bool register_probe(const model::Role& role);
    void on_ringing(const model::Role& role, sip::IncomingRequest request);
    std::string main_document(const std::string& code) const;
    std::string route_document(const model::Role& role) const;
    std::string contact_user(const model::Role& role) const;
    bool is_first(const model::Role& role) const { return &role == &community().roles.front(); }
    const model::Community& community() const { return tenant_->community; }
    const WatchedCall::Leg* child() const;
    milliseconds ring_delay() const;  // from the key to the first 180
    milliseconds greeting_length() const;
    Words why_call_ended() const;
    Words why_not_connected() const;
    Words document_advice() const;

    Equipment equipment_;
    asio::thread_pool& workers_;
    call::TenantPtr tenant_;
    Ring ring_;
    std::string token_;  // only a call with it sees the probe's bindings
    Checklist list_;
    std::function<void()> on_done_;
    std::optional<model::TestTarget> target_;
    bool is_reachable_ = true;  // its number was answered
    Signal changed_;

    // Of the test call in progress.
    std::unique_ptr<ProbeLeg> caller_, phone_;
    std::string phone_role_;  // whose phone rang
    std::string phone_fault_;
    SteadyTime pressed_{};
    const WatchedCall* record_ = nullptr;
    std::vector<NamedSound> greeting_sounds_;  // this community's first
    Comparison greeting_;
    std::uint32_t register_cseq_ = 0;

    // Answers that come after the check is gone find it so.
    std::shared_ptr<CommunityCheck*> self_;
};

}  // namespace skyn3t::verify
