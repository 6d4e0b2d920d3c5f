// A community's call from the first INVITE to the last record, as DESIGN.md section 6 tells it.
#include "support/call_world.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;

class IvrCall : public test::CallTest {};

TEST_F(IvrCall, IsAnsweredUnderstoodAndPutThrough) {
    auto& office = phone(test::kOffice);
    call();
    run(500ms);
    EXPECT_EQ(carrier.heard, (Lines{"180 INVITE", "200 INVITE"}));
    press('1');
    run(5s);
    EXPECT_TRUE(office.is_talking());
    EXPECT_EQ(commands<media::Bridge>(), 1u);
    run(10s);
    office.hang_up();
    run(1s);
    EXPECT_EQ(records.story(),
              (Lines{"incoming", "answered",
                     "say Bienvenido a Oficina Principal. Para oficina de administración, presione "
                     "1. Para conserjería, presione 2. Por favor, seleccione una opción.",
                     "digit 1", "say Conectando con oficina de administración.", "dial", "ringing",
                     "answered", "bridged", "ended", "ended"}));
    EXPECT_EQ(parent(), "completed callee_hung_up 200");
    EXPECT_EQ(child(), "completed callee_hung_up 200");
}

TEST_F(IvrCall, NoKeyIsNoSelection) {
    call();
    run(20s);
    EXPECT_TRUE(carrier.is_talking()) << "the menu is heard once more";
    run(15s);
    EXPECT_TRUE(records.told("say No se detectó ninguna selección. Adiós."));
    EXPECT_EQ(parent(), "completed no_selection 200");
    EXPECT_EQ(carrier.count("BYE"), 1u);
}

TEST_F(IvrCall, NoKeyRingsTheRoleThatTheCommunityNames) {
    auto community = communities[0];
    community.no_input = "security";
    application.serve(make_tenant(community, test::kDomain)->ivr);
    auto& security = phone(kSecurity);
    call();
    run(30s);
    EXPECT_TRUE(security.is_talking());
    EXPECT_TRUE(records.told("say Conectando con conserjería."));
}

TEST_F(IvrCall, ThreeWrongKeysAreTooMany) {
    call();
    for (int attempt = 0; attempt < 3; ++attempt) {
        run(3s);
        press('9');
    }
    run(10s);
    EXPECT_EQ(parent(), "completed too_many_wrong_keys 200");
}

TEST_F(IvrCall, AWrongKeyAndThenARightOneIsPutThrough) {
    auto& office = phone(test::kOffice);
    call();
    run(500ms);
    press('9');
    run(4s);
    press('1');
    run(5s);
    EXPECT_TRUE(office.is_talking());
}

TEST_F(IvrCall, APhoneThatIsNotRegisteredIsSaidAndLogged) {
    call();
    run(500ms);
    press('1');
    run(10s);
    EXPECT_TRUE(records.told(
        "say No se pudo completar la conexión: el teléfono no está disponible. Adiós."));
    EXPECT_EQ(parent(), "completed not_registered 200");
    EXPECT_EQ(records.parent().error_code, 32009);
    EXPECT_EQ(child(), "failed not_registered 480");
    EXPECT_EQ(records.child().error_code, 32009);
    EXPECT_EQ(records.child().to, "sip:+56229145248-office@communities.sip.example.cl");
}

TEST_F(IvrCall, TheOfficeSeesWhoCallsAndForWhom) {
    auto& office = phone(test::kOffice);
    call();
    run(500ms);
    press('1');
    run(2s);
    const auto& invite = office.last("INVITE");
    EXPECT_EQ(invite.from()->uri, "sip:+56987654321@communities.sip.example.cl");
    EXPECT_EQ(invite.from()->display_name, "\"Oficina Principal\"");
    EXPECT_EQ(invite.request_uri(), "sip:+56229145248-office@192.0.2.20:5060");
    EXPECT_EQ(invite.first("X-Twilio-CallSid"), records.parent().sid.str());
}

TEST_F(IvrCall, TheRecordsTellWhoCalledWhomAndHowLong) {
    auto& office = phone(test::kOffice);
    office.hangs_up_after = 10s;
    call();
    run(500ms);
    press('1');
    run(30s);
    const auto& parent_record = records.parent();
    EXPECT_EQ(parent_record.from, "+56987654321");
    EXPECT_EQ(parent_record.to, "+56229145248");
    EXPECT_EQ(parent_record.direction, model::Direction::inbound);
    EXPECT_EQ(parent_record.duration(), 14s) << "0.5 s, 1 s spoken, 2 s ringing, 10 s of talk";
    const auto& child_record = records.child();
    EXPECT_EQ(child_record.parent_sid, parent_record.sid);
    EXPECT_EQ(child_record.direction, model::Direction::outbound_dial);
    EXPECT_EQ(child_record.from, "+56987654321");
    EXPECT_EQ(child_record.community, parent_record.community);
    EXPECT_EQ(child_record.duration(), 10s);
    EXPECT_EQ(parent_record.error_code, 0);
    EXPECT_EQ(child_record.error_code, 0);
}

TEST_F(IvrCall, EveryRecordBeginsChangesAndEndsOnce) {
    auto& office = phone(test::kOffice);
    office.hangs_up_after = 10s;
    call();
    run(500ms);
    press('1');
    run(30s);
    EXPECT_EQ(records.history_of(records.parent()), "begin change end");
    EXPECT_EQ(records.history_of(records.child()), "begin change change end");
}

TEST_F(IvrCall, TheCallersHangUpEndsEverything) {
    auto& office = phone(test::kOffice);
    call();
    run(500ms);
    press('1');
    run(8s);
    carrier.hang_up();
    run(1s);
    EXPECT_FALSE(office.is_talking());
    EXPECT_EQ(office.count("BYE"), 1u);
    EXPECT_EQ(parent(), "completed caller_hung_up 200");
    EXPECT_EQ(child(), "completed caller_hung_up 200");
}

}  // namespace
}  // namespace skyn3t::call
