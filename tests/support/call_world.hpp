#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "call/calls.hpp"
#include "call/router.hpp"
#include "support/call_directory.hpp"
#include "support/call_ports.hpp"
#include "support/phone.hpp"
#include "support/registration.hpp"
#include "support/timed_media.hpp"

namespace skyn3t::test {

model::Community community_of(const std::string& code, const std::string& name,
                              const std::string& number);

// A whole server without threads, network, database and sound: the real SIP stack, registrar,
// router and calls in simulated time, a carrier whose calls are the parents, and phones.
struct CallWorld {
    static inline const auto kServer = sip::Endpoint::v4(203, 0, 113, 10, 5060);
    static inline const auto kCarrier = sip::Endpoint::v4(198, 51, 100, 7, 5060);
    static inline const auto kTrunk = sip::Endpoint::v4(198, 51, 100, 8, 5060);
    static inline const std::string kNumber = "+56229145248";
    static inline const std::string kSecurity = "+56229145248-security";

    struct LateHandler final : sip::RequestHandler {
        sip::RequestHandler* real = nullptr;
        void on_request(sip::IncomingRequest request) override {
            real->on_request(std::move(request));
        }
    };

    FakeLoop loop;
    FakeNetwork network{loop};
    FakeTransport transport{network, kServer};
    std::vector<model::Community> communities{
        community_of("OFICINA_PRINCIPAL", "Oficina Principal", kNumber),
        community_of("PLAZA_NORTE", "Edificio Plaza Norte", "+56223456789"),
        community_of("LAS_FLORES", "Condominio Las Flores", "+56234567890")};
    FakeDirectory users;
    RecordedBindings bindings;
    sip::Registrar registrar{loop.wheel, {}, bindings};
    sip::DigestServer digest{users, loop.clock, {}};
    sip::Origin origin{
        {.edges = {}, .trunks = {{"carrier", {*sip::AddressPattern::parse(kCarrier.host())}}}},
        digest,
        registrar};
    TimedMedia media{loop};
    RecordedCalls records;
    FakeApplication application{loop};
    RecordedCallbacks callbacks;
    FakePrompts prompts{loop};
    LateHandler handler;
    sip::UserAgent agent{transport, loop.wheel, {}, handler};
    call::Services services{loop.io.get_executor(),
                            loop.wheel,
                            media,
                            agent,
                            registrar,
                            records,
                            application,
                            callbacks,
                            prompts,
                            settings(),
                            directory_of(kDomain, communities)};
    call::Calls calls{services};
    call::Router router{services, calls, origin, registrar};

    Phone carrier{loop, network, kCarrier, kServer, "+56987654321"};
    Phone trunk{loop, network, kTrunk, kServer, "trunk"};  // where calls to numbers go
    std::deque<Phone> phones;

    CallWorld();
    ~CallWorld();

    static call::Settings settings();

    // A phone with that user name, registered; the last octet tells phones apart.
    Phone& phone(const std::string& user, std::uint8_t host = 20);

    void run(milliseconds span) { loop.run_for(span); }
    // The carrier calls the number, whose community answers with these verbs.
    void call_with(const std::string& verbs) {
        application.serve("/twiml/OFICINA_PRINCIPAL/main", verbs);
        call();
    }
    void call() { carrier.call("sip:" + kNumber + "@" + kServer.host()); }
    static std::string dial(const std::string& nouns, const std::string& attributes = "") {
        return "<Dial " + attributes + ">" + nouns + "</Dial>";
    }
    static std::string sip(const std::string& user) {
        return "<Sip>sip:" + user + "@" + kDomain + "</Sip>";
    }
    // The caller's leg is the first stream of a test.
    static constexpr media::StreamId kCaller{1};
    void press(char key) {
        media.fake.press(kCaller, key);
        loop.settle();
    }

    // What Calls::place() is given: a call of the first community.
    call::Outgoing outgoing(twiml::Noun to, const std::string& verbs,
                            const std::string& shown = "/progress");
    static twiml::Sip sip_noun(const std::string& user) {
        twiml::Sip noun;
        noun.uri = "sip:" + user + "@" + kDomain;
        return noun;
    }

    // Runs event by event until every record is final, at most a minute, with `injection` before
    // event number `at`. How many there were.
    std::size_t run_events(std::size_t at, const std::function<void(CallWorld&)>& injection);

    template <class Command>
    std::size_t commands() const {
        return media.fake.all<Command>().size();
    }
    std::string parent() const { return RecordedCalls::outcome(records.parent()); }
    std::string child(std::size_t index = 0) const {
        return RecordedCalls::outcome(records.child(index));
    }

    // Whoever still talks hangs up; then everything has run out, and nothing is alive.
    void expect_nothing_left();
};

// The base of the tests that tell one call's story; at the end of each nothing is alive.
class CallTest : public ::testing::Test, protected CallWorld {
  protected:
    using Lines = std::vector<std::string>;
    void TearDown() override { expect_nothing_left(); }
};

}  // namespace skyn3t::test
