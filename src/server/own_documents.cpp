#include "server/own_documents.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/community.hpp"
#include "twiml/bin_template.hpp"
#include "twiml/community_documents.hpp"

namespace skyn3t::server {
namespace {

std::string filled(const StoredDocument& document, const http::Params& params) {
    return twiml::fill_template(document.content,
                                [&](std::string_view name) { return params.find(name); });
}

}  // namespace

Result<call::TenantPtr> OwnDocuments::tenant(std::string_view code) const {
    if (auto found = directory_.get()->of_code(code)) return found;
    return fail(Errc::not_found, fmt::format("there is no community {}", code));
}

// Its phones are where the community lives.
twiml::CommunityIvr OwnDocuments::ivr_of(const call::Tenant& tenant) const {
    auto ivr = tenant.ivr;
    if (tenant.community.target == model::Target::twilio) ivr.domain = twilio_domain_;
    return ivr;
}

Result<std::string> OwnDocuments::main(std::string_view code, const http::Params& params) {
    const auto found = tenant(code);
    if (!found) return tl::unexpected(found.error());
    const auto& community = (*found)->community;
    if (community.main_document) return community.main_document->xml;
    return twiml::main_document(ivr_of(**found),
                                twiml::menu_attempt(params.find("attempt").value_or("")));
}

Result<std::string> OwnDocuments::route(std::string_view code, const http::Params& params) {
    const auto found = tenant(code);
    if (!found) return tl::unexpected(found.error());
    twiml::RouteRequest request;
    request.digits = params.find("Digits").value_or("");
    request.attempt = twiml::menu_attempt(params.find("attempt").value_or(""));
    if (const auto status = params.find("DialCallStatus"))
        request.dial_call_status = std::string(*status);
    return twiml::route_document(ivr_of(**found), request);
}

Result<std::string> OwnDocuments::domain(const http::Params& params) {
    const auto dialled = params.find("To").value_or("");
    const auto kind = emergency_.classify(dialled) ? twiml::DialledNumber::emergency
                                                   : twiml::DialledNumber::ordinary;
    return twiml::domain_document(kind);
}

Result<std::string> OwnDocuments::stored(std::string_view sid, const http::Params& params) {
    const auto table = stored_.get();
    const auto found = table->find(sid);
    if (found != table->end()) return filled(*found->second, params);
    return fail(Errc::not_found, fmt::format("there is no document {}", skyn3t::quoted(sid, 64)));
}

Result<std::string> OwnDocuments::by_path(std::string_view path, const http::Params& params,
                                          const CommunitySid& community) {
    constexpr std::string_view kStored = "/twiml/documents/";
    if (path.starts_with(kStored)) {
        const auto table = stored_.get();
        const auto found = table->find(path.substr(kStored.size()));
        const auto is_for = [&](const CommunitySid& owner) {
            return owner == community || owner == model::account_community();
        };
        if (found != table->end() && is_for(found->second->community))
            return filled(*found->second, params);
    }
    constexpr std::string_view kPrefix = "/twiml/";
    if (path.starts_with(kPrefix)) {
        const auto rest = path.substr(kPrefix.size());
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos && rest == "domain") return domain(params);
        if (slash != std::string_view::npos) {
            if (rest.substr(slash) == "/main") return main(rest.substr(0, slash), params);
            if (rest.substr(slash) == "/route") return route(rest.substr(0, slash), params);
        }
    }
    return fail(Errc::not_found, fmt::format("there is no document {}", path));
}

}  // namespace skyn3t::server
