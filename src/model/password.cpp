#include "model/password.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"

namespace skyn3t::model {
namespace {

constexpr std::string_view kUpper = "ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::string_view kLower = "abcdefghijkmnpqrstuvwxyz";
constexpr std::string_view kDigits = "23456789";

// Without the bias of a plain modulus: what lies above the last whole multiple is drawn again.
char pick(std::string_view alphabet) {
    const auto size = static_cast<std::uint32_t>(alphabet.size());
    const std::uint32_t limit = UINT32_MAX - UINT32_MAX % size;
    std::uint32_t drawn = random_u32();
    while (drawn >= limit) drawn = random_u32();
    return alphabet[drawn % size];
}

}  // namespace

std::optional<PasswordFault> password_fault(std::string_view password) {
    const auto any = [&](auto&& test) {
        return std::any_of(password.begin(), password.end(), test);
    };
    if (password.size() < 12) return PasswordFault::too_short;
    if (password.size() > 128 || any([](char c) { return c < 0x21 || c > 0x7e; }))
        return PasswordFault::bad_character;
    if (!any([](char c) { return c >= 'A' && c <= 'Z'; })) return PasswordFault::no_upper_case;
    if (!any([](char c) { return c >= 'a' && c <= 'z'; })) return PasswordFault::no_lower_case;
    if (!any(is_digit)) return PasswordFault::no_digit;
    return std::nullopt;
}

Secret generate_password() {
    std::string text{pick(kUpper)};
    for (int i = 0; i < 11; ++i) text += pick(kLower);
    for (int i = 0; i < 4; ++i) text += pick(kDigits);
    return Secret(std::move(text));
}

}  // namespace skyn3t::model
