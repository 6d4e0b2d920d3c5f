#include "twiml/document.hpp"

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "model/not_built.hpp"
#include "twiml/schema_table.hpp"
#include "twiml/verb_parsers.hpp"
#include "twiml/xml_tree.hpp"

namespace skyn3t::twiml {

namespace {

constexpr std::array<std::string_view, 8> kOurVerbs{"Say",  "Play",     "Pause",  "Gather",
                                                    "Dial", "Redirect", "Reject", "Hangup"};

std::string unknown_verb_detail(std::string_view name) {
    std::string detail = "<" + std::string(name.substr(0, 60)) + ">";
    for (const auto known : kOurVerbs)
        if (iequals(known, name)) detail += ": <" + std::string(known) + ">?";
    return detail;
}

bool is_verb_of_twiml(std::string_view name) {
    const ElementRule* response = find_element_rule("Response");
    return response && may_hold(*response, name);
}

void parse_verb(const pugi::xml_node& node, FindingList& findings, std::vector<Verb>& verbs) {
    const std::string_view name = node.name();
    if (name == "Say") {
        if (auto say = parse_say(node, findings, Place::response))
            verbs.emplace_back(std::move(*say));
    } else if (name == "Play") {
        if (auto play = parse_play(node, findings, Place::response))
            verbs.emplace_back(std::move(*play));
    } else if (name == "Pause") {
        verbs.emplace_back(parse_pause(node, findings));
    } else if (name == "Gather") {
        verbs.emplace_back(parse_gather(node, findings));
    } else if (name == "Dial") {
        verbs.emplace_back(parse_dial(node, findings));
    } else if (name == "Redirect") {
        verbs.emplace_back(parse_redirect(node, findings));
    } else if (name == "Reject") {
        verbs.emplace_back(parse_reject(node, findings));
    } else if (name == "Hangup") {
        verbs.emplace_back(parse_hangup(node, findings));
    } else if (is_verb_of_twiml(name)) {
        findings.add(model::kNotBuiltCode, "<" + std::string(name) + ">", node);
        verbs.emplace_back(Unsupported{std::string(name)});
    } else {
        findings.add(12200, unknown_verb_detail(name), node);
    }
}

// twiml.md, 1.1: a legacy attribute.
void check_version(ElementReader& response) {
    const auto version = response.text("version");
    if (version && *version != "2010-04-01" && *version != "2008-08-01")
        response.warn_value(12101, "version");
}

Document read_aloud(std::string_view text) {
    pugi::xml_document tree;
    auto say = tree.append_child("Say");
    say.append_child(pugi::node_pcdata).set_value(std::string(text).c_str());
    Document document;
    FindingList findings(text, document.warnings);
    if (auto spoken = parse_say(say, findings, Place::response))
        document.verbs.emplace_back(std::move(*spoken));
    document.verbs.emplace_back(Hangup{});
    return document;
}

std::string media_type(std::string_view content_type) {
    return lower(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace

tl::expected<Document, Finding> parse_document(std::string_view xml) {
    pugi::xml_document tree;
    const auto root = load_response(xml, tree);
    if (!root) return tl::unexpected(root.error());

    Document document;
    FindingList findings(xml, document.warnings);
    ElementReader response(*root, findings);
    check_version(response);
    response.finish();
    for (const auto child : root->children()) {
        if (child.type() == pugi::node_element)
            parse_verb(child, findings, document.verbs);
        else if (!trim(child.value()).empty())
            findings.add(12200, shown_text(*root, trim(child.value())), child);
    }
    return document;
}

bool is_audio(std::string_view content_type) {
    return media_type(content_type).starts_with("audio/");
}

tl::expected<Document, Finding> parse_answer(std::string_view content_type, std::string_view body) {
    if (body.size() > kMaxDocumentBytes) return tl::unexpected(Finding{11750, "> 64 kB", 0});
    if (trim(body).empty()) return Document{};  // as <Response/>
    const std::string type = media_type(content_type);
    if (type == "text/xml" || type == "application/xml" || type == "text/html")
        return parse_document(body);
    if (type == "text/plain") {
        auto document = parse_document(body);
        if (document || !is_valid_utf8(body)) return document;
        return read_aloud(body);
    }
    return tl::unexpected(Finding{12300, quoted(type, 60), 0});
}

}  // namespace skyn3t::twiml
