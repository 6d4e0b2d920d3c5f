#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace skyn3t::cli {
namespace {

TEST(Table, LinesUpTextWithAccentsAndWideCharacters) {
    Table table({"nombre", "n"});
    table.add({"Ñuñoa", "1"});
    table.add({"Edificio", "2"});
    table.add({"n\u0303a", "3"});  // "ñ" as two code points
    table.add({"東京", "4"});
    EXPECT_EQ(table.text(false),
              "nombre    n\n"
              "Ñuñoa     1\n"
              "Edificio  2\n"
              "n\u0303a        3\n"
              "東京      4\n");
}

TEST(Table, PutsWhatDoesNotFitTheTerminalBelow) {
    Table table({"inicio", "de", "por qué terminó"});
    table.add({"10:15", "+56987654321", "Nadie contestó."});
    table.add({"10:16", "x", "Ocupado."});
    EXPECT_EQ(table.text(false, 22),
              "inicio  de\n"
              "    por qué terminó\n"
              "10:15   +56987654321\n"
              "    Nadie contestó.\n"
              "10:16   x\n"
              "    Ocupado.\n");
    EXPECT_EQ(table.text(false, 80), table.text(false));
}

TEST(Table, HasColourOnlyWhenAsked) {
    Table table({"a"});
    table.add({{"x", Colour::red}});
    EXPECT_EQ(table.text(true), "\x1b[1ma\x1b[0m\n\x1b[31mx\x1b[0m\n");
    EXPECT_EQ(table.text(false), "a\nx\n");
}

TEST(Table, NeverLetsAPeersTextControlTheTerminal) {
    Table table({"a"});
    table.add({"x\x1b[2Jy\nz\u009b1m\u202e\x7f"});
    EXPECT_EQ(table.text(false), "a\nx?[2Jy?z?1m??\n");
    EXPECT_EQ(printable("\xff\x1b"), "??");
}

}  // namespace
}  // namespace skyn3t::cli
