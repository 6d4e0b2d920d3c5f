#include "rest/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "http/url.hpp"

namespace skyn3t::rest {
namespace {

using nlohmann::json;

tl::unexpected<Refusal> bad(const Parameter& parameter, std::string_view what) {
    return refuse(parameter.error, fmt::format("{} {}", parameter.name, what));
}

Checked<json> read_text(const Parameter& parameter, std::string_view text) {
    if (parameter.max_length != 0 && count_characters(text) > parameter.max_length)
        return bad(parameter, fmt::format("is longer than {} characters", parameter.max_length));
    return json(std::string(text));
}

Checked<json> read_flag(const Parameter& parameter, std::string_view text) {
    if (iequals(text, "true")) return json(true);
    if (iequals(text, "false")) return json(false);
    return bad(parameter, "must be true or false");
}

Checked<json> read_integer(const Parameter& parameter, std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < parameter.least ||
        value > parameter.most)
        return bad(parameter,
                   fmt::format("must be from {} to {}", parameter.least, parameter.most));
    return json(value);
}

Checked<json> read_url(const Parameter& parameter, std::string_view text) {
    if (text.empty()) return json(nullptr);
    if (const auto url = http::parse_url(text); !url)
        return bad(parameter, "must be an absolute http or https URL");
    return json(std::string(text));
}

Checked<json> read_method(const Parameter& parameter, std::string_view text) {
    for (const std::string_view method : {"GET", "POST"})
        if (iequals(text, method)) return json(std::string(method));
    return bad(parameter, "must be GET or POST");
}

Checked<json> read_choice(const Parameter& parameter, std::string_view text) {
    for (const std::string_view choice : parameter.choices)
        if (iequals(text, choice)) return json(std::string(choice));
    return bad(parameter, fmt::format("must be one of {}", fmt::join(parameter.choices, ", ")));
}

Checked<json> read_sid(const Parameter& parameter, std::string_view text) {
    if (text.empty()) return json(nullptr);
    if (!is_sid_of(parameter.choices.front(), text))
        return bad(parameter,
                   fmt::format("must be a SID of the form {}...", parameter.choices.front()));
    return json(lower(text.substr(2)).insert(0, text.substr(0, 2)));
}

bool is_needed(const Parameter& parameter, Occasion occasion) {
    switch (parameter.use) {
        case ParameterUse::required:
            return true;
        case ParameterUse::required_at_creation:
        case ParameterUse::fixed:
            return occasion == Occasion::creation;
        default:
            return false;
    }
}
bool is_read(const Parameter& parameter, Occasion occasion) {
    const bool is_fixed =
        parameter.use == ParameterUse::fixed || parameter.use == ParameterUse::optional_and_fixed;
    return occasion == Occasion::creation || !is_fixed;
}

}  // namespace

Checked<json> read_value(const Parameter& parameter, std::string_view text) {
    switch (parameter.type) {
        case ParameterType::text:
            return read_text(parameter, text);
        case ParameterType::flag:
            return read_flag(parameter, text);
        case ParameterType::integer:
            return read_integer(parameter, text);
        case ParameterType::url:
            return read_url(parameter, text);
        case ParameterType::method:
            return read_method(parameter, text);
        case ParameterType::choice:
            return read_choice(parameter, text);
        case ParameterType::sid:
            return read_sid(parameter, text);
    }
    return json(nullptr);
}

Checked<void> read_parameters(const std::vector<Parameter>& parameters, const http::Params& form,
                              Occasion occasion, json& properties) {
    for (const Parameter& parameter : parameters) {
        const std::string property(parameter.property);
        const auto given = form.find(parameter.name);
        const bool is_missing = !given || trim(*given).empty();
        if (is_missing && is_needed(parameter, occasion)) return bad(parameter, "is required");
        if (given && is_read(parameter, occasion)) {
            auto value = read_value(parameter, *given);
            if (!value) return tl::unexpected(value.error());
            properties[property] = std::move(*value);
        } else if (occasion == Occasion::creation) {
            properties[property] = parameter.fallback;
        }
    }
    return {};
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

bool is_sid_of(std::string_view prefix, std::string_view text) {
    return text.size() == 34 && text.starts_with(prefix) &&
           std::all_of(text.begin() + 2, text.end(), [](char c) {
               return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
           });
}

}  // namespace skyn3t::rest
