#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "model/phone_number.hpp"
#include "rest/paging.hpp"
#include "rest/resource_kinds.hpp"

namespace skyn3t::rest {
namespace {

using model::NumberType;
using model::PhoneNumber;
using store::ResourceKind;

// Of Twilio's types; no number of a pool is of the last two.
using OfferedType = std::optional<NumberType>;
constexpr std::pair<std::string_view, OfferedType> kTypes[]{
    {"Local", NumberType::local},       {"Mobile", NumberType::mobile},
    {"National", NumberType::national}, {"TollFree", NumberType::toll_free},
    {"SharedCost", std::nullopt},       {"Voip", std::nullopt}};

std::string name_of(const std::string& country) {
    static const std::map<std::string_view, std::string_view> kNames{
        {"AR", "Argentina"}, {"BO", "Bolivia"},       {"BR", "Brazil"}, {"CL", "Chile"},
        {"CO", "Colombia"},  {"EC", "Ecuador"},       {"ES", "Spain"},  {"MX", "Mexico"},
        {"PE", "Peru"},      {"US", "United States"}, {"UY", "Uruguay"}};
    const auto found = kNames.find(country);
    return found == kNames.end() ? country : std::string(found->second);
}

// Digits with "*" for any one of them, anywhere in the number (rest-api.md, 4.1).
bool contains(std::string_view number, std::string_view pattern) {
    for (std::size_t at = 0; at + pattern.size() <= number.size(); ++at) {
        std::size_t i = 0;
        while (i < pattern.size() && (pattern[i] == '*' || pattern[i] == number[at + i])) ++i;
        if (i == pattern.size()) return true;
    }
    return false;
}

// The pool that the operator configured, without what is taken.
class AvailableNumbers {
  public:
    explicit AvailableNumbers(SharedContext context) : context_(std::move(context)) {}

    Checked<http::Response> countries(const http::Request&) const {
        Json list = Json::array();
        for (const std::string& country : offered()) list.push_back(to_json(country));
        return json_response(
            {{"countries", list}, {"uri", context_->uri("AvailablePhoneNumbers.json")}});
    }

    Checked<http::Response> country(const http::Request& request) const {
        const std::string& country = request.path_value("CountryCode");
        if (!offered().contains(country)) return refuse(20404);
        return json_response(to_json(country));
    }

    Checked<http::Response> numbers(const http::Request& request, std::string_view word,
                                    OfferedType type) const {
        const std::string& country = request.path_value("CountryCode");
        if (!offered().contains(country)) return refuse(20404);
        const auto page = parse_page(request.query);
        if (!page) return tl::unexpected(page.error());
        if (auto checked = check(page->filters); !checked) return tl::unexpected(checked.error());
        Json list = Json::array();
        for (const PhoneNumber& number : context_->options().available_numbers) {
            if (list.size() == page->size) break;
            if (model::country_of(number) != country || model::type_of(number) != type ||
                !passes(page->filters, number))
                continue;
            const auto taken =
                context_->store().find_by_name(ResourceKind::incoming_phone_number, number.str());
            if (!taken) return tl::unexpected(refusal_of(taken.error()));
            if (!*taken) list.push_back(to_json(number, country));
        }
        return json_response({{"available_phone_numbers", list},
                              {"uri", context_->uri(fmt::format("AvailablePhoneNumbers/{}/{}.json",
                                                                country, word))}});
    }

  private:
    // Chile is offered even while the pool is empty.
    std::set<std::string> offered() const {
        std::set<std::string> countries{"CL"};
        for (const PhoneNumber& number : context_->options().available_numbers)
            if (auto country = model::country_of(number); !country.empty())
                countries.insert(std::move(country));
        return countries;
    }

    static Checked<void> check(const http::Params& filters) {
        const auto pattern = filters.find("Contains");
        const bool is_good =
            !pattern || (pattern->size() >= 2 && pattern->size() <= 16 &&
                         pattern->find_first_not_of("+*0123456789") == std::string_view::npos);
        return is_good ? Checked<void>() : refuse(20422, "Contains must be 2 to 16 digits or *");
    }

    static bool passes(const http::Params& filters, const PhoneNumber& number) {
        const auto is = [&](std::string_view name, std::string_view value) {
            const auto given = filters.find(name);
            return given && iequals(*given, value);
        };
        for (const char* wanted : {"SmsEnabled", "MmsEnabled", "FaxEnabled", "Beta"})
            if (is(wanted, "true")) return false;
        if (is("VoiceEnabled", "false")) return false;
        // Nobody knows where in the country a number of the pool is.
        for (const char* place : {"InPostalCode", "InRegion", "InRateCenter", "InLata",
                                  "InLocality", "NearNumber", "NearLatLong", "AreaCode"})
            if (filters.has(place)) return false;
        const auto pattern = filters.find("Contains");
        return !pattern || contains(number.str(), *pattern);
    }

    Json to_json(const std::string& country) const {
        Json parts = Json::object();
        const std::string path = "AvailablePhoneNumbers/" + country;
        parts["local"] = context_->uri(path + "/Local.json");
        parts["mobile"] = context_->uri(path + "/Mobile.json");
        parts["national"] = context_->uri(path + "/National.json");
        parts["toll_free"] = context_->uri(path + "/TollFree.json");
        return {{"country_code", country},
                {"country", name_of(country)},
                {"uri", context_->uri(path + ".json")},
                {"beta", false},
                {"subresource_uris", parts}};
    }

    static Json to_json(const PhoneNumber& number, const std::string& country) {
        return {
            {"friendly_name", model::format_international(number)},
            {"phone_number", number.str()},
            {"lata", nullptr},
            {"locality", nullptr},
            {"rate_center", nullptr},
            {"latitude", nullptr},
            {"longitude", nullptr},
            {"region", nullptr},
            {"postal_code", nullptr},
            {"iso_country", country},
            {"address_requirements", "none"},
            {"beta", false},
            {"capabilities", {{"voice", true}, {"sms", false}, {"mms", false}, {"fax", false}}}};
    }

    SharedContext context_;
};

}  // namespace

void add_available_phone_numbers(http::Router& router, const SharedContext& context) {
    const auto api = std::make_shared<const AvailableNumbers>(context);  // shared by its handlers
    const std::string base = "/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers";
    router.add_sync("GET", base + ".json", answering([api](const http::Request& request) {
                        return api->countries(request);
                    }));
    router.add_sync(
        "GET", base + "/{CountryCode}.json",
        answering([api](const http::Request& request) { return api->country(request); }));
    for (const auto& [word, type] : kTypes)
        router.add_sync("GET", fmt::format("{}/{{CountryCode}}/{}.json", base, word),
                        answering([api, word = word, type = type](const http::Request& request) {
                            return api->numbers(request, word, type);
                        }));
}

}  // namespace skyn3t::rest
