#include "model/alert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skyn3t::model {
namespace {

// errors.md: what is an error; any other code is a warning. First and last.
constexpr auto kErrors = std::to_array<std::pair<int, int>>({
    {10001, 10004}, {11100, 11999}, {12100, 12102}, {12300, 12400}, {13201, 13201}, {13231, 13231},
    {13238, 13240}, {13247, 13247}, {13257, 13257}, {13325, 13325}, {13338, 13340}, {13420, 13420},
    {13621, 13621}, {13750, 13750}, {13801, 13802}, {14201, 14206}, {15000, 15002}, {15004, 15009},
    {16001, 16028}, {32001, 32001}, {32010, 32010}, {32013, 32013}, {32016, 32018}, {32022, 32022},
    {32106, 32106}, {32115, 32115}, {32200, 32210}, {32216, 32223},
});

}  // namespace

std::string_view to_string(AlertLevel level) {
    return level == AlertLevel::error ? "error" : "warning";
}

AlertLevel level_of(int twilio_code) {
    const auto holds = [&](const auto& range) {
        return twilio_code >= range.first && twilio_code <= range.second;
    };
    return std::any_of(kErrors.begin(), kErrors.end(), holds) ? AlertLevel::error
                                                              : AlertLevel::warning;
}

}  // namespace skyn3t::model
