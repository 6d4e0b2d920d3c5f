#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip/message_body.hpp"

using namespace skyn3t::sip;

// The first line is the Content-Type's value, the rest the body. What is found lies within the
// body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    const auto line = std::min(input.find('\n'), input.size());
    const std::string body = input.substr(std::min(line + 1, input.size()));
    auto builder = MessageBuilder::request(Method::invite, "sip:a@b");
    builder.header(HeaderId::via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    const auto message = Message::parse(builder.body(input.substr(0, line), body));
    if (!message) return 0;
    const auto read = MessageBody::read(*message);
    const auto whole = message->body();
    if (read.sdp.empty()) return 0;
    if (read.sdp.data() < whole.data() ||
        read.sdp.data() + read.sdp.size() > whole.data() + whole.size())
        std::abort();
    return 0;
}
