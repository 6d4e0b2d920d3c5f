#include "rest/api.hpp"

#include <optional>

#include "http/basic_auth.hpp"
#include "http/signature.hpp"
#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/resources.hpp"

namespace skyn3t::rest {
namespace {

bool is_account(const ApiOptions& options, const http::Request& request) {
    const auto given = http::basic_credentials(request.headers);
    if (!given) return false;
    const bool is_user = http::equal_in_constant_time(given->user, options.account.str());
    const bool is_token =
        http::equal_in_constant_time(given->password, options.auth_token.reveal());
    return is_user && is_token;
}

// The SID in /2010-04-01/Accounts/{Sid}/..., if the path is one of these.
std::optional<std::string_view> account_of(std::string_view path) {
    constexpr std::string_view kPrefix = "/2010-04-01/Accounts/";
    if (!path.starts_with(kPrefix)) return std::nullopt;
    path.remove_prefix(kPrefix.size());
    path = path.substr(0, path.find('/'));
    return path.substr(0, path.find(".json"));
}

std::optional<http::Response> refusal(const ApiOptions& options, http::Request& request) {
    request.caller = Caller{};
    if (request.path == "/healthz") return std::nullopt;
    const bool is_signed =
        request.path.starts_with("/twiml/") &&
        http::has_valid_signature(options.auth_token.reveal(), options.public_url, request);
    if (!is_signed && !is_account(options, request))
        return http::error_response(401, 20003, "Authenticate", request.path);
    if (is_signed) request.caller = Caller{Caller::Kind::webhook};
    // Another tenant's SID looks like one that does not exist (errors.md, section 8).
    const auto account = account_of(request.path);
    if (account && *account != options.account.str()) return not_found(request.path);
    return std::nullopt;
}

}  // namespace

void add_api(http::Router& router, const ApiOptions& options, const ApiServices& services) {
    router.set_guard([options](http::Request& request) { return refusal(options, request); });
    add_status(router, services);
    add_calls(router, options.account, services);
    add_communities(router, services);
    add_registrations(router, services);
    add_recordings(router, services);
    add_blocks(router, services);
    add_verifications(router, services);
    add_documents(router, services);
}

}  // namespace skyn3t::rest
