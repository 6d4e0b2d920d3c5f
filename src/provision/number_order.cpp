#include "provision/number_order.hpp"

#include <charconv>
#include <optional>

#include "base/text.hpp"

namespace skyn3t::provision {
namespace {

constexpr double kHighestLimit = 1000;  // USD a month: what is above is a slip of the pen

bool is_sid(std::string_view text, std::string_view prefix) {
    return text.size() == 34 && text.starts_with(prefix) &&
           text.find_first_not_of("0123456789abcdefABCDEF", prefix.size()) == std::string::npos;
}

bool has_only(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
}

// "5", "5.00", "5.00 USD"
std::optional<double> parse_price(std::string_view text) {
    if (text.ends_with("USD")) text = trim(text.substr(0, text.size() - 3));
    if (text.empty() || !has_only(text, "0123456789.")) return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (!is_whole || value <= 0 || value > kHighestLimit) return std::nullopt;
    return value;
}

}  // namespace

bool set_order(NumberOrder& order, std::string_view key, const std::string& written) {
    if (key == "country") {
        order.country = written;
        return !model::calling_code_of(written).empty();
    }
    if (key == "area") {
        order.area = written;
        return written.size() <= 4 && has_only(written, "0123456789");
    }
    if (key == "contains") {
        order.contains = written;
        return written.size() >= 2 && written.size() <= 16 && has_only(written, "0123456789*");
    }
    if (key == "max_price") {
        const auto price = parse_price(written);
        order.most = price.value_or(order.most);
        return price.has_value();
    }
    const bool is_address = key == "address";
    (is_address ? order.address : order.bundle) = written;
    return is_sid(written, is_address ? "AD" : "BU");
}

std::string_view order_example(std::string_view key) {
    if (key == "country") return "CL";
    if (key == "area") return "\"2\"";
    if (key == "contains") return "\"5622914\"";
    if (key == "max_price") return "5.00 (USD)";
    return key == "address" ? "AD0123... (34)" : "BU0123... (34)";
}

std::string longest_number(const NumberOrder& order) {
    return order.country == "CL" ? "+56900000000" : "+000000000000000";
}

const std::vector<std::string_view>& number_type_words() {
    static const std::vector<std::string_view> kWords{"local", "mobile", "national", "toll-free"};
    return kWords;
}

}  // namespace skyn3t::provision
