#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "provision/document_lint.hpp"
#include "twiml/document.hpp"

// A document from an application: any bytes give a Document or a Finding, and lint judges what it
// may.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    static_cast<void>(skyn3t::twiml::parse_document(xml));
    for (const auto& finding : skyn3t::provision::lint_documents({{"route.xml", std::string(xml)}}))
        if (finding.es.empty() || finding.en.empty()) std::abort();
    return 0;
}
