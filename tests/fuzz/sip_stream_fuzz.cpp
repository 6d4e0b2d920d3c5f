#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message.hpp"
#include "sip/stream_framer.hpp"

using namespace skyn3t::sip;

namespace {

// The messages and pings of a stream that comes in pieces of this size.
std::vector<std::string> messages_of(std::string_view stream, std::size_t piece) {
    std::vector<std::string> messages;
    StreamFramer framer;
    while (!stream.empty()) {
        framer.feed(stream.substr(0, piece));
        stream.remove_prefix(std::min(piece, stream.size()));
        for (;;) {
            auto frame = framer.next();
            if (!frame) {
                static_cast<void>(Message::parse(framer.broken_head()));
                return messages;
            }
            if (!*frame) break;
            if ((*frame)->kind == StreamFramer::Kind::message)
                messages.push_back(std::move((*frame)->text));
            else if ((*frame)->kind == StreamFramer::Kind::ping)
                messages.emplace_back();
        }
    }
    return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto whole = messages_of(stream, stream.size() + 1);
    // How the network cuts it must not matter.
    if (messages_of(stream, 1 + data[0] % 64) != whole) std::abort();
    for (const auto& text : whole) static_cast<void>(Message::parse(text));
    return 0;
}
