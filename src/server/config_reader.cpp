#include "server/config_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace skyn3t::server {

void ConfigReader::note(provision::Level level, const YAML::Node& node, const std::string& key,
                        std::string_view rule, std::string es, std::string en) {
    provision::Finding finding;
    finding.rule = rule;
    finding.level = level;
    finding.where = {file_, node.Mark().line + 1, node.Mark().column + 1, key};
    finding.es = std::move(es);
    finding.en = std::move(en);
    findings_.push_back(std::move(finding));
}

void ConfigReader::map(const YAML::Node& node, const std::string& prefix,
                       const std::vector<std::pair<std::string_view, Setter>>& setters) {
    if (node.IsNull()) return;
    if (!node.IsMap())
        return fault(node, prefix, "not-a-map", "aquí van claves con sus valores (clave: valor)",
                     "keys with values belong here (key: value)");
    for (const auto& entry : node) {
        const auto name = entry.first.as<std::string>("");
        const std::string key = prefix.empty() ? name : prefix + "." + name;
        const auto known = std::find_if(setters.begin(), setters.end(),
                                        [&](const auto& setter) { return setter.first == name; });
        if (known != setters.end()) {
            if (!entry.second.IsNull()) known->second(entry.second, key);
            continue;
        }
        std::string names;
        for (const auto& setter : setters)
            names += (names.empty() ? "" : ", ") + std::string(setter.first);
        fault(entry.first, key, "unknown-key",
              fmt::format("clave desconocida; las que hay: {}", names),
              fmt::format("unknown key; these exist: {}", names));
    }
}

ConfigReader::Setter ConfigReader::text(std::string& value) {
    return [this, &value](const YAML::Node& node, const std::string& key) {
        if (!node.IsScalar())
            return fault(node, key, "not-text", "aquí va un texto", "a text belongs here");
        value = node.as<std::string>();
    };
}

ConfigReader::Setter ConfigReader::seconds_of(std::chrono::seconds& value, long least, long most) {
    return [this, &value, least, most](const YAML::Node& node, const std::string& key) {
        const auto number = node.as<long>(-1);
        if (number < least || number > most)
            return fault(node, key, "out-of-range",
                         fmt::format("segundos entre {} y {}", least, most),
                         fmt::format("seconds from {} to {}", least, most));
        value = std::chrono::seconds(number);
    };
}

ConfigReader::Setter ConfigReader::number(unsigned& value, unsigned least, unsigned most) {
    return [this, &value, least, most](const YAML::Node& node, const std::string& key) {
        const auto given = node.as<long>(-1);
        if (given < static_cast<long>(least) || given > static_cast<long>(most))
            return fault(node, key, "out-of-range",
                         fmt::format("un número entre {} y {}", least, most),
                         fmt::format("a number from {} to {}", least, most));
        value = static_cast<unsigned>(given);
    };
}

ConfigReader::Setter ConfigReader::each(
    const std::function<void(const YAML::Node&, const std::string&, const std::string&)>& take) {
    return [this, take](const YAML::Node& node, const std::string& key) {
        const auto one = [&](const YAML::Node& item) {
            if (item.IsScalar()) return take(item, key, item.as<std::string>());
            fault(item, key, "not-text", "aquí va un texto", "a text belongs here");
        };
        if (node.IsSequence())
            for (const auto& item : node) one(item);
        else
            one(node);
    };
}

ConfigReader::Setter ConfigReader::patterns(std::vector<sip::AddressPattern>& value) {
    return each([this, &value](const YAML::Node& node, const std::string& key,
                               const std::string& text) {
        auto pattern = sip::AddressPattern::parse(text);
        if (pattern) return value.push_back(*pattern);
        fault(
            node, key, "bad-address",
            fmt::format("«{}» no es una dirección ni una red; ejemplos: 198.51.100.7, 10.0.0.0/8, "
                        "127.0.0.1:5080",
                        text),
            fmt::format("\"{}\" is neither an address nor a network; examples: 198.51.100.7, "
                        "10.0.0.0/8, 127.0.0.1:5080",
                        text));
    });
}

}  // namespace skyn3t::server
