#pragma once

#include <any>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/form.hpp"

namespace skyn3t::http {

// Header fields in order; names compare without regard to case (RFC 9110, section 5.1).
class Headers {
  public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : fields_(fields) {}

    void add(std::string_view name, std::string value);
    void set(std::string_view name, std::string value);  // replaces every field of that name
    // The first field of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    bool empty() const { return fields_.empty(); }
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

  private:
    std::vector<Field> fields_;
};

// What a client of our server asked. A value: handlers copy or move it to other threads.
struct Request {
    std::string method;  // upper case
    std::string target;  // path and query as they were sent
    std::string path;    // without the query, still escaped
    Params query;
    Headers headers;
    std::string body;
    Params form;  // the body, when it is application/x-www-form-urlencoded
    std::string remote_address;
    std::map<std::string, std::string, std::less<>>
        path_values;  // of the pattern's {Names}, decoded
    std::any caller;  // who asks, as the router's guard found out; of a type that its owner knows

    // The value of a {Name} of the route's pattern, which must have it.
    const std::string& path_value(std::string_view name) const {
        return path_values.find(name)->second;
    }
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body{};
    Headers headers{};
};

// The error body of Twilio's API (rest-api.md, 1.3): code, message, more_info, status. XML for a
// path under /2010-04-01/ without .json, else JSON. A 401 carries its challenge.
[[nodiscard]] Response error_response(int status, int code, std::string_view message,
                                      std::string_view path = {});

}  // namespace skyn3t::http
