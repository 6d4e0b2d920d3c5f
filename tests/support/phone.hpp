#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/sip_peer.hpp"

namespace skyn3t::test {

inline std::string offer_of(const std::string& address,
                            const std::string& payload_types = "0 8 101",
                            const std::string& more = "a=rtpmap:101 telephone-event/8000\r\n") {
    return "v=0\r\no=- 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address +
           "\r\nt=0 0\r\nm=audio 40000 RTP/AVP " + payload_types + "\r\n" + more;
}

// A telephone, or a carrier, that does by itself what the standard asks of it and what its habits
// say: it rings, answers, acknowledges and hangs up.
class Phone final : public sip::TransportReceiver {
  public:
    Phone(FakeLoop& loop, FakeNetwork& network, const sip::Endpoint& local,
          const sip::Endpoint& server, std::string user)
        : loop_(loop), transport_(network, local), server_(server), user_(std::move(user)) {
        transport_.set_receiver(this);
        body = offer_of(local.host());
    }

    // ---- habits, of calls that come in
    std::optional<int> rings = 180;                   // nothing: not even that
    std::optional<milliseconds> decides_after{2000};  // nothing: never
    int answers_with = 200;
    std::optional<milliseconds> hangs_up_after;  // of talking; 0: in one breath
    bool ignores_cancel = false;                 // answers all the same
    std::string answer_lines;                    // more fields of its 200 to an INVITE or UPDATE
    std::string hang_up_lines;                   // more fields of its BYE and CANCEL
    std::string body;                            // its SDP, as offer and as answer
    std::string body_type = "application/sdp";   // of what it offers
    std::string allow;                           // says so, when calling and when answering
    int answers_info_with = 200;
    // ---- habits, of calls that it places
    bool acknowledges = true;
    std::string body_of_ack;

    // ---- what happened: "INVITE", "200 INVITE"
    std::vector<std::string> heard;
    const sip::Message& last(const std::string& name) const { return last_.at(name); }
    std::size_t count(const std::string& name) const {
        return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), name));
    }
    bool is_talking() const { return talking_; }
    const sip::Endpoint& local() const { return transport_.local(); }
    const std::string& user() const { return user_; }
    std::string contact() const { return "sip:" + user_ + "@" + local().str(); }

    void call(const std::string& uri, const std::string& more = {}) {
        calls_ = true;
        remote_uri_ = uri;
        call_id_ = "call-from-" + local().str() + "-" + std::to_string(++calls_placed_);
        remote_tag_.clear();
        target_ = uri;
        finished_ = talking_ = leaving_ = false;
        cseq_ = invite_cseq_ = 1;
        invite_branch_ = new_branch();
        send(request("INVITE", 1, invite_branch_,
                     "Contact: <" + contact() + ">\n" + more + allow_line() +
                         (body.empty() ? "" : "Content-Type: " + body_type + "\n")),
             body);
    }
    // CANCEL before the answer, BYE after it.
    void hang_up() {
        if (finished_ || call_id_.empty()) return;
        if (!calls_ || talking_) return bye();
        leaving_ = true;
        send(request("CANCEL", invite_cseq_, invite_branch_, hang_up_lines));
    }
    void bye() {
        finished_ = true;
        talking_ = false;
        send(request("BYE", ++cseq_, new_branch(), hang_up_lines));
    }
    void reinvite(const std::string& offer) {
        invite_cseq_ = ++cseq_;
        invite_branch_ = new_branch();
        send(request("INVITE", invite_cseq_, invite_branch_,
                     "Contact: <" + contact() + ">\n" +
                         (offer.empty() ? "" : "Content-Type: " + body_type + "\n")),
             offer);
    }
    void refer(const std::string& to) {
        send(request("REFER", ++cseq_, new_branch(),
                     "Contact: <" + contact() + ">\nRefer-To: <" + to + ">\n"));
    }
    void info(const std::string& type, const std::string& text) {
        send(request("INFO", ++cseq_, new_branch(), "Content-Type: " + type + "\n"), text);
    }

    void on_connection_closed(const sip::Flow&) override {}
    void on_received(std::string bytes, const sip::Flow&) override {
        auto parsed = sip::Message::parse(std::move(bytes));
        ASSERT_TRUE(parsed) << parsed.error().detail;
        const auto name = SipPeer::name(*parsed);
        heard.push_back(name);
        const sip::Message& message =
            last_.insert_or_assign(name, std::move(*parsed)).first->second;
        if (message.is_response()) return take_response(message);
        if (name == "INVITE") return take_invite(message);
        if (name == "CANCEL") return take_cancel(message);
        if (name == "UPDATE") return reply(message, 200);
        if (name == "INFO") return reply(message, answers_info_with);
        if (name == "BYE") {
            talking_ = false;
            finished_ = true;
            timer_.stop();
            reply(message, 200);
        }
    }

  private:
    static std::string new_branch() {
        static unsigned number = 0;
        return "z9hG4bKphone" + std::to_string(++number);
    }
    std::string allow_line() const { return allow.empty() ? "" : "Allow: " + allow + "\n"; }
    static std::string contact_of(const sip::Message& message) {
        const auto field = std::string(message.first(sip::HeaderId::contact).value_or("<>"));
        return field.substr(field.find('<') + 1, field.find('>') - field.find('<') - 1);
    }
    std::string request(const std::string& method, unsigned cseq, const std::string& branch,
                        const std::string& lines) const {
        return method + " " + target_ + " SIP/2.0\nVia: SIP/2.0/UDP " + local().str() +
               ";rport;branch=" + branch + "\nMax-Forwards: 70\nFrom: <sip:" + user_ +
               "@198.51.100.7>;tag=" + kTag + "\nTo: <" + remote_uri_ + ">" +
               (remote_tag_.empty() || method == "CANCEL" ? "" : ";tag=" + remote_tag_) +
               "\nCall-ID: " + call_id_ + "\nCSeq: " + std::to_string(cseq) + " " + method + "\n" +
               lines;
    }
    void send(const std::string& head, const std::string& content = {}) {
        ASSERT_TRUE(transport_.send(transport_.udp_to(server_), wire(head, content)));
    }
    void reply(const sip::Message& message, int status, const std::string& content = {}) {
        const bool has_more = status == 200 && (message.method() == sip::Method::invite ||
                                                message.method() == sip::Method::update);
        const auto lines =
            "Contact: <" + contact() + ">\n" + allow_line() + (has_more ? answer_lines : "");
        ASSERT_TRUE(transport_.send(transport_.udp_to(server_),
                                    SipPeer::response(message, status, kTag, lines, content)));
    }

    // As the caller.
    void take_response(const sip::Message& response) {
        if (response.method() != sip::Method::invite) return;
        if (response.status() < 200) {
            if (remote_tag_.empty()) remote_tag_ = response.to_tag();
            return;
        }
        if (response.status() >= 300) {
            finished_ = finished_ || !talking_;  // a refused re-INVITE changes nothing
            const auto tag = std::exchange(remote_tag_, response.to_tag());
            send(request("ACK", invite_cseq_, invite_branch_, {}));
            if (talking_) remote_tag_ = tag;
            return;
        }
        remote_tag_ = response.to_tag();
        target_ = contact_of(response);
        if (!acknowledges) return;
        send(request("ACK", invite_cseq_, new_branch(),
                     body_of_ack.empty() ? "" : "Content-Type: " + body_type + "\n"),
             body_of_ack);
        if (finished_) return;
        talking_ = true;
        if (leaving_) bye();  // our CANCEL came too late
    }

    // As the called side.
    void take_invite(const sip::Message& invite) {
        if (!invite.to_tag().empty()) return reply(invite, 200, body);
        if (call_id_ == invite.call_id()) return;  // a copy
        calls_ = finished_ = talking_ = false;
        call_id_ = invite.call_id();
        remote_tag_ = invite.from_tag();
        remote_uri_ = std::string(invite.from()->uri);
        target_ = contact_of(invite);
        cseq_ = 100;
        if (rings) reply(invite, *rings);
        if (decides_after) timer_.start_after(*decides_after);
    }
    void take_cancel(const sip::Message& cancel) {
        reply(cancel, 200);
        if (talking_ || finished_ || ignores_cancel) return;
        timer_.stop();
        finished_ = true;
        reply(last("INVITE"), 487);
    }
    void on_timer() {
        if (talking_) return bye();
        reply(last("INVITE"), answers_with, answers_with < 300 ? body : "");
        talking_ = answers_with < 300;
        finished_ = !talking_;
        if (!talking_ || !hangs_up_after) return;
        if (*hangs_up_after == milliseconds(0)) return bye();  // in one breath
        timer_.start_after(*hangs_up_after);
    }

    static inline const std::string kTag = "phonetag";
    FakeLoop& loop_;
    FakeTransport transport_;
    sip::Endpoint server_;
    std::string user_;
    std::map<std::string, sip::Message> last_;
    Timer timer_{loop_.wheel, [this] { on_timer(); }};
    std::string call_id_, remote_tag_, remote_uri_, target_, invite_branch_;
    unsigned cseq_ = 0, invite_cseq_ = 0, calls_placed_ = 0;
    bool calls_ = false, talking_ = false, finished_ = false, leaving_ = false;
};

}  // namespace skyn3t::test
