#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/request_framing.hpp"

namespace {

struct Framed {
    std::string octets;
    bool is_refused = false;
    bool operator==(const Framed&) const = default;
};

Framed framed(std::string_view text, std::size_t piece) {
    using skyn3t::http::RequestFraming;
    RequestFraming framing(4096);
    Framed result;
    std::array<char, 64> room{};
    for (;;) {
        const auto step = framing.take(room.data(), room.size());
        if (step.next == RequestFraming::Next::octets) {
            if (step.size == 0 || step.size > room.size()) std::abort();
            result.octets.append(room.data(), step.size);
        } else if (step.next == RequestFraming::Next::refuse) {
            result.is_refused = true;
            return result;
        } else if (step.next == RequestFraming::Next::more) {
            if (text.empty()) return result;
            framing.feed(text.substr(0, piece));
            text.remove_prefix(std::min(piece, text.size()));
        }
    }
}

}  // namespace

// The boundaries of segments mean nothing, and nothing is handed out that was not sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto whole = framed(text, size + 1);
    if (framed(text, 1) != whole || framed(text, 5) != whole) std::abort();
    if (whole.octets.size() > text.size()) std::abort();
    return 0;
}
