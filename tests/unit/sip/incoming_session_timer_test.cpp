// Session timers of calls that come in (RFC 4028, section 9).
#include "unit/sip/incoming_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using Lines = std::vector<std::string>;

class IncomingSessionTimer : public IncomingInvite {
  protected:
    void established_with(const std::string& lines) {
        take(invite("offer", lines));
        leg->accept("answer");
        loop.settle();
        peer_sends(in_dialog("ACK", 1));
        observer.take();
    }
    std::string_view last(std::string_view name, HeaderId id) {
        return peer.last(name).first(id).value_or("absent");
    }
    void end() {
        leg.reset();
        peer_answers("BYE", 200);
        expect_nothing_left();
    }
};

TEST_F(IncomingSessionTimer, TheDutyIsTheCallersUnlessItLeavesItToUs) {
    established_with("Supported: timer\nSession-Expires: 1800\n");
    EXPECT_EQ(last("200 INVITE", HeaderId::session_expires), "1800;refresher=uac");
    EXPECT_EQ(last("200 INVITE", HeaderId::require), "timer");
    EXPECT_EQ(last("200 INVITE", HeaderId::supported), "timer");
    peer_sends(in_dialog("UPDATE", 2, "", "", "Supported: timer\nSession-Expires: 900\n"));
    EXPECT_EQ(last("200 UPDATE", HeaderId::session_expires), "900;refresher=uac");
    EXPECT_EQ(observer.told, Lines{}) << "no offer, so nothing to ask";
    end();
}

TEST_F(IncomingSessionTimer, ADutyThatTheCallerGivesUsIsDone) {
    established_with(
        "Supported: timer\nAllow: INVITE, UPDATE\nSession-Expires: 90;refresher=uas\n");
    EXPECT_EQ(last("200 INVITE", HeaderId::session_expires), "90;refresher=uas");
    EXPECT_EQ(last("200 INVITE", HeaderId::require), "absent");
    peer.heard.clear();
    run_ms(45'100);
    EXPECT_EQ(peer.story(), Lines{"UPDATE"});
    EXPECT_EQ(last("UPDATE", HeaderId::session_expires), "90;refresher=uac");
    EXPECT_EQ(last("UPDATE", HeaderId::cseq), "1 UPDATE");
    peer_answers("UPDATE", 200);
    end();
}

TEST_F(IncomingSessionTimer, ARefreshByReinviteRepeatsOurAnswer) {
    established_with("Supported: timer\nSession-Expires: 90;refresher=uas\n");
    peer.heard.clear();
    run_ms(45'100);
    EXPECT_EQ(peer.story(), Lines{"INVITE"});
    EXPECT_EQ(peer.last("INVITE").body(), "answer");
    peer_answers("INVITE", 200);
    end();
}

// A proxy asks on behalf of a caller that knows nothing of timers.
TEST_F(IncomingSessionTimer, ACallerThatKnowsNoTimersLeavesTheDutyToUs) {
    established_with("Allow: INVITE, UPDATE\nSession-Expires: 90\n");
    EXPECT_EQ(last("200 INVITE", HeaderId::session_expires), "90;refresher=uas");
    EXPECT_EQ(last("200 INVITE", HeaderId::require), "absent");
    peer.heard.clear();
    run_ms(45'100);
    EXPECT_EQ(peer.story(), Lines{"UPDATE"});
    peer_answers("UPDATE", 200);
    end();
}

TEST_F(IncomingSessionTimer, ACallerThatStopsRefreshingIsHungUp) {
    established_with("Supported: timer\nSession-Expires: 90;refresher=uac\n");
    run_ms(59'900);
    EXPECT_EQ(observer.told, Lines{});
    run_ms(200);
    EXPECT_EQ(observer.told, Lines{"ended expired"});
    EXPECT_EQ(last("BYE", HeaderId::reason), "SIP;cause=408;text=\"Session timer expired\"");
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(IncomingSessionTimer, AReinviteRefreshesToo) {
    established_with("Supported: timer\nSession-Expires: 90;refresher=uac\n");
    observer.when_offered = [&](const Message&) { leg->answer_offer("second answer"); };
    for (int cseq = 2; cseq < 6; ++cseq) {
        run_ms(45'000);
        peer_sends(in_dialog("INVITE", cseq, "offer", "",
                             "Supported: timer\nSession-Expires: 90;refresher=uac\n"));
        EXPECT_EQ(last("200 INVITE", HeaderId::session_expires), "90;refresher=uac");
        peer_sends(in_dialog("ACK", cseq));
    }
    end();
}

TEST_F(IncomingSessionTimer, AReinviteWithoutAnIntervalEndsTheTimer) {
    established_with("Supported: timer\nSession-Expires: 90;refresher=uac\n");
    observer.when_offered = [&](const Message&) { leg->answer_offer("second answer"); };
    peer_sends(in_dialog("INVITE", 2, "offer"));
    EXPECT_EQ(last("200 INVITE", HeaderId::session_expires), "absent");
    peer_sends(in_dialog("ACK", 2));
    observer.take();
    run_ms(400'000);
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(IncomingSessionTimer, AnIntervalBelow90SecondsIs422) {
    peer_sends(invite("offer", "Supported: timer\nSession-Expires: 89\n"));
    EXPECT_EQ(last("422 INVITE", HeaderId::min_se), "90");
    EXPECT_TRUE(handler.requests.empty());
    peer_sends(failure_ack());
    expect_nothing_left();
}

TEST_F(IncomingSessionTimer, ARefreshBelow90SecondsIs422AndTheCallGoesOn) {
    established_with("Supported: timer\nSession-Expires: 90;refresher=uac\n");
    peer_sends(in_dialog("UPDATE", 2, "", "", "Supported: timer\nSession-Expires: 30\n"));
    EXPECT_EQ(last("422 UPDATE", HeaderId::min_se), "90");
    EXPECT_EQ(leg->state(), InviteDialog::State::confirmed);
    end();
}

TEST_F(IncomingSessionTimer, ACallThatWasNeverAcknowledgedEndsByThatRuleAlone) {
    take(invite("offer", "Allow: INVITE, UPDATE\nSession-Expires: 4\n"));
    leg->accept("answer");
    run_ms(31'000);
    EXPECT_EQ(observer.told, Lines{});
    run_ms(1'500);
    EXPECT_EQ(observer.told, Lines{"ended no_ack"});
    leg.reset();
    expect_nothing_left();
}

}  // namespace
}  // namespace skyn3t::sip
