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
    EXPECT_EQ(show.code, "A");
    EXPECT_TRUE(show.secrets);
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

TEST(Options, WrongOnesAreExplainedInTheReadersLanguage) {
    EXPECT_EQ(bad({}).text, "Falta la orden.");
    EXPECT_EQ(bad({}, Lang::en).text, "No command given.");
    EXPECT_EQ(bad({"calls", "--faild"}).text, "No entiendo este argumento: --faild");
    EXPECT_EQ(bad({"calls", "--faild"}).command, Command::calls);
    EXPECT_EQ(bad({"apply"}).text, "Falta algo necesario: --file");
    EXPECT_EQ(bad({"community", "show"}, Lang::en).text, "Something required is missing: code");
    EXPECT_EQ(bad({"community"}).text, "Falta la orden.");
    bad({"calls", "--limit", "0"});
    bad({"community", "add", "A", "--name", "N", "--number", "1", "--type", "castle"});
}

TEST(Options, HelpIsThatOfTheCommandInBothLanguages) {
    const auto parsed = parse_options({"community", "show", "--help"}, Lang::es);
    ASSERT_TRUE(std::holds_alternative<HelpWanted>(parsed));
    EXPECT_EQ(std::get<HelpWanted>(parsed).command, Command::community_show);
    for (int i = 0; i <= static_cast<int>(Command::verify); ++i) {
        const auto command = static_cast<Command>(i);
        EXPECT_NE(help_text(command, Lang::es).find("Uso: skyn3t"), std::string_view::npos) << i;
        EXPECT_NE(help_text(command, Lang::en).find("Usage: skyn3t"), std::string_view::npos) << i;
    }
}

}  // namespace
}  // namespace skyn3t::cli
