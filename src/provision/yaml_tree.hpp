#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/finding.hpp"

namespace skyn3t::provision {

struct YamlPair;

// A YAML value with its place. Unlike yaml-cpp's own tree it keeps repeated keys, so that they can
// be reported.
struct YamlNode {
    enum class Kind { null, scalar, sequence, map };
    Kind kind = Kind::null;
    int line = 0;    // from 1
    int column = 0;  // from 1
    std::string text;
    std::vector<YamlNode> items;
    std::vector<YamlPair> pairs;

    const YamlNode* find(std::string_view key) const;  // the first with that key
};
struct YamlPair {
    YamlNode key, value;
};

// One document of plain YAML: no aliases, at most 16 levels deep. What is wrong is added to
// `findings`; with an error among them the tree is not to be used. `file` is as messages name it.
[[nodiscard]] YamlNode parse_yaml(std::string_view text, const std::string& file,
                                  std::vector<Finding>& findings);

}  // namespace skyn3t::provision
