// However a document writes the address of another community's phone, that phone does not ring, and
// the dial looks as if it were not registered (DESIGN.md section 8).
#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class ForeignUri : public DialTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ForeignUri, ReachesNoPhoneOfAnotherCommunity) {
    auto& stranger = phone("+56223456789-office");
    dial_with("<Sip>" + std::string(GetParam()) + "</Sip>");
    run(5s);
    EXPECT_EQ(stranger.heard, Lines{});
    EXPECT_EQ(trunk.heard, Lines{}) << "nor by way of a carrier";
    EXPECT_EQ(records.parent().community, communities[0].sid);
}

// 32 ways to write it.
INSTANTIATE_TEST_SUITE_P(
    Forms, ForeignUri,
    ::testing::Values(
        "sip:+56223456789-office@communities.sip.example.cl",
        "SIP:+56223456789-office@communities.sip.example.cl",
        "sip:%2B56223456789-office@communities.sip.example.cl",
        "sip:%2b56223456789-office@communities.sip.example.cl",
        "sip:+56223456789%2Doffice@communities.sip.example.cl",
        "sip:+56223456789-%6Fffice@communities.sip.example.cl",
        "sip:%2B%35%36%32%32%33%34%35%36%37%38%39%2D%6F%66%66%69%63%65@communities.sip.example.cl",
        "sip:+56223456789-office@COMMUNITIES.SIP.EXAMPLE.CL",
        "sip:+56223456789-office@communities.sip.example.cl:5060",
        "sip:+56223456789-office@communities.sip.example.cl:5061",
        "sip:+56223456789-office@communities.sip.example.cl.",
        "sip:+56223456789-office@communities.sip.example.cl;transport=udp",
        "sip:+56223456789-office@communities.sip.example.cl;transport=tcp",
        "sip:+56223456789-office@communities.sip.example.cl;maddr=192.0.2.20",
        "sip:+56223456789-office@communities.sip.example.cl;user=phone",
        "sip:+56223456789-office@communities.sip.example.cl;lr",
        "sip:+56223456789-office@communities.sip.example.cl?Route=%3Csip:192.0.2.20;lr%3E",
        "sip:+56223456789-office@communities.sip.example.cl?X-Community=PLAZA_NORTE",
        "sip:+56223456789-office:secret@communities.sip.example.cl",
        "sip:+56223456789-office;isub=1@communities.sip.example.cl",
        "sip:+56229145248-office@x@communities.sip.example.cl",
        "sip:+56229145248-office%40x@communities.sip.example.cl",
        "sip:+56223456789-office%00@communities.sip.example.cl",
        "sip:+56223456789-office%0d%0aRoute:%20x@communities.sip.example.cl",
        "sip:+56223456789-office%20@communities.sip.example.cl",
        "sip:+56223456789-office@192.0.2.20", "sip:+56223456789-office@192.0.2.20:5060",
        "sip:+56223456789-office@192.0.2.1", "sip:+56223456789-office@localhost",
        "sip:+56223456789-OFFICE@communities.sip.example.cl",
        "sips:+56223456789-office@communities.sip.example.cl", "tel:+56223456789-office"));

}  // namespace
}  // namespace skyn3t::call
