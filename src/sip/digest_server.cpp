#include "sip/digest_server.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "sip/digest.hpp"
#include "sip/message.hpp"

namespace skyn3t::sip {
namespace {

bool carries_credentials(HeaderId id) {
    return id == HeaderId::authorization || id == HeaderId::proxy_authorization;
}

// The credentials for our realm, of an algorithm that we compute if there are any such.
std::optional<DigestParams> find_credentials(const Message& request, std::string_view realm) {
    std::optional<DigestParams> found;
    for (std::size_t i = 0; i < request.field_count(); ++i) {
        const auto field = request.field(i);
        if (!carries_credentials(field.id)) continue;
        const auto params = DigestParams::parse(field.value);
        if (!params || params->realm != realm) continue;
        if (digest_algorithm_of(params->algorithm)) return *params;
        if (!found) found = *params;
    }
    return found;
}

std::string_view request_host(const Message& request) {
    const auto uri = UriView::parse(request.request_uri());
    return uri ? uri->host : std::string_view{};
}

// Who the request says it is from, when it has no credentials yet.
std::string claimed_user(const Message& request) {
    const auto address = request.method() == Method::register_ ? request.to() : request.from();
    if (!address) return {};
    const auto uri = UriView::parse(address->uri);
    return uri ? unescaped(uri->user) : std::string();
}

// RFC 7616 section 3.4: eight digits; some phones leave out the leading zeros.
std::optional<std::uint32_t> parse_nc(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// RFC 7616 section 3.4.6 wants the digest's URI to be the request's resource. Phones and proxies
// write another host, port or parameters, or no user at all (SIPp); but a digest for one number
// must not dial another.
bool is_for_request(std::string_view digest_uri, const Message& request) {
    if (digest_uri == request.request_uri()) return true;
    const auto digest = UriView::parse(digest_uri);
    const auto target = UriView::parse(request.request_uri());
    if (!digest || !target) return !digest && !target;
    return digest->user.empty() || unescaped(digest->user) == unescaped(target->user);
}

bool is_for(const Credential& credential, Purpose purpose) {
    return purpose == Purpose::registration ? credential.for_registrations : credential.for_calls;
}

// What a nonce is good for: this domain, and whoever is at this address. Were it good anywhere,
// somebody could get one here and then fail under the forged address of another, until that one is
// blocked.
std::string nonce_scope(const Domain& domain, const Endpoint& source) {
    std::string scope = domain.name;
    scope += '\n';
    const auto octets = source.is_v6 ? source.address.size() : 4u;
    scope.append(source.address.begin(),
                 source.address.begin() + static_cast<std::ptrdiff_t>(octets));
    return scope;
}

std::string_view user_agent_of(const Message& request) {
    return request.first(HeaderId::user_agent).value_or("");
}

Reply twilio_refusal(int status, std::string_view error) {
    return {.status = status, .reason = {}, .headers = {{"X-Twilio-Error", std::string(error)}}};
}

// One computation of a response, for one spelling of the user name. An unknown user's is done with
// a secret that nobody has, and so takes as long.
bool proves_ha1(const DigestParams& given, DigestAlgorithm algorithm, std::string_view ha1,
                std::string_view dummy, std::string_view method) {
    const auto expected = digest_response({.algorithm = algorithm,
                                           .ha1 = ha1.empty() ? dummy : ha1,
                                           .method = method,
                                           .uri = given.uri,
                                           .nonce = given.nonce,
                                           .nc = given.nc,
                                           .cnonce = given.cnonce,
                                           .qop = given.qop});
    return equal_in_constant_time(lower(given.response), expected) && !ha1.empty();
}

}  // namespace

std::string_view name_of(FailedProof::Wrong wrong) {
    switch (wrong) {
        case FailedProof::Wrong::user:
            return "user";
        case FailedProof::Wrong::domain:
            return "domain";
        case FailedProof::Wrong::use:
            return "use";
        case FailedProof::Wrong::password:
            return "password";
    }
    return "";
}

DigestServer::DigestServer(const CredentialSource& source, const Clock& clock,
                           DigestSettings settings)
    : source_(source),
      clock_(clock),
      settings_(std::move(settings)),
      nonces_(clock, settings_.nonce),
      limiter_(clock, settings_.limits),
      dummy_ha1_md5_(random_hex(16)),
      dummy_ha1_sha256_(random_hex(32)) {}

const Domain* DigestServer::domain_of(const Message& request) const {
    return source_.find_domain(request_host(request));
}

bool DigestServer::has_credentials(const Message& request) const {
    const Domain* domain = domain_of(request);
    return domain != nullptr && find_credentials(request, domain->realm).has_value();
}

DigestServer::Result DigestServer::check(const Message& request, Purpose purpose,
                                         const Endpoint& source, const IsAtHome& is_at_home) {
    const Domain* domain = domain_of(request);
    if (domain == nullptr) return Refuse{{.status = 404}};
    if (purpose == Purpose::registration && !domain->accepts_registrations)
        return Refuse{twilio_refusal(403, "32210 registration is not enabled on the domain")};

    const auto given = find_credentials(request, domain->realm);
    if (!given) return challenge({*domain, source, claimed_user(request)}, Freshness::first);
    const auto user = unescaped(given->username);
    const Asker asker{*domain, source, user};
    // Before anything is looked up. A stale nonce says nothing about the password, so it is no
    // failure.
    if (nonces_.check(given->nonce, nonce_scope(*domain, source)) == NonceBook::Status::stale)
        return challenge(asker, Freshness::stale);
    const Credential* named = source_.find_credential(*domain, user);
    const bool at_home = named != nullptr && is_at_home(named->community);
    if (!at_home && limiter_.blocked_by(source, user))
        return Refuse{twilio_refusal(403, "32202 too many bad user credentials")};
    const bool legacy = given->qop.empty();
    const auto algorithm = digest_algorithm_of(given->algorithm);
    if (!algorithm || *algorithm == DigestAlgorithm::sha512_256 ||
        (legacy ? !settings_.allow_without_qop : !iequals(given->qop, "auth")))
        return challenge(asker, Freshness::first);
    const auto nc = legacy ? std::nullopt : parse_nc(given->nc);
    if (!legacy && (!nc || given->cnonce.empty()))
        return Refuse{{.status = 400, .reason = "Bad nc or cnonce"}};

    const Proof proof{request, *given, *algorithm, user};
    const auto accepted = verify(proof, purpose, *domain);
    if (accepted.credential == nullptr) {
        note_failure(proof, purpose, asker, at_home);
        return challenge(asker, Freshness::first);
    }
    if (!is_for_request(given->uri, request))
        return Refuse{{.status = 400, .reason = "Digest URI Mismatch"}};
    const auto freshness = nc ? nonces_.use(given->nonce, *nc) : nonces_.use_once(given->nonce);
    if (freshness == NonceBook::Status::stale) return challenge(asker, Freshness::stale);
    return accepted;
}

// A failure that can block nobody is not counted, so that the list of blocks says what is true.
void DigestServer::note_failure(const Proof& proof, Purpose purpose, const Asker& asker,
                                bool is_at_home) {
    const Credential* named = source_.find_credential(asker.domain, asker.user);
    const Credential* elsewhere = source_.find_in_other_domain(asker.domain, asker.user);
    if (told_) {
        FailedProof failed{.source = asker.source,
                           .user = asker.user,
                           .domain = request_host(proof.request),
                           .user_agent = user_agent_of(proof.request),
                           .community = {},
                           .purpose = purpose};
        if (named != nullptr)
            failed.wrong =
                is_for(*named, purpose) ? FailedProof::Wrong::password : FailedProof::Wrong::use;
        else if (elsewhere != nullptr)
            failed.wrong = FailedProof::Wrong::domain;
        if (named != nullptr || elsewhere != nullptr)
            failed.community = (named != nullptr ? named : elsewhere)->community;
        told_(failed);
    }
    if (is_at_home) return;
    const auto known = named != nullptr ? GuessLimiter::User::known : GuessLimiter::User::unknown;
    const auto blocked = limiter_.note_failure(asker.source, asker.user, known);
    if (blocked)
        log::warn("blocked after wrong passwords blocked={} source={} last_user={}",
                  name_of(*blocked), asker.source.host(), quoted(asker.user, 64));
}

bool DigestServer::allows(const AddressOfRecord& aor, Purpose purpose) const {
    const Domain* domain = source_.find_domain(aor.domain);
    if (domain == nullptr || domain->name != aor.domain) return false;
    const Credential* credential = source_.find_credential(*domain, aor.user);
    return credential != nullptr && credential->community == aor.community &&
           is_for(*credential, purpose);
}

bool DigestServer::proves(const Proof& proof, const PasswordDigests* password) const {
    const bool md5 = proof.algorithm == DigestAlgorithm::md5;
    const std::string_view dummy = md5 ? dummy_ha1_md5_ : dummy_ha1_sha256_;
    std::string_view ha1, escaped_ha1;
    if (password != nullptr) {
        ha1 = md5 ? password->md5 : password->sha256;
        escaped_ha1 = md5 ? password->md5_escaped : password->sha256_escaped;
    }
    const auto method = proof.request.method_name();
    bool proven = proves_ha1(proof.given, proof.algorithm, ha1, dummy, method);
    // A phone that spells the name with %2B hashes that, or the plain one.
    if (proof.user != proof.given.username)
        proven |= proves_ha1(proof.given, proof.algorithm, escaped_ha1, dummy, method);
    return proven;
}

DigestServer::Accepted DigestServer::verify(const Proof& proof, Purpose purpose,
                                            const Domain& domain) const {
    const Credential* credential = source_.find_credential(domain, proof.user);
    if (credential != nullptr && !is_for(*credential, purpose)) credential = nullptr;
    if (proves(proof, credential != nullptr ? &credential->password : nullptr))
        return {&domain, credential, credential->generation};
    // Only where a password was changed a short while ago: no other phone pays for it.
    if (credential != nullptr && credential->previous &&
        clock_.wall() < credential->previous->until &&
        proves(proof, &credential->previous->password))
        return {&domain, credential, credential->generation - 1};
    return {&domain, nullptr};
}

Challenge DigestServer::challenge(const Asker& asker, Freshness freshness) const {
    const auto& [domain, source, user] = asker;
    const bool www = settings_.challenge == DigestSettings::Kind::www;
    const std::string_view name = www ? "WWW-Authenticate" : "Proxy-Authenticate";
    const Credential* credential = source_.find_credential(domain, user);
    const auto nonce = nonces_.make(nonce_scope(domain, source));
    const bool stale = freshness == Freshness::stale;
    const auto value = [&](DigestAlgorithm algorithm) {
        return fmt::format("Digest realm={}, nonce=\"{}\", {}algorithm={}, qop=\"auth\"",
                           quoted_string(domain.realm), nonce, stale ? "stale=true, " : "",
                           name_of(algorithm));
    };
    Challenge challenge{{.status = static_cast<int>(settings_.challenge)}, stale};
    const bool to_unknown = source_.offers_sha256_to_unknown(domain, user);
    // RFC 8760 section 2.3: one field for each, the preferred one first.
    if (credential != nullptr ? credential->offers_sha256 : to_unknown)
        challenge.reply.headers.emplace_back(name, value(DigestAlgorithm::sha256));
    challenge.reply.headers.emplace_back(name, value(DigestAlgorithm::md5));
    return challenge;
}

}  // namespace skyn3t::sip
