#include "twiml/xml_check.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace skyn3t::twiml {

namespace {

bool is_xml_character(char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

// XML 1.0 §4.1 and §4.6: only characters by number and the five predefined entities.
bool is_reference(std::string_view name) {
    constexpr std::array<std::string_view, 5> kPredefined{"amp", "lt", "gt", "quot", "apos"};
    if (std::find(kPredefined.begin(), kPredefined.end(), name) != kPredefined.end()) return true;
    if (name.size() < 2 || name[0] != '#') return false;
    const bool hexadecimal = name[1] == 'x';
    name.remove_prefix(hexadecimal ? 2 : 1);
    if (name.empty() || name.size() > 7) return false;
    unsigned long code = 0;
    for (const char c : name) {
        const bool letter = hexadecimal && to_lower(c) >= 'a' && to_lower(c) <= 'f';
        if (!is_digit(c) && !letter) return false;
        const int value = letter ? to_lower(c) - 'a' + 10 : c - '0';
        code = code * (hexadecimal ? 16 : 10) + static_cast<unsigned long>(value);
    }
    return code == 9 || code == 10 || code == 13 ||
           (code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
}

class Scanner {
  public:
    explicit Scanner(std::string_view xml) : xml_(xml) {}

    std::optional<Finding> run() {
        if (xml_.starts_with("\xef\xbb\xbf")) at_ = 3;
        start_ = at_;
        while (!fault_ && at_ < xml_.size()) {
            if (xml_[at_] == '<') {
                markup();
            } else {
                if (xml_[at_] == '&') reference();
                ++at_;
            }
        }
        return fault_;
    }

  private:
    void fault(std::string detail) {
        if (!fault_) fault_ = Finding{12100, std::move(detail), line_at(xml_, at_)};
    }

    void markup() {
        const std::string_view rest = xml_.substr(at_);
        if (rest.starts_with("<!--")) return skip_to("-->", 4);
        if (rest.starts_with("<![CDATA[")) return skip_to("]]>", 9);
        if (rest.starts_with("<?")) {
            if (rest.starts_with("<?xml") && rest.size() > 5 && !is_alpha(rest[5]) &&
                rest[5] != '-' && at_ != start_)
                return fault("something stands before the XML declaration");
            return skip_to("?>", 2);
        }
        if (rest.starts_with("<!")) return doctype();
        if (rest.starts_with("</")) {
            if (depth_ > 0) --depth_;
            return skip_to(">", 2);
        }
        tag();
    }

    void skip_to(std::string_view end, std::size_t from) {
        const auto found = xml_.find(end, at_ + from);
        if (found == std::string_view::npos) return fault("markup that does not end");
        at_ = found + end.size();
    }

    // A document type may be named; declaring entities or anything else in it is refused.
    void doctype() {
        const auto end = xml_.find_first_of("[>", at_);
        if (end == std::string_view::npos || xml_[end] == '[')
            return fault("declarations in the document type are not accepted");
        at_ = end + 1;
    }

    void tag() {
        char quote = 0;
        for (++at_; at_ < xml_.size() && !fault_; ++at_) {
            const char c = xml_[at_];
            if (c == '<') return fault("unescaped '<'");
            if (c == '&') reference();
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                if (xml_[at_ - 1] != '/' && ++depth_ > kMaxNesting)
                    return fault("elements nested too deeply");
                ++at_;
                return;
            }
        }
        fault("a tag that does not end");
    }

    void reference() {
        const auto end = xml_.substr(at_, 12).find(';');
        if (end == std::string_view::npos) return fault("unescaped '&': write &amp;");
        const auto name = xml_.substr(at_ + 1, end - 1);
        if (!is_reference(name)) fault("unknown entity " + quoted(name));
    }

    std::string_view xml_;
    std::size_t start_ = 0;
    std::size_t at_ = 0;
    unsigned depth_ = 0;
    std::optional<Finding> fault_;
};

}  // namespace

unsigned line_at(std::string_view xml, std::size_t offset) {
    const auto before = xml.substr(0, offset);
    return 1 + static_cast<unsigned>(std::count(before.begin(), before.end(), '\n'));
}

std::optional<Finding> find_xml_fault(std::string_view xml) {
    if (!is_valid_utf8(xml)) return Finding{12100, "the document is not UTF-8", 0};
    const auto control = std::find_if_not(xml.begin(), xml.end(), is_xml_character);
    if (control != xml.end())
        return Finding{12100, "control character in the document",
                       line_at(xml, static_cast<std::size_t>(control - xml.begin()))};
    return Scanner(xml).run();
}

}  // namespace skyn3t::twiml
