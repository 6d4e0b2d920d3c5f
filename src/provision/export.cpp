#include "provision/export.hpp"

#include <fmt/format.h>

#include "provision/yaml_text.hpp"

namespace skyn3t::provision {
namespace {

std::string quoted_text(std::string_view text) { return yaml_text(std::string(text)); }

// The name that the document gets beside the file: its own, unless that is a path, or another
// community has a document of that name.
std::string document_name(const model::Community& community,
                          const std::map<std::string, std::string>& taken) {
    const auto& [file, xml] = *community.main_document;
    const bool is_plain = !file.starts_with('.') && file.find_first_of("/\\:") == std::string::npos;
    const auto same = taken.find(file);
    if (is_plain && (same == taken.end() || same->second == xml)) return file;
    return community.code + "_main.xml";
}

}  // namespace

// What is as it would be without the key is left out: the file says what somebody decided.
std::string yaml_entry(const model::Community& community) {
    const model::Community usual;
    std::string out = fmt::format("  - code: {}\n", quoted_text(community.code));
    const auto line = [&out](const char* key, std::string_view value) {
        out += fmt::format("    {}: {}\n", key, value);
    };
    line("name", quoted_text(community.name));
    line("number", quoted_text(community.number.str()));
    line("type", to_string(community.type));
    if (community.language != usual.language) line("language", quoted_text(community.language));
    if (community.target != usual.target) line("target", to_string(community.target));
    if (community.passwords != usual.passwords) line("passwords", to_string(community.passwords));
    if (community.caller_id != usual.caller_id) line("caller_id", to_string(community.caller_id));
    if (community.may_dial != usual.may_dial)
        line("may_dial", "[" + community.may_dial.text() + "]");
    if (community.no_input != usual.no_input) line("no_input", quoted_text(community.no_input));
    out += "    roles:\n";
    for (const model::Role& role : community.roles)
        out += fmt::format("      - {{ role: {}, digit: {}, label: {} }}\n", quoted_text(role.role),
                           quoted_text(std::string_view(&role.digit, 1)), quoted_text(role.label));
    if (community.main_document)
        out += fmt::format("    documents: {{ main: {} }}\n",
                           quoted_text(community.main_document->file));
    return out;
}

Exported export_communities(const std::vector<model::Community>& communities) {
    Exported exported;
    exported.yaml = communities.empty() ? "communities: []\n" : "communities:\n";
    for (model::Community each : communities) {
        if (each.main_document) {
            each.main_document->file = document_name(each, exported.documents);
            exported.documents.emplace(each.main_document->file, each.main_document->xml);
        }
        exported.yaml += yaml_entry(each);
    }
    return exported;
}

}  // namespace skyn3t::provision
