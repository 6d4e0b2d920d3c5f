#pragma once

#include "support/user_agent_fixture.hpp"

namespace skyn3t::sip {

// Calls a phone behind a NAT, which the peer plays.
class OutgoingInviteTest : public test::UserAgentTest {
  protected:
    OutgoingInvite to_phone() {
        OutgoingInvite invite;
        invite.target = "sip:office@10.0.0.5:5062";  // behind a NAT
        invite.from = "\"Ana\" <sip:+56221234567@sip.example.cl>";
        invite.to = "<sip:+56229145248-office@sip.example.cl>";
        invite.flow = transport.udp_to(kPeer);
        invite.sdp = "offer";
        return invite;
    }
    void call(OutgoingInvite invite) {
        leg = agent->invite(std::move(invite), observer);
        loop.settle();
    }
    void call() { call(to_phone()); }
    static constexpr std::string_view kContact = "Contact: <sip:office@10.0.0.5:5062>\n";

    void peer_answers(std::string_view method, int status, std::string_view tag = "phone",
                      std::string_view lines = kContact, std::string_view body = "") {
        loop.settle();
        peer_sends(test::SipPeer::response(peer.last(method), status, tag, lines, body));
    }
    void establish() {
        call();
        peer_answers("INVITE", 200, "phone", kContact, "answer");
        observer.take();
    }
    std::string from_peer(std::string_view method, int cseq, std::string_view body = "") {
        const auto name = std::string(method);
        const auto& invite = peer.last("INVITE");
        return test::wire(name + " sip:192.0.2.1:5060 SIP/2.0\n" +
                              "Via: SIP/2.0/UDP 10.0.0.5:5062;rport;branch=z9hG4bK" + name +
                              std::to_string(cseq) +
                              "\n"
                              "From: <sip:+56229145248-office@sip.example.cl>;tag=phone\n"
                              "To: <sip:+56221234567@sip.example.cl>;tag=" +
                              std::string(invite.from_tag()) + "\nCall-ID: " +
                              std::string(invite.call_id()) + "\nCSeq: " + std::to_string(cseq) +
                              " " + name + "\nContact: <sip:office@10.0.0.5:5062>\n" +
                              (body.empty() ? "" : "Content-Type: application/sdp\n"),
                          body);
    }
    InviteDialogHandle leg;
};

// Calls a number through a trunk that asks for credentials.
class OutgoingInviteToTrunk : public OutgoingInviteTest {
  protected:
    OutgoingInvite to_trunk() {
        auto invite = to_phone();
        invite.target = "sip:+56998765432@198.51.100.7";
        invite.stay_on_flow = false;
        invite.credentials = {"skyn3t", "secret"};
        return invite;
    }
    static std::string challenge(std::string_view nonce, std::string_view more = "") {
        return "Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"" + std::string(nonce) +
               "\", algorithm=MD5, qop=\"auth\"" + std::string(more) + "\n";
    }
};

}  // namespace skyn3t::sip
