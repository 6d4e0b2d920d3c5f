#include "cli/options.hpp"

#include <gtest/gtest.h>

namespace skyn3t::cli {
namespace {

Options good(const std::vector<std::string>& arguments) {
    const auto parsed = parse_options(arguments, Lang::es);
    EXPECT_TRUE(std::holds_alternative<Options>(parsed));
    return std::holds_alternative<Options>(parsed) ? std::get<Options>(parsed) : Options{};
}

UsageError bad(const std::vector<std::string>& arguments, Lang lang = Lang::es) {
    const auto parsed = parse_options(arguments, lang);
    EXPECT_TRUE(std::holds_alternative<UsageError>(parsed));
    return std::holds_alternative<UsageError>(parsed) ? std::get<UsageError>(parsed)
                                                      : UsageError{"", Command::none};
}

TEST(Options, GlobalOnesMayStandAfterTheCommand) {
    const auto options = good({"apply", "-f", "c.yaml", "--yes", "--config", "s.yaml", "--json"});
    EXPECT_EQ(options.command, Command::apply);
    EXPECT_EQ(options.files, std::vector<std::string>{"c.yaml"});
    EXPECT_EQ(options.config, "s.yaml");
    EXPECT_TRUE(options.yes && options.json && !options.prune);
    EXPECT_EQ(good({"community", "list", "--url", "http://x"}).url, "http://x");
}

TEST(Options, OfEachCommandAreRead) {
    EXPECT_EQ(good({"serve"}).command, Command::serve);
    EXPECT_EQ(good({"lint", "--file", "c.yaml"}).command, Command::lint);
    EXPECT_TRUE(good({"plan", "-f", "c.yaml", "--prune"}).prune);
    EXPECT_EQ(good({"registrations"}).command, Command::registrations);
    const auto removal = good(
        {"registrations", "remove", "A", "+56229145248-office", "--contact", "sip:x@y", "--yes"});
    EXPECT_EQ(removal.command, Command::registrations_remove);
    EXPECT_EQ(removal.code, "A");
    EXPECT_EQ(removal.user, "+56229145248-office");
    EXPECT_EQ(removal.contact, "sip:x@y");
    EXPECT_TRUE(removal.yes);
    EXPECT_TRUE(good({"calls", "--refused"}).refused);
    EXPECT_EQ(good({"call", "CA1"}).sid, "CA1");
    const auto calls =
        good({"calls", "--failed", "--since", "24h", "--community", "A", "--limit", "7"});
    EXPECT_TRUE(calls.failed);
    EXPECT_EQ(calls.since, "24h");
    EXPECT_EQ(calls.community, "A");
    EXPECT_EQ(calls.limit, 7u);
    const auto verify = good({"verify", "A", "B", "--ring"});
    EXPECT_EQ(verify.codes, (std::vector<std::string>{"A", "B"}));
    EXPECT_TRUE(verify.ring);
    EXPECT_TRUE(good({"verify"}).codes.empty());
}

TEST(Options, OfTheCommunityCommandsAreRead) {
    const auto show = good({"community", "show", "A", "--secrets"});
    EXPECT_EQ(show.command, Command::community_show);
    EXPECT_EQ(show.codes, std::vector<std::string>{"A"});
    EXPECT_TRUE(show.secrets);
    EXPECT_TRUE(good({"community", "show", "--all", "--secrets", "--device", "yealink"}).all);
    const auto rename = good({"community", "rename", "A", "B", "--yes"});
    EXPECT_EQ(rename.code + rename.new_code, "AB");
    EXPECT_EQ(good({"community", "restore", "A"}).command, Command::community_restore);
    EXPECT_TRUE(good({"community", "list", "--removed"}).removed);
    EXPECT_EQ(good({"community", "remove", "A", "--yes"}).command, Command::community_remove);
    const auto add = good({"community", "add", "A", "--name", "N", "--number", "+56223456789",
                           "--role", "office:1:x", "--role", "security:2:y"});
    EXPECT_EQ(add.command, Command::community_add);
    EXPECT_EQ(add.add.roles.size(), 2u);
    EXPECT_EQ(add.add.type, "edificio");
}

TEST(Options, OfTheRecordingCommandsAreRead) {
    EXPECT_EQ(good({"community", "recordings", "A"}).command, Command::community_recordings);
    const auto record = good({"community", "record", "A", "bienvenida", "saludo.wav"});
    EXPECT_EQ(record.command, Command::community_record);
    EXPECT_EQ(record.code, "A");
    EXPECT_EQ(record.recording, "bienvenida");
    EXPECT_EQ(record.sound, "saludo.wav");
    const auto unrecord = good({"community", "unrecord", "A", "bienvenida"});
    EXPECT_EQ(unrecord.command, Command::community_unrecord);
    EXPECT_EQ(unrecord.recording, "bienvenida");
}

TEST(Options, OfTheBlockCommandsAreRead) {
    EXPECT_EQ(good({"blocks"}).command, Command::blocks);
    const auto clear = good({"blocks", "clear", "--address", "203.0.113.9", "--user", "ana"});
    EXPECT_EQ(clear.command, Command::blocks_clear);
    EXPECT_EQ(clear.address, "203.0.113.9");
    EXPECT_EQ(clear.user, "ana");
}

TEST(Options, OfTheLogsAreRead) {
    const auto calls = good({"calls", "--number", "+56987654321", "--since", "09:00", "--until",
                             "09:30", "--verifications"});
    EXPECT_EQ(calls.number, "+56987654321");
    EXPECT_EQ(calls.until, "09:30");
    EXPECT_TRUE(calls.verifications);
    EXPECT_EQ(good({"alerts", "--level", "error"}).level, "error");
    EXPECT_EQ(good({"events", "--since", "7d"}).since, "7d");
    EXPECT_EQ(good({"export", "A", "-o", "x.yaml"}).output, "x.yaml");
    EXPECT_TRUE(good({"plan", "-v"}).verbose);
}

TEST(Options, WrongOnesAreExplainedInTheReadersLanguage) {
    EXPECT_EQ(bad({}).text, "Falta la orden.");
    EXPECT_EQ(bad({}, Lang::en).text, "No command given.");
    EXPECT_EQ(bad({"calls", "--faild"}).command, Command::calls);
    EXPECT_EQ(bad({"call"}).text, "Falta algo necesario: SID");
    EXPECT_EQ(bad({"apply", "--prune"}).text,
              "--prune y --destroy necesitan el archivo: -f ARCHIVO.");
    EXPECT_EQ(bad({"community", "show"}).text, "Falta algo necesario: CÓDIGO (o --all).");
    EXPECT_EQ(bad({"community", "remove"}, Lang::en).text, "Something required is missing: CODE");
    EXPECT_EQ(bad({"community"}).text, "Falta la orden.");
    EXPECT_EQ(bad({"community"}).command, Command::community_group);
    EXPECT_EQ(bad({"calls", "--limit", "0"}).text,
              "El valor de --limit debe estar entre 1 y 1000.");
    EXPECT_EQ(
        bad({"community", "add", "A", "--name", "N", "--number", "1", "--type", "castle"}).text,
        "El valor de --type debe ser uno de: oficina,edificio,condominio.");
    EXPECT_EQ(bad({"import", "--target"}).text, "Falta el valor de --target.");
    EXPECT_EQ(bad({"apply", "-f", "x", "--prune", "--destroy"}).text,
              "--prune y --destroy no van juntos.");
}

TEST(Options, WhatWasMeantIsSaid) {
    EXPECT_EQ(bad({"calls", "--faild"}).text,
              "No entiendo este argumento: --faild. ¿Quiso decir «--failed»?");
    EXPECT_EQ(bad({"aply", "-f", "x"}).text,
              "No entiendo este argumento: aply -f x. ¿Quiso decir «apply»?");
    EXPECT_EQ(bad({"community", "lst"}, Lang::en).text,
              "Unknown argument: lst. Did you mean \"list\"?");
    EXPECT_EQ(bad({"calls", "--jsn"}).text,
              "No entiendo este argumento: --jsn. ¿Quiso decir «--json»?");
    EXPECT_EQ(bad({"calls", "--xyzzy"}).text, "No entiendo este argumento: --xyzzy");
}

TEST(Options, HelpIsThatOfTheCommandInBothLanguages) {
    const auto parsed = parse_options({"community", "show", "--help"}, Lang::es);
    ASSERT_TRUE(std::holds_alternative<HelpWanted>(parsed));
    EXPECT_EQ(std::get<HelpWanted>(parsed).command, Command::community_show);
    for (const char* group : {"community", "document"}) {
        const auto of_group = parse_options({group, "--help"}, Lang::es);
        ASSERT_TRUE(std::holds_alternative<HelpWanted>(of_group));
        EXPECT_NE(help_text(std::get<HelpWanted>(of_group).command, Lang::es)
                      .find(std::string("Uso: skyn3t ") + group),
                  std::string_view::npos);
    }
    const auto general = help_text(Command::none, Lang::es);
    for (int i = 1; i <= static_cast<int>(Command::document_preview); ++i)
        EXPECT_NE(help_text(static_cast<Command>(i), Lang::es), general) << i;
    for (int i = 0; i <= static_cast<int>(Command::document_preview); ++i) {
        const auto command = static_cast<Command>(i);
        EXPECT_NE(help_text(command, Lang::es).find("Uso: skyn3t"), std::string_view::npos) << i;
        EXPECT_NE(help_text(command, Lang::en).find("Usage: skyn3t"), std::string_view::npos) << i;
    }
}

}  // namespace
}  // namespace skyn3t::cli
