#include "cli/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/story.hpp"
#include "model/end_reason.hpp"

namespace skyn3t::cli {
namespace {

const Style kEs{Lang::es, false};
const Style kEn{Lang::en, false};

class Render : public testing::Test {
  protected:
    Render() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

const char* kStory = R"({
  "call": {"sid": "CA00000000000000000000000000000001", "parent_call_sid": null, "from": "+56987654321",
           "from_formatted": "+56 9 8765 4321", "to": "+56229145248", "to_formatted": "+56 2 2914 5248",
           "status": "completed", "start_time": "Sun, 22 Nov 2026 13:04:05 +0000", "duration": "12",
           "skyn3t": {"community_code": "OFICINA_PRINCIPAL", "error_code": null,
                      "end_reason_es": "Quien llamó colgó.", "end_reason_en": "The caller hung up.",
                      "media": {"codec": "PCMA", "packets_sent": 600, "packets_received": 590, "loss_percent": 0.5,
                                "jitter_ms": 2.25, "mos": 4.4}}},
  "children": [{"sid": "CA00000000000000000000000000000002", "parent_call_sid": "CA00000000000000000000000000000001",
                "from": "+56229145248", "to": "sip:+56229145248-office@skyn3t.test", "status": "no-answer",
                "duration": "0", "start_time": "Sun, 22 Nov 2026 13:04:10 +0000",
                "skyn3t": {"error_code": 32009, "end_reason_es": "El teléfono no está registrado.",
                           "media": {"codec": null}}}],
  "events": [
    {"milliseconds": 40, "kind": "say", "detail": {"text": "Bienvenido a Oficina Principal.",
                                                         "ms": "2840"}},
    {"milliseconds": 3120, "kind": "digit", "detail": {"digit": "1"}},
    {"milliseconds": 5000, "kind": "dial", "detail": {"to": "sip:+56229145248-office@skyn3t.test", "timeout": "30"}},
    {"milliseconds": 5100, "kind": "moonrise", "detail": {"phase": "full\u001b[2J"}}]})";

TEST_F(Render, TellsTheStoryOfACall) {
    EXPECT_EQ(render_story(Json::parse(kStory), kEs),
              "+56 9 8765 4321 → +56 2 2914 5248  2026-11-22 13:04:05  OFICINA_PRINCIPAL  "
              "CA00000000000000000000000000000001\n"
              "     0.0 s  se dice (2.8 s): «Bienvenido a Oficina Principal.»\n"
              "     3.1 s  se pulsa 1\n"
              "     5.0 s  se llama a sip:+56229145248-office@skyn3t.test (timeout=30)\n"
              "     5.1 s  moonrise (phase=full?[2J)\n"
              "Resultado: completada, 12 s. Quien llamó colgó.\n"
              "  ↳ sip:+56229145248-office@skyn3t.test: sin respuesta, 0 s. El teléfono no está "
              "registrado. [32009]\n"
              "Audio:\n"
              "  +56987654321: PCMA, enviados 600, recibidos 590, perdidos 0.5 %, variación 2.2 "
              "ms, calidad 4.4 de "
              "4.5\n");
    EXPECT_NE(render_story(Json::parse(kStory), kEn)
                  .find("says (2.8 s): \"Bienvenido a Oficina Principal.\""),
              std::string::npos);
}

TEST_F(Render, TellsWhatACallCost) {
    const auto story =
        Json::parse(R"({"call": {"status": "completed", "duration": "12", "price": "-0.0085",
        "price_unit": "USD", "skyn3t": {"end_reason_es": "Quien llamó colgó."}}})");
    EXPECT_NE(render_story(story, kEs)
                  .find("Resultado: completada, 12 s. Quien llamó colgó. Costo: 0.0085 USD\n"),
              std::string::npos);
}

TEST_F(Render, TellsWhyALegEnded) {
    const auto story = Json::parse(R"({"events": [
        {"milliseconds": 0, "kind": "answered", "detail": {}},
        {"milliseconds": 0, "kind": "answered", "detail": {"to": "+56987654321"}},
        {"milliseconds": 0, "kind": "warning", "detail": {"code": "13520", "detail": "line 3: <Say>"}},
        {"milliseconds": 0, "kind": "ended", "detail": {"reason": "no_answer", "status": "no-answer", "to": "x",
                                                        "sip_code": "408"}},
        {"milliseconds": 0, "kind": "ended", "detail": {"reason": "no_answer", "to": "y", "sip_code": "480",
                                                        "detail": "Unavailable"}},
        {"milliseconds": 0, "kind": "ended", "detail": {"reason": "moonrise", "duration": "3"}}]})");
    const auto text = render_story(story, kEn);
    EXPECT_NE(text.find("  the call is answered\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  +56987654321 answers\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  warning 13520, line 3: Say's text is empty or cannot be said: <Say>\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("  x ends: " + std::string(sentence_en(model::EndReason::no_answer)) +
                        " [SIP 408]\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(" [SIP 480 Unavailable]\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  ends: moonrise\n"), std::string::npos) << text;
}

TEST_F(Render, LeavesOutOfAStoryWhatIsNoNews) {
    const auto story = Json::parse(R"({"events": [
        {"kind": "incoming", "detail": {"from": "+56987654321", "to": "+56229145248", "trunk": "entel"}},
        {"kind": "dial", "detail": {"to": "sip:a@b", "phones": "0"}},
        {"kind": "dial", "detail": {"to": "sip:a@b", "phones": "3"}},
        {"kind": "warning", "detail": {"code": "32009", "detail": "a"}},
        {"kind": "ended", "detail": {"reason": "not_registered", "to": "sip:a@b", "sip_code": "480",
                                     "detail": "a"}}]})");
    const auto text = render_story(story, kEs);
    EXPECT_NE(text.find("  entra la llamada por entel\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  se llama a sip:a@b\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  se llama a sip:a@b, en 3 teléfonos\n"), std::string::npos) << text;
    EXPECT_NE(text.find("  aviso 32009: el teléfono no está registrado: a\n"), std::string::npos);
    EXPECT_NE(text.find("  termina sip:a@b: El teléfono no está registrado.\n"), std::string::npos)
        << text;
}

TEST_F(Render, TellsAWarningInTheReadersLanguageAndThenWhatItIsAbout) {
    const auto warning = [](const std::string& code, const std::string& detail,
                            const Style& style) {
        Json event{{"kind", "warning"}, {"detail", {{"code", code}, {"detail", detail}}}};
        const auto text = render_story({{"events", Json::array({event})}}, style);
        const auto begin = text.find(" s  ") + 4;
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    EXPECT_EQ(
        warning("13313", "line 12: <Gather timeout=\"soon\">", kEs),
        "aviso 13313, línea 12: el timeout de Gather no es válido: <Gather timeout=\"soon\">");
    EXPECT_EQ(warning("13313", "line 12: <Gather timeout=\"soon\">", kEn),
              "warning 13313, line 12: Gather's timeout is not valid: <Gather timeout=\"soon\">");
    EXPECT_EQ(warning("32010", "", kEs), "aviso 32010: no hay una troncal configurada");
    EXPECT_EQ(warning("99999", "line of sight", kEs), "aviso 99999: line of sight")
        << "of a newer server";
    for (const char* odd : {"line ", "line 7", "line 7:", "line : x", "line"})
        EXPECT_EQ(warning("99999", odd, kEs), std::string("aviso 99999: ") + odd);
}

TEST_F(Render, SaysWhichPhonesAreOfflineSinceWhenAndWhy) {
    const auto communities = Json::parse(R"([
        {"code": "A", "roles": [{"username": "a1", "label": "oficina", "contacts": 1},
         {"username": "a2", "label": "portería", "contacts": 0, "offline_since": "2026-11-22T13:04:05Z",
          "offline_reason": "expired"}]},
        {"code": "B", "roles": [{"username": "b1", "label": "oficina", "contacts": 0,
          "offline_since": null, "offline_reason": null}]}])");
    EXPECT_EQ(render_offline(communities, "A", kEs),
              "\nTeléfonos desconectados:\n"
              "comunidad  usuario  se anuncia como  estado\n"
              "A          a2       portería         desconectado: su registro venció 2026-11-22 "
              "13:04:05\n");
    EXPECT_NE(render_offline(communities, "", kEn).find("offline: has not registered since"),
              std::string::npos);
    EXPECT_EQ(render_offline(Json::array(), "", kEs), "");
}

TEST_F(Render, TellsWhatItCanOfAnIncompleteStory) {
    for (const char* text :
         {"{}", R"({"call":null,"events":[{}],"children":[{}]})", R"({"call":{"status":3}})"})
        EXPECT_FALSE(render_story(Json::parse(text), kEs).empty());
}

TEST_F(Render, ShowsCallsWithTheirDialledLegs) {
    const auto story = Json::parse(kStory);
    const Json calls = Json::array({story["call"], story["children"][0]});
    EXPECT_EQ(render_calls(calls, kEs),
              "inicio               de              a                    estado         dura  "
              "comunidad          por "
              "qué terminó                          SID\n"
              "2026-11-22 13:04:05  +56987654321    +56229145248         completada     12 s  "
              "OFICINA_PRINCIPAL  Quien "
              "llamó colgó.                       CA00000000000000000000000000000001\n"
              "2026-11-22 13:04:10  ↳ +56229145248  +56229145248-office  sin respuesta  0 s   "
              "—                  El "
              "teléfono no está registrado. [32009]  CA00000000000000000000000000000002\n");
    EXPECT_EQ(render_calls(Json::array(), kEn), "There are no calls.\n");
}

// A number that nobody owns.
const char* kRefused = R"({
  "call": {"sid": "CA00000000000000000000000000000003", "parent_call_sid": null, "from": "+56987654321",
           "from_formatted": "+56 9 8765 4321", "to": "229999999", "to_formatted": "229999999",
           "status": "failed", "start_time": "Sun, 22 Nov 2026 13:04:05 +0000", "duration": "0",
           "skyn3t": {"community_code": null, "error_code": null, "sip_code": 404,
                      "end_reason_es": "El número llamado no es de ninguna comunidad.",
                      "media": {"codec": null}}},
  "children": [],
  "events": [
    {"milliseconds": 0, "kind": "incoming", "detail": {"from": "+56987654321", "to": "229999999",
                                                       "trunk": "carrier"}},
    {"milliseconds": 0, "kind": "ended", "detail": {"reason": "unknown_number", "status": "failed"}}]})";

TEST_F(Render, ShowsACallOfNoCommunityWithADashAndItsReason) {
    const auto story = Json::parse(kRefused);
    EXPECT_EQ(render_calls(Json::array({story["call"]}), kEs),
              "inicio               de            a          estado  dura  comunidad  por qué "
              "terminó                                SID\n"
              "2026-11-22 13:04:05  +56987654321  229999999  falló   0 s   —          El número "
              "llamado no es de ninguna comunidad.  CA00000000000000000000000000000003\n");
    EXPECT_EQ(render_story(story, kEs),
              "+56 9 8765 4321 → 229999999  2026-11-22 13:04:05  —  "
              "CA00000000000000000000000000000003\n"
              "     0.0 s  entra la llamada por carrier\n"
              "     0.0 s  termina: El número llamado no es de ninguna comunidad.\n"
              "Resultado: falló, 0 s. El número llamado no es de ninguna comunidad.\n");
}

TEST_F(Render, ShowsAPlanWithThePhonesThatItConcerns) {
    const auto changes = Json::parse(R"([
      {"action": "update", "code": "A", "name": "Edificio A", "number": "+56223456789",
       "fields": [{"field": "number", "from": "+56223456788", "to": "+56223456789"}],
       "phones": [{"kind": "set-again", "username": "+56223456789-office", "old_username": "+56223456788-office",
                   "password_changes": true}]},
      {"action": "create", "code": "B", "name": "B", "number": "+56223456700", "fields": [],
       "phones": [{"kind": "set-up", "username": "+56223456700-office"}]},
      {"action": "remove", "code": "C", "name": "C", "number": "+56223456701", "fields": [],
       "phones": [{"kind": "stops", "username": "+56223456701-office"}],
       "recordings": ["bienvenida", "despedida"]},
      {"action": "not-in-file", "code": "D", "name": "D", "number": "+56223456702"}])");
    EXPECT_EQ(render_plan(changes, kEs),
              "  cambiar: A (Edificio A, +56223456789)\n"
              "    number: +56223456788 → +56223456789\n"
              "    ! configurar de nuevo el teléfono +56223456789-office (antes "
              "+56223456788-office): cambia la "
              "contraseña\n"
              "  crear: B (B, +56223456700)\n"
              "    + configurar el teléfono +56223456700-office\n"
              "  eliminar: C (C, +56223456701)\n"
              "    ! el teléfono +56223456701-office dejará de funcionar\n"
              "    ! dejan de oírse sus grabaciones: bienvenida, despedida\n"
              "  comunidades: 1 que no están en este archivo (-v las nombra)\n");
    const std::string whole = render_plan(changes, kEs, Untouched::named);
    EXPECT_TRUE(whole.ends_with("  no está en este archivo: D (D, +56223456702)\n")) << whole;
}

TEST_F(Render, CountsWhatAPlanLeavesAlone) {
    Json changes = Json::array();
    for (const char* action : {"unchanged", "unchanged", "not-in-file", "not-in-file"})
        changes.push_back({{"action", action}, {"code", "A"}});
    EXPECT_EQ(render_plan(changes, kEs),
              "  comunidades: 2 sin cambios, 2 que no están en este archivo (-v las nombra)\n");
    EXPECT_EQ(render_plan(changes, Style{Lang::en}),
              "  communities: 2 unchanged, 2 not in this file (-v names them)\n");
    EXPECT_EQ(render_plan(Json::array(), kEs), "");
}

TEST_F(Render, ShowsFindingsAsCompilersDo) {
    const auto findings = Json::parse(
        R"([{"rule": "duplicate-digit", "level": "warning", "file": "c.yaml", "line": 12,
        "column": 9, "key": "roles[1].digit", "text_es": "tecla repetida", "text_en": "key used twice"}])");
    EXPECT_EQ(render_findings(findings, kEs),
              "c.yaml:12:9: aviso: roles[1].digit: tecla repetida [duplicate-digit]\n");
    EXPECT_EQ(render_findings(findings, kEn),
              "c.yaml:12:9: warning: roles[1].digit: key used twice [duplicate-digit]\n");
}

TEST_F(Render, MarksTheChecksOfAVerification) {
    EXPECT_EQ(
        render_check(Json::parse(R"({"text_es": "saludo", "status": "passed", "milliseconds": 120,
                                           "detail": "0.97"})"),
                     kEs),
        "  ✓ saludo (120 ms): 0.97");
    EXPECT_EQ(render_check(Json::parse(R"({"text_en": "key 1", "status": "failed"})"),
                           Style{Lang::en, true}),
              "  \x1b[31m✗\x1b[0m key 1");
}

TEST_F(Render, SaysUnderACheckWhyItFailedAndBehindItThatItWasNotTried) {
    const auto failed = Json::parse(R"({"text_es": "Suena", "text_en": "It rings",
        "status": "failed", "why_es": "Ocupado.", "why_en": "Busy."})");
    EXPECT_EQ(render_check(failed, kEs), "  ✗ Suena\n      Ocupado.");
    EXPECT_EQ(render_check(failed, kEn), "  ✗ It rings\n      Busy.");
    EXPECT_EQ(render_check(Json::parse(R"({"text_es": "Suena", "status": "skipped"})"), kEs),
              "  – Suena (no se probó)");
}

TEST_F(Render, ShowsWhichSentencesHaveARecording) {
    const auto recordings = Json::parse(R"([
        {"name": "bienvenida", "text": "Bienvenido.", "uploaded": true},
        {"name": "despedida", "text": "Adiós.", "uploaded": false},
        {"name": "aviso", "text": null, "uploaded": true}])");
    EXPECT_EQ(render_recordings(recordings, kEs),
              "nombre      se oye        frase\n"
              "bienvenida  su grabación  «Bienvenido.»\n"
              "despedida   la voz        «Adiós.»\n"
              "aviso       su grabación  (para un documento propio)\n");
}

TEST_F(Render, ShowsWhoIsBlockedAndForHowLong) {
    const auto blocks = Json::parse(R"([
        {"scope": "user", "address": "203.0.113.9", "user": "ana", "failures": 10, "blocked": true, "seconds_left": 290},
        {"scope": "user", "address": "203.0.113.9", "user": "eva", "failures": 2, "blocked": false, "seconds_left": null},
        {"scope": "user", "address": "203.0.113.9", "user": "", "failures": 3, "blocked": false, "seconds_left": null},
        {"scope": "address", "address": "203.0.113.8", "user": "", "failures": 100, "blocked": true, "seconds_left": 9}])");
    EXPECT_EQ(render_blocks(blocks, kEs),
              "dirección    usuario                    fallas  estado\n"
              "203.0.113.9  ana                        10      bloqueado 290 s más\n"
              "203.0.113.9  eva                        2       aún no bloqueado\n"
              "203.0.113.9  (usuarios que no existen)  3       aún no bloqueado\n"
              "203.0.113.8  (todos)                    100     bloqueado 9 s más\n");
}

TEST_F(Render, SaysWhetherARegisteredPhoneAnswers) {
    const auto one = [](const char* reachability, const char* since, const char* status) {
        const std::string text =
            std::string(R"([{"community_code": "A", "username": "ana", "contact": "sip:a@x",)") +
            R"("flow": "udp:203.0.113.9:5060", "user_agent": "Yealink", "old_password": false,)" +
            R"("date_expires": "2026-11-22T10:00:00Z", "reachability": ")" + reachability +
            R"(", "reachability_since": )" + since + R"(, "reachability_status": )" + status + "}]";
        return render_registrations(Json::parse(text), kEs);
    };
    using testing::HasSubstr;
    EXPECT_THAT(one("answers", R"("2026-11-22T09:00:00Z")", "200"), HasSubstr("  en línea"));
    EXPECT_THAT(one("unknown", "null", "null"), HasSubstr("  en línea"));
    EXPECT_THAT(one("no-answer", R"("2026-11-22T09:00:00Z")", "null"),
                HasSubstr("no responde desde 2026-11-22 09:00:00"));
    EXPECT_THAT(one("refused", R"("2026-11-22T09:00:00Z")", "404"),
                HasSubstr("contesta otro equipo (404) 2026-11-22 09:00:00"));
}

TEST_F(Render, SaysWhatWasWrongWithCredentials) {
    const auto failures = Json::parse(R"([
        {"username": "ana", "domain": "x.cl", "address": "203.0.113.9", "user_agent": "Yealink", "count": 3,
         "wrong": "password", "date_last": "2026-11-22T09:00:00Z"}])");
    EXPECT_EQ(
        render_failed_logins(failures, kEs),
        "\nIntentos fallidos del último día:\n"
        "última vez           usuario  dominio  desde        teléfono  veces  está mal\n"
        "2026-11-22 09:00:00  ana      x.cl     203.0.113.9  Yealink   3      la contraseña\n");
    EXPECT_EQ(render_failed_logins(Json::array(), kEs), "");
}

TEST_F(Render, CountsThePhonesOfACommunityThatAreOnline) {
    const auto communities =
        Json::parse(R"([{"code": "A", "name": "Edificio A", "number": "+56223456789",
        "type": "edificio", "target": "local",
        "roles": [{"role": "office", "contacts": 1}, {"role": "security", "contacts": 0}]}])");
    EXPECT_EQ(render_communities(communities, kEs),
              "código  nombre      número        tipo      destino  teléfonos\n"
              "A       Edificio A  +56223456789  edificio  local    1 de 2 en línea\n");
}

}  // namespace
}  // namespace skyn3t::cli
