#include <cstddef>
#include <cstdint>
#include <string_view>

#include "twiml/document.hpp"

// A document from an application: any bytes give a Document or a Finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    static_cast<void>(skyn3t::twiml::parse_document(xml));
    return 0;
}
