// Session timers of calls that we place (RFC 4028): what we ask for, and who refreshes.
#include "unit/sip/outgoing_invite_fixture.hpp"

namespace skyn3t::sip {
namespace {

using Lines = std::vector<std::string>;
using Times = std::vector<int>;

class OutgoingSessionTimer : public OutgoingInviteTest {
  protected:
    static inline const std::string kPhone = "Contact: <sip:office@10.0.0.5:5062>\n";
    static inline const std::string kTakesUpdate = kPhone + "Allow: INVITE, BYE, UPDATE\n";

    // The phone answers at 0 ms with these lines.
    void answered_with(const std::string& lines) {
        call();
        peer_answers("INVITE", 200, "phone", lines, "answer");
        observer.take();
        peer.heard.clear();
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

TEST_F(OutgoingSessionTimer, TheInviteAsksForHalfAnHourAndLeavesTheDutyToThePhone) {
    call();
    EXPECT_EQ(last("INVITE", HeaderId::supported), "timer");
    EXPECT_EQ(last("INVITE", HeaderId::session_expires), "1800");
    EXPECT_EQ(last("INVITE", HeaderId::min_se), "absent");
    peer_answers("INVITE", 486);
    leg.reset();
    expect_nothing_left();
}

// Seen: a phone ended the call in mid-sentence, since nobody refreshed.
TEST_F(OutgoingSessionTimer, ADutyOfOursIsDoneAtHalfTimeByUpdate) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    run_ms(44'900);
    EXPECT_EQ(peer.story(), Lines{});
    run_ms(200);
    EXPECT_EQ(peer.story(), Lines{"UPDATE"});
    EXPECT_EQ(last("UPDATE", HeaderId::session_expires), "90;refresher=uac");
    EXPECT_EQ(last("UPDATE", HeaderId::supported), "timer");
    EXPECT_EQ(last("UPDATE", HeaderId::contact), "<sip:192.0.2.1:5060>");
    EXPECT_EQ(last("UPDATE", HeaderId::cseq), "2 UPDATE");
    EXPECT_EQ(peer.last("UPDATE").body(), "");
    peer_answers("UPDATE", 200, "phone", kPhone + "Session-Expires: 90;refresher=uac\n");
    run_ms(44'800);
    EXPECT_EQ(peer.times("UPDATE").size(), 1u);
    run_ms(300);
    EXPECT_EQ(peer.times("UPDATE").size(), 2u) << "and again";
    peer_answers("UPDATE", 200, "phone", kPhone + "Session-Expires: 90;refresher=uac\n");
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(OutgoingSessionTimer, APhoneThatTakesNoUpdateIsRefreshedByWhatWasOfferedLast) {
    answered_with(kPhone + "Session-Expires: 90;refresher=uac\n");
    run_ms(45'100);
    EXPECT_EQ(peer.story(), Lines{"INVITE"});
    EXPECT_EQ(peer.last("INVITE").body(), "offer");
    EXPECT_EQ(last("INVITE", HeaderId::session_expires), "90;refresher=uac");
    peer_answers("INVITE", 200, "phone", kPhone + "Session-Expires: 90;refresher=uac\n", "answer");
    EXPECT_EQ(peer.times("ACK").size(), 1u);
    EXPECT_EQ(observer.take(), Lines{"offer answered 200 [answer]"});
    run_ms(45'100);
    EXPECT_EQ(peer.times("INVITE").size(), 2u);
    peer_answers("INVITE", 200, "phone", kPhone + "Session-Expires: 90;refresher=uac\n", "answer");
    end();
}

TEST_F(OutgoingSessionTimer, AnAnswerThatNamesNoRefresherLeavesItToUs) {
    answered_with(kTakesUpdate + "x: 90\n");
    run_ms(45'100);
    EXPECT_EQ(peer.story(), Lines{"UPDATE"});
    peer_answers("UPDATE", 200, "phone", kPhone);
    end();
}

TEST_F(OutgoingSessionTimer, APhoneThatKnowsNoTimersHasNone) {
    answered_with(kPhone);
    run_ms(4'000'000);
    EXPECT_EQ(peer.story(), Lines{});
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(OutgoingSessionTimer, A200WithoutAnIntervalEndsTheTimer) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    run_ms(45'100);
    peer_answers("UPDATE", 200, "phone", kPhone);
    run_ms(400'000);
    EXPECT_EQ(peer.times("UPDATE").size(), 1u);
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(OutgoingSessionTimer, APhoneThatStopsRefreshingIsHungUpShortlyBeforeTheEnd) {
    answered_with(kPhone + "Session-Expires: 120;refresher=uas\n");
    run_ms(87'900);
    EXPECT_EQ(observer.told, Lines{});
    run_ms(200);  // 120 s - 32 s
    EXPECT_EQ(observer.told, Lines{"ended expired"});
    EXPECT_EQ(last("BYE", HeaderId::reason), "SIP;cause=408;text=\"Session timer expired\"");
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingSessionTimer, APhoneThatRefreshesInTimeIsNotHungUp) {
    call();
    peer_answers("INVITE", 200, "phone", kPhone + "Session-Expires: 120;refresher=uas\n", "answer");
    observer.take();
    for (int cseq = 1; cseq <= 5; ++cseq) {
        run_ms(60'000);
        auto update = from_peer("UPDATE", cseq);
        update.insert(update.find("Contact:"),
                      "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n");
        peer_sends(update);
        EXPECT_EQ(last("200 UPDATE", HeaderId::session_expires), "120;refresher=uac");
        EXPECT_EQ(last("200 UPDATE", HeaderId::require), "timer");
    }
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(OutgoingSessionTimer, AnIntervalThatIsTooSmallForTheNextHopIsRaised) {
    call();
    peer_answers("INVITE", 422, "phone", "Min-SE: 3600\n");
    EXPECT_EQ(peer.story(), (Lines{"INVITE", "ACK", "INVITE"}));
    EXPECT_EQ(last("INVITE", HeaderId::session_expires), "3600");
    EXPECT_EQ(last("INVITE", HeaderId::min_se), "3600");
    EXPECT_EQ(last("INVITE", HeaderId::cseq), "2 INVITE");
    EXPECT_EQ(observer.told, Lines{});
    peer_answers("INVITE", 200, "phone", kPhone, "answer");
    end();
}

TEST_F(OutgoingSessionTimer, A422ThatAsksForNoMoreThanWasAskedForIsARefusal) {
    call();
    peer_answers("INVITE", 422, "phone", "Min-SE: 90\n");
    EXPECT_EQ(observer.told, Lines{"ended refused 422"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingSessionTimer, WhoAlwaysAsksForMoreIsARefusalInTheEnd) {
    call();
    for (int min_se = 2000; min_se <= 5000; min_se += 1000)
        peer_answers("INVITE", 422, "phone", "Min-SE: " + std::to_string(min_se) + "\n");
    EXPECT_EQ(peer.times("INVITE").size(), 4u);
    EXPECT_EQ(observer.told, Lines{"ended refused 422"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingSessionTimer, ARefreshThatIsTooShortIsRepeatedWithMore) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    run_ms(45'100);
    peer_answers("UPDATE", 422, "phone", "Min-SE: 200\n");
    EXPECT_EQ(last("UPDATE", HeaderId::session_expires), "200;refresher=uac");
    EXPECT_EQ(last("UPDATE", HeaderId::min_se), "200");
    peer_answers("UPDATE", 200, "phone", kPhone + "Session-Expires: 200;refresher=uac\n");
    EXPECT_EQ(observer.told, Lines{});
    end();
}

TEST_F(OutgoingSessionTimer, AnUpdateThatIsNotKnownAfterAllIsReplacedByAReinvite) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    run_ms(45'100);
    peer_answers("UPDATE", 405, "phone");
    EXPECT_EQ(peer.story(), (Lines{"UPDATE", "INVITE"}));
    peer_answers("INVITE", 200, "phone", kPhone, "answer");
    end();
}

TEST_F(OutgoingSessionTimer, ARefreshThatFailsIsTriedAgainUntilTheEnd) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    for (int i = 0; i < 60 && observer.told.empty(); ++i) {
        run_ms(1000);
        if (!peer.heard.empty() && peer.story().back() == "UPDATE")
            peer_answers("UPDATE", 500, "phone");
        if (peer.times("UPDATE").size() > 2) break;
    }
    EXPECT_EQ(peer.times("UPDATE").size(), 3u);
    run_ms(20'000);
    EXPECT_EQ(observer.told, Lines{"ended expired"});
    peer_answers("BYE", 200);
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingSessionTimer, ARefreshThatFindsTheCallGoneEndsIt) {
    answered_with(kTakesUpdate + "Session-Expires: 90;refresher=uac\n");
    run_ms(45'100);
    peer_answers("UPDATE", 481, "phone");
    EXPECT_EQ(observer.told, Lines{"ended lost 481"});
    leg.reset();
    expect_nothing_left();
}

TEST_F(OutgoingSessionTimer, ARefreshThatNobodyAnswersEndsTheCallWithABye) {
    answered_with(kTakesUpdate + "Session-Expires: 1800;refresher=uac\n");
    run_ms(932'500);
    EXPECT_EQ(observer.told, Lines{"ended lost 408"});
    EXPECT_EQ(peer.times("BYE").size() > 0, true);
    leg.reset();
    expect_nothing_left();
}

// Not allowed by section 4, and still the peer's end of the call.
TEST_F(OutgoingSessionTimer, AnIntervalBelowTheSmallestIsKeptTo) {
    answered_with(kTakesUpdate + "Session-Expires: 30;refresher=uac\n");
    run_ms(15'100);
    EXPECT_EQ(peer.times("UPDATE").size(), 1u);
    peer_answers("UPDATE", 200, "phone", kPhone + "Session-Expires: 0;refresher=uac\n");
    run_ms(2'100);
    EXPECT_EQ(peer.times("UPDATE").size(), 2u) << "but never turned into a flood";
    peer_answers("UPDATE", 200, "phone", kPhone);
    end();
}

TEST_F(OutgoingSessionTimer, AReinviteOfOursRefreshes) {
    answered_with(kPhone + "Session-Expires: 90;refresher=uac\n");
    run_ms(40'000);
    leg->reinvite("new offer");
    loop.settle();
    EXPECT_EQ(last("INVITE", HeaderId::session_expires), "90;refresher=uac");
    peer_answers("INVITE", 200, "phone", kPhone + "Session-Expires: 90;refresher=uac\n", "answer");
    run_ms(44'000);
    EXPECT_EQ(peer.times("INVITE").size(), 1u);
    run_ms(1'100);
    EXPECT_EQ(peer.times("INVITE").size(), 2u);
    EXPECT_EQ(peer.last("INVITE").body(), "new offer");
    peer_answers("INVITE", 200, "phone", kPhone, "answer");
    end();
}

TEST_F(OutgoingSessionTimer, AFieldThatIsNoNumberAsksForNothing) {
    answered_with(kTakesUpdate + "Session-Expires: soon;refresher=uac\n");
    run_ms(400'000);
    EXPECT_EQ(peer.story(), Lines{});
    EXPECT_EQ(observer.told, Lines{});
    end();
}

}  // namespace
}  // namespace skyn3t::sip
