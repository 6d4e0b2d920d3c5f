#include <cstdint>
#include <cstdlib>

#include "http/event_source.hpp"

// What is read as an id is written and read the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto id = skyn3t::http::parse_event_id(text))
        if (skyn3t::http::parse_event_id(to_string(*id)) != id) std::abort();
    return 0;
}
