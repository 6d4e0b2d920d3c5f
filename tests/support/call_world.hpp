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

inline model::Community community_of(const std::string& code, const std::string& name,
                                     const std::string& number) {
    model::Community community;
    community.sid = CommunitySid::generate();
    community.code = code;
    community.name = name;
    community.number = model::PhoneNumber::parse_e164(number).value();
    community.roles = {{"office", '1', "oficina de administración", {}},
                       {"security", '2', "conserjería", {}}};
    return community;
}

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

    CallWorld() {
        handler.real = &router;
        media.set_event_handler(
            [this](media::MediaEvent& event) { services.legs.dispatch(event); });
        for (const auto& tenant : services.directory->all()) application.serve(tenant->ivr);
        for (const auto& community : communities)
            for (const auto& role : community.roles)
                users.add(community.sid, model::username(community.number, role.role), "secret");
    }

    static call::Settings settings() {
        call::Settings settings;
        settings.account = *AccountSid::parse("AC11111111111111111111111111111111");
        settings.node = "node-1";
        settings.base_url = FakeApplication::kBase;
        settings.trunks = {{"carrier", kTrunk, sip::TransportKind::udp}};
        settings.shown_address = [](const sip::Flow& flow) { return flow.local.host(); };
        return settings;
    }

    // A phone with that user name, registered; the last octet tells phones apart.
    Phone& phone(const std::string& user, std::uint8_t host = 20) {
        auto& phone = phones.emplace_back(loop, network, sip::Endpoint::v4(192, 0, 2, host, 5060),
                                          kServer, user);
        const auto owner = services.directory->of_user(kDomain, user);
        RequestText text;
        text.to = text.from = "<sip:" + user + "@" + kDomain + ">";
        text.from += ";tag=1";
        text.call_id = "register-" + phone.local().str();
        text.more = "Contact: <" + phone.contact() + ">\r\nExpires: 3600\r\n";
        const sip::AddressOfRecord aor{owner->community.sid, user, kDomain, {}};
        sip::Flow flow = transport.udp_to(phone.local());
        EXPECT_EQ(registrar.process(text.message(), direct(flow), aor).status, 200);
        return phone;
    }

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
                            const std::string& shown = "/progress") {
        application.serve("/api", verbs);
        call::Outgoing outgoing;
        outgoing.tenant = services.directory->of_number(kNumber)->tenant;
        outgoing.record.sid = CallSid::generate();
        outgoing.record.community = outgoing.tenant->community.sid;
        outgoing.record.direction = model::Direction::outbound_api;
        outgoing.record.from = outgoing.caller = outgoing.shown_caller = kNumber;
        outgoing.to = std::move(to);
        if (const auto* sip = std::get_if<twiml::Sip>(&outgoing.to)) outgoing.record.to = sip->uri;
        if (const auto* number = std::get_if<twiml::Number>(&outgoing.to))
            outgoing.record.to = number->number;
        outgoing.start = {twiml::DocumentAddress{FakeApplication::kBase + "/api"}, std::nullopt};
        outgoing.status_callback = twiml::StatusCallback{
            FakeApplication::kBase + shown, twiml::Method::post, true, true, true, true};
        return outgoing;
    }
    static twiml::Sip sip_noun(const std::string& user) {
        twiml::Sip noun;
        noun.uri = "sip:" + user + "@" + kDomain;
        return noun;
    }

    // Runs event by event until every record is final, at most a minute, with `injection` before
    // event number `at`. How many there were.
    std::size_t run_events(std::size_t at, const std::function<void(CallWorld&)>& injection) {
        const SteadyTime end = loop.clock.now() + std::chrono::seconds(60);
        std::size_t events = 0;
        while (loop.clock.now() < end) {
            if (events++ == at) injection(*this);
            if (records.size() > 0 && records.open() == 0) break;
            loop.io.restart();
            if (loop.io.poll_one() > 0) continue;
            const auto wake = loop.wheel.next_wake();
            if (!wake) break;
            if (*wake > loop.clock.now()) loop.clock.advance(*wake - loop.clock.now());
            loop.wheel.advance();
        }
        return events;
    }

    template <class Command>
    std::size_t commands() const {
        return media.fake.all<Command>().size();
    }
    std::string parent() const { return RecordedCalls::outcome(records.parent()); }
    std::string child(std::size_t index = 0) const {
        return RecordedCalls::outcome(records.child(index));
    }

    // Whoever still talks hangs up; then everything has run out, and nothing is alive.
    void expect_nothing_left() {
        if (calls.size() > 0) carrier.hang_up();
        run(seconds(200));
        EXPECT_EQ(calls.size(), 0u);
        for (const auto& community : communities) (void)registrar.forget(community.sid);
        EXPECT_EQ(agent.size(), (sip::UserAgentSize{})) << ::testing::PrintToString(agent.dump());
        // The registrar's timer runs out by itself.
        EXPECT_EQ(loop.wheel.running(), phones.empty() ? 0u : 1u);
        EXPECT_EQ(services.legs.size(), 0u);
        EXPECT_EQ(media.fake.open_streams(), 0u);
        EXPECT_EQ(records.open(), 0u);
        EXPECT_EQ(records.faults, std::vector<std::string>{});
        for (const auto& sid : application.callers)
            EXPECT_TRUE(application.forgotten.contains(sid)) << sid;
        EXPECT_FALSE(carrier.is_talking());
        for (const auto& phone : phones) EXPECT_FALSE(phone.is_talking()) << phone.user();
    }
};

// The base of the tests that tell one call's story; at the end of each nothing is alive.
class CallTest : public ::testing::Test, protected CallWorld {
  protected:
    using Lines = std::vector<std::string>;
    void TearDown() override { expect_nothing_left(); }
};

}  // namespace skyn3t::test
