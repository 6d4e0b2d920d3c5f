#include <cstdint>
#include <cstdlib>

#include "http/form.hpp"

// What parse_form() accepts, it reads back the same from encode_form()'s text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto params = skyn3t::http::parse_form(text)) {
        const auto again = skyn3t::http::parse_form(skyn3t::http::encode_form(*params),
                                                    {.octets = 4 * size + 4000});
        if (!again || *again != *params) std::abort();
    }
    (void)skyn3t::http::percent_decode(text);
    return 0;
}
