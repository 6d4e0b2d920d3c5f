#include "twiml/preview.hpp"

#include <gtest/gtest.h>

namespace skyn3t::twiml {
namespace {

std::vector<PreviewLine> lines(const std::string& verbs) {
    return preview_lines(parse_document("<Response>" + verbs + "</Response>").value());
}
std::string spanish(const std::string& verbs) {
    std::string text;
    for (const auto& line : lines(verbs)) text += std::string(line.indent, '>') + line.es + "\n";
    return text;
}
std::string english(const std::string& verbs) {
    std::string text;
    for (const auto& line : lines(verbs)) text += std::string(line.indent, '>') + line.en + "\n";
    return text;
}

TEST(Preview, TellsAMenuInBothLanguages) {
    const std::string menu =
        "<Gather numDigits='1' timeout='10' action='/twiml/A/route'><Say>Hola</Say></Gather>"
        "<Say loop='2'>Adiós</Say><Hangup/>";
    EXPECT_EQ(spanish(menu),
              "Espera una tecla y la envía a /twiml/A/route; sin teclas en 10 segundos, sigue\n"
              ">Dice: «Hola»\n"
              "Dice: «Adiós», 2 veces\n"
              "Cuelga\n");
    EXPECT_EQ(
        english(menu),
        "Waits for a key and sends it to /twiml/A/route; without a key in 10 seconds, it goes "
        "on\n"
        ">Says: \"Hola\"\n"
        "Says: \"Adiós\", 2 times\n"
        "Hangs up\n");
}

TEST(Preview, TellsWhomADialCallsAndWhatFollows) {
    EXPECT_EQ(spanish("<Dial timeout='20' callerId='+56229145248' action='/a'>"
                      "<Sip>sip:a@b.cl</Sip><Number>+56987654321</Number></Dial>"),
              "Llama a sip:a@b.cl y +56987654321, por 20 segundos, mostrando +56229145248; después "
              "pregunta a /a\n");
    EXPECT_EQ(english("<Dial><Conference>sala</Conference></Dial>"),
              "Calls the conference \"sala\"; then goes on\n"
              "Not done here <Conference>: this server has no conferences yet\n");
    EXPECT_EQ(spanish("<Dial record='true'>+56987654321</Dial>"),
              "Llama a +56987654321, por 30 segundos; después sigue\n"
              "No se hace aquí <Dial record>: este servidor todavía no graba llamadas\n");
    EXPECT_EQ(spanish("<Dial record='do-not-record'>+56987654321</Dial>"),
              "Llama a +56987654321, por 30 segundos; después sigue\n");
    EXPECT_EQ(spanish("<Dial sequential='true'><Number>+56987654321</Number>"
                      "<Number>+56987654322</Number></Dial>"),
              "Llama a +56987654321, después +56987654322, por 30 segundos; después sigue\n");
}

TEST(Preview, TellsTheOtherVerbs) {
    EXPECT_EQ(
        spanish("<Play>/a.wav</Play><Play digits='1w2'/><Pause/><Redirect/>"),
        "Toca /a.wav\nMarca los tonos 1w2\nEspera 1 segundo\nSigue con este mismo documento\n");
    EXPECT_EQ(spanish("<Reject reason='busy'/>"), "Rechaza la llamada: ocupado\n");
    EXPECT_EQ(english("<Pause length='3'/><Record/><Say loop='0'>x</Say>"),
              "Waits 3 seconds\nSkips <Record>\nSays: \"x\", until the caller hangs up\n"
              "Not done here <Record>: this server does not record calls yet\n");
    EXPECT_EQ(spanish("<Gather/>"),
              "Espera teclas, hasta #, y las envía a este mismo documento; "
              "sin teclas en 5 segundos, sigue\n");
}

std::size_t heard(const std::string& verbs) {
    return heard_prompts(parse_document("<Response>" + verbs + "</Response>").value()).size();
}

TEST(Preview, HearsWhatComesBeforeTheCallWaitsOrEnds) {
    EXPECT_EQ(heard("<Say>a</Say><Pause/><Play>/b.wav</Play>"), 3u);
    EXPECT_EQ(heard("<Say>a</Say><Gather><Say>b</Say><Pause/></Gather><Say>c</Say>"), 3u);
    EXPECT_EQ(heard("<Say>a</Say><Dial>+56987654321</Dial><Say>c</Say>"), 1u);
    EXPECT_EQ(heard("<Say>a</Say><Redirect>/x</Redirect><Say>c</Say>"), 1u);
    EXPECT_EQ(heard("<Hangup/><Say>c</Say>"), 0u);
    EXPECT_EQ(heard("<Record/><Say>c</Say>"), 1u) << "what is not on this server is skipped";
}

}  // namespace
}  // namespace skyn3t::twiml
