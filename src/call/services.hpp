#pragma once

#include <asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/timer_wheel.hpp"
#include "call/call_limits.hpp"
#include "call/directory.hpp"
#include "call/ports.hpp"
#include "media/engine.hpp"
#include "model/emergency.hpp"
#include "sip/offer_answer.hpp"
#include "sip/registrar.hpp"
#include "sip/user_agent.hpp"

namespace skyn3t::call {

// Where calls to numbers go.
struct TrunkRoute {
    std::string name;
    sip::Endpoint destination;
    sip::TransportKind transport = sip::TransportKind::udp;
};

struct Settings {
    AccountSid account;
    std::string node;
    // What relative addresses of our own documents stand on: "https://voice.example.cl".
    std::string base_url;
    std::vector<TrunkRoute> trunks;
    model::EmergencyNumbers emergency = model::EmergencyNumbers::chile();
    std::string ring_tone = "cl";
    std::chrono::seconds rtp_timeout{60};
    std::chrono::seconds hold_timeout{3600};
    std::vector<sip::Codec> codecs{sip::Codec::pcmu, sip::Codec::pcma, sip::Codec::g722};
    std::size_t max_calls = 2000;       // parent legs; the next gets 503
    CallCaps caps{};                    // of all legs, and of each one's
    unsigned api_calls_per_second = 1;  // rest-api.md, 1.4; the others wait for their turn
    asio::ip::address
        media_address;  // that RTP sockets are bound to; unspecified is every interface
    // The address that SDP shows to the peer of a flow.
    std::function<std::string(const sip::Flow&)> shown_address;
};

class Leg;

// Which leg a media event is for. Legs enter and leave by themselves.
class LegIndex {
  public:
    void add(media::StreamId stream, Leg& leg) { legs_[stream.value] = &leg; }
    void remove(media::StreamId stream) { legs_.erase(stream.value); }
    void dispatch(media::MediaEvent& event) const;  // an event of a stream that is gone is dropped
    std::size_t size() const { return legs_.size(); }

  private:
    std::unordered_map<std::uint64_t, Leg*> legs_;
};

// What every call uses, owned by the server; it outlives all calls. Signalling thread.
struct Services {
    asio::any_io_executor executor;
    TimerWheel& wheel;
    media::MediaEngine& media;
    sip::UserAgent& user_agent;
    const sip::Registrar& registrar;
    CallRecords& records;
    TwimlFetcher& documents;
    CallbackSender& callbacks;
    PromptSource& prompts;
    Settings settings;
    std::shared_ptr<const Directory> directory;  // replaced as a whole after a change
    LegIndex legs{};
    CallLimits limits{};
    std::uint64_t call_faults = 0;  // calls that ended because this program threw

    SteadyTime now() const { return wheel.clock().now(); }
    WallTime wall() const { return wheel.clock().wall(); }
};

}  // namespace skyn3t::call
