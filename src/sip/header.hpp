#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sip/uri.hpp"

// Header names and typed header values. Every typed value is a view into the text that it was
// parsed from (usually a Message) and must not outlive it. A parser takes one value, without the
// commas of a list.
namespace skyn3t::sip {

enum class HeaderId : std::uint8_t {
    other,  // asked for by name
    accept,
    accept_encoding,
    accept_language,
    alert_info,
    allow,
    allow_events,
    authentication_info,
    authorization,
    call_id,
    call_info,
    contact,
    content_disposition,
    content_encoding,
    content_language,
    content_length,
    content_type,
    cseq,
    date,
    diversion,
    error_info,
    event,
    expires,
    flow_timer,
    from,
    history_info,
    in_reply_to,
    info_package,
    max_forwards,
    mime_version,
    min_expires,
    min_se,
    organization,
    p_asserted_identity,
    p_preferred_identity,
    path,
    priority,
    privacy,
    proxy_authenticate,
    proxy_authorization,
    proxy_require,
    rack,
    reason,
    record_route,
    recv_info,
    refer_sub,
    refer_to,
    referred_by,
    remote_party_id,
    replaces,
    reply_to,
    request_disposition,
    require,
    retry_after,
    route,
    rseq,
    server,
    service_route,
    session_expires,
    sip_etag,
    sip_if_match,
    subject,
    subscription_state,
    supported,
    timestamp,
    to,
    unsupported,
    user_agent,
    user_to_user,
    via,
    warning,
    www_authenticate,
};

// The name as the standard writes it ("Call-ID"); empty for `other`.
[[nodiscard]] std::string_view name_of(HeaderId id);
// Long and compact forms, any case; `other` when unknown.
[[nodiscard]] HeaderId header_id(std::string_view name);

enum class Method : std::uint8_t {
    other,  // Message::method_name() has its text
    invite,
    ack,
    bye,
    cancel,
    options,
    register_,
    info,
    message,
    notify,
    prack,
    publish,
    refer,
    subscribe,
    update,
};
// Methods are case-sensitive (RFC 3261 §7.1): "invite" is `other`.
[[nodiscard]] Method method_of(std::string_view name);
[[nodiscard]] std::string_view name_of(Method method);

// The text inside a quoted-string with its \-escapes resolved; any other text as it is.
[[nodiscard]] std::string unquoted(std::string_view text);
// The reverse: text as a quoted-string, control bytes replaced by spaces.
[[nodiscard]] std::string quoted_string(std::string_view text);
[[nodiscard]] bool is_token(std::string_view text);

// Takes the next value off a comma-separated list; commas inside quotes and angle brackets do not
// separate. Leaves `rest` empty at the end.
[[nodiscard]] std::string_view next_list_value(std::string_view& rest);

enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss, other };
[[nodiscard]] Transport transport_of(std::string_view name);
[[nodiscard]] std::string_view name_of(Transport transport);  // "UDP" as in Via; empty for `other`

// RFC 3261 §20.42, RFC 3581.
struct Via {
    Transport transport = Transport::other;
    std::string_view transport_name;
    std::string_view host;  // an IPv6 address without its brackets
    std::optional<std::uint16_t> port;
    Params params;
    std::string_view branch;  // empty when absent
    std::optional<std::string_view> received;
    std::optional<std::string_view> maddr;
    bool wants_rport = false;  // the parameter is there, with or without a value
    std::optional<std::uint16_t> rport;

    // Succeeds when the sent-by is readable, since an answer finds its way then;
    // params.well_formed() judges the rest.
    [[nodiscard]] static Result<Via> parse(std::string_view value);
    // False for RFC 2543 peers: no magic cookie, or nothing after it (RFC 4475 §3.2.1).
    [[nodiscard]] bool has_magic_cookie() const;
    [[nodiscard]] std::uint16_t port_or_default() const;
};

// From, To, Contact, Route, Record-Route, Path, Refer-To, P-Asserted-Identity ...
struct NameAddr {
    std::string_view display_name;  // as written; unquoted() makes it readable
    std::string_view uri;           // without angle brackets
    Params params;                  // the header's, not the URI's
    std::string_view text;          // all of it

    [[nodiscard]] static Result<NameAddr> parse(std::string_view value);
    [[nodiscard]] std::string_view tag() const;  // empty when absent
    // Contact only; nullopt when absent, an error when it is no number. A larger one than fits
    // counts as the largest (RFC 3261 §20.19: malformed values may be read so).
    [[nodiscard]] Result<std::optional<std::chrono::seconds>> expires() const;
    [[nodiscard]] unsigned q_thousandths() const;  // 0..1000; 1000 when absent or malformed
};

struct CSeq {
    std::uint32_t number = 0;
    std::string_view method;
    [[nodiscard]] static Result<CSeq> parse(std::string_view value);
};

// RFC 3262 §7.2.
struct RAck {
    std::uint32_t rseq = 0;
    CSeq cseq;
    [[nodiscard]] static Result<RAck> parse(std::string_view value);
};

// Content-Type, Accept.
struct MediaType {
    std::string_view type;
    std::string_view subtype;
    Params params;
    [[nodiscard]] static Result<MediaType> parse(std::string_view value);
    [[nodiscard]] bool is(std::string_view type_name, std::string_view subtype_name) const;
};

// A value followed by parameters: Event, Session-Expires, Retry-After, Content-Disposition, Reason
// ...
struct ValueWithParams {
    std::string_view value;
    Params params;
    [[nodiscard]] static ValueWithParams parse(std::string_view value);
};

// Authorization and Proxy-Authorization, WWW-Authenticate and Proxy-Authenticate: the same grammar.
// Values are without their quotes, with escapes as they came, which is what the digest is computed
// over.
struct DigestParams {
    std::string_view username, realm, nonce, uri, response, algorithm, cnonce, opaque, qop, nc,
        domain;
    bool stale = false;
    // unsupported: the scheme is not Digest; parse_error otherwise.
    [[nodiscard]] static Result<DigestParams> parse(std::string_view value);
};

// 1*DIGIT with optional white space around it.
[[nodiscard]] Result<std::uint64_t> parse_number(std::string_view value, std::uint64_t maximum);
// Expires, Min-Expires, Session-Expires' first part, Min-SE: up to 2^32-1, what is larger counts as
// that.
[[nodiscard]] Result<std::chrono::seconds> parse_delta_seconds(std::string_view value);

}  // namespace skyn3t::sip
