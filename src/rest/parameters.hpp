#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/form.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {

enum class ParameterType {
    text,
    flag,     // true or false
    integer,  // least to most
    url,      // absolute, http or https; an empty one clears it
    method,   // GET or POST
    choice,   // one of `choices`
    sid       // of the kind that `choices` has the prefix of; an empty one clears it
};
enum class ParameterUse {
    optional,
    required,              // by an update too
    required_at_creation,  // may be changed later
    fixed,                 // required at creation, not read later
    optional_and_fixed     // read at creation only
};

// A parameter of a resource, and the property that it sets.
struct Parameter {
    std::string_view name;      // "VoiceUrl"
    std::string_view property;  // "voice_url"
    ParameterType type = ParameterType::text;
    int error = 20422;                  // when it is bad
    nlohmann::json fallback = nullptr;  // of a new resource that is not given it
    ParameterUse use = ParameterUse::optional;
    std::size_t max_length = 0;  // characters of a text; 0: no limit
    std::vector<std::string_view> choices{};
    std::int64_t least = 0, most = INT64_MAX;
};

enum class Occasion { creation, update };
// Reads what the form has of `parameters` into `properties`; a new resource gets the fallbacks for
// the rest. Parameters that nobody knows are ignored, as by Twilio.
[[nodiscard]] Checked<void> read_parameters(const std::vector<Parameter>& parameters,
                                            const http::Params& form, Occasion occasion,
                                            nlohmann::json& properties);

// One value; what the reader above does with each.
[[nodiscard]] Checked<nlohmann::json> read_value(const Parameter& parameter, std::string_view text);

// Code points, as Twilio counts; `text` is UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text);
[[nodiscard]] bool is_sid_of(std::string_view prefix, std::string_view text);

}  // namespace skyn3t::rest
