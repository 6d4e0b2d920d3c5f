#include <cstdint>
#include <cstdlib>

#include "http/forwarded.hpp"

// Whatever a proxy passes on, the client is the proxy or an address that stands in the field.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace skyn3t::http;
    static const auto trusted = Networks::parse({"10.0.0.0/8", "2001:db8::/32"}).value();
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto peer = asio::ip::make_address("10.0.0.1");
    const auto client = client_address(peer, {{"X-Forwarded-For", text}}, trusted);
    const auto stranger = asio::ip::make_address("203.0.113.9");
    if (client_address(stranger, {{"X-Forwarded-For", text}}, trusted) != stranger) std::abort();
    if (client != peer && text.empty()) std::abort();
    (void)Networks::parse({text});
    return 0;
}
