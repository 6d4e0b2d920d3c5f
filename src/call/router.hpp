#pragma once

#include <string>
#include <unordered_map>

#include "call/calls.hpp"
#include "call/stranger_calls.hpp"
#include "sip/origin.hpp"
#include "sip/registrar.hpp"

namespace skyn3t::call {

// What comes in outside of any dialog: finds out who sent it, registers phones, and starts a call
// on the documents of the community that it is for. Signalling thread.
class Router final : public sip::RequestHandler {
  public:
    Router(Services& services, Calls& calls, sip::Origin& origin, sip::Registrar& registrar);

    void on_request(sip::IncomingRequest request) override;

    // The next call with this Call-ID is a test call: it sees the probe bindings with the token.
    void expect_probe(std::string sip_call_id, std::string visibility);
    void forget_probe(const std::string& sip_call_id) { probes_.erase(sip_call_id); }

  private:
    void call_from_trunk(sip::IncomingRequest request, const sip::Source& source,
                         const sip::Trunk& trunk);
    void call_from_domain(sip::IncomingRequest request, const sip::Source& source,
                          const sip::KnownAddress& who, const std::string& visibility);
    void note_stranger(const sip::Message& message, const sip::Source& source, int status);
    Incoming incoming(const sip::Message& request, const sip::Source& source,
                      TenantPtr tenant) const;
    static twiml::StartingPoint start_of(const Voice& voice);

    Services& services_;
    Calls& calls_;
    sip::Origin& origin_;
    sip::Registrar& registrar_;
    StrangerCalls strangers_;
    std::unordered_map<std::string, std::string> probes_;  // Call-ID to visibility
};

}  // namespace skyn3t::call
