#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "server/migration_board.hpp"
#include "store/account_store.hpp"
#include "store/community_store.hpp"
#include "store/sip_domain.hpp"
#include "support/fake_clock.hpp"

namespace skyn3t::test {}
namespace skyn3t::server::test {
using namespace skyn3t::test;

// A community of Twilio's in a database of its own, and the board on it.
class MigrationTest : public testing::Test {
  protected:
    MigrationTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "skyn3t-migration-XXXXXX").string();
        directory = mkdtemp(pattern.data());
        store::DatabaseOptions options;
        options.data = directory;
        database = store::Database::open(options, clock).value();
        const auto account = store::AccountStore(*database, box).open({}, {}).value().account.sid;
        EXPECT_TRUE(store::open_sip_domain(
            *database, {"sip.example.cl", "SKYN3T", "sip.example.cl", "http://x"}));
        communities = std::make_unique<store::CommunityStore>(*database, box, account);
        community.code = "LAS_FLORES";
        community.name = "Condominio Las Flores";
        community.number = model::PhoneNumber::parse_e164("+56234567890").value();
        community.target = model::Target::twilio;
        community.roles = {{"office", '1', "administración", {}}};
        community.sid = communities->change_and_wait({{community}, {}, "test"})->put.front();
        store = std::make_unique<store::MigrationStore>(*database, box);
        restart();
    }
    ~MigrationTest() override {
        store.reset();
        communities.reset();
        database.reset();
        std::filesystem::remove_all(directory);
    }

    void restart() {
        database->flush();
        board = std::make_unique<MigrationBoard>(*store, clock);
        ASSERT_TRUE(board->open());
    }
    void put(model::Stage stage, std::optional<model::Stage> going = {},
             model::Target to = model::Target::local) {
        model::Migration made;
        made.community = community.sid;
        made.to = to;
        made.stage = stage;
        made.going = going;
        made.gateway_password = model::Secret("Gateway123456");
        ASSERT_TRUE(board->put(made, "test", "migration.test"));
    }
    model::Migration now() { return board->of(community.sid).value_or(model::Migration{}); }

    skyn3t::test::FakeClock clock;
    store::SecretBox box = store::SecretBox::from_hex(std::string(64, '7')).value();
    std::filesystem::path directory;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::CommunityStore> communities;
    std::unique_ptr<store::MigrationStore> store;
    std::unique_ptr<MigrationBoard> board;
    model::Community community;
};

}  // namespace skyn3t::server::test
