#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/community.hpp"
#include "provision/document_lint.hpp"
#include "rest/finding_json.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/stored_document.hpp"
#include "twiml/bin_template.hpp"

// TwiML documents that an operator, or a community with its key, writes: Twilio's TwiML Bins, which
// there have no API (rest-api.md, section 10).
namespace skyn3t::rest {
namespace {

using store::Resource;

constexpr std::size_t kMostOfAccount = 1000;

std::string name_of(const Resource& resource) { return resource.text("friendly_name"); }
std::string content_of(const Resource& resource) { return resource.text("content"); }

Checked<void> prepare_document(Draft& draft) {
    const std::string name(trim(draft.text("friendly_name")));
    if (name.empty()) return refuse(20002, "FriendlyName is required");
    draft.resource.properties["friendly_name"] = name;
    // Two communities may have documents of the same name, and never hear of it.
    draft.resource.unique_name = draft.resource.community.str() + "/" + name;
    if (auto checked = check_document(name, draft.text("content")); !checked)
        return tl::unexpected(checked.error());
    return {};
}

// A number, application or domain that has it for a VoiceUrl: whoever it belongs to, by its name.
Checked<void> refuse_in_use(const ResourceContext& context, const Resource& document) {
    const auto all = context.store().all();
    if (!all) return tl::unexpected(refusal_of(all.error()));
    const std::string path = "/twiml/documents/" + document.sid;
    std::vector<std::string> users;
    for (const Resource& each : *all) {
        // Nobody else's call runs it.
        if (document.community != model::account_community() &&
            each.community != document.community)
            continue;
        for (const char* property : {"voice_url", "voice_fallback_url"})
            if (each.text(property).find(path) != std::string::npos)
                users.push_back(each.sid + " " + each.text("friendly_name"));
    }
    if (users.empty()) return {};
    return refuse(20409, fmt::format("The document is the VoiceUrl of {}; change that first",
                                     fmt::join(users, ", ")));
}

Checked<void> show(const ResourceContext& context, const Resource& document, Json& shown) {
    const auto community = context.community_by_sid(document.community);
    if (!community) return tl::unexpected(community.error());
    shown["community_code"] = *community ? Json((*community)->code) : Json(nullptr);
    shown["variables"] = twiml::template_variables(content_of(document));
    const auto found = check_document(name_of(document), content_of(document));
    shown["warnings"] = to_json(found ? *found : found.error().findings);
    const auto& options = context.options();
    const auto& base = options.document_url.empty() ? options.public_url : options.document_url;
    shown["voice_url"] = base + "/twiml/documents/" + document.sid;
    const std::string preview = "/v1/Documents/" + document.sid + "/Preview";
    shown["links"] = {{"preview", preview + ".json"}, {"preview_audio", preview + ".wav"}};
    return {};
}

}  // namespace

Checked<std::vector<provision::Finding>> check_document(const std::string& name,
                                                        const std::string& content) {
    std::vector<provision::Finding> findings;
    if (const auto fault = twiml::find_template_fault(content)) {
        findings.push_back(provision::template_finding({name, content}, *fault));
    } else {
        findings = provision::lint_documents({{name, content}});
    }
    const auto breaks_rules = [](const auto& finding) {
        return finding.level == provision::Level::error && finding.code != 0;
    };
    const auto first = std::find_if(findings.begin(), findings.end(), breaks_rules);
    if (first == findings.end()) return findings;
    return tl::unexpected(Refusal{first->code,
                                  fmt::format("Content, line {}, column {}: {}", first->where.line,
                                              first->where.column, first->en),
                                  std::move(findings)});
}

void add_stored_documents(http::Router& router, const SharedContext& context) {
    using T = ParameterType;
    ResourceType type;
    type.kind = store::ResourceKind::document;
    type.prefix = "EH";
    type.noun = "document";
    type.list_key = "documents";
    type.path = "Documents";
    type.is_ours = true;
    type.fields = {"sid",       "account_sid", "community_code", "friendly_name", "content",
                   "variables", "warnings",    "date_created",   "date_updated",  "voice_url",
                   "url",       "links"};
    type.parameters = {
        {"FriendlyName", "friendly_name", T::text, 20002, nullptr,
         ParameterUse::required_at_creation, 64},
        {"Content", "content", T::text, 20422, nullptr, ParameterUse::required_at_creation}};
    type.filters = {{"FriendlyName", "friendly_name"}};
    type.duplicate_message = "There is a document of this name already";
    type.limit = kMostOfAccount;
    type.limit_of_community = kMostOfCommunity;
    type.prepare = prepare_document;
    type.before_removal = [context](const Resource& document) {
        return refuse_in_use(*context, document);
    };
    type.show = [context](const Resource& document, Json& shown) {
        return show(*context, document, shown);
    };
    add_resource(router, context, std::move(type));
}

}  // namespace skyn3t::rest
