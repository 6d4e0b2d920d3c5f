#include "model/dialling.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "base/text.hpp"

namespace skyn3t::model {
namespace {

using i18n::phonenumbers::PhoneNumberUtil;
using PlanNumber = i18n::phonenumbers::PhoneNumber;

constexpr std::string_view kHome = "+56";

// chile.md keeps the sources: today's numbers have nine digits, 600 up to eleven. A number may be
// in no operator's range (portability, new ranges): its shape decides.
Destination destination_in_chile(std::string_view national) {
    if (national.starts_with("600") || national.starts_with("800") || national.starts_with("809"))
        return Destination::national;
    // 700 is charged by the minute. 1XY is a carrier's code, behind which a 0 leads abroad.
    if (national.size() != 9 || national[0] == '1' || national.starts_with("70"))
        return Destination::premium;
    if (national[0] == '9') return Destination::mobile;
    return national[0] == '8' ? Destination::premium : Destination::local;
}

// What the plan of its country holds for dear, or does not hold at all: numbers of no range are
// what fraud is made of.
Destination destination_abroad(const PlanNumber& number) {
    switch (PhoneNumberUtil::GetInstance()->GetNumberType(number)) {
        case PhoneNumberUtil::FIXED_LINE:
        case PhoneNumberUtil::MOBILE:
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        case PhoneNumberUtil::TOLL_FREE:
            break;
        default:
            return Destination::premium;
    }
    std::string region;
    PhoneNumberUtil::GetInstance()->GetRegionCodeForNumber(number, &region);
    // "001" is the plan's word for a code of no country: satellites, besides +800.
    const bool is_nowhere = region == "001" && number.country_code() != 800;
    return is_nowhere ? Destination::premium : Destination::international;
}

// 13226: there is no such country; 13224: the country has no such number.
int fault_of_number(std::string_view text) {
    PlanNumber parsed;
    const auto fault = PhoneNumberUtil::GetInstance()->Parse(std::string(text), "ZZ", &parsed);
    return fault == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR ? 13226 : 13224;
}

// Who calls is not ours to show: the carrier knows whose the trunk is, and refuses or replaces it.
// The community's number stands for it.
int choose_shown(const DialOrder& order, const ShownNumbers& numbers, std::string& shown) {
    if (numbers.may_show(order.shown)) {
        shown = order.shown;
        return 0;
    }
    if (order.is_shown_chosen) return 13214;
    shown = numbers.own_number();
    return shown.empty() ? 13214 : 0;
}

DialVerdict judge_emergency(const DialOrder& order, const ShownNumbers& numbers) {
    if (order.by != Dialler::phone) return {13225, {}};
    DialVerdict verdict;
    verdict.shown = numbers.may_show(order.shown) ? std::string(order.shown) : numbers.own_number();
    return verdict;
}

}  // namespace

std::string_view to_string(Destination kind) {
    switch (kind) {
        case Destination::local:
            return "local";
        case Destination::mobile:
            return "mobile";
        case Destination::national:
            return "national";
        case Destination::international:
            return "international";
        case Destination::premium:
            break;
    }
    return "premium";
}

std::optional<Destination> parse_destination(std::string_view word) {
    for (const auto kind : kDestinations)
        if (to_string(kind) == word) return kind;
    return std::nullopt;
}

Destination destination_of(const PhoneNumber& number) {
    const std::string_view text = number.str();
    if (text.starts_with(kHome)) return destination_in_chile(text.substr(kHome.size()));
    PlanNumber parsed;
    if (PhoneNumberUtil::GetInstance()->Parse(std::string(text), "ZZ", &parsed) !=
        PhoneNumberUtil::NO_PARSING_ERROR)
        return Destination::premium;
    return destination_abroad(parsed);
}

MayDial MayDial::chile() {
    MayDial chile(0);
    for (const auto kind : {Destination::local, Destination::mobile, Destination::national})
        chile.add(kind);
    return chile;
}

MayDial MayDial::from_text(std::string_view text) {
    MayDial set(0);
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (const auto kind = parse_destination(trim(text.substr(0, end)))) set.add(*kind);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return set;
}

std::string MayDial::text() const {
    std::string text;
    for (const auto kind : kDestinations)
        if (allows(kind)) text.append(text.empty() ? "" : ", ").append(to_string(kind));
    return text;
}

DialVerdict judge_dialling(const DialOrder& order, const MayDial& may_dial,
                           const ShownNumbers& numbers, const EmergencyNumbers& emergency) {
    if (emergency.classify(order.number)) return judge_emergency(order, numbers);
    const auto number = PhoneNumber::parse_e164(order.number);
    if (!number) return {fault_of_number(order.number), {}};
    DialVerdict verdict;
    verdict.kind = destination_of(*number);
    if (!may_dial.allows(*verdict.kind))
        verdict.refused = verdict.kind == Destination::premium ? 13225 : 13227;
    else
        verdict.refused = choose_shown(order, numbers, verdict.shown);
    return verdict;
}

}  // namespace skyn3t::model
