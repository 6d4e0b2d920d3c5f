#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sip/credentials.hpp"
#include "sip/digest.hpp"
#include "sip/message.hpp"
#include "sip/registrar.hpp"

namespace skyn3t::test {

inline const std::string kDomain = "communities.sip.example.cl";
inline const std::string kOffice = "+56229145248-office";

inline sip::Message parsed(std::string text) {
    auto message = sip::Message::parse(std::move(text));
    if (!message) throw std::runtime_error("test message: " + message.error().detail);
    return std::move(*message);
}

// A request with what a test is about; the rest is that of a phone of OFICINA_PRINCIPAL.
struct RequestText {
    std::string method = "REGISTER";
    std::string uri = "sip:" + kDomain;
    std::string to = "<sip:" + kOffice + "@" + kDomain + ">";
    std::string from = "<sip:" + kOffice + "@" + kDomain + ">;tag=1";
    std::string call_id = "a84b4c76e66710";
    unsigned cseq = 1;
    std::string vias = "Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK776asdhds;rport\r\n";
    std::string more{};  // whole lines

    sip::Message message() const {
        return parsed(method + " " + uri + " SIP/2.0\r\n" + vias + "Max-Forwards: 70\r\nTo: " + to +
                      "\r\nFrom: " + from + "\r\nCall-ID: " + call_id +
                      "\r\nCSeq: " + std::to_string(cseq) + " " + method + "\r\n" + more +
                      "Content-Length: 0\r\n\r\n");
    }
};

// The users of one domain and any number of others.
class FakeDirectory final : public sip::CredentialSource {
  public:
    FakeDirectory() { add_domain(kDomain); }

    sip::Domain& add_domain(const std::string& name) {
        return domains_
            .emplace(name, sip::Domain{.sid = DomainSid::generate(), .name = name, .realm = name})
            .first->second;
    }
    sip::Domain& domain(const std::string& name = kDomain) { return domains_.at(name); }
    sip::Credential& add(const CommunitySid& community, const std::string& user,
                         const std::string& password, const std::string& domain_name = kDomain) {
        const auto realm = domains_.at(domain_name).realm;
        const auto ha1 = [&](sip::DigestAlgorithm algorithm, std::string_view spelling) {
            return std::string(sip::digest_ha1(algorithm, spelling, realm, password).view());
        };
        auto& credential = users_[{domain_name, user}];
        credential.community = community;
        credential.user = user;
        credential.role = user.substr(user.find('-') + 1);
        credential.password.md5 = ha1(sip::DigestAlgorithm::md5, user);
        credential.password.sha256 = ha1(sip::DigestAlgorithm::sha256, user);
        return credential;
    }

    void remove(const std::string& user) { users_.erase({kDomain, user}); }

    const sip::Domain* find_domain(std::string_view host) const override {
        const auto found = domains_.find(std::string(host));
        return found != domains_.end() ? &found->second : &domains_.at(kDomain);
    }
    const sip::Credential* find_credential(const sip::Domain& domain,
                                           std::string_view user) const override {
        ++look_ups;
        const auto found = users_.find({domain.name, std::string(user)});
        return found != users_.end() ? &found->second : nullptr;
    }

    const sip::Credential* find_in_other_domain(const sip::Domain& domain,
                                                std::string_view user) const override {
        for (const auto& [key, credential] : users_)
            if (key.first != domain.name && key.second == user) return &credential;
        return nullptr;
    }

    bool offers_sha256_to_unknown(const sip::Domain&, std::string_view) const override {
        return unknown_are_offered_sha256;
    }

    bool unknown_are_offered_sha256 = false;
    mutable int look_ups = 0;

  private:
    std::map<std::string, sip::Domain> domains_;
    std::map<std::pair<std::string, std::string>, sip::Credential> users_;
};

class RecordedBindings final : public sip::BindingRecords {
  public:
    void added(const sip::AddressOfRecord&, const sip::Binding& binding) override {
        lines.push_back("added " + binding.contact);
    }
    void refreshed(const sip::AddressOfRecord&, const sip::Binding& binding) override {
        lines.push_back("refreshed " + binding.contact);
    }
    void removed(const sip::AddressOfRecord&, const sip::Binding& binding,
                 sip::RemovalReason reason) override {
        static const char* const kReasons[] = {"expired", "unregistered", "replaced", "flow_lost",
                                               "forgotten"};
        lines.push_back("removed " + binding.contact + " " +
                        kReasons[static_cast<std::size_t>(reason)]);
    }
    std::vector<std::string> lines;
};

inline sip::Flow udp_from(const std::string& address, std::uint16_t port) {
    return {.transport = sip::TransportKind::udp,
            .local = sip::Endpoint::v4(203, 0, 113, 10, 5060),
            .remote = sip::Endpoint::parse(address, port).value()};
}
inline sip::Flow tcp_from(const std::string& address, std::uint16_t port,
                          sip::ConnectionId connection) {
    auto flow = udp_from(address, port);
    flow.transport = sip::TransportKind::tcp;
    flow.connection = connection;
    return flow;
}
inline sip::Source direct(const sip::Flow& flow) {
    return {.flow = flow, .peer = flow.remote, .transport = flow.transport};
}

}  // namespace skyn3t::test
