#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace skyn3t::http {

// Name and value pairs in the order they came; a name may be repeated, and names are
// case-sensitive.
class Params {
  public:
    using Pair = std::pair<std::string, std::string>;

    Params() = default;
    Params(std::initializer_list<Pair> pairs) : pairs_(pairs) {}

    void add(std::string name, std::string value) {
        pairs_.emplace_back(std::move(name), std::move(value));
    }
    // The first value of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> find_all(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }

    bool empty() const { return pairs_.empty(); }
    std::size_t size() const { return pairs_.size(); }
    auto begin() const { return pairs_.begin(); }
    auto end() const { return pairs_.end(); }
    bool operator==(const Params&) const = default;

  private:
    std::vector<Pair> pairs_;
};

// application/x-www-form-urlencoded, as WHATWG URL section 5 writes it: a space is "+".
[[nodiscard]] std::string encode_form(const Params& params);

struct FormLimits {
    std::size_t octets = 1024 * 1024;
    std::size_t pairs = 1000;
};
// A body or a query string. Errc::parse_error for a broken escape, a NUL or what is not UTF-8;
// Errc::too_large.
[[nodiscard]] Result<Params> parse_form(std::string_view text, const FormLimits& limits = {});

// RFC 3986, section 2.1: everything but unreserved characters is escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);
// nullopt for a broken escape. "+" stays "+": this is for path segments and user-info.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace skyn3t::http
