#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "model/emergency.hpp"
#include "sip/origin.hpp"
#include "sip/transport_set.hpp"
#include "verify/probe_leg.hpp"

namespace skyn3t::verify {

// A carrier and phones of our own, inside this process but on sockets of their own: what they call
// goes the whole way through the server's transport, router, documents, media and registrar, as
// anybody's call does. Two sockets, since over the flow of a binding nobody is a carrier.
// Signalling thread.
class Prober final : private sip::RequestHandler {
  public:
    // `server`: the UDP address that the server listens on. `services`: the server's own; the
    // probe's legs share its media engine. Errc::unavailable when no socket can be had.
    [[nodiscard]] static Result<std::unique_ptr<Prober>> open(asio::io_context& io,
                                                              const sip::Endpoint& server,
                                                              const call::Services& services);

    // Who the caller is to the server: a trunk of exactly this socket.
    sip::TrunkSource trunk() const;
    const sip::Endpoint& phone_address() const { return phone_address_; }

    // Calls a number of this server's; by its type it is no emergency number.
    Result<std::unique_ptr<ProbeLeg>> call(const model::TestTarget& number,
                                           const std::string& media_key, Signal& changed);
    // Gives the INVITEs for a contact with this user part, as they come, until ignore(). Of any
    // other user's there is nobody here.
    using Ringing = std::function<void(sip::IncomingRequest)>;
    void listen(const std::string& contact_user, Ringing ringing);
    void ignore(const std::string& contact_user) { phones_.erase(contact_user); }
    // The leg of an INVITE that was given; answers it itself when it cannot be taken.
    Result<std::unique_ptr<ProbeLeg>> take(sip::IncomingRequest request,
                                           const std::string& media_key, Signal& changed);
    // A leg that is to be destroyed.
    void release(std::unique_ptr<ProbeLeg>& leg);

    void on_media(media::MediaEvent& event);
    bool is_idle() const { return legs_.empty() && user_agent_->size() == sip::UserAgentSize{}; }

  private:
    Prober(const sip::Endpoint& server, const sip::Endpoint& caller, const sip::Endpoint& phone,
           std::unique_ptr<sip::TransportSet> transports, const call::Services& services);
    void on_request(sip::IncomingRequest request) override;

    sip::Endpoint server_address_, caller_address_, phone_address_;
    std::unique_ptr<sip::TransportSet> transports_;
    std::unique_ptr<sip::UserAgent> user_agent_;
    call::Services services_;  // the server's, with the probe's user agent
    std::unordered_map<std::string, Ringing> phones_;
    std::unordered_map<std::uint64_t, ProbeLeg*> legs_;  // by stream
};

}  // namespace skyn3t::verify
