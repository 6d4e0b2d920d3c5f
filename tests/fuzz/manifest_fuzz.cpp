// communities.yaml: any bytes give communities or findings, never a crash or a hang.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "provision/lint.hpp"
#include "provision/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace skyn3t;
    provision::ManifestOptions options;
    options.read_document = [](const std::string& file) -> Result<std::string> { return file; };
    const auto manifest =
        provision::parse_manifest({reinterpret_cast<const char*>(data), size}, options);
    for (const auto& finding : provision::lint(manifest)) {
        if (finding.line(provision::Lang::es).empty()) std::abort();
        if (finding.line(provision::Lang::en).empty()) std::abort();
    }
    // What is good is whole.
    if (manifest.is_good())
        for (const auto& [community, order, at, keys] : manifest.communities)
            if (community.code.empty() || community.number.empty() != order.has_value() ||
                community.roles.empty())
                std::abort();
    return 0;
}
