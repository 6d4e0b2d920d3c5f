#include <cstdint>
#include <cstdlib>

#include "http/signature.hpp"
#include "http/url.hpp"

// What parse_url() accepts, parses the same when rebuilt from its parts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto url = skyn3t::http::parse_url(text)) {
        const auto again =
            skyn3t::http::parse_url(url->scheme + "://" + url->authority() + url->target());
        if (!again || again->host != url->host || again->port != url->port ||
            again->target() != url->target())
            if (text.size() < 8 * 1024 - 2) std::abort();
    }
    (void)skyn3t::http::twilio_signature("token", text);
    return 0;
}
