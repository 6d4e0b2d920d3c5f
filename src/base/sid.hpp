#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"

namespace skyn3t {

// Two letters as a template argument, so that every kind of SID is a type of its own.
struct SidPrefix {
    char letters[2];
    consteval SidPrefix(const char (&text)[3]) : letters{text[0], text[1]} {}
    constexpr std::string_view view() const { return {letters, 2}; }
};

// The one id type: Twilio's SID, two letters and 32 lower-case hexadecimal digits (rest-api.md, 1).
// An empty Sid is "none"; it is what a default-constructed one holds.
template <SidPrefix Prefix>
class Sid {
  public:
    Sid() = default;

    [[nodiscard]] static Sid generate() { return Sid(std::string(Prefix.view()) + random_hex(16)); }
    [[nodiscard]] static Result<Sid> parse(std::string_view text) {
        const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        if (text.size() != 34 || !text.starts_with(Prefix.view()) ||
            !std::all_of(text.begin() + 2, text.end(), is_hex))
            return fail(Errc::invalid_argument, "not a " + std::string(Prefix.view()) + " SID: \"" +
                                                    std::string(text) + "\"");
        return Sid(std::string(text));
    }

    const std::string& str() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const Sid&) const = default;

  private:
    explicit Sid(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

using AccountSid = Sid<"AC">;
using CallSid = Sid<"CA">;
using NumberSid = Sid<"PN">;
using DomainSid = Sid<"SD">;
using CredentialListSid = Sid<"CL">;
using CredentialSid = Sid<"CR">;
using CommunitySid = Sid<"CM">;  // ours: Twilio has no communities
using VerificationSid = Sid<"VN">;

}  // namespace skyn3t

template <skyn3t::SidPrefix Prefix>
struct std::hash<skyn3t::Sid<Prefix>> {
    std::size_t operator()(const skyn3t::Sid<Prefix>& sid) const noexcept {
        return std::hash<std::string>{}(sid.str());
    }
};
