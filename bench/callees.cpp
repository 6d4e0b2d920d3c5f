#include "callees.hpp"

#include <utility>

#include "sip_text.hpp"

namespace skyn3t::bench {
namespace {

constexpr std::chrono::milliseconds kT1{500};
constexpr int kMaxSends = 10;

}  // namespace

Callees::Callees(const Socket& socket, Address media, OnInvite on_invite)
    : socket_(socket),
      media_(media),
      local_(socket.local().str()),
      sdp_(audio_sdp(media.host(), media.port())),
      on_invite_(std::move(on_invite)) {}

void Callees::take(std::string_view request, const Address& from, Time arrived) {
    const std::string call_id(header(request, "Call-ID"));
    const auto method = method_of(request);
    const auto found = calls_.find(call_id);
    if (method == "INVITE") {
        if (found != calls_.end()) return socket_.send(found->second.answer, from);
        ++figures_.invited;
        on_invite_(user_in(header(request, "From")), arrived);
        const std::string tag = std::to_string(figures_.invited);
        const std::string contact = "Contact: <sip:phone@" + local_ + ">\r\n";
        socket_.send(response(request, "180 Ringing", tag, contact), from);
        Call call;
        call.from = from;
        call.answer = response(request, "200 OK", tag,
                               contact +
                                   "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n"
                                   "Content-Type: application/sdp\r\n",
                               sdp_);
        socket_.send(call.answer, from);
        calls_.emplace(call_id, std::move(call));
        due_.push_back({call_id, arrived + kT1, 1});
        if (const auto remote = media_address(request); !remote.empty())
            socket_.send("to " + remote, media_);
        return;
    }
    if (method == "ACK") {
        if (found == calls_.end() || found->second.is_acknowledged) return;
        found->second.is_acknowledged = true;
        ++figures_.acknowledged;
        return;
    }
    if (method == "CANCEL") ++figures_.canceled;
    socket_.send(response(request, "200 OK", "phone"), from);
    if (method != "BYE" || found == calls_.end()) return;
    figures_.ended += found->second.is_acknowledged ? 1 : 0;
    calls_.erase(found);
}

void Callees::retransmit(Time now) {
    while (!due_.empty() && now >= due_.front().at) {
        Due due = std::move(due_.front());
        due_.pop_front();
        const auto found = calls_.find(due.call_id);
        if (found == calls_.end() || found->second.is_acknowledged || due.sends >= kMaxSends)
            continue;
        ++figures_.retransmissions;
        socket_.send(found->second.answer, found->second.from);
        due_.push_back({std::move(due.call_id), now + kT1, due.sends + 1});
    }
}

}  // namespace skyn3t::bench
