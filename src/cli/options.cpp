#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/version.hpp"
#include "cli/phone_sheet.hpp"
#include "provision/suggestion.hpp"

namespace skyn3t::cli {
namespace {

// The commands as CLI11 knows them, and what it has found.
class Parser {
  public:
    explicit Parser(Lang lang) : lang_(lang) {
        app_.set_help_flag("-h,--help");
        app_.set_version_flag("--version", std::string(kVersion.number));
        app_.add_option("--url", options_.url);
        app_.add_option("--config", options_.config);
        app_.add_option("--ca-file", options_.ca_file);
        app_.add_flag("--json", options_.json);
        app_.add_flag("-v,--verbose", options_.verbose);
        add_server_commands();
        add_community_commands();
        add_log_commands();
        add_document_commands();
    }

    Parsed parse(const std::vector<std::string>& arguments) {
        try {
            // CLI11 takes them from the back.
            std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
            app_.parse(reversed);
        } catch (const CLI::CallForHelp&) {
            return HelpWanted{chosen()};
        } catch (const CLI::CallForVersion&) {
            return VersionWanted{};
        } catch (const CLI::ParseError& error) {
            return UsageError{explain(error), chosen()};
        }
        options_.command = chosen();
        const bool is_group = options_.command == Command::none ||
                              options_.command == Command::community_group ||
                              options_.command == Command::document_group;
        if (is_group) return UsageError{say("Falta la orden.", "No command given."), chosen()};
        if (auto wrong = combined_wrongly()) return UsageError{std::move(*wrong), chosen()};
        return options_;
    }

  private:
    // What each option alone does not show.
    std::optional<std::string> combined_wrongly() const {
        if (options_.command == Command::lint && options_.lint.files.empty() &&
            options_.lint.account.empty() && !options_.lint.rules)
            return say("Falta el archivo que revisar.", "No file to check is given.");
        if ((options_.prune || options_.destroy) && options_.files.empty())
            return say("--prune y --destroy necesitan el archivo: -f ARCHIVO.",
                       "--prune and --destroy need the file: -f FILE.");
        if (options_.command != Command::community_show) return std::nullopt;
        if (options_.codes.empty() && !options_.all)
            return say("Falta algo necesario: CÓDIGO (o --all).",
                       "Something required is missing: CODE (or --all).");
        if (!options_.device.empty() && !options_.secrets)
            return say("--device va con --secrets.", "--device goes with --secrets.");
        return std::nullopt;
    }

    CLI::App* add(CLI::App& parent, const char* name, Command command) {
        CLI::App* sub = parent.add_subcommand(name);
        sub->set_help_flag("-h,--help");
        sub->fallthrough();  // --url, --config and --json may stand after the command
        commands_.emplace_back(sub, command);
        return sub;
    }

    void add_server_commands() {
        add(app_, "serve", Command::serve);
        for (const auto& [name, command] :
             {std::pair{"apply", Command::apply}, {"plan", Command::plan}}) {
            CLI::App* sub = add(app_, name, command);
            sub->add_option("-f,--file", options_.files);
            sub->add_flag("--prune", options_.prune);
            if (command != Command::apply) continue;
            sub->add_flag("--yes", options_.yes);
            sub->add_flag("--destroy", options_.destroy)->excludes("--prune");
            sub->add_flag("--buy", options_.buy);
            sub->add_option("--parallel", options_.parallel)->check(CLI::Range(1, 16));
        }
        CLI::App* import = add(app_, "import", Command::import);
        import->add_option("--target", options_.import.target)
            ->check(CLI::IsMember({"local", "twilio"}));
        import->add_option("-o,--output", options_.import.file);
        CLI::App* exported = add(app_, "export", Command::export_);
        exported->add_option("codes", options_.codes);
        exported->add_option("-o,--output", options_.output);
        CLI::App* drift = add(app_, "drift", Command::drift);
        drift->add_option("codes", options_.codes);
        drift->add_option("-f,--file", options_.files);
        CLI::App* migrate = add(app_, "migrate", Command::migrate);
        migrate->add_option("code", options_.code)->required();
        auto* to = migrate->add_option("--to", options_.migrate.to)
                       ->check(CLI::IsMember({"local", "twilio"}));
        auto* back = migrate->add_flag("--back", options_.migrate.back)->excludes(to);
        migrate->add_flag("--finish", options_.migrate.finish)->excludes(to)->excludes(back);
        migrate->add_flag("--force", options_.migrate.force);
        migrate->add_flag("--no-test-call", options_.migrate.no_test_call);
        migrate->add_flag("--dry-run", options_.migrate.dry_run);
        migrate->add_flag("--secrets", options_.secrets);
        migrate->add_flag("--yes", options_.yes);
        migrate->add_option("--max-failures", options_.migrate.max_failures)
            ->check(CLI::Range(0, 100));
        CLI::App* lint = add(app_, "lint", Command::lint);
        lint->add_option("files,-f,--file", options_.lint.files);
        lint->add_option("--account", options_.lint.account)
            ->check(CLI::IsMember({"local", "twilio"}));
        lint->add_flag("--rules", options_.lint.rules);
    }

    void add_community_commands() {
        community_ = add(app_, "community", Command::community_group);
        add(*community_, "list", Command::community_list)->add_flag("--removed", options_.removed);
        CLI::App* show = add(*community_, "show", Command::community_show);
        show->add_option("codes", options_.codes);
        show->add_flag("--all", options_.all);
        show->add_flag("--secrets", options_.secrets);
        show->add_option("--device", options_.device)->check(CLI::IsMember(device_words()));
        CLI::App* rename = add(*community_, "rename", Command::community_rename);
        rename->add_option("code", options_.code)->required();
        rename->add_option("new-code", options_.new_code)->required();
        rename->add_flag("--yes", options_.yes);
        CLI::App* restore = add(*community_, "restore", Command::community_restore);
        restore->add_option("code", options_.code)->required();
        restore->add_flag("--yes", options_.yes);
        CLI::App* remove = add(*community_, "remove", Command::community_remove);
        remove->add_option("code", options_.code)->required();
        remove->add_flag("--yes", options_.yes);
        CLI::App* rotate = add(*community_, "rotate", Command::community_rotate);
        rotate->add_option("code", options_.code)->required();
        rotate->add_option("--role", options_.role);
        rotate->add_option("--grace", options_.grace);
        rotate->add_flag("--yes", options_.yes);
        CLI::App* create = add(*community_, "add", Command::community_add);
        create->add_option("code", options_.add.code)->required();
        create->add_option("--name", options_.add.name)->required();
        create->add_option("--number", options_.add.number)->required();
        create->add_option("--type", options_.add.type)
            ->check(CLI::IsMember({"oficina", "edificio", "condominio"}));
        create->add_option("--role", options_.add.roles);
        create->add_flag("--yes", options_.yes);
        add_recording_commands();
    }

    void add_recording_commands() {
        add(*community_, "recordings", Command::community_recordings)
            ->add_option("code", options_.code)
            ->required();
        CLI::App* record = add(*community_, "record", Command::community_record);
        record->add_option("code", options_.code)->required();
        record->add_option("name", options_.recording)->required();
        record->add_option("file", options_.sound)->required();
        CLI::App* unrecord = add(*community_, "unrecord", Command::community_unrecord);
        unrecord->add_option("code", options_.code)->required();
        unrecord->add_option("name", options_.recording)->required();
        unrecord->add_flag("--yes", options_.yes);
    }

    void add_log_commands() {
        CLI::App* registrations = add(app_, "registrations", Command::registrations);
        registrations->add_option("--community", options_.community);
        CLI::App* remove = add(*registrations, "remove", Command::registrations_remove);
        remove->add_option("code", options_.code)->required();
        remove->add_option("user", options_.user)->required();
        remove->add_option("--contact", options_.contact);
        remove->add_flag("--yes", options_.yes);
        CLI::App* blocks = add(app_, "blocks", Command::blocks);
        CLI::App* clear = add(*blocks, "clear", Command::blocks_clear);
        clear->add_option("--address", options_.address);
        clear->add_option("--user", options_.user);
        CLI::App* calls = add(app_, "calls", Command::calls);
        calls->add_flag("--failed", options_.failed);
        calls->add_flag("--refused", options_.refused);
        calls->add_option("--number", options_.number);
        calls->add_option("--community", options_.community);
        calls->add_flag("--verifications", options_.verifications);
        add_times(*calls);
        add(app_, "call", Command::call)->add_option("sid", options_.sid)->required();
        CLI::App* verify = add(app_, "verify", Command::verify);
        verify->add_option("codes", options_.codes);
        verify->add_flag("--ring", options_.ring);
        verify->add_flag("--yes", options_.yes);
        CLI::App* alerts = add(app_, "alerts", Command::alerts);
        alerts->add_option("--level", options_.level)->check(CLI::IsMember({"error", "warning"}));
        add_times(*alerts);
        add_times(*add(app_, "events", Command::events));
    }
    void add_times(CLI::App& sub) {
        sub.add_option("--since", options_.since);
        sub.add_option("--until", options_.until);
        sub.add_option("--limit", options_.limit)->check(CLI::Range(1, 1000));
    }

    void add_document_commands() {
        auto& document = options_.document;
        CLI::App* parent = add(app_, "document", Command::document_group);
        const auto make = [&](const char* name, Command command) {
            CLI::App* sub = add(*parent, name, command);
            sub->add_option("--community", document.community);
            if (command != Command::document_list)
                sub->add_option("name", document.name)->required();
            return sub;
        };
        make("list", Command::document_list);
        make("show", Command::document_show);
        make("put", Command::document_put)->add_option("file", document.file)->required();
        make("remove", Command::document_remove)->add_flag("--yes", options_.yes);
        CLI::App* preview = make("preview", Command::document_preview);
        preview->add_option("--param", document.parameters)->allow_extra_args(false);
        preview->add_option("-o,--output", document.output);
    }

    Command chosen() const {
        Command found = Command::none;
        for (const auto& [sub, command] : commands_)
            if (sub->parsed()) found = command;  // a subcommand of it comes later in the list
        return found;
    }

    std::string say(const char* es, const char* en) const { return lang_ == Lang::en ? en : es; }

    std::string explain(const CLI::ParseError& error) const {
        const int kind = error.get_exit_code();
        const std::string what = error.what();
        if (kind == static_cast<int>(CLI::ExitCodes::ExtrasError)) return unknown();
        if (kind == static_cast<int>(CLI::ExitCodes::RequiredError))
            return fmt::format(
                fmt::runtime(say("Falta algo necesario: {}", "Something required is missing: {}")),
                in_readers_words(what.substr(0, what.find(" is required"))));
        if (kind == static_cast<int>(CLI::ExitCodes::ExcludesError))
            return fmt::format(fmt::runtime(say("{} y {} no van juntos.",
                                                "{} and {} exclude each "
                                                "other.")),
                               what.substr(0, what.find(' ')), what.substr(what.rfind(' ') + 1));
        return wrong_value(what);
    }

    // "--limit: Value 0 not in range 1 to 1000", "--target: mars not in {local,twilio}",
    // "--limit: 1 required INT missing": CLI11's own words are English.
    std::string wrong_value(const std::string& what) const {
        const std::string option = in_readers_words(what.substr(0, what.find(':')));
        constexpr std::string_view kRange = " not in range ", kTo = " to ", kSet = " not in {";
        if (what.ends_with(" missing"))
            return fmt::format(fmt::runtime(say("Falta el valor de {}.", "{} needs a value.")),
                               option);
        if (const auto range = what.find(kRange); range != std::string::npos) {
            const auto middle = what.find(kTo, range);
            const auto first = range + kRange.size();
            return fmt::format(fmt::runtime(say("El valor de {} debe estar entre {} y {}.",
                                                "The value of {} must be from {} to {}.")),
                               option, what.substr(first, middle - first),
                               what.substr(std::min(middle + kTo.size(), what.size())));
        }
        if (const auto set = what.find(kSet); set != std::string::npos)
            return fmt::format(fmt::runtime(say("El valor de {} debe ser uno de: {}.",
                                                "The value of {} must be one of: {}.")),
                               option,
                               what.substr(set + kSet.size(), what.rfind('}') - set - kSet.size()));
        return fmt::format(fmt::runtime(say("El valor de {} no sirve.",
                                            "The value of {} will not "
                                            "do.")),
                           option);
    }

    // The argument that nothing reads, and the one that was meant.
    std::string unknown() const {
        const auto rest = app_.remaining(true);
        const std::string first = rest.empty() ? std::string() : rest.front();
        std::string text = say("No entiendo este argumento: ", "Unknown argument: ") +
                           fmt::format("{}", fmt::join(rest, " "));
        std::vector<std::string> known;
        const CLI::App* at = &app_;
        for (const auto& [sub, command] : commands_)
            if (sub->parsed()) at = sub;
        if (first.starts_with('-')) {
            for (const CLI::App* app : {at, &app_})
                for (const CLI::Option* option : app->get_options())
                    for (const auto& name : option->get_lnames()) known.push_back("--" + name);
        } else {
            for (const CLI::App* sub : at->get_subcommands([](const CLI::App*) { return true; }))
                known.push_back(sub->get_name());
        }
        const std::vector<std::string_view> words(known.begin(), known.end());
        if (const auto like = provision::closest(first, words))
            text += fmt::format(fmt::runtime(say(". ¿Quiso decir «{}»?", ". Did you mean \"{}\"?")),
                                *like);
        return text;
    }

    // A positional argument as the help calls it; an option as it is.
    std::string in_readers_words(const std::string& name) const {
        struct Positional {
            std::string_view name;
            const char *es, *en;
        };
        constexpr Positional kPositionals[] = {{"code", "CÓDIGO", "CODE"},
                                               {"new-code", "CÓDIGO NUEVO", "NEW CODE"},
                                               {"name", "NOMBRE", "NAME"},
                                               {"file", "ARCHIVO", "FILE"},
                                               {"sid", "SID", "SID"}};
        for (const auto& each : kPositionals)
            if (name == each.name) return say(each.es, each.en);
        return name;
    }

    Lang lang_;
    Options options_;
    CLI::App app_{"", "skyn3t"};
    CLI::App* community_ = nullptr;
    std::vector<std::pair<CLI::App*, Command>> commands_;
};

}  // namespace

Parsed parse_options(const std::vector<std::string>& arguments, Lang lang) {
    return Parser(lang).parse(arguments);
}

}  // namespace skyn3t::cli
