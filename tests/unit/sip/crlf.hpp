#pragma once

#include <string>
#include <string_view>

namespace skyn3t::test {}
namespace skyn3t::sip::test {
using namespace skyn3t::test;

// A message written in a raw string, as it goes over the wire: each line end becomes CRLF, and a
// line end right after the opening parenthesis is left out.
inline std::string crlf(std::string_view text) {
    std::string result;
    if (text.starts_with('\n')) text.remove_prefix(1);
    for (const char c : text) {
        if (c == '\n') result += '\r';
        result += c;
    }
    return result;
}

}  // namespace skyn3t::sip::test
