#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace skyn3t::sip {

struct Param {
    std::string_view name;
    std::string_view value;  // as written, quotes included; empty when there is none
};

// `;name=value;name` of a URI or a header, read when asked. A view, as the text it was cut from.
class Params {
  public:
    Params() = default;
    explicit Params(std::string_view text) : text_(text) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    // Names compare without case. The value is as written; "" for a name without a value.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
    // Takes the next parameter off `rest`, which starts as text(); nullopt at the end. What is not
    // a name with a value is skipped, so the grammar's judgement is well_formed()'s.
    [[nodiscard]] static std::optional<Param> next(std::string_view& rest);
    [[nodiscard]] bool well_formed() const;

  private:
    std::string_view text_;  // empty, or starts with ';'
};

enum class Scheme : std::uint8_t { sip, sips, tel, other };

// A URI as views into its text, parsed in place. Unknown schemes keep only `scheme_name` and
// `text`.
struct UriView {
    std::string_view text;
    Scheme scheme = Scheme::other;
    std::string_view scheme_name;
    std::string_view user;      // still escaped; the number of a tel: URI; empty when absent
    std::string_view password;  // still escaped
    std::string_view host;      // an IPv6 reference without its brackets
    bool is_ipv6 = false;
    std::optional<std::uint16_t> port;
    Params params;
    std::string_view headers;  // after '?'

    // invalid_argument names the fault. At most 1024 bytes.
    [[nodiscard]] static Result<UriView> parse(std::string_view text);
    [[nodiscard]] bool is_sip() const { return scheme == Scheme::sip || scheme == Scheme::sips; }
    [[nodiscard]] bool is_loose_route() const { return params.has("lr"); }
};

// "user@host" as people compare it: every escape resolved, so that `+56229145248-office` and
// `%2B56229145248-office` are one user; host in lower case; no scheme, port, password or
// parameters. tel: gives its number without visual separators. "host" alone when there is no user.
[[nodiscard]] std::string address_of_record_key(const UriView& uri);
[[nodiscard]] std::string unescaped(std::string_view text);
// A user part that may stand before '@': what the grammar does not allow there is escaped.
[[nodiscard]] std::string escaped_user(std::string_view user);
// Whom the URI names, in the form that directories and logs know: the number when its user part is
// a telephone-subscriber (RFC 3966), however it is written and whatever follows it; the plain user
// otherwise, and empty when there is none.
[[nodiscard]] std::string named_party(const UriView& uri);
// RFC 3261 §19.1.4, with the user compared after all escapes are resolved (sip-stack.md section 9,
// 1).
[[nodiscard]] bool equivalent(const UriView& a, const UriView& b);

// A SIP URI to be written: the parts are plain, text() escapes them.
struct Uri {
    Scheme scheme = Scheme::sip;
    std::string user;
    std::string host;  // an IPv6 address with or without brackets
    std::optional<std::uint16_t> port;
    std::string params;  // as written: empty, or ";transport=tcp;lr"
    [[nodiscard]] std::string text() const;
};

}  // namespace skyn3t::sip
