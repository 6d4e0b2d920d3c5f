#include "server/bindings.hpp"

#include <gtest/gtest.h>

namespace skyn3t::server {
namespace {

store::StoredBinding stored() {
    store::StoredBinding binding;
    binding.id = 42;
    binding.community = CommunitySid::parse("CM00000000000000000000000000000001").value();
    binding.user = "+56229145248-office";
    binding.domain = "skyn3t.test";
    binding.role = "office";
    binding.contact = "sip:+56229145248-office@10.0.0.7:5062";
    binding.q_thousandths = 700;
    binding.reg_id = 1;
    binding.instance = "<urn:uuid:1>";
    binding.path = {"<sip:edge.example;lr>"};
    binding.flow_transport = "udp";
    binding.flow_local = "203.0.113.10:5060";
    binding.flow_remote = "198.51.100.1:5060";
    binding.peer = "203.0.113.9:5062";
    binding.peer_transport = "tcp";
    binding.via_edge = true;
    binding.sip_call_id = "abc";
    binding.cseq = 7;
    binding.registered = WallTime{} + std::chrono::seconds(1795348800);
    binding.refreshed = binding.registered + std::chrono::seconds(60);
    binding.expires = binding.refreshed + std::chrono::seconds(300);
    binding.user_agent = "Grandstream GXP1625";
    binding.node = "n1";
    return binding;
}

TEST(StoredBindings, AreTheSameAfterARestart) {
    const auto restored = from_stored(stored());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->binding.source.peer.str(), "203.0.113.9:5062");
    EXPECT_TRUE(restored->binding.source.via_edge);
    EXPECT_EQ(to_stored(restored->aor, restored->binding), stored());
}

TEST(StoredBindings, KeepAddressesOfVersion6) {
    auto v6 = stored();
    v6.peer = "[2001:db8::9]:5062";
    const auto restored = from_stored(v6);
    ASSERT_TRUE(restored);
    EXPECT_EQ(to_stored(restored->aor, restored->binding), v6);
}

TEST(StoredBindings, AreLeftOutWhenTheirAddressesCannotBeRead) {
    for (auto field : {&store::StoredBinding::flow_local, &store::StoredBinding::flow_remote,
                       &store::StoredBinding::peer}) {
        auto broken = stored();
        broken.*field = "nowhere";
        EXPECT_FALSE(from_stored(broken));
    }
}

}  // namespace
}  // namespace skyn3t::server
