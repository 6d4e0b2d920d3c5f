// Calls whose messages are damaged at random: nothing crashes (run under ASan), and nothing is
// left.
#include <random>

#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {
namespace {

using test::SipPeer;
using test::wire;

class DamagedMessages : public test::UserAgentTest {
  protected:
    std::mt19937 random{20261122};

    DamagedMessages() { peer.ignores_nonsense = true; }  // our answer echoes what was damaged

    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    }
    // Sometimes as it is, so that calls get anywhere at all.
    std::string damaged(std::string text) {
        static constexpr std::string_view kPieces[] = {"\r\n",
                                                       ";tag=",
                                                       "Via: ",
                                                       "CSeq: 4294967296 BYE",
                                                       "Contact: *",
                                                       "\"",
                                                       "<",
                                                       "sip:",
                                                       ",",
                                                       "Record-Route: <sip:198.51.100.7>\r\n",
                                                       "Require: timer\r\n",
                                                       "Route: <x>\r\n"};
        for (std::size_t faults = below(3); faults > 0; --faults) {
            const auto at = below(text.size());
            switch (below(5)) {
                case 0:
                    text[at] = static_cast<char>(below(256));
                    break;
                case 1:
                    text.erase(at, below(20));
                    break;
                case 2:
                    text.insert(at, kPieces[below(std::size(kPieces))]);
                    break;
                case 3:
                    text.insert(at, text.substr(below(text.size()), below(60)));
                    break;
                default:
                    text.resize(at + 1);
            }
        }
        return text;
    }
    static std::string request(const std::string& method, int number, int cseq,
                               const std::string& to_tag) {
        const bool same_branch = method == "CANCEL";
        return wire(
            method + " sip:x@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.7;rport;branch=" +
                "z9hG4bK" + (same_branch ? "INVITE" : method) + std::to_string(number) +
                "\nMax-Forwards: 70\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>" +
                (to_tag.empty() ? "" : ";tag=" + to_tag) + "\nCall-ID: " + std::to_string(number) +
                "\nCSeq: " + std::to_string(cseq) + " " + method +
                "\nContact: <sip:a@198.51.100.7>\nSupported: timer\n"
                "Session-Expires: 90\nContent-Type: application/sdp\n",
            "v=0\r\n");
    }
    void send(std::string text) {
        (void)peer.transport().send(peer.transport().udp_to(kOurs), damaged(std::move(text)));
        loop.settle();
    }
};

TEST_F(DamagedMessages, InIncomingCallsDoNoHarm) {
    for (int number = 0; number < 1500; ++number) {
        send(request("INVITE", number, 1, ""));
        InviteDialogHandle leg;
        std::string tag = "none";
        if (!handler.requests.empty()) {
            leg = agent->take_invite(std::move(handler.requests.front()), observer);
            handler.requests.clear();
        }
        if (leg) {
            tag = leg->local_tag();
            leg->progress(180);
            if (below(4) != 0) leg->accept("v=0\r\n");
        }
        const char* const methods[] = {"ACK", "INVITE", "UPDATE", "CANCEL", "INFO", "BYE", "ACK"};
        for (const auto* method : methods) {
            send(request(method, number, 1 + static_cast<int>(below(4)), tag));
            if (leg && below(3) == 0) leg->answer_offer("v=0\r\n");
            if (leg && below(5) == 0) leg->reinvite("v=0\r\n");
        }
        run_ms(static_cast<int>(below(3000)));
        peer.heard.clear();
        network.log.clear();
        handler.requests.clear();
    }
    expect_nothing_left();
}

TEST_F(DamagedMessages, InOutgoingCallsDoNoHarm) {
    for (int number = 0; number < 1500; ++number) {
        OutgoingInvite invite;
        invite.target = "sip:x@198.51.100.7";
        invite.from = "<sip:a@example.cl>";
        invite.flow = transport.udp_to(kPeer);
        invite.stay_on_flow = below(2) == 0;
        invite.sdp = "v=0\r\n";
        if (below(2) == 0) invite.credentials = Credentials{"a", "b"};
        auto leg = agent->invite(std::move(invite), observer);
        loop.settle();
        for (const int status : {100, 401, 180, 200, 200, 486}) {
            for (std::size_t i = peer.heard.size(); i > 0; --i) {
                const auto& message = peer.heard[i - 1].message;
                if (!message.is_request() || message.method() == Method::ack) continue;
                send(SipPeer::response(
                    message, status, "t" + std::to_string(below(2)),
                    "Contact: <sip:x@198.51.100.7>\nWWW-Authenticate: Digest realm=\"r\", "
                    "nonce=\"n\", stale=true\n",
                    "v=0\r\n"));
                break;
            }
            if (below(6) == 0) leg->hang_up();
            if (below(6) == 0) leg->reinvite("v=0\r\n");
        }
        leg.reset();
        run_ms(static_cast<int>(below(3000)));
        peer.heard.clear();
        network.log.clear();
    }
    expect_nothing_left();
}

}  // namespace
}  // namespace skyn3t::sip
