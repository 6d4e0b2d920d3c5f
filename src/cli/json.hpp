#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace skyn3t::cli {

using Json = nlohmann::ordered_json;

// A member of an answer, or what stands for it when it is absent, null or of another type: an older
// server's answer is shown as far as it goes.
[[nodiscard]] inline std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}
[[nodiscard]] inline double number_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : 0.0;
}
[[nodiscard]] inline bool flag_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}
// An empty array or object when there is none.
[[nodiscard]] inline const Json& list_of(const Json& object, const char* name) {
    static const Json kNone = Json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : kNone;
}
[[nodiscard]] inline const Json& object_of(const Json& object, const char* name) {
    static const Json kNone = Json::object();
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : kNone;
}

}  // namespace skyn3t::cli
