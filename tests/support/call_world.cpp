#include "support/call_world.hpp"

namespace skyn3t::test {

model::Community community_of(const std::string& code, const std::string& name,
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

CallWorld::CallWorld() {
    handler.real = &router;
    media.set_event_handler([this](media::MediaEvent& event) { services.legs.dispatch(event); });
    for (const auto& tenant : services.directory->all()) application.serve(tenant->ivr);
    for (const auto& community : communities)
        for (const auto& role : community.roles)
            users.add(community.sid, model::username(community.number, role.role), "secret");
}
CallWorld::~CallWorld() = default;

call::Settings CallWorld::settings() {
    call::Settings settings;
    settings.account = *AccountSid::parse("AC11111111111111111111111111111111");
    settings.node = "node-1";
    settings.base_url = FakeApplication::kBase;
    settings.trunks = {{"carrier", kTrunk, sip::TransportKind::udp}};
    settings.shown_address = [](const sip::Flow& flow) { return flow.local.host(); };
    return settings;
}

Phone& CallWorld::phone(const std::string& user, std::uint8_t host) {
    auto& phone =
        phones.emplace_back(loop, network, sip::Endpoint::v4(192, 0, 2, host, 5060), kServer, user);
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

call::Outgoing CallWorld::outgoing(twiml::Noun to, const std::string& verbs,
                                   const std::string& shown) {
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

std::size_t CallWorld::run_events(std::size_t at,
                                  const std::function<void(CallWorld&)>& injection) {
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

void CallWorld::expect_nothing_left() {
    if (calls.size() > 0) carrier.hang_up();
    run(seconds(200));
    EXPECT_EQ(calls.size(), 0u);
    for (const auto& community : communities) (void)registrar.forget(community.sid);
    EXPECT_EQ(agent.size(), (sip::UserAgentSize{})) << ::testing::PrintToString(agent.dump());
    // The registrar's timer runs out by itself.
    EXPECT_EQ(loop.wheel.running(), phones.empty() ? 0u : 1u);
    EXPECT_EQ(services.legs.size(), 0u);
    EXPECT_EQ(services.limits.legs(), 0u);
    EXPECT_EQ(media.fake.open_streams(), 0u);
    EXPECT_EQ(records.open(), 0u);
    EXPECT_EQ(records.faults, std::vector<std::string>{});
    for (const auto& sid : application.callers)
        EXPECT_TRUE(application.forgotten.contains(sid)) << sid;
    EXPECT_FALSE(carrier.is_talking());
    for (const auto& phone : phones) EXPECT_FALSE(phone.is_talking()) << phone.user();
}

}  // namespace skyn3t::test
