#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/number_plan.hpp"

namespace skyn3t::provision {

// `number: buy`: what number is to be bought at Twilio for a community that has none.
struct NumberOrder {
    std::string country = "CL";
    model::NumberType type = model::NumberType::local;
    std::string area;      // the digits behind the country code that it begins with
    std::string contains;  // digits, and * for any
    double most = 10;      // USD a month; above it nothing is bought
    // SIDs of what Twilio asks for; empty: the only one in the account that fits.
    std::string address, bundle;
    bool operator==(const NumberOrder&) const = default;
};

// What a key of the manifest says. False: it cannot be that.
[[nodiscard]] bool set_order(NumberOrder& order, std::string_view key, const std::string& written);
[[nodiscard]] std::string_view order_example(std::string_view key);
// As long as a number of the order's country may be: what user names are made with stands for it.
[[nodiscard]] std::string longest_number(const NumberOrder& order);

[[nodiscard]] const std::vector<std::string_view>& number_type_words();

}  // namespace skyn3t::provision
