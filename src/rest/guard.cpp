#include "rest/guard.hpp"

#include <algorithm>

#include "http/basic_auth.hpp"
#include "http/signature.hpp"
#include "model/community.hpp"
#include "rest/caller.hpp"
#include "rest/key_secret.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {
namespace {

constexpr std::string_view kAccounts = "/2010-04-01/Accounts";
constexpr std::string_view kJson = ".json";

std::string_view without_suffix(std::string_view path) {
    if (path.ends_with(kJson)) path.remove_suffix(kJson.size());
    return path;
}

// What follows "/2010-04-01/Accounts": "", "/AC..." or "/AC.../Calls"; nothing for other paths.
std::optional<std::string_view> below_accounts(std::string_view path) {
    path = without_suffix(path);
    if (!path.starts_with(kAccounts)) return std::nullopt;
    path.remove_prefix(kAccounts.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
    return path;
}

std::string_view next_segment(std::string_view& path) {
    if (!path.empty()) path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

// A path of the account itself or of its keys (rest-api.md, 1.2).
bool is_of_the_account(std::string_view path) {
    auto rest = below_accounts(path);
    if (!rest) return false;
    next_segment(*rest);
    const auto kind = next_segment(*rest);
    return kind.empty() || kind == "Keys" || kind == "SigningKeys";
}

// What a community's key may ask at all; what it sees there, the handlers decide. Whatever is added
// to the API is closed to it until it is named here.
bool is_for_communities(std::string_view method, std::string_view path) {
    const bool is_read = method == "GET" || method == "HEAD";
    if (auto rest = below_accounts(path)) {
        next_segment(*rest);
        const auto kind = next_segment(*rest);
        if (kind == "Notifications") return is_read;
        constexpr std::string_view kKinds[]{
            "SIP",    "IncomingPhoneNumbers", "AvailablePhoneNumbers", "Applications", "Calls",
            "Queues", "OutgoingCallerIds",    "Conferences",           "Recordings",   "Usage"};
        return std::find(std::begin(kKinds), std::end(kKinds), kind) != std::end(kKinds);
    }
    constexpr std::string_view kOurs = "/v1";
    if (!path.starts_with(kOurs)) return false;
    path.remove_prefix(kOurs.size());
    const auto kind = next_segment(path);
    if (kind == "Calls" || kind == "Registrations") return is_read;
    if (kind == "Alerts" || kind == "Events" || kind == "Export") return is_read;
    if (kind == "Verifications" || kind == "Documents") return true;
    if (kind != "Communities") return false;
    next_segment(path);
    const auto part = next_segment(path);
    return is_read || part == "Recordings" || part == "SigningSecret";
}

bool is_account(const ApiOptions& options, const http::BasicCredentials& given) {
    const bool is_user = http::equal_in_constant_time(given.user, options.account.str());
    const bool is_token = http::equal_in_constant_time(given.password, options.auth_token.reveal());
    return is_user && is_token;
}

// By its secret: a wrong secret finds nothing, whether the key exists or not, so the time that the
// answer takes does not tell which keys there are.
std::optional<Caller> find_key(const ApiServices& services, const http::BasicCredentials& given) {
    if (!given.user.starts_with("SK") || given.user.size() != 34) return std::nullopt;
    const auto key =
        services.resources.find_by_name(store::ResourceKind::key, hash_key_secret(given.password));
    if (!key || !*key || !http::equal_in_constant_time((*key)->sid, given.user))
        return std::nullopt;
    Caller caller{Caller::Kind::standard_key, given.user};
    const CommunitySid& community = (*key)->community;
    if (community == model::account_community()) return caller;
    const auto names = services.communities.names();
    if (!names) return std::nullopt;
    const auto named = std::find_if(names->begin(), names->end(),
                                    [&](const auto& name) { return name.sid == community; });
    if (named == names->end()) return std::nullopt;
    caller.kind = Caller::Kind::community_key;
    caller.community = community;
    caller.community_code = named->code;
    return caller;
}

// Whose document a path below /twiml/ is; nothing: nobody's, or the account's own.
std::optional<CommunityName> community_of_document(const ApiServices& services,
                                                   std::string_view path) {
    next_segment(path);
    const auto first = next_segment(path);
    const auto names = services.communities.names();
    if (!names) return std::nullopt;
    std::optional<CommunitySid> owner;
    if (first == "documents") {
        const auto document =
            services.resources.find(store::ResourceKind::document, std::string(next_segment(path)));
        if (document && *document) owner = (*document)->community;
    }
    const auto found = std::find_if(names->begin(), names->end(), [&](const CommunityName& name) {
        return owner ? name.sid == *owner : name.code == first;
    });
    return found == names->end() ? std::nullopt : std::optional(*found);
}

// Signed with a community's own secret, and for a document of that community.
std::optional<Caller> find_signing_community(const ApiOptions& options, const ApiServices& services,
                                             const http::Request& request) {
    if (!request.headers.find("X-Twilio-Signature")) return std::nullopt;
    const auto owner = community_of_document(services, without_suffix(request.path));
    if (!owner) return std::nullopt;
    const auto secret = services.signing_secrets.of(owner->sid);
    if (!http::has_valid_signature(secret.reveal(), options.public_url, request))
        return std::nullopt;
    Caller caller{Caller::Kind::webhook};
    caller.community = owner->sid;
    caller.community_code = owner->code;
    return caller;
}

// Signed with our account's token, or with that of our account at Twilio.
bool is_webhook(const ApiOptions& options, const http::Request& request) {
    const auto is_signed = [&](const model::Secret& token) {
        return http::has_valid_signature(token.reveal(), options.public_url, request);
    };
    return is_signed(options.auth_token) ||
           (options.twilio_token && is_signed(*options.twilio_token));
}

http::Response too_many(seconds wait, std::string_view path) {
    auto response = refusal_response({20429}, path);
    response.headers.add("Retry-After", std::to_string(wait.count()));
    return response;
}

using Identified = tl::expected<Caller, http::Response>;

Identified identify_by_credentials(const ApiOptions& options, const ApiServices& services,
                                   RateLimits& limits, const http::Request& request,
                                   const http::BasicCredentials& given) {
    if (const auto wait = limits.refuses(request.remote_address, given))
        return tl::unexpected(too_many(*wait, request.path));
    auto caller = is_account(options, given) ? std::optional(Caller{}) : find_key(services, given);
    if (!caller) {
        limits.failed(request.remote_address);
        return tl::unexpected(refusal_response({20003}, request.path));
    }
    limits.let_in(request.remote_address, given);
    if (const auto wait = limits.take(given.user))
        return tl::unexpected(too_many(*wait, request.path));
    return std::move(*caller);
}

Identified identify(const ApiOptions& options, const ApiServices& services, RateLimits& limits,
                    const http::Request& request) {
    if (request.path.starts_with("/twiml/") && is_webhook(options, request))
        return Caller{Caller::Kind::webhook};
    if (request.path.starts_with("/twiml/"))
        if (auto caller = find_signing_community(options, services, request)) return *caller;
    const auto given = http::basic_credentials(request.headers);
    if (!given) return tl::unexpected(refusal_response({20003}, request.path));
    return identify_by_credentials(options, services, limits, request, *given);
}

}  // namespace

std::optional<http::Response> check_access(const ApiOptions& options, const ApiServices& services,
                                           RateLimits& limits, http::Request& request) {
    if (request.path == "/healthz") {
        request.caller = Caller{};
        return std::nullopt;
    }
    auto caller = request.caller.has_value() ? Identified(Caller{})
                                             : identify(options, services, limits, request);
    if (!caller) return std::move(caller.error());
    request.caller = *caller;
    const bool has_key = caller->kind == Caller::Kind::community_key;
    if (has_key && !is_for_communities(request.method, request.path))
        return refusal_response({20404}, request.path);
    if (caller->kind == Caller::Kind::standard_key && is_of_the_account(request.path))
        return refusal_response({20003}, request.path);
    // Another account's SID looks like one that does not exist (errors.md, section 8).
    auto rest = below_accounts(request.path);
    if (rest && !rest->empty() && next_segment(*rest) != options.account.str())
        return refusal_response({20404}, request.path);
    return std::nullopt;
}

}  // namespace skyn3t::rest
