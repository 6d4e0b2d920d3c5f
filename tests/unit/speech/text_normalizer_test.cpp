#include "speech/text_normalizer.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "speech/spanish_numbers.hpp"

namespace skyn3t::speech {
namespace {

using namespace std::chrono_literals;

struct Row {
    std::string written;
    std::string spoken;
};
void check(const std::vector<Row>& rows) {
    for (const auto& [written, spoken] : rows)
        EXPECT_EQ(normalize_text(written, "es-MX"), spoken) << "written: " << written;
}

TEST(SpanishText, LeavesTheSentencesOfACommunityAsTheyAre) {
    check(
        {{"Bienvenido a Oficina Principal.", "Bienvenido a Oficina Principal."},
         {"Opción no válida.", "Opción no válida."},
         {"No se detectó ninguna selección. Adiós.", "No se detectó ninguna selección. Adiós."},
         {"No se pudo completar la conexión. Adiós.", "No se pudo completar la conexión. Adiós."},
         {"Conectando con oficina de administración.", "Conectando con oficina de administración."},
         {"Por favor, seleccione una opción.", "Por favor, seleccione una opción."},
         {"¿Desea continuar?  ¡Gracias!", "¿Desea continuar? ¡Gracias!"},
         {"Ñuñoa, Peñalolén y Maipú", "Ñuñoa, Peñalolén y Maipú"}});
}

TEST(SpanishText, ReadsTheKeysOfAMenu) {
    check({{"Para conserjería, presione 2.", "Para conserjería, presione dos."},
           {"Para administración, presione 1.", "Para administración, presione uno."},
           {"presione 1 ahora", "presione uno ahora"},
           {"marque 1 casa", "marque uno casa"},
           {"presione #", "presione gato"},
           {"la tecla * y luego #.", "la tecla asterisco y luego gato."},
           {"*21#", "asterisco veintiuno gato"},
           {"opción 21 personas", "opción veintiuno personas"}});
}

TEST(SpanishText, ReadsTheNamesOfCommunities) {
    check({{"Ñuñoa & Hijos", "Ñuñoa e Hijos"},
           {"Soto & Pérez", "Soto y Pérez"},
           {"Lagos & Hierro", "Lagos y Hierro"},
           {"Sosa & Íñiguez", "Sosa e Íñiguez"},
           {"Av. B. O'Higgins 120", "avenida Bernardo o jíguins ciento veinte"},
           {"Edificio J. Encina", "Edificio jota Encina"},
           {"A. Prat", "a Prat"},
           {"Torre B. Presione 1.", "Torre be. Presione uno."},
           {"Torre B. Bienvenido.", "Torre be. Bienvenido."},
           {"Casa #25", "Casa número veinticinco"},
           {"presione #25", "presione gato veinticinco"},
           {"C° Colorado", "Cerro Colorado"},
           {"Cº La Cruz", "Cerro La Cruz"},
           {"Hnos. Carrera", "Hermanos Carrera"},
           {"Soto Hnos.", "Soto Hermanos."},
           {"D'Halmar", "Dalmar"},
           {"Condominio D'Angelo", "Condominio Dangelo"},
           {"St. Thomas", "Seint Thomas"},
           {"Sosa y Cía. Para oficina", "Sosa y compañía. Para oficina"},
           {"Sosa y Cía.. Para oficina", "Sosa y compañía. Para oficina"},
           {"Av. Las Condes", "avenida Las Condes"},
           {"KM 0", "kilómetro cero"},
           {"Parcela Km. 25", "Parcela kilómetro veinticinco"},
           {"25 km", "veinticinco kilómetros"}});
}

TEST(SpanishText, ReadsCardinals) {
    check({{"0", "cero"},
           {"15", "quince"},
           {"16", "dieciséis"},
           {"22", "veintidós"},
           {"31", "treinta y uno"},
           {"100", "cien"},
           {"101", "ciento uno"},
           {"555", "quinientos cincuenta y cinco"},
           {"700", "setecientos"},
           {"999", "novecientos noventa y nueve"},
           {"1000", "mil"},
           {"1.000", "mil"},
           {"1.234", "mil doscientos treinta y cuatro"},
           {"2026", "dos mil veintiséis"},
           {"21.000", "veintiún mil"},
           {"101.001", "ciento un mil uno"},
           {"1000000", "un millón"},
           {"12.345.678",
            "doce millones trescientos cuarenta y cinco mil seiscientos setenta y ocho"},
           {"1.000.000.000", "mil millones"},
           {"999.999.999.999",
            "novecientos noventa y nueve mil novecientos noventa y nueve millones "
            "novecientos noventa y nueve mil novecientos noventa y nueve"},
           {"-5", "menos cinco"},
           {"007", "cero cero siete"},
           {"1234567890123456",
            "uno dos tres cuatro cinco seis siete ocho nueve cero uno dos tres "
            "cuatro cinco seis"}});
}

TEST(SpanishText, MakesNumbersAgreeWithTheirNoun) {
    check({{"21 departamentos", "veintiún departamentos"},
           {"1 departamento", "un departamento"},
           {"1 casa", "una casa"},
           {"31 casas", "treinta y una casas"},
           {"21 personas", "veintiuna personas"},
           {"200 personas", "doscientas personas"},
           {"500 metros", "quinientos metros"},
           {"1 día", "un día"},
           {"21 días", "veintiún días"},
           {"1 llave", "una llave"},
           {"21 llaves", "veintiuna llaves"},
           {"una opción", "una opción"},
           {"21.500 personas", "veintiuna mil quinientas personas"},
           {"piso 21", "piso veintiuno"},
           {"el piso 1 tiene", "el piso uno tiene"},
           {"2.000.000 habitantes", "dos millones de habitantes"},
           {"21 de ellos", "veintiuno de ellos"}});
}

TEST(SpanishText, ReadsDecimalsAndPercentages) {
    check({{"2,5", "dos coma cinco"},
           {"2,05", "dos coma cero cinco"},
           {"2,75", "dos coma setenta y cinco"},
           {"1.234,5", "mil doscientos treinta y cuatro coma cinco"},
           {"0,125", "cero coma ciento veinticinco"},
           {"3,14159", "tres coma uno cuatro uno cinco nueve"},
           {"3.14", "tres punto catorce"},
           {"5%", "cinco por ciento"},
           {"2,5 %", "dos coma cinco por ciento"},
           {"IVA 19%.", "iva diecinueve por ciento."}});
}

TEST(SpanishText, ReadsMoney) {
    check({{"$15.990", "quince mil novecientos noventa pesos"},
           {"$ 15.990.", "quince mil novecientos noventa pesos."},
           {"$15.990.-", "quince mil novecientos noventa pesos"},
           {"$1", "un peso"},
           {"$21", "veintiún pesos"},
           {"$1.000.000", "un millón de pesos"},
           {"$2.500.000", "dos millones quinientos mil pesos"},
           {"$15.990 pesos", "quince mil novecientos noventa pesos"},
           {"$-500", "menos quinientos pesos"},
           {"$5 millones", "cinco millones de pesos"},
           {"15.990 pesos", "quince mil novecientos noventa pesos"},
           {"21 pesos", "veintiún pesos"},
           {"CLP 15.990", "quince mil novecientos noventa pesos"},
           {"15.990 CLP", "quince mil novecientos noventa pesos"},
           {"UF 2,5", "dos coma cinco u efe"},
           {"2,5 UF", "dos coma cinco u efe"},
           {"1 UF", "una u efe"},
           {"21 UF", "veintiuna u efe"},
           {"3 UTM", "tres u te eme"},
           {"UTM 1", "una u te eme"},
           {"US$ 20", "veinte dólares"},
           {"US$20,50", "veinte dólares con cincuenta centavos"},
           {"€ 1", "un euro"},
           {"gastos comunes de $85.430 al mes",
            "gastos comunes de ochenta y cinco mil cuatrocientos treinta pesos al mes"}});
}

TEST(SpanishText, ReadsTimes) {
    check({{"14:05", "catorce horas cinco"},
           {"14:00", "catorce horas"},
           {"09:30 hrs.", "nueve horas treinta."},
           {"de 9:00 a 18:00 horas", "de nueve horas a dieciocho horas"},
           {"1:00", "una hora"},
           {"21:45 h", "veintiuna horas cuarenta y cinco"},
           {"2:05 pm", "dos y cinco de la tarde"},
           {"2:05 p. m.", "dos y cinco de la tarde."},
           {"8:30 a.m. hoy", "ocho y media de la mañana hoy"},
           {"9:15 PM", "nueve y cuarto de la noche"},
           {"1 am", "una de la madrugada"},
           {"12 pm", "doce del día"},
           {"14.30 hrs", "catorce horas treinta"},
           {"18 hrs.", "dieciocho horas."},
           {"21 hrs", "veintiuna horas"},
           {"08:15:30", "ocho horas quince"},
           {"24/7", "veinticuatro siete"}});
}

TEST(SpanishText, ReadsDates) {
    check({{"22/11/2026", "veintidós de noviembre de dos mil veintiséis"},
           {"01/03/2026", "primero de marzo de dos mil veintiséis"},
           {"22-11-2026", "veintidós de noviembre de dos mil veintiséis"},
           {"22.11.2026", "veintidós de noviembre de dos mil veintiséis"},
           {"2026-11-22", "veintidós de noviembre de dos mil veintiséis"},
           {"22/11/26", "veintidós de noviembre de dos mil veintiséis"},
           {"el 05/03.", "el cinco de marzo."},
           {"1 de enero de 2027", "primero de enero de dos mil veintisiete"},
           {"18 de septiembre", "dieciocho de septiembre"},
           {"1/2", "un medio"},
           {"3/4 de hora", "tres cuartos de hora"}});
}

TEST(SpanishText, ReadsTelephonesDigitByDigitWithPauses) {
    check({{"+56 2 2914 5248", "más cinco seis, dos, dos nueve uno cuatro, cinco dos cuatro ocho"},
           {"+56229145248", "más cinco seis, dos, dos nueve uno cuatro, cinco dos cuatro ocho"},
           {"+56 9 8765 4321", "más cinco seis, nueve, ocho siete seis cinco, cuatro tres dos uno"},
           {"987654321", "nueve, ocho siete seis cinco, cuatro tres dos uno"},
           {"9 8765 4321", "nueve, ocho siete seis cinco, cuatro tres dos uno"},
           {"22914 5248.", "dos, dos nueve uno cuatro, cinco dos cuatro ocho."},
           {"(2) 2914 5248", "dos, dos nueve uno cuatro, cinco dos cuatro ocho"},
           {"(32) 212 3456", "tres dos, dos uno dos, tres cuatro cinco seis"},
           {"+56322123456", "más cinco seis, tres dos, dos uno dos, tres cuatro cinco seis"},
           {"600 360 7777", "seis cero cero, tres seis cero, siete siete siete siete"},
           {"800 123 456", "ocho cero cero, uno dos tres, cuatro cinco seis"},
           {"+1 415 523 8886", "más uno, cuatro uno cinco, cinco dos tres, ocho ocho ocho seis"},
           {"+56 2-2914-5248", "más cinco seis, dos, dos nueve uno cuatro, cinco dos cuatro ocho"},
           {"131", "ciento treinta y uno"},
           {"1 3 3", "uno tres tres"},
           {"código 4 5 6 7.", "código cuatro cinco seis siete."}});
}

TEST(SpanishText, ReadsRutAndFlats) {
    check({{"12.345.678-5", "uno dos, tres cuatro cinco, seis siete ocho, guion cinco"},
           {"RUT 9.876.543-K", "rut nueve, ocho siete seis, cinco cuatro tres, guion ka"},
           {"12345678-5.", "uno dos, tres cuatro cinco, seis siete ocho, guion cinco."},
           {"101-B", "ciento uno be"},
           {"Depto. 1203-A", "departamento mil doscientos tres a"},
           {"101B", "ciento uno be"},
           {"B-101", "be ciento uno"},
           {"Depto 21", "departamento veintiuno"},
           {"deptos. 101-110", "departamentos ciento uno a ciento diez"},
           {"Torre B", "Torre be"},
           {"Torre A, piso 3", "Torre A, piso tres"}});
}

TEST(SpanishText, ReadsOrdinals) {
    check({{"1º", "primero"},
           {"1er piso", "primer piso"},
           {"3er piso", "tercer piso"},
           {"3º piso", "tercer piso"},
           {"1° de mayo", "primero de mayo"},
           {"2º", "segundo"},
           {"1ª etapa", "primera etapa"},
           {"3ra torre", "tercera torre"},
           {"2do piso", "segundo piso"},
           {"5to", "quinto"},
           {"7mo piso", "séptimo piso"},
           {"10º piso", "décimo piso"},
           {"13er piso", "decimotercer piso"},
           {"20º", "vigésimo"},
           {"21er piso", "vigésimo primer piso"}});
}

TEST(SpanishText, WritesAbbreviationsOut) {
    check({{"Av. Apoquindo 4501", "avenida Apoquindo cuatro mil quinientos uno"},
           {"Avda. Las Condes", "avenida Las Condes"},
           {"Sr. Pérez y Sra. Soto", "señor Pérez y señora Soto"},
           {"Dr. Rojas", "doctor Rojas"},
           {"Nº 5", "número cinco"},
           {"N° 5", "número cinco"},
           {"No. 5", "número cinco"},
           {"No. Gracias.", "No. Gracias."},
           {"of. 302", "oficina trescientos dos"},
           {"Pje. Los Aromos, Stgo.", "pasaje Los Aromos, Santiago."},
           {"Stgo. Centro", "Santiago Centro"},
           {"perros, gatos, etc.", "perros, gatos, etcétera."},
           {"calle Uno s/n", "calle Uno sin número"},
           {"$500 c/u", "quinientos pesos cada uno"},
           {"dueños y/o arrendatarios", "dueños y o arrendatarios"},
           {"Inversiones S.A.", "Inversiones ese a."}});
}

TEST(SpanishText, ReadsUnitsLettersAndAddresses) {
    check({{"45 m²", "cuarenta y cinco metros cuadrados"},
           {"1 m2", "un metro cuadrado"},
           {"5 km", "cinco kilómetros"},
           {"30 min.", "treinta minutos."},
           {"25°C", "veinticinco grados Celsius"},
           {"código QR", "código cu erre"},
           {"TV cable", "te uve cable"},
           {"WhatsApp", "guatsap"},
           {"el mall", "el mol"},
           {"O'Higgins 123", "o jíguins ciento veintitrés"},
           {"admin@edificio.cl", "admin arroba edificio punto ce ele"},
           {"www.edificio.cl.", "triple doble ve punto edificio punto ce ele."},
           {"Pérez & Cía. Ltda.", "Pérez y compañía limitada."},
           {"(lunes a viernes)", "lunes a viernes"},
           {"Nor-Oriente", "Nor-Oriente"},
           {"Aviso - importante", "Aviso, importante"}});
}

TEST(SpanishText, KeepsOutWhatAnEngineCouldTakeForACommand) {
    check({{"[[hola]]", "hola"},
           {"-v whisper", "uve whisper"},
           {"hola\x01\x02 mundo\n\tya", "hola mundo ya"},
           {"hola \xff\xfe mundo \xc3", "hola mundo"},
           {"hola \xe0\x82\xac", "hola"},  // overlong, found by fuzzing
           {"<break> uno", "break uno"},
           {"hola \xF0\x9F\x98\x80 amigo", "hola amigo"},
           {"“Las Flores” – Ñuñoa…", "Las Flores, Ñuñoa."},
           {"", ""},
           {"   ", ""}});
}

TEST(SpanishText, FollowsSayAs) {
    const auto as = [](std::string_view text, SayAs hint, std::string_view format = "dmy") {
        return normalize_text(text, "es", hint, format);
    };
    EXPECT_EQ(as("123", SayAs::digits), "uno dos tres");
    EXPECT_EQ(as("123", SayAs::cardinal), "ciento veintitrés");
    EXPECT_EQ(as("3", SayAs::ordinal), "tercero");
    EXPECT_EQ(as("AB1", SayAs::characters), "a, be, uno");
    EXPECT_EQ(as("229145248", SayAs::telephone),
              "dos, dos nueve uno cuatro, cinco dos cuatro ocho");
    EXPECT_EQ(as("133", SayAs::telephone), "uno tres tres");
    EXPECT_EQ(as("+5", SayAs::telephone), "más cinco");  // found by fuzzing
    EXPECT_EQ(as("11/22/2026", SayAs::date, "mdy"), "veintidós de noviembre de dos mil veintiséis");
    EXPECT_EQ(as("15990", SayAs::currency), "quince mil novecientos noventa pesos");
    EXPECT_EQ(as("14:05", SayAs::time), "catorce horas cinco");
}

TEST(EnglishText, PassesWithLittleChange) {
    EXPECT_EQ(normalize_text("Press 1,  then #.", "en-US"), "Press 1, then pound.");
    EXPECT_EQ(normalize_text("Call +56229145248 now", "en"), "Call plus 5 6 2 2 9 1 4 5 2 4 8 now");
    EXPECT_EQ(normalize_text("$15.99 [[x]]", "en-GB"), "$15.99 x");
    EXPECT_EQ(normalize_text("Appuyez sur 1", "fr-FR"), "Appuyez sur 1");
}

TEST(SpanishNumbers, SpellsEveryNumberBelowAThousandDifferently) {
    std::set<std::string> seen;
    for (std::uint64_t n = 0; n < 1000; ++n) EXPECT_TRUE(seen.insert(spanish::cardinal(n)).second);
}

TEST(Phrases, JoinTextUntilABreakOrAnotherPace) {
    const Utterance utterance(std::vector<Segment>{
        Text{"Piso"}, Text{"3", SayAs::ordinal, {}}, Break{200ms}, Break{100ms},
        Text{"despacio", SayAs::automatic, {}, 0.1}, Text{"normal"}});
    EXPECT_EQ(normalize(utterance, "es"),
              (std::vector<Phrase>{
                  {"Piso tercero", 1.0, 300ms}, {"despacio", 0.5, 0ms}, {"normal", 1.0, 0ms}}));
}

TEST(Phrases, BeginWithSilenceWhenTheUtteranceDoes) {
    const Utterance utterance(std::vector<Segment>{Break{60s}, Text{"ya"}});
    EXPECT_EQ(normalize(utterance, "es"), (std::vector<Phrase>{{"", 1.0, 10s}, {"ya", 1.0, 0ms}}));
}

TEST(Utterances, CompareByTheirWords) {
    EXPECT_EQ(plain_text(Utterance("  Opción \n no válida. ")), "Opción no válida.");
}

}  // namespace
}  // namespace skyn3t::speech
