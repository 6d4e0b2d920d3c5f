// A matrix of communities: any bytes give communities or findings with a place, never a crash or a
// hang.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "provision/lint.hpp"
#include "provision/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace skyn3t;
    provision::ManifestOptions options;
    options.file = "matrix.csv";
    const auto manifest =
        provision::parse_manifest({reinterpret_cast<const char*>(data), size}, options);
    for (const auto& finding : provision::lint(manifest))
        if (finding.es.empty() || finding.where.line < 0 ||
            (finding.where.line > 0) != (finding.where.column > 0))
            std::abort();
    // What is good is whole.
    if (manifest.is_good())
        for (const auto& [community, order, at, keys] : manifest.communities)
            if (community.code.empty() || community.number.empty() != order.has_value() ||
                community.roles.empty())
                std::abort();
    return 0;
}
