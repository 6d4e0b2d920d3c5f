#include "provision/lint.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "provision/document_lint.hpp"
#include "provision/messages.hpp"
#include "provision/spoken_words.hpp"

namespace skyn3t::provision {
namespace {

void lint_community(const ManifestCommunity& read, std::vector<Finding>& findings) {
    const model::Community& community = read.community;
    if (community.passwords == model::PasswordPolicy::guide)
        findings.push_back(make_finding(messages::kFormulaPasswords, read.where("passwords")));
    const auto check_spoken = [&](const std::string& text, Where at) {
        if (is_spoken_otherwise(text, community.language))
            findings.push_back(make_finding(messages::kSpokenWords, std::move(at),
                                            spoken_words(text, community.language)));
    };
    check_spoken(community.name, read.where("name"));
    std::set<std::string> labels;
    for (std::size_t i = 0; i < community.roles.size(); ++i) {
        const model::Role& role = community.roles[i];
        const auto at = [&](const char* key) {
            return read.where("roles[" + std::to_string(i) + "]." + key);
        };
        check_spoken(role.label, at("label"));
        if (role.password)
            findings.push_back(make_finding(messages::kPasswordInFile, at("password")));
        if (!role.label.empty() && !labels.insert(role.label).second)
            findings.push_back(make_finding(messages::kDuplicateLabel, at("label"), role.label));
    }
}

// The documents that the manifest names, under the paths by which they are found.
std::vector<DocumentFile> documents_of(const Manifest& manifest) {
    std::vector<DocumentFile> documents;
    std::set<std::string> files;
    for (const ManifestCommunity& each : manifest.communities) {
        const auto& document = each.community.main_document;
        if (!document) continue;
        const auto path = std::filesystem::path(each.at.file).parent_path() / document->file;
        if (files.insert(path.string()).second)
            documents.push_back({path.string(), document->xml, each.community.may_dial,
                                 each.community.number.str()});
    }
    return documents;
}

void sort_file_by_file(std::vector<Finding>& findings) {
    std::map<std::string, std::size_t> order;
    for (const Finding& each : findings) order.try_emplace(each.where.file, order.size());
    const auto place = [&](const Finding& each) {
        return std::tuple(order.at(each.where.file), each.where.line, each.where.column);
    };
    std::stable_sort(findings.begin(), findings.end(),
                     [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
}

}  // namespace

std::vector<Finding> lint(const Manifest& manifest) {
    std::vector<Finding> findings = manifest.findings;
    for (const ManifestCommunity& each : manifest.communities) lint_community(each, findings);
    for (Finding& each : lint_documents(documents_of(manifest)))
        findings.push_back(std::move(each));
    sort_file_by_file(findings);
    return findings;
}

}  // namespace skyn3t::provision
