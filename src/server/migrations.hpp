#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/worker.hpp"
#include "rest/migration.hpp"
#include "server/communities.hpp"
#include "server/migration_board.hpp"
#include "server/pause.hpp"
#include "server/places.hpp"
#include "server/sightings.hpp"
#include "store/call_store.hpp"

namespace skyn3t::server {

// `skyn3t migrate`: takes the steps of migrations, one after the other, on a thread of its own.
// What is allowed is model/migration.hpp's to say; what calls do in between is OwnDocuments'. Any
// thread may ask.
class Migrations final : public rest::Migrations {
  public:
    struct Parts {
        store::CommunityStore& store;
        Communities& communities;
        MigrationBoard& board;
        const Places& places;
        Provisioner& provisioner;
        store::ProvisionStore& memory;
        store::CallStore& calls;
        store::AuditStore& audit;
        rest::Verifications& verifications;
        Sightings& sightings;
        const Clock& clock;
        Pause& pause;
        std::set<std::string> trunks{};  // the carriers' names
        std::string sip_address{};       // where Twilio finds this server; empty: it does not
        std::string test_from{};         // who test calls come from; empty: the number itself
        milliseconds patience{30'000};   // for a test call to be seen
    };
    explicit Migrations(Parts parts);
    ~Migrations() override;
    Migrations(const Migrations&) = delete;
    Migrations& operator=(const Migrations&) = delete;

    Result<rest::MigrationView> view(std::string_view code,
                                     std::optional<model::Target> to) override;
    Result<rest::MigrationView> start(const rest::MigrationOrder& order,
                                      rest::Sentence& refused) override;
    Result<std::vector<rest::PhoneSettings>> accounts(std::string_view code,
                                                      const std::string& actor) override;
    // Twilio asked for a document of this community.
    void asked(std::string_view code, const http::Params& params);

  private:
    Result<model::Community> community(std::string_view code) const;
    model::MigrationFacts facts(const model::Community& community, model::Target to,
                                const std::optional<model::Migration>& begun,
                                const std::vector<rest::MigrationView::Phone>& phones) const;
    bool call_has_come(const model::Community& community, const model::Migration& begun) const;
    Result<std::vector<rest::MigrationView::Phone>> phones_of(
        const model::Community& community) const;
    void change(const CommunitySid& community,
                const std::function<void(rest::MigrationWork&)>& with);

    const Parts parts_;
    std::mutex mutex_;                                  // of the work
    std::map<CommunitySid, rest::MigrationWork> work_;  // the latest of each
    Worker worker_;                                     // ends before what its jobs use
};

}  // namespace skyn3t::server
