#include "server/old_passwords.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <filesystem>
#include <future>

#include "store/account_store.hpp"
#include "store/credential_secrets.hpp"
#include "support/fake_clock.hpp"
#include "support/registration.hpp"

namespace skyn3t::server {
namespace {

using namespace std::chrono_literals;
using model::Secret;
using test::kDomain;
using test::kOffice;

// A phone whose password has been changed, in a real store, before the real registrar.
class OldPasswordsTest : public testing::Test {
  protected:
    OldPasswordsTest() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "skyn3t-passwords-XXXXXX").string();
        directory = mkdtemp(pattern.data());
        store::DatabaseOptions options;
        options.data = directory;
        database = store::Database::open(options, loop.clock).value();
        (void)store::AccountStore(*database, box).open({}, {}).value();
        resources = std::make_unique<store::ResourceStore>(*database);
        store::Resource list;
        list.kind = store::ResourceKind::credential_list;
        list.sid = "CL1";
        list.community = model::account_community();
        EXPECT_TRUE(resources->create(list, {}));
        credential = list;
        credential.kind = store::ResourceKind::credential;
        credential.sid = "CR1";
        credential.parent = "CL1";
        credential.properties["username"] = kOffice;
        store::set_password(credential, box, kDomain, Secret("First1234567"));
        store::change_password(credential, box, kDomain, Secret("Second1234567"),
                               loop.clock.wall() + 1h);
        EXPECT_TRUE(resources->create(credential, {}));
        old_passwords = std::make_unique<OldPasswords>(OldPasswords::Parts{
            io.get_executor(), loop.wheel, credentials, registrar, *resources, [this] {
                told.set_value();
                return Result<void>();
            }});
        show();
    }
    ~OldPasswordsTest() override {
        old_passwords.reset();
        resources.reset();
        database.reset();
        std::filesystem::remove_all(directory);
    }

    // As Tenancy does.
    void show() {
        store::Resource domain;
        domain.kind = store::ResourceKind::sip_domain;
        domain.sid = DomainSid::generate().str();
        domain.unique_name = kDomain;
        domain.properties["sip_registration"] = true;
        const store::Resource list{store::ResourceKind::credential_list, "CL1",
                                   model::account_community()};
        const auto stored = resources->find(store::ResourceKind::credential, "CR1").value().value();
        const std::vector<const store::Resource*> all{&domain, &list, &stored};
        const std::vector<store::DomainMapping> mappings{
            {domain.sid, "CL1", store::MappingPlace::registrations_credentials,
             model::account_community()}};
        const std::vector<model::Community> none;
        credentials.set(make_credential_table({all, mappings, none, kDomain, kDomain}));
        old_passwords->watch();
    }
    void bind(const std::string& contact, std::uint32_t generation) {
        const test::RequestText request{
            .call_id = contact, .cseq = ++cseq, .more = "Contact: <sip:" + contact + ">\r\n"};
        const sip::AddressOfRecord aor{model::account_community(), kOffice, kDomain, ""};
        EXPECT_EQ(
            registrar
                .process(request.message(), test::direct(test::udp_from("198.51.100.20", 5060)),
                         aor, {}, generation)
                .status,
            200);
    }
    bool is_kept() {
        const auto stored = resources->find(store::ResourceKind::credential, "CR1").value().value();
        return store::previous_of(stored).has_value();
    }
    // How it ended, by the audit.
    std::string ended() {
        told.get_future().wait();
        const auto entries = store::AuditStore(*database).list(model::account_community()).value();
        EXPECT_EQ(entries.size(), 1u);
        return entries.empty() ? "" : entries[0].action + " " + entries[0].detail;
    }

    test::FakeLoop loop;
    asio::io_context io;
    store::SecretBox box = store::SecretBox::from_hex(std::string(64, '7')).value();
    std::filesystem::path directory;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<store::ResourceStore> resources;
    store::Resource credential;
    test::RecordedBindings records;
    sip::Registrar registrar{loop.wheel, {.node = "node-1"}, records};
    CredentialDirectory credentials{{}};
    std::promise<void> told;
    unsigned cseq = 0;
    std::unique_ptr<OldPasswords> old_passwords;
};

TEST_F(OldPasswordsTest, EndOnceEveryPhoneHasTheNewOne) {
    bind("a@192.0.2.1", 0);
    bind("b@192.0.2.2", 0);
    loop.run_for(10s);
    bind("a@192.0.2.1", 1);
    loop.run_for(10s);
    EXPECT_TRUE(is_kept());
    bind("b@192.0.2.2", 1);
    loop.run_for(1s);
    EXPECT_EQ(ended(), R"(credential.old_password_ended {"reason":"all phones have the new one",)"
                       R"("sid":"CR1","username":")" +
                           std::string(kOffice) + "\"}");
    EXPECT_FALSE(is_kept());
}

TEST_F(OldPasswordsTest, AreKeptForAPhoneThatIsOfflineUntilTheirTimeIsOver) {
    loop.run_for(3599s);
    EXPECT_TRUE(is_kept());
    loop.run_for(2s);
    EXPECT_NE(ended().find("its time is over"), std::string::npos);
    EXPECT_FALSE(is_kept());
}

TEST_F(OldPasswordsTest, OfAPasswordThatWasChangedAgainMeanwhileStay) {
    auto again = credential;
    store::change_password(again, box, kDomain, Secret("Third12345678"), loop.clock.wall() + 2h);
    ASSERT_TRUE(resources->update(again, {}));
    bind("a@192.0.2.1", 1);
    loop.run_for(1s);
    old_passwords.reset();  // what it was about to write is written
    EXPECT_TRUE(is_kept());
}

TEST_F(OldPasswordsTest, LeaveNoTimerBehind) {
    bind("a@192.0.2.1", 1);
    loop.run_for(1s);
    (void)ended();
    show();
    registrar.forget(model::account_community());
    loop.run_for(2h);
    EXPECT_FALSE(loop.wheel.next_wake());
}

}  // namespace
}  // namespace skyn3t::server
