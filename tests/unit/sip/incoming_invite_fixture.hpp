#pragma once

#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {

// A caller at the peer's address, and the leg that its INVITE made.
class IncomingInvite : public test::UserAgentTest {
  protected:
    static std::string invite(std::string_view sdp = "offer", std::string_view more = "") {
        return test::wire(
            "INVITE sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>\n"
            "Call-ID: call-1\n"
            "CSeq: 1 INVITE\n"
            "Contact: <sip:gw@198.51.100.7:5060>\n" +
                std::string(more) + (sdp.empty() ? "" : "Content-Type: application/sdp\n"),
            sdp);
    }
    // A request in the dialog that our `to_tag` made.
    std::string in_dialog(std::string_view method, int cseq, std::string_view body = "",
                          std::string_view branch = "", std::string_view more = "") const {
        const auto name = std::string(method);
        const auto unique = branch.empty() ? name + std::to_string(cseq) : std::string(branch);
        return test::wire(name + " sip:192.0.2.1:5060 SIP/2.0\n" +
                              "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bK" + unique +
                              "\n" +
                              "Max-Forwards: 70\n"
                              "From: <sip:+56221234567@carrier.example>;tag=caller\n"
                              "To: <sip:+56229145248@192.0.2.1>;tag=" +
                              tag + "\nCall-ID: call-1\nCSeq: " + std::to_string(cseq) + " " +
                              name + "\nContact: <sip:gw@198.51.100.7:5060>\n" + std::string(more) +
                              (body.empty() ? "" : "Content-Type: application/sdp\n"),
                          body);
    }
    std::string cancel() const {
        return test::wire(
            "CANCEL sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>\n"
            "Call-ID: call-1\n"
            "CSeq: 1 CANCEL\n");
    }
    std::string failure_ack() const {
        return test::wire(
            "ACK sip:+56229145248@192.0.2.1 SIP/2.0\n"
            "Via: SIP/2.0/UDP 198.51.100.7:5060;rport;branch=z9hG4bKinvite\n"
            "Max-Forwards: 70\n"
            "From: <sip:+56221234567@carrier.example>;tag=caller\n"
            "To: <sip:+56229145248@192.0.2.1>;tag=" +
            tag +
            "\n"
            "Call-ID: call-1\n"
            "CSeq: 1 ACK\n");
    }
    void take(std::string text) {
        peer_sends(std::move(text));
        ASSERT_EQ(handler.requests.size(), 1u);
        leg = agent->take_invite(std::move(handler.requests.front()), observer);
        handler.requests.clear();
        ASSERT_TRUE(leg);
        tag = leg->local_tag();
    }
    void establish() {
        take(invite());
        leg->accept("answer");
        loop.settle();
        peer_sends(in_dialog("ACK", 1));
        observer.take();
        peer.heard.clear();
    }
    void peer_answers(std::string_view method, int status) {
        loop.settle();
        peer_sends(test::SipPeer::response(peer.last(method), status));
    }

    std::string tag = "none";
    InviteDialogHandle leg;
};

}  // namespace skyn3t::sip
