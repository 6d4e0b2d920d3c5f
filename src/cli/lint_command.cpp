#include "cli/commands.hpp"
#include "cli/input_files.hpp"
#include "cli/twilio_account.hpp"
#include "provision/document_lint.hpp"
#include "provision/lint.hpp"
#include "provision/rules.hpp"

namespace skyn3t::cli {
namespace {

std::vector<provision::Finding> lint_files(const std::vector<std::string>& named) {
    std::vector<std::string> documents;
    std::vector<provision::Manifest> manifests;
    std::vector<provision::Finding> findings;
    for (const auto& file : input_files(named, {".yaml", ".yml", ".csv", ".xml"})) {
        if (has_extension(file, ".xml")) {
            documents.push_back(file);
            continue;
        }
        manifests.push_back(provision::load_manifest(file));
        for (auto& each : provision::lint(manifests.back())) findings.push_back(std::move(each));
    }
    for (auto& each : provision::shared_names(manifests)) findings.push_back(std::move(each));
    for (auto& each : provision::lint_document_files(documents))
        findings.push_back(std::move(each));
    return findings;
}

Exit print_rules(const Options& options, const Environment& environment) {
    if (!options.json) {
        environment.out << provision::rules_text(environment.lang());
        return Exit::done;
    }
    Json list = Json::array();
    for (const auto& each : provision::kRules)
        list.push_back({{"rule", each.id},
                        {"level", to_string(each.level)},
                        {"text_es", each.es},
                        {"text_en", each.en}});
    environment.out << Json{{"rules", list}}.dump(2) << '\n';
    return Exit::done;
}

}  // namespace

Json findings_json(const std::vector<provision::Finding>& findings) {
    Json list = Json::array();
    for (const auto& finding : findings)
        list.push_back({{"rule", finding.rule},
                        {"level", to_string(finding.level)},
                        {"file", finding.where.file},
                        {"line", finding.where.line},
                        {"column", finding.where.column},
                        {"key", finding.where.key},
                        {"text_es", finding.es},
                        {"text_en", finding.en}});
    return list;
}

Exit lint(const Options& options, const Environment& environment) {
    if (options.lint.rules) return print_rules(options, environment);
    auto findings = lint_files(options.lint.files);
    if (!options.lint.account.empty()) {
        const auto account = read_named_account(options, environment);
        if (!account) {
            environment.err << account.error().detail << '\n';
            return Exit::failed;
        }
        for (auto& each : provision::lint_account(*account)) findings.push_back(std::move(each));
    }
    const Json list = findings_json(findings);
    if (options.json) {
        environment.out << Json{{"findings", list}}.dump(2) << '\n';
    } else {
        environment.out << render_findings(list, {environment.lang(), environment.has_colour()});
        if (findings.empty())
            environment.out << environment.say("Sin observaciones.\n", "Nothing to report.\n");
    }
    return provision::has_errors(findings) ? Exit::failed : Exit::done;
}

}  // namespace skyn3t::cli
