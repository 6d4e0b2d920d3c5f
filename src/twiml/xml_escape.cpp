#include "twiml/xml_escape.hpp"

#include "base/text.hpp"

namespace skyn3t::twiml {

std::string escape_xml(std::string_view text) {
    const bool is_text = is_valid_utf8(text);
    std::string result;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&apos;";
                break;
            default:
                if (octet >= 0x20 && (octet < 0x80 || is_text)) result += c;
        }
    }
    return result;
}

}  // namespace skyn3t::twiml
