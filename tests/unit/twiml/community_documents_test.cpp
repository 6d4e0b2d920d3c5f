#include "twiml/community_documents.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/fake_call_control.hpp"
#include "twiml/document.hpp"
#include "twiml/moving_documents.hpp"

// DESIGN.md, section 6: the documents of a community, word for word.
namespace skyn3t::twiml {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

CommunityIvr office() {
    return {"OFICINA_PRINCIPAL",
            "Oficina Principal",
            "+56229145248",
            "es-MX",
            "sip.example.cl",
            {{"office", "1", "oficina de administración"}, {"security", "2", "conserjería"}},
            ShownCaller::community};
}

TEST(CommunityMain, IsThisDocument) {
    EXPECT_EQ(main_document(office()),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Gather numDigits="1" timeout="10" action="/twiml/OFICINA_PRINCIPAL/route" method="POST">
    <Say voice="alice" language="es-MX">Bienvenido a Oficina Principal. Para oficina de administración, presione 1. Para conserjería, presione 2. Por favor, seleccione una opción.</Say>
  </Gather>
  <Gather numDigits="1" timeout="10" action="/twiml/OFICINA_PRINCIPAL/route" method="POST">
    <Say voice="alice" language="es-MX">Bienvenido a Oficina Principal. Para oficina de administración, presione 1. Para conserjería, presione 2. Por favor, seleccione una opción.</Say>
  </Gather>
  <Say voice="alice" language="es-MX">No se detectó ninguna selección. Adiós.</Say>
  <Hangup/>
</Response>
)");
}
TEST(CommunityMain, LeadsWhoPressesNothingToARole) {
    CommunityIvr community = office();
    community.no_input = "security";
    const auto document = main_document(community);
    EXPECT_NE(document.find("  </Gather>\n  <Redirect method=\"POST\">"
                            "/twiml/OFICINA_PRINCIPAL/route?no_input=1</Redirect>\n</Response>"),
              std::string::npos)
        << document;
    EXPECT_EQ(key_without_input(community), "2");
    EXPECT_EQ(key_without_input(office()), "");
}
// Twilio and this server take # for the end of the keys unless finishOnKey says otherwise.
TEST(CommunityMain, TakesTheKeysHashAndStar) {
    CommunityIvr community = office();
    EXPECT_EQ(main_document(community).find("finishOnKey"), std::string::npos);
    community.roles[0].digit = "*";
    EXPECT_EQ(main_document(community).find("finishOnKey"), std::string::npos);
    EXPECT_NE(main_document(community).find("Para oficina de administración, presione asterisco."),
              std::string::npos);
    community.roles[1].digit = "#";
    EXPECT_NE(main_document(community).find("timeout=\"10\" finishOnKey=\"\" action"),
              std::string::npos);
    EXPECT_NE(main_document(community).find("Para conserjería, presione gato."), std::string::npos);
    EXPECT_NE(route_document(community, {"9", {}, 1}).find("finishOnKey=\"\""), std::string::npos);
}
TEST(CommunityMain, CarriesTheAttemptInItsAction) {
    EXPECT_NE(
        main_document(office(), 2).find("action=\"/twiml/OFICINA_PRINCIPAL/route?attempt=2\""),
        std::string::npos);
}
TEST(CommunityRoute, RolesDigitRingsItsPhone) {
    EXPECT_EQ(route_document(office(), {"1", {}, 1}),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say voice="alice" language="es-MX">Conectando con oficina de administración.</Say>
  <Dial timeout="30" callerId="+56229145248" action="/twiml/OFICINA_PRINCIPAL/route" method="POST">
    <Sip>sip:+56229145248-office@sip.example.cl</Sip>
  </Dial>
</Response>
)");
}
TEST(CommunityRoute, MayShowTheCallersOwnNumber) {
    CommunityIvr community = office();
    community.shown_caller = ShownCaller::caller;
    EXPECT_EQ(route_document(community, {"1", {}, 1}).find("callerId"), std::string::npos);
}
TEST(CommunityRoute, CompletedDialIsSilent) {
    EXPECT_EQ(route_document(office(), {"", "completed", 1}),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Hangup/>\n</Response>\n");
}
TEST(CommunityRoute, AnyOtherOutcomeIsSaidWithItsCause) {
    const std::pair<const char*, const char*> kSentences[] = {
        {"busy", "No se pudo completar la conexión: la línea está ocupada. Adiós."},
        {"no-answer", "No se pudo completar la conexión: nadie contesta. Adiós."},
        {"failed", "No se pudo completar la conexión: el teléfono no está disponible. Adiós."},
        {"canceled", "No se pudo completar la conexión. Adiós."},
        {"", "No se pudo completar la conexión. Adiós."}};
    for (const auto& [status, sentence] : kSentences)
        EXPECT_EQ(route_document(office(), {"", status, 1}),
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n"
                  "  <Say voice=\"alice\" language=\"es-MX\">" +
                      std::string(sentence) + "</Say>\n  <Hangup/>\n</Response>\n");
}
TEST(CommunityRoute, AnotherDigitLeadsBackToTheMenu) {
    EXPECT_EQ(route_document(office(), {"9", {}, 1}),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Gather numDigits="1" timeout="1" action="/twiml/OFICINA_PRINCIPAL/route?attempt=2" method="POST">
    <Say voice="alice" language="es-MX">Opción no válida.</Say>
  </Gather>
  <Redirect method="POST">/twiml/OFICINA_PRINCIPAL/main?attempt=2</Redirect>
</Response>
)");
}
TEST(CommunityRoute, ThirdWrongDigitEndsTheCall) {
    EXPECT_EQ(route_document(office(), {"9", {}, 3}),
              R"(<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say voice="alice" language="es-MX">Opción no válida.</Say>
  <Say voice="alice" language="es-MX">Adiós.</Say>
  <Hangup/>
</Response>
)");
}
TEST(CommunityRoute, AttemptOfABadQueryIsTheFirst) {
    EXPECT_EQ(menu_attempt(""), 1u);
    EXPECT_EQ(menu_attempt("2"), 2u);
    EXPECT_EQ(menu_attempt("3"), 3u);
    EXPECT_EQ(menu_attempt("9"), 3u);
    EXPECT_EQ(menu_attempt("0"), 1u);
    EXPECT_EQ(menu_attempt("-1"), 1u);
    EXPECT_EQ(menu_attempt("2x"), 1u);
}
TEST(CommunityDomain, SaysThatPhonesCanNotCallYet) {
    EXPECT_NE(domain_document(DialledNumber::ordinary)
                  .find(">Las llamadas desde este teléfono todavía no están disponibles. Adiós.<"),
              std::string::npos);
}
TEST(CommunityDomain, NamesTheEmergencyNumbersToAnotherTelephone) {
    const auto document = parse_document(domain_document(DialledNumber::emergency));
    const auto& say = std::get<Say>(document->verbs.at(0));
    EXPECT_EQ(say.text(),
              "Este teléfono todavía no puede llamar a números de emergencia. Use otro teléfono. "
              "Para Carabineros, marque 1 3 3. Para ambulancia, marque 1 3 1. Para Bomberos, "
              "marque 1 3 2.");
    EXPECT_EQ(say.loop, 2u);
}

// Every document that a community can give.
std::vector<std::string> all_documents(const CommunityIvr& community) {
    std::vector<std::string> all;
    for (unsigned attempt = 1; attempt <= kMaxMenuAttempts; ++attempt) {
        all.push_back(main_document(community, attempt));
        for (const char* digits : {"", "1", "2", "9", "#"})
            all.push_back(route_document(community, {digits, {}, attempt}));
        for (const char* status : {"completed", "busy", "no-answer", "failed", "canceled"})
            all.push_back(route_document(community, {"", status, attempt}));
    }
    all.push_back(domain_document(DialledNumber::ordinary));
    all.push_back(domain_document(DialledNumber::emergency));
    all.push_back(internal_document(community, {std::string(kTestUser)}).value());
    return all;
}
CommunityIvr hostile() {
    CommunityIvr community = office();
    community.name = "Torres <A> & \"B\" 'Ñuñoa'\x01";
    community.roles[0].label = "R&D </Say><Dial>+56900000000</Dial>";
    return community;
}

TEST(CommunityDocuments, ParseWithoutAWarning) {
    for (const CommunityIvr& community : {office(), hostile()}) {
        for (const std::string& xml : all_documents(community)) {
            const auto document = parse_document(xml);
            ASSERT_TRUE(document) << document.error().detail << "\n" << xml;
            EXPECT_TRUE(document->warnings.empty()) << document->warnings[0].detail << "\n" << xml;
        }
    }
}
TEST(CommunityDocuments, NamesCanNotAddVerbs) {
    const auto document = parse_document(route_document(hostile(), {"1", {}, 1}));
    ASSERT_EQ(document->verbs.size(), 2u);
    EXPECT_EQ(std::get<Say>(document->verbs[0]).text(),
              "Conectando con R&D </Say><Dial>+56900000000</Dial>.");
}

void collect_texts(const std::vector<Verb>& verbs, std::set<std::string>& texts) {
    for (const Verb& verb : verbs) {
        if (const auto* say = std::get_if<Say>(&verb)) texts.insert(say->text());
        if (const auto* gather = std::get_if<Gather>(&verb))
            for (const Prompt& prompt : gather->prompts) texts.insert(std::get<Say>(prompt).text());
    }
}

TEST(CommunityPrompts, AreExactlyWhatTheDocumentsSay) {
    std::set<std::string> said;
    for (const std::string& xml : all_documents(office()))
        collect_texts(parse_document(xml)->verbs, said);
    said.insert(application_error_announcement().text());
    std::set<std::string> listed;
    for (const NamedPrompt& prompt : community_prompts(office())) listed.insert(prompt.text);
    for (const NamedPrompt& prompt : common_prompts()) listed.insert(prompt.text);
    EXPECT_EQ(said, listed);
}
TEST(CommunityPrompts, HaveNamesOfTheirOwn) {
    std::vector<std::string> names;
    for (const NamedPrompt& prompt : community_prompts(office())) names.push_back(prompt.name);
    EXPECT_EQ(names, (Story{"bienvenida", "conectando-office", "conectando-security",
                            "opcion-no-valida", "sin-seleccion", "no-se-pudo", "no-se-pudo-ocupado",
                            "no-se-pudo-sin-respuesta", "no-se-pudo-no-disponible", "despedida"}));
}

// ---- a call through them, as the server serves them

struct CommunityCall : testing::Test {
    test::FakeLoop loop;
    test::FakeCallControl call{loop};
    const std::string base = "https://voice.example.cl/twiml/OFICINA_PRINCIPAL/";

    CommunityCall() {
        call.application = [this](const FetchRequest& request) { return serve(request); };
    }
    // As the server does: the query and the form say what is asked for.
    std::optional<std::string> serve(const FetchRequest& request) const {
        const auto query = request.url.find("?attempt=");
        const unsigned attempt =
            menu_attempt(query == std::string::npos ? "" : request.url.substr(query + 9));
        const std::string path = request.url.substr(0, query);
        if (path == base + "main") return main_document(office(), attempt);
        if (path != base + "route") return std::nullopt;
        RouteRequest route;
        route.attempt = attempt;
        for (const Parameter& parameter : request.parameters) {
            if (parameter.name == "Digits") route.digits = parameter.value;
            if (parameter.name == "DialCallStatus") route.dial_call_status = parameter.value;
        }
        return route_document(office(), route);
    }
    void run() {
        call.answered = false;
        call.run({DocumentAddress{base + "main", Method::post}, std::nullopt});
    }
    const std::string menu =
        "say Bienvenido a Oficina Principal. Para oficina de administración, presione 1. Para "
        "conserjería, presione 2. Por favor, seleccione una opción.";
};

TEST_F(CommunityCall, NoKeyIsAskedForOnceMoreThenSaidAndHungUp) {
    run();
    EXPECT_EQ(call.story(),
              (Story{"fetch POST " + base + "main", "answer", menu, "wait for a key", menu,
                     "wait for a key", "say No se detectó ninguna selección. Adiós.", "hang up"}));
    EXPECT_EQ(call.time_of("hang up"), 100ms + 20ms + 2 * (1000ms + 10000ms) + 1000ms);
}
TEST_F(CommunityCall, ThreeWrongKeysEndIt) {
    call.press(2s, '9');
    call.press(6s, '9');
    call.press(10s, '9');
    run();
    const Story story = call.story();
    EXPECT_EQ(std::count(story.begin(), story.end(), menu), 3);
    EXPECT_EQ(std::count(story.begin(), story.end(), "say Opción no válida."), 3);
    EXPECT_EQ(story.at(story.size() - 2), "say Adiós.");
    EXPECT_EQ(story.back(), "hang up");
}
TEST_F(CommunityCall, KeyDuringTheSecondGreetingIsRouted) {
    call.press(500ms, '9');
    call.press(1500ms, '2');  // while "Opción no válida." is being said
    run();
    const Story story = call.story();
    EXPECT_EQ(std::count(story.begin(), story.end(), "say Conectando con conserjería."), 1);
}
TEST_F(CommunityCall, AnsweredPhoneEndsSilently) {
    call.dial_outcome.status = DialCallStatus::completed;
    call.dial_outcome.bridged = true;
    call.dial_outcome.duration = 60s;
    call.press(500ms, '1');  // while the greeting speaks
    run();
    EXPECT_EQ(call.story(),
              (Story{"fetch POST " + base + "main", "answer", menu,
                     "fetch POST " + base + "route Digits=1",
                     "say Conectando con oficina de administración.", "dial",
                     "fetch POST " + base +
                         "route DialCallStatus=completed DialCallDuration=60 DialBridged=true",
                     "hang up"}));
    const auto& phone = std::get<Sip>(call.dials.at(0).nouns.at(0));
    EXPECT_EQ(phone.uri, "sip:+56229145248-office@sip.example.cl");
    EXPECT_EQ(call.dials.at(0).timeout, 30s);
    EXPECT_EQ(call.dials.at(0).caller_id, "+56229145248");
}
TEST_F(CommunityCall, PhoneThatDoesNotAnswerIsSaid) {
    call.dial_outcome.status = DialCallStatus::no_answer;
    call.ring_time = 30s;
    call.press(3s, '2');
    run();
    const Story story = call.story();
    EXPECT_EQ(story.at(story.size() - 2),
              "say No se pudo completar la conexión: nadie contesta. Adiós.");
    EXPECT_EQ(story.back(), "hang up");
}

}  // namespace
}  // namespace skyn3t::twiml
