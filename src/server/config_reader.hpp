#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/config.hpp"

namespace skyn3t::server {

// Walks skyn3t.yaml and notes what is wrong, with its place.
class ConfigReader {
  public:
    ConfigReader(std::string file, std::vector<provision::Finding>& findings)
        : file_(std::move(file)), findings_(findings) {}

    void fault(const YAML::Node& node, const std::string& key, std::string_view rule,
               std::string es, std::string en) {
        note(provision::Level::error, node, key, rule, std::move(es), std::move(en));
    }
    void warning(const YAML::Node& node, const std::string& key, std::string_view rule,
                 std::string es, std::string en) {
        note(provision::Level::warning, node, key, rule, std::move(es), std::move(en));
    }

    using Setter = std::function<void(const YAML::Node&, const std::string& key)>;
    // Calls the setter of each key; names those that nobody knows.
    void map(const YAML::Node& node, const std::string& prefix,
             const std::vector<std::pair<std::string_view, Setter>>& setters);

    Setter text(std::string& value);
    Setter seconds_of(std::chrono::seconds& value, long least, long most);
    Setter number(unsigned& value, unsigned least, unsigned most);
    // Every item of a list, or a single value.
    Setter each(const std::function<void(const YAML::Node&, const std::string& key,
                                         const std::string& text)>& take);
    Setter patterns(std::vector<sip::AddressPattern>& value);

  private:
    void note(provision::Level level, const YAML::Node& node, const std::string& key,
              std::string_view rule, std::string es, std::string en);

    std::string file_;
    std::vector<provision::Finding>& findings_;
};

void read_http(ConfigReader& reader, const YAML::Node& node, Config::Http& http);
// What only the whole configuration tells about it.
void check_http(ConfigReader& reader, const YAML::Node& root, Config& config);

}  // namespace skyn3t::server
