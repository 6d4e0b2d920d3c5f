#include "provision/lint.hpp"

#include <algorithm>
#include <set>

#include "provision/messages.hpp"
#include "twiml/document.hpp"

namespace skyn3t::provision {
namespace {

template <class Verb>
bool is(const twiml::Verb& verb) {
    return std::holds_alternative<Verb>(verb);
}
bool is_prompt(const twiml::Verb& verb) {
    return is<twiml::Say>(verb) || is<twiml::Play>(verb) || is<twiml::Pause>(verb);
}
bool is_heard(const twiml::Verb& verb) { return is<twiml::Say>(verb) || is<twiml::Play>(verb); }

void lint_community(const ManifestCommunity& read, std::vector<Finding>& findings) {
    const model::Community& community = read.community;
    if (community.passwords == model::PasswordPolicy::guide)
        findings.push_back(make_finding(messages::kFormulaPasswords, read.where("passwords")));
    std::set<std::string> labels;
    for (std::size_t i = 0; i < community.roles.size(); ++i) {
        const model::Role& role = community.roles[i];
        const auto at = [&](const char* key) {
            return read.where("roles[" + std::to_string(i) + "]." + key);
        };
        if (role.password)
            findings.push_back(make_finding(messages::kPasswordInFile, at("password")));
        if (!role.label.empty() && !labels.insert(role.label).second)
            findings.push_back(make_finding(messages::kDuplicateLabel, at("label"), role.label));
    }
    if (!community.main_document) return;
    Where where = read.where("documents.main");
    for (Finding& each : lint_document(community.main_document->xml, where))
        findings.push_back(std::move(each));
}

}  // namespace

std::vector<Finding> lint(const Manifest& manifest) {
    std::vector<Finding> findings = manifest.findings;
    for (const ManifestCommunity& each : manifest.communities) lint_community(each, findings);
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
    return findings;
}

std::vector<Finding> lint_document(const std::string& xml, const Where& where) {
    std::vector<Finding> findings;
    const auto document = twiml::parse_document(xml);
    if (!document) {
        findings.push_back(make_finding(messages::kDocumentInvalid, where, document.error().code,
                                        document.error().detail));
        return findings;
    }
    for (const twiml::Finding& warning : document->warnings)
        findings.push_back(
            make_finding(messages::kDocumentWarning, where, warning.code, warning.detail));

    const auto& verbs = document->verbs;
    for (std::size_t i = 0; i < verbs.size(); ++i) {
        const auto heard_before = [&] {
            for (std::size_t j = i; j > 0 && is_prompt(verbs[j - 1]); --j)
                if (is_heard(verbs[j - 1])) return true;
            return false;
        };
        if (is<twiml::Gather>(verbs[i]) && heard_before())
            findings.push_back(make_finding(messages::kPromptOutsideGather, where));
        const auto* dial = std::get_if<twiml::Dial>(&verbs[i]);
        if (!dial || dial->action) continue;
        findings.push_back(make_finding(messages::kDialWithoutAction, where));
        if (i + 1 < verbs.size() && is_heard(verbs[i + 1]))
            findings.push_back(make_finding(messages::kSentenceAfterDial, where));
    }
    return findings;
}

}  // namespace skyn3t::provision
