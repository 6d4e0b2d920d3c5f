#include "model/phone_number.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::model {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;
using Parsed = i18n::phonenumbers::PhoneNumber;

constexpr std::size_t kMaxWritten = 40;  // longer text is not a telephone number

std::string digits_of(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
    return digits;
}

bool has_only_punctuation(std::string_view text) {
    const auto plus = text.find('+', 1);
    return plus == std::string_view::npos &&
           text.find_first_not_of("+0123456789 ()-./") == std::string_view::npos;
}

// Forms from before 6 February 2016, still found in address books: the trunk prefix 0, 09 before a
// mobile, and eight digits without the area. What is left is today's nine digits; empty when it is
// not an old form.
std::string from_old_chilean_form(std::string_view text) {
    if (text.starts_with('+')) return {};
    std::string digits = digits_of(text);
    if (digits.starts_with("00")) return {};  // international prefix
    const bool trunk_prefix = digits.starts_with('0');
    if (trunk_prefix) digits.erase(0, 1);
    if (digits.size() == 9) return trunk_prefix ? digits : "";
    if (digits.size() != 8) return {};
    if (digits[0] == '2') return "2" + digits;                      // Santiago
    if (digits[0] >= '6' && digits[0] <= '9') return "9" + digits;  // mobile
    return {};
}

}  // namespace

Result<PhoneNumber> PhoneNumber::parse_e164(std::string_view text) {
    if (text.size() < 2 || text[0] != '+' || text.size() > 16 ||
        !std::all_of(text.begin() + 1, text.end(), is_digit))
        return fail(Errc::invalid_argument, "not an E.164 number: " + quoted(text, 40));
    auto reading = NumberReading::parse(text);
    if (!reading) return tl::unexpected(reading.error());
    return reading->number;
}

Result<NumberReading> NumberReading::parse(std::string_view text, std::string_view region) {
    text = trim(text);
    if (text.empty() || text.size() > kMaxWritten || !has_only_punctuation(text))
        return fail(Errc::invalid_argument, "not a telephone number: " + quoted(text, 40));

    NumberReading reading;
    std::string written(text);
    if (region == "CL") {
        if (std::string modern = from_old_chilean_form(text); !modern.empty()) {
            written = std::move(modern);
            reading.old_form = true;
        }
    }
    const PhoneNumberUtil& plan = *PhoneNumberUtil::GetInstance();
    Parsed parsed;
    if (plan.Parse(written, std::string(region), &parsed) != PhoneNumberUtil::NO_PARSING_ERROR ||
        plan.IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE)
        return fail(Errc::invalid_argument, "not a possible telephone number: " + quoted(text, 40));
    std::string e164;
    plan.Format(parsed, PhoneNumberUtil::E164, &e164);
    reading.number = PhoneNumber(std::move(e164));
    reading.valid = plan.IsValidNumber(parsed);
    return reading;
}

std::string format_international(const PhoneNumber& number) {
    const PhoneNumberUtil& plan = *PhoneNumberUtil::GetInstance();
    Parsed parsed;
    if (plan.Parse(number.str(), "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR)
        return number.str();
    std::string text;
    plan.Format(parsed, PhoneNumberUtil::INTERNATIONAL, &text);
    return text;
}

NumberType type_of(const PhoneNumber& number) {
    const PhoneNumberUtil& plan = *PhoneNumberUtil::GetInstance();
    Parsed parsed;
    if (plan.Parse(number.str(), "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR)
        return NumberType::local;
    switch (plan.GetNumberType(parsed)) {
        case PhoneNumberUtil::MOBILE:
            return NumberType::mobile;
        case PhoneNumberUtil::TOLL_FREE:
            return NumberType::toll_free;
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
            // The plan's ranges overlap; in Chile a 9 in front is a mobile (chile.md, D.1).
            return number.str().starts_with("+569") ? NumberType::mobile : NumberType::local;
        case PhoneNumberUtil::FIXED_LINE:
        case PhoneNumberUtil::UNKNOWN:
            return NumberType::local;
        default:
            return NumberType::national;
    }
}

std::string country_of(const PhoneNumber& number) {
    const PhoneNumberUtil& plan = *PhoneNumberUtil::GetInstance();
    Parsed parsed;
    if (plan.Parse(number.str(), "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    std::string region;
    plan.GetRegionCodeForCountryCode(parsed.country_code(), &region);
    // "001" is the plan's word for a code of no country, "ZZ" for an unknown one.
    return region == "001" || region == "ZZ" ? std::string() : region;
}

std::string with_plus(std::string_view text) {
    // E.164: at most 15 digits; what has fewer than 7 is a short number.
    const bool is_number = text.size() >= 7 && text.size() <= 15 && text.front() != '0' &&
                           text.find_first_not_of("0123456789") == std::string_view::npos;
    return (is_number ? "+" : "") + std::string(text);
}

}  // namespace skyn3t::model
