// RFC 3326, as carriers and phones write it.
#include "sip/reason.hpp"

#include <gtest/gtest.h>

#include "support/sip_peer.hpp"

namespace skyn3t::sip {
namespace {

std::string read(std::string_view value) {
    const auto reason = Reason::parse(value);
    return reason ? reason->str() : "none";
}

TEST(Reason, IsProtocolCauseAndText) {
    EXPECT_EQ(read("SIP;cause=200;text=\"Call completed elsewhere\""),
              "SIP 200 Call completed elsewhere");
    EXPECT_EQ(read("Q.850 ;cause=16 ;text=\"Terminated\""), "Q.850 16 Terminated");
    EXPECT_EQ(read("Q.850;cause=17"), "Q.850 17");
    EXPECT_EQ(read("Preemption;text=\"a \\\"quoted\\\" word\""), "Preemption a \"quoted\" word");
    EXPECT_EQ(read("SIP;cause=many;text=word"), "SIP word");
}

TEST(Reason, WithoutAProtocolIsNone) {
    EXPECT_EQ(read(""), "none");
    EXPECT_EQ(read(";cause=200"), "none");
    EXPECT_EQ(read("two words;cause=200"), "none");
}

TEST(Reason, TextIsBoundedAndOneLine) {
    EXPECT_EQ(Reason::parse("SIP;text=\"" + std::string(300, 'x') + "\"")->text.size(), 128u);
    EXPECT_EQ(read("SIP;text=\"a\tb\""), "SIP a b");
}

TEST(Reason, IsWrittenAsItIsRead) {
    EXPECT_EQ((Reason{"SIP", 200, "Call completed elsewhere"}.field()),
              "SIP;cause=200;text=\"Call completed elsewhere\"");
    EXPECT_EQ((Reason{"Q.850", 16, {}}.field()), "Q.850;cause=16");
}

TEST(Reason, AllOfAMessageAreTold) {
    const auto bye = Message::parse(
        test::wire("BYE sip:a@b SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\n"
                   "From: <sip:a@b>;tag=1\nTo: <sip:c@d>;tag=2\nCall-ID: 1\nCSeq: 2 BYE\n"
                   "Reason: Q.850;cause=31;text=\"local, RTP broken\", SIP;cause=500\n"
                   "Reason: ;nothing\n"
                   "Reason: SIP;cause=200\n"));
    ASSERT_TRUE(bye);
    EXPECT_EQ(told_reason({}, *bye), "Q.850 31 local, RTP broken; SIP 500; SIP 200");
    EXPECT_EQ(told_reason("Busy Here", *bye),
              "Busy Here; Q.850 31 local, RTP broken; SIP 500; SIP 200");
    EXPECT_TRUE(reasons_of(*bye).back().is_completed_elsewhere());
}

}  // namespace
}  // namespace skyn3t::sip
