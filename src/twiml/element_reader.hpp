#pragma once

#include <initializer_list>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "twiml/document.hpp"

namespace skyn3t::twiml {

// Where the parsers of verbs report. Bounded: after kMaxWarnings the rest of a document is parsed
// silently.
class FindingList {
  public:
    FindingList(std::string_view xml, std::vector<Finding>& findings)
        : xml_(xml), findings_(findings) {}
    void add(int code, std::string detail, const pugi::xml_node& where);

    static constexpr std::size_t kMaxWarnings = 100;

  private:
    std::string_view xml_;
    std::vector<Finding>& findings_;
};

// How a warning shows what it is about; model::find_warning has the words for it.
[[nodiscard]] std::string shown_child(const pugi::xml_node& node, std::string_view child);
[[nodiscard]] std::string shown_text(const pugi::xml_node& node, std::string_view text);

// One element's attributes by type. A bad value is reported with the given number, and the fallback
// returned. After all reads finish() reports the rest.
class ElementReader {
  public:
    ElementReader(const pugi::xml_node& node, FindingList& findings)
        : node_(node), findings_(findings) {}

    const pugi::xml_node& node() const { return node_; }
    FindingList& findings() { return findings_; }
    void warn(int code, std::string detail) { findings_.add(code, std::move(detail), node_); }
    void warn_value(int code, const char* attribute);  // <Gather timeout="soon">

    std::optional<std::string> text(const char* attribute);
    bool flag(const char* attribute, int code, bool fallback);
    Method method(const char* attribute, int code, Method fallback = Method::post);
    // A whole number of at least `least`, at most nine digits.
    std::optional<unsigned> number(const char* attribute, int code, unsigned least);
    unsigned loop(int code);
    // One of `words`; the first is the default.
    std::string choice(const char* attribute, int code,
                       std::initializer_list<std::string_view> words);

    void accept(std::initializer_list<const char*> attributes);  // has no effect here
    // Reports what nobody has read: legal TwiML that is not built here (13750), the rest 12200.
    void finish();
    // For elements whose content is text alone: reports child elements; returns the text trimmed.
    std::string body();
    void expect_empty();  // reports text and child elements

  private:
    std::optional<std::string_view> raw(const char* attribute);
    void warn_unused(std::string_view attribute);
    bool warn_not_built(const pugi::xml_attribute& attribute);

    pugi::xml_node node_;
    FindingList& findings_;
    std::vector<std::string_view> known_;
    std::vector<std::string_view> reported_;  // whose value was bad
};

}  // namespace skyn3t::twiml
