// What a start decides before it serves: whose the data folder is, which node this is, which key
// opens what is stored.
#include "server/start_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "server/data_folder.hpp"
#include "server/own_ports.hpp"
#include "store/binding_store.hpp"
#include "store/node_rows.hpp"
#include "support/fake_clock.hpp"
#include "support/temporary_directory.hpp"

namespace skyn3t::server {
namespace {

class StartFilesTest : public testing::Test {
  protected:
    StartFilesTest() {
        ::unsetenv("SKYN3T_SECRET_KEY");
        ::unsetenv("SKYN3T_AUTH_TOKEN");
        ::unsetenv("SKYN3T_ACCOUNT_SID");
        options.data = folder.path();
    }
    void open_database() { database = store::Database::open(options, clock).value(); }
    // As a first start leaves it.
    void make_installation() {
        open_database();
        const auto box = open_box(folder.path(), *database).value();
        ASSERT_TRUE(open_account(*database, box));
    }

    test::TemporaryDirectory folder;
    test::FakeClock clock;
    store::DatabaseOptions options;
    std::unique_ptr<store::Database> database;
};

TEST_F(StartFilesTest, OneServerHoldsADataFolder) {
    auto first = DataFolder::hold(folder.path());
    ASSERT_TRUE(first);
    const auto second = DataFolder::hold(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::conflict);
    EXPECT_NE(second.error().detail.find(std::to_string(::getpid())), std::string::npos);
    { const auto given_up = std::move(first); }
    EXPECT_TRUE(DataFolder::hold(folder.path()));
}

TEST_F(StartFilesTest, ANewDataFolderIsItsOwnersAlone) {
    const auto path = folder.path() / "new" / "data";
    ASSERT_TRUE(DataFolder::hold(path));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0700));
}

TEST_F(StartFilesTest, ANodeIsMadeOnceAndStaysWhateverTheHostIsCalled) {
    open_database();
    const auto made = open_node(folder.path(), "", *database);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->starts_with("node-"));
    EXPECT_EQ(open_node(folder.path(), "", *database).value(), *made);
    EXPECT_EQ(open_node(folder.path(), "portal-1", *database).value(), "portal-1");
    folder.write("node", "two words\n");
    EXPECT_TRUE(open_node(folder.path(), "", *database));
    folder.write("node", "\n");
    EXPECT_FALSE(open_node(folder.path(), "", *database));
}

TEST_F(StartFilesTest, WhatTheHostsNameHadIsTheNodesNow) {
    make_installation();
    char host[256] = "";
    ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
    const auto insert = [&](std::int64_t id, const std::string& node) {
        ASSERT_TRUE(database->write_and_wait([&](store::Session& session) {
            return session.run(
                "INSERT INTO bindings VALUES (" + std::to_string(id) +
                ", 'CM00000000000000000000000000000000', 'a', 'b', 'c', 'd', 0, 0, '', '', 'udp', "
                "'', '', '', 'udp', 0, 'e', 1, 0, 0, 99999999999999, '', '" +
                node + "', 0)");
        }));
    };
    insert(1, host);
    insert(2, "another-host");
    const auto node = open_node(folder.path(), "", *database).value();
    EXPECT_EQ(store::BindingStore(*database).load(node)->size(), 1u);
    EXPECT_EQ(store::BindingStore(*database).load("another-host")->size(), 1u);
}

TEST_F(StartFilesTest, AKeyIsMadeOnlyWhereNothingIsSealed) {
    make_installation();
    std::filesystem::remove(folder.path() / "secret.key");
    const auto refused = open_box(folder.path(), *database);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find(folder.file("secret.key")), std::string::npos);
    EXPECT_NE(refused.error().detail.find("SKYN3T_SECRET_KEY"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "secret.key"));
}

TEST_F(StartFilesTest, AnotherKeyIsNamedAsTheFault) {
    make_installation();
    const auto other = store::SecretBox::from_hex(std::string(64, 'f')).value();
    const auto refused = open_account(*database, other);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("secret.key"), std::string::npos);
}

TEST_F(StartFilesTest, AnEmptyDatabaseFileIsNoNewInstallationWhereOneHasBeen) {
    folder.write("skyn3t.db", "");
    EXPECT_TRUE(check_database_file(options));
    folder.write("account.json", "{}");
    const auto refused = check_database_file(options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find(folder.file("skyn3t.db")), std::string::npos);
    std::filesystem::remove(folder.path() / "skyn3t.db");
    EXPECT_TRUE(check_database_file(options));
}

TEST_F(StartFilesTest, AWeakTokenIsRefusedWithTheRule) {
    open_database();
    const auto box = open_box(folder.path(), *database).value();
    for (const char* weak :
         {"abc", "0123456789abcdef0123456789abcde", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "una clave con espacios, larga pero"}) {
        ::setenv("SKYN3T_AUTH_TOKEN", weak, 1);
        const auto refused = open_account(*database, box);
        ASSERT_FALSE(refused) << weak;
        EXPECT_NE(refused.error().detail.find("32"), std::string::npos);
        EXPECT_EQ(refused.error().detail.find(weak), std::string::npos) << weak;
    }
    EXPECT_FALSE(store::AccountStore::exists(*database).value());
    ::setenv("SKYN3T_AUTH_TOKEN", "c1936abb4065e3daa370a9f751a92fd6", 1);
    EXPECT_TRUE(open_account(*database, box));
    ::unsetenv("SKYN3T_AUTH_TOKEN");
}

TEST_F(StartFilesTest, ThePortOfTheApiIsKeptAndAnothersIsNotTaken) {
    // A listener of somebody else's, on a port of its choice.
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(other, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(other, 1), 0);
    ASSERT_EQ(::getsockname(other, reinterpret_cast<sockaddr*>(&address), &size), 0);
    http::ServerOptions wanted;
    wanted.port = ntohs(address.sin_port);
    const auto refused = KeptPort::take(wanted);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
    ::close(other);
    auto kept = KeptPort::take(wanted);
    ASSERT_TRUE(kept);
    // The HTTP server gets it all the same.
    const http::Router router;
    EXPECT_TRUE(http::Server::start(wanted, router));
}

}  // namespace
}  // namespace skyn3t::server
