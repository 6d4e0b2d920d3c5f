#include "twiml/element_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/not_built.hpp"
#include "twiml/xml_check.hpp"

namespace skyn3t::twiml {

namespace {

constexpr std::size_t kShown = 60;  // octets of a document's text in a warning

bool is_text(const pugi::xml_node& node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

}  // namespace

void FindingList::add(int code, std::string detail, const pugi::xml_node& where) {
    if (findings_.size() >= kMaxWarnings) return;
    const auto offset = std::max<std::ptrdiff_t>(where.offset_debug(), 0);
    findings_.push_back({code, std::move(detail), line_at(xml_, static_cast<std::size_t>(offset))});
}

std::string shown_child(const pugi::xml_node& node, std::string_view child) {
    return fmt::format("<{}><{}>", node.name(), child.substr(0, kShown));
}

std::string shown_text(const pugi::xml_node& node, std::string_view text) {
    return fmt::format("<{}>{}", node.name(), quoted(text, kShown));
}

// Without its value: a misspelt "password" stays out of the log.
void ElementReader::warn_unused(std::string_view attribute) {
    warn(12200, fmt::format("<{} {}>", node_.name(), attribute.substr(0, kShown)));
}

void ElementReader::warn_value(int code, const char* attribute) {
    reported_.emplace_back(attribute);
    warn(code, fmt::format("<{} {}={}>", node_.name(), attribute,
                           quoted(node_.attribute(attribute).value(), kShown)));
}

std::optional<std::string_view> ElementReader::raw(const char* attribute) {
    known_.emplace_back(attribute);
    const auto found = node_.attribute(attribute);
    if (!found) return std::nullopt;
    return trim(found.value());
}

std::optional<std::string> ElementReader::text(const char* attribute) {
    const auto value = raw(attribute);
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

bool ElementReader::flag(const char* attribute, int code, bool fallback) {
    const auto value = raw(attribute);
    if (!value) return fallback;
    if (iequals(*value, "true")) return true;
    if (iequals(*value, "false")) return false;
    warn_value(code, attribute);
    return fallback;
}

Method ElementReader::method(const char* attribute, int code, Method fallback) {
    const auto value = raw(attribute);
    if (!value) return fallback;
    if (iequals(*value, "GET")) return Method::get;
    if (iequals(*value, "POST")) return Method::post;
    warn_value(code, attribute);
    return fallback;
}

std::optional<unsigned> ElementReader::number(const char* attribute, int code, unsigned least) {
    const auto value = raw(attribute);
    if (!value) return std::nullopt;
    if (!value->empty() && value->size() <= 9 &&
        std::all_of(value->begin(), value->end(), is_digit)) {
        unsigned result = 0;
        for (const char c : *value) result = result * 10 + static_cast<unsigned>(c - '0');
        if (result >= least) return result;
    }
    warn_value(code, attribute);
    return std::nullopt;
}

unsigned ElementReader::loop(int code) {
    const unsigned times = number("loop", code, 0).value_or(1);
    return times == 0 ? kMaxLoop : std::min(times, kMaxLoop);
}

std::string ElementReader::choice(const char* attribute, int code,
                                  std::initializer_list<std::string_view> words) {
    const auto value = raw(attribute);
    if (value && std::find(words.begin(), words.end(), *value) != words.end())
        return std::string(*value);
    if (value) warn_value(code, attribute);
    return std::string(*words.begin());
}

void ElementReader::accept(std::initializer_list<const char*> attributes) {
    known_.insert(known_.end(), attributes.begin(), attributes.end());
}

// What this server has no part for, whether somebody reads it or not.
bool ElementReader::warn_not_built(const pugi::xml_attribute& attribute) {
    const auto* known = model::find_not_built(node_.name(), attribute.name(), "?");
    if (known == nullptr) return false;
    const bool is_reported =
        std::find(reported_.begin(), reported_.end(), attribute.name()) != reported_.end();
    if (!is_reported &&
        model::find_not_built(node_.name(), attribute.name(), trim(attribute.value())))
        warn(model::kNotBuiltCode, fmt::format("<{} {}>", node_.name(), attribute.name()));
    return true;
}

void ElementReader::finish() {
    for (const auto attribute : node_.attributes()) {
        const std::string_view name = attribute.name();
        if (warn_not_built(attribute) || name.starts_with("xml") || name.starts_with("xsi:") ||
            std::find(known_.begin(), known_.end(), name) != known_.end())
            continue;
        warn_unused(name);
    }
}

std::string ElementReader::body() {
    std::string result;
    for (const auto child : node_.children()) {
        if (is_text(child)) {
            result += child.value();
        } else if (child.type() == pugi::node_element) {
            findings_.add(12200, shown_child(node_, child.name()), child);
        }
    }
    return std::string(trim(result));
}

void ElementReader::expect_empty() {
    if (const auto text = body(); !text.empty()) warn(12200, shown_text(node_, text));
}

}  // namespace skyn3t::twiml
