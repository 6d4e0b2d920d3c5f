// A REGISTER, or anything else, from a stranger and then as a known phone: who sent it, its
// bindings and the answer.
#include "../support/fake_clock.hpp"
#include "../support/registration.hpp"
#include "sip/message.hpp"
#include "sip/origin.hpp"

using namespace skyn3t;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const auto message = sip::Message::parse(text);
    if (!message || !message->is_request()) return 0;

    test::FakeLoop loop;
    test::FakeDirectory directory;
    test::RecordedBindings records;
    sip::Registrar registrar(loop.wheel, {}, records);
    sip::DigestServer digest(directory, loop.clock, {});
    sip::Origin origin({.edges = {sip::AddressPattern::parse("10.0.0.5").value()}, .trunks = {}},
                       digest, registrar);
    for (const auto* address : {"10.0.0.5", "198.51.100.20"}) {
        const auto decision = origin.decide(*message, test::udp_from(address, 5060));
        if (const auto* challenge = std::get_if<sip::Challenge>(&decision.sender))
            (void)sip::response_text(*message, challenge->reply);
        const sip::AddressOfRecord aor{CommunitySid::generate(), test::kOffice, test::kDomain, ""};
        const auto reply = registrar.process(*message, decision.source, aor);
        // What we answer must be a message that we can read, if what it copies from the request is.
        const auto answer = sip::response_text(*message, reply);
        if (message->defect() == nullptr && !sip::Message::parse(answer)) std::abort();
        (void)registrar.process(*message, decision.source, aor, "token");
        (void)registrar.lookup(aor);
        loop.run_for(std::chrono::hours(2));
        if (registrar.size() != 0) std::abort();
    }
    (void)sip::AddressPattern::parse(text);
    return 0;
}
