#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/community.hpp"
#include "model/emergency.hpp"
#include "provision/finding.hpp"
#include "provision/number_order.hpp"
#include "provision/plan.hpp"

namespace skyn3t::provision {

inline constexpr std::size_t kMaxManifestSize = 1 << 20;    // bytes
inline constexpr std::size_t kMaxDocumentSize = 64 * 1024;  // as a fetched one (twiml.md, 1.1)

// A community and where in the file it and its keys stand ("number", "roles[0].digit").
struct ManifestCommunity {
    model::Community community;
    std::optional<NumberOrder> order{};  // its number is to be bought; the community has none yet
    std::string was{};                   // the code that it had before, when the file says so
    Where at;
    std::map<std::string, Where> keys;

    // Where a key stands; the community itself when the file does not have it.
    const Where& where(const std::string& key) const;
};

struct Manifest {
    std::vector<ManifestCommunity> communities;
    std::vector<Finding> findings;  // in the order of the file

    bool is_good() const { return !has_errors(findings); }
    std::vector<model::Community> values() const;
    Renames renames() const;
};

struct ManifestOptions {
    std::string file = "communities.yaml";  // as named in messages
    model::EmergencyNumbers emergency = model::EmergencyNumbers::chile();
    // The text of a document that the manifest names, relative to its directory. Without one,
    // documents are refused.
    std::function<Result<std::string>(const std::string& file)> read_document;
};

// communities.yaml, or the same as CSV when the file is named so -> communities. Every fault is
// found, not only the first; with one of them nothing may be applied. Anchors and aliases are
// refused: a manifest needs none, and they can make a small file huge.
[[nodiscard]] Manifest parse_manifest(std::string_view text, const ManifestOptions& options = {});
// Reads the file and the documents beside it. A file that cannot be read is a finding, too.
[[nodiscard]] Manifest load_manifest(const std::filesystem::path& file);

// Several files read as one. What each has to itself is found in all of them: codes and numbers.
[[nodiscard]] Manifest merged(std::vector<Manifest> files);
// What several files share, as merged() finds it.
[[nodiscard]] std::vector<Finding> shared_names(const std::vector<Manifest>& files);

}  // namespace skyn3t::provision
