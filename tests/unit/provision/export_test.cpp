#include "provision/export.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "provision/manifest.hpp"

namespace skyn3t::provision {
namespace {

// As the store gives it back after an apply.
std::vector<model::Community> stored_of(const std::string& yaml,
                                        const std::map<std::string, std::string>& documents) {
    ManifestOptions options;
    options.read_document = [&](const std::string& name) -> Result<std::string> {
        const auto found = documents.find(name);
        if (found == documents.end()) return fail(Errc::not_found, name);
        return found->second;
    };
    const auto manifest = parse_manifest(yaml, options);
    EXPECT_TRUE(manifest.is_good()) << manifest.findings.at(0).line(Lang::en) << "\n" << yaml;
    auto communities = manifest.values();
    for (auto& each : communities) {
        each.sid = CommunitySid::generate();
        for (auto& role : each.roles)
            if (!role.password) role.password = model::new_password(each, role);
    }
    return communities;
}

// Has every key that a manifest knows.
constexpr const char* kEverything = R"(communities:
  - code: "1234"
    name: 'Edificio "Los Aromos": #1'
    number: "+56223456789"
    type: condominio
    language: es-CL
    target: twilio
    passwords: guide
    caller_id: community
    may_dial: [local, international]
    no_input: gate
    roles:
      - { role: gate, digit: "*", label: "portón, torre «B»" }
      - { role: "null", digit: "0", label: "no" }
    documents: { main: menu.xml }
  - code: A
    name: yes
    number: "+56229145248"
    type: oficina
    roles: [{ role: office, digit: "1", label: oficina, password: "Abcdefgh1234" }]
    documents: { main: otra/menu.xml }
)";

TEST(Export, IsAFileThatPlansToNoChange) {
    const auto stored = stored_of(
        kEverything,
        {{"menu.xml", "<Response/>"}, {"otra/menu.xml", "<Response><Hangup/></Response>"}});
    const auto exported = export_communities(stored);
    ManifestOptions options;
    options.read_document = [&](const std::string& name) -> Result<std::string> {
        return exported.documents.at(name);
    };
    const auto manifest = parse_manifest(exported.yaml, options);
    const auto plan = make_plan(manifest.values(), stored, Prune::yes);
    EXPECT_TRUE(plan.is_empty()) << exported.yaml;
    for (const auto& change : plan.changes)
        for (const auto& field : change.fields) ADD_FAILURE() << field.field;
    EXPECT_EQ(plan.changes.size(), 2u);
}

// A key that is added to the manifest has to be added to kEverything, and so to the export.
TEST(Export, KnowsEveryKeyOfTheManifest) {
    const auto findings = parse_manifest("communities: [{ zzzzzzzzzz: 1 }]").findings;
    const auto unknown = std::find_if(findings.begin(), findings.end(), [](const Finding& each) {
        return each.rule == "unknown-key";
    });
    ASSERT_NE(unknown, findings.end());
    std::string keys = unknown->en.substr(unknown->en.find("allowed: ") + 9);
    const auto exported = export_communities(
        stored_of(kEverything, {{"menu.xml", "<Response/>"}, {"otra/menu.xml", "<Response/>"}}));
    std::size_t count = 0;
    for (std::size_t at = 0; at < keys.size(); ++count) {
        const auto end = std::min(keys.find(", ", at), keys.size());
        const std::string key = keys.substr(at, end - at);
        at = end + 2;
        if (key == "was") continue;  // of a change, not of what is declared
        EXPECT_NE(exported.yaml.find(key + ":"), std::string::npos) << key << "\n" << exported.yaml;
    }
    EXPECT_GT(count, 9u);
}

TEST(Export, HasNoPasswords) {
    const auto stored =
        stored_of(kEverything, {{"menu.xml", "<Response/>"}, {"otra/menu.xml", "<Response/>"}});
    const auto exported = export_communities(stored);
    for (const auto& community : stored)
        for (const auto& role : community.roles)
            EXPECT_EQ(exported.yaml.find(role.password->reveal()), std::string::npos);
}

TEST(Export, NamesDocumentsSoThatTheyStandBesideTheFile) {
    const auto stored = stored_of(
        kEverything,
        {{"menu.xml", "<Response/>"}, {"otra/menu.xml", "<Response><Hangup/></Response>"}});
    const auto exported = export_communities(stored);
    EXPECT_EQ(exported.documents.at("menu.xml"), "<Response/>");
    EXPECT_EQ(exported.documents.at("A_main.xml"), "<Response><Hangup/></Response>");
    EXPECT_EQ(exported.documents.size(), 2u);
}

TEST(Export, OfNothingIsAnEmptyList) {
    const auto manifest = parse_manifest(export_communities({}).yaml);
    EXPECT_TRUE(manifest.is_good() && manifest.communities.empty());
}

}  // namespace
}  // namespace skyn3t::provision
