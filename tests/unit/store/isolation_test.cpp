// A community's queries never return another's rows: every store, every pair of three communities.
#include "store/audit_store.hpp"
#include "store/binding_store.hpp"
#include "store/call_store.hpp"
#include "unit/store/store_fixture.hpp"

namespace skyn3t::store {
namespace {

using namespace std::chrono_literals;
using test::StoreTest;

class IsolationTest : public StoreTest {
  protected:
    struct Tenant {
        CommunitySid sid;
        std::string code;
        CallSid call;
    };
    void SetUp() override {
        StoreTest::SetUp();
        auto store = communities();
        const std::pair<const char*, const char*> rows[]{{"OFICINA_PRINCIPAL", "+56229145248"},
                                                         {"PLAZA_NORTE", "+56223456789"},
                                                         {"LAS_FLORES", "+56234567890"}};
        BindingStore bindings(*database);
        CallStore calls(*database);
        std::uint64_t id = 0;
        for (const auto& [code, number] : rows) {
            Tenant tenant;
            tenant.code = code;
            tenant.sid = store.change_and_wait(putting({community(code, number)})).value().put[0];
            tenant.call = CallSid::generate();
            model::CallRecord call;
            call.sid = tenant.call;
            call.community = tenant.sid;
            call.start_time = clock.wall();
            ASSERT_TRUE(calls.save(call, {{call.sid, tenant.sid, clock.wall(), "say", {}}}));
            StoredBinding binding;
            binding.id = ++id;
            binding.community = tenant.sid;
            binding.node = "node-1";
            binding.expires = clock.wall() + 60s;
            ASSERT_TRUE(bindings.put(binding));
            (void)give_phone(tenant.sid, "CL" + tenant.code, std::string(number) + "-office",
                             "Abcdefgh1234");
            tenants.push_back(tenant);
        }
        bindings.flush();
        database->flush();
    }
    std::vector<Tenant> tenants;
};
SKYN3T_FOR_BOTH_ENGINES(IsolationTest);

TEST_P(IsolationTest, EveryListHoldsOnesOwnRowsAndNoneOfTheOthers) {
    for (const Tenant& tenant : tenants) {
        const auto calls = CallStore(*database).list(tenant.sid, {}).value();
        ASSERT_EQ(calls.size(), 1u);
        EXPECT_EQ(calls[0].sid, tenant.call);
        const auto bindings = BindingStore(*database).list(tenant.sid).value();
        ASSERT_EQ(bindings.size(), 1u);
        EXPECT_EQ(bindings[0].community, tenant.sid);
        const auto audit = AuditStore(*database).list(tenant.sid).value();
        ASSERT_EQ(audit.size(), 1u);
        EXPECT_NE(audit[0].detail.find("\"" + tenant.code + "\""), std::string::npos);
        const auto found = CommunityStore(*database, box, account).find(tenant.sid).value().value();
        EXPECT_EQ(found.code, tenant.code);
        const auto credentials = resources_of(tenant.sid, ResourceKind::credential);
        ASSERT_EQ(credentials.size(), 1u);
        EXPECT_EQ(credentials[0].text("username"), found.number.str() + "-office");
    }
}

TEST_P(IsolationTest, KnowingAnothersSidIsNotEnough) {
    for (const Tenant& asking : tenants)
        for (const Tenant& other : tenants) {
            if (asking.sid == other.sid) continue;
            EXPECT_FALSE(CallStore(*database).find(asking.sid, other.call).value().has_value());
            EXPECT_TRUE(CallStore(*database).events(asking.sid, other.call).value().empty());
            CallFilter behind_it;
            behind_it.after = CallCursor{clock.wall() + 1s, other.call};
            const auto calls = CallStore(*database).list(asking.sid, behind_it).value();
            for (const auto& call : calls) EXPECT_EQ(call.community, asking.sid);
        }
}

TEST_P(IsolationTest, WritingUnderAnotherCommunityChangesNothing) {
    for (const Tenant& writing : tenants)
        for (const Tenant& other : tenants) {
            if (writing.sid == other.sid) continue;
            const auto before = CallStore(*database).find(other.sid, other.call).value();
            model::CallRecord stolen = before.value();
            stolen.community = writing.sid;
            stolen.from = "stolen";
            ASSERT_TRUE(CallStore(*database).save(stolen));
            database->flush();
            EXPECT_EQ(CallStore(*database).find(other.sid, other.call).value(), before);
        }
}

}  // namespace
}  // namespace skyn3t::store
