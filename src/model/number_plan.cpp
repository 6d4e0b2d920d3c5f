#include "model/number_plan.hpp"

#include <phonenumbers/phonenumberutil.h>

namespace skyn3t::model {

std::string calling_code_of(const std::string& country) {
    using i18n::phonenumbers::PhoneNumberUtil;
    const int code = PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(country);
    return code > 0 ? std::to_string(code) : std::string();
}

std::optional<NumberType> parse_number_type(std::string_view word) {
    for (const auto type :
         {NumberType::local, NumberType::mobile, NumberType::national, NumberType::toll_free})
        if (word == to_string(type)) return type;
    return std::nullopt;
}

std::string_view to_string(NumberType type) {
    switch (type) {
        case NumberType::mobile:
            return "mobile";
        case NumberType::national:
            return "national";
        case NumberType::toll_free:
            return "toll-free";
        default:
            return "local";
    }
}

}  // namespace skyn3t::model
