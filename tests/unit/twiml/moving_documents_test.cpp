#include "twiml/moving_documents.hpp"

#include <gtest/gtest.h>

#include "twiml/document.hpp"

// ADR 10: the documents of a community on its way, word for word, and those of calls within one.
namespace skyn3t::twiml {
namespace {

CommunityIvr moving_office() {
    return {"OFICINA_PRINCIPAL",
            "Oficina Principal",
            "+56229145248",
            "es-MX",
            "sip.example.cl",
            {{"office", "1", "oficina de administración"}, {"security", "2", "conserjería"}},
            ShownCaller::community};
}

const PhonePlace kHere{"local", "203.0.113.10:5060", "+56229145248-twilio", "Secret<1>23456"};
const PhonePlace kThere{"twilio", "a.sip.twilio.com", {}, {}};

MovingRoute moving(std::vector<PhonePlace> places) {
    MovingRoute request;
    request.request.digits = "1";
    request.places = [places = std::move(places)](const CommunityRole&) { return places; };
    return request;
}
MovingRoute after(std::vector<PhonePlace> places, const char* place, const char* status) {
    auto request = moving(std::move(places));
    request.request.digits.clear();
    request.role = "office";
    request.place = place;
    request.request.dial_call_status = status;
    return request;
}

TEST(MovingRoute, DialsTheFirstPlaceWithItsCredentials) {
    EXPECT_EQ(moving_route_document(moving_office(), moving({kHere, kThere})),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say voice="alice" language="es-MX">Conectando con oficina de administración.</Say>
  <Dial timeout="30" callerId="+56229145248" action="/twiml/OFICINA_PRINCIPAL/route?role=office&amp;place=local" method="POST">
    <Sip username="+56229145248-twilio" password="Secret&lt;1&gt;23456">sip:+56229145248-office@203.0.113.10:5060</Sip>
  </Dial>
</Response>
)");
}
TEST(MovingRoute, TriesTheNextPlaceWithoutAWord) {
    for (const char* status : {"failed", "no-answer"})
        EXPECT_EQ(moving_route_document(moving_office(), after({kHere, kThere}, "local", status)),
                  R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Dial timeout="30" callerId="+56229145248" action="/twiml/OFICINA_PRINCIPAL/route?role=office&amp;place=twilio" method="POST">
    <Sip>sip:+56229145248-office@a.sip.twilio.com</Sip>
  </Dial>
</Response>
)");
}
TEST(MovingRoute, TriesTheNextPlaceThoughThePhoneHasGoneFromTheFirst) {
    EXPECT_NE(moving_route_document(moving_office(), after({kThere}, "local", "failed"))
                  .find("a.sip.twilio.com"),
              std::string::npos);
}
TEST(MovingRoute, EndsWhenItWasTakenOrRefused) {
    for (const char* status : {"busy", "canceled"})
        EXPECT_EQ(moving_route_document(moving_office(), after({kHere, kThere}, "local", status))
                      .find("<Dial"),
                  std::string::npos);
    EXPECT_EQ(moving_route_document(moving_office(), after({kHere, kThere}, "local", "completed")),
              hang_up_document());
}
TEST(MovingRoute, EndsAfterTheLastPlaceAndForAnUnknownRole) {
    EXPECT_NE(moving_route_document(moving_office(), after({kHere, kThere}, "twilio", "failed"))
                  .find("No se pudo completar la conexión"),
              std::string::npos);
    auto unknown = after({kHere, kThere}, "local", "failed");
    unknown.role = "\"/><Dial>";
    EXPECT_EQ(moving_route_document(moving_office(), unknown).find("<Dial"), std::string::npos);
}
TEST(HandOver, GivesTheWholeCallAndSaysWhoCalls) {
    EXPECT_EQ(hand_over_document(moving_office(), kHere, "+56987654321"),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Dial answerOnBridge="true" timeout="10" action="/twiml/OFICINA_PRINCIPAL/main?handover=1" method="POST">
    <Sip username="+56229145248-twilio" password="Secret&lt;1&gt;23456">sip:+56229145248@203.0.113.10:5060?X-Skyn3t-Caller=%2B56987654321</Sip>
  </Dial>
</Response>
)");
}
TEST(HandOver, SaysNothingOfACallerThatIsNoNumber) {
    for (const char* caller : {"anonymous", "", "+", "+569&Route=x", "sip:a@b"})
        EXPECT_EQ(hand_over_document(moving_office(), kHere, caller)
                      .find('?' + std::string(kCallerHeader)),
                  std::string::npos)
            << caller;
}
TEST(InternalCalls, RingAPhoneOfTheCommunity) {
    EXPECT_EQ(internal_document(moving_office(), {"+56229145248-security"}),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Dial answerOnBridge="true" timeout="30" action="/twiml/domain" method="POST">
    <Sip>sip:+56229145248-security@sip.example.cl</Sip>
  </Dial>
</Response>
)");
}
TEST(InternalCalls, ToItsOwnNumberAreItsMenu) {
    const auto document = parse_document(*internal_document(moving_office(), {"+56229145248"}));
    EXPECT_EQ(std::get<Redirect>(document->verbs.at(0)).url, "/twiml/OFICINA_PRINCIPAL/main");
}
TEST(InternalCalls, TellTheCallerWhatThePhoneSaid) {
    const auto verbs = [](const char* status) {
        return parse_document(*internal_document(moving_office(), {"x", status}))->verbs;
    };
    EXPECT_EQ(std::get<Reject>(verbs("busy").at(0)).reason, RejectReason::busy);
    EXPECT_EQ(std::get<Reject>(verbs("no-answer").at(0)).reason, RejectReason::rejected);
    EXPECT_EQ(std::get<Say>(verbs("failed").at(0)).text(),
              "No se pudo completar la conexión: el teléfono no está disponible. Adiós.");
    EXPECT_TRUE(std::holds_alternative<Hangup>(verbs("completed").at(0)));
}
TEST(InternalCalls, FromTwilioAreNotAnsweredToSayThatAPhoneIsOff) {
    const auto document = parse_document(*internal_document(office(), {"x", "failed", true}));
    EXPECT_TRUE(std::holds_alternative<Reject>(document->verbs.at(0)));
}
TEST(InternalCalls, AreNoneToAnybodyElse) {
    for (const char* dialled : {"+56229145248-gate", "+56223456789-office", "+56223456789", "133",
                                "", "+56229145248-twilio"})
        EXPECT_FALSE(internal_document(moving_office(), {dialled})) << dialled;
}
TEST(MovingRoute, AnotherKeyIsAsEverywhere) {
    auto wrong = moving({kHere, kThere});
    wrong.request.digits = "9";
    EXPECT_EQ(moving_route_document(moving_office(), wrong),
              route_document(moving_office(), {"9", {}, 1}));
}
TEST(MovingDocuments, ParseWithoutAWarning) {
    std::vector<std::string> all{
        moving_route_document(moving_office(), moving({kHere, kThere})),
        moving_route_document(moving_office(), after({kThere}, "local", "failed")),
        hand_over_document(moving_office(), kHere, "+56987654321")};
    for (const std::string dialled : {"+56229145248", "+56229145248-office", "prueba"})
        all.push_back(internal_document(moving_office(), {dialled}).value());
    for (const char* status : {"completed", "busy", "failed", "no-answer"})
        all.push_back(internal_document(moving_office(), {"", status}).value());
    for (const auto& xml : all) {
        const auto document = parse_document(xml);
        ASSERT_TRUE(document) << xml;
        EXPECT_TRUE(document->warnings.empty()) << document->warnings[0].detail << xml;
    }
}

}  // namespace
}  // namespace skyn3t::twiml
