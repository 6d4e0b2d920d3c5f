#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "twiml/bin_template.hpp"
#include "twiml/document.hpp"

// A stored document and a request's value for its variables, split at the first NUL: whatever the
// value is, a document that may be stored stays one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace twiml = skyn3t::twiml;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const auto nul = all.find('\0');
    const auto content = all.substr(0, nul);
    const auto value = nul == std::string_view::npos ? "'\"<&--]]>" : all.substr(nul + 1);
    const auto filled = twiml::fill_template(
        content, [&](std::string_view) { return std::optional<std::string_view>(value); });
    static_cast<void>(twiml::template_variables(content));
    const auto before = twiml::parse_document(content);
    if (twiml::find_template_fault(content) || !before) return 0;
    const auto after = twiml::parse_document(filled);
    if (!after && after.error().code != 11750) std::abort();
    return 0;
}
