#include <iterator>
#include <map>

#include "provision/manifest.hpp"
#include "provision/messages.hpp"

namespace skyn3t::provision {
namespace {

// Where a value was first; a finding when it was in another file.
void find_again(std::map<std::string, Where>& seen, const std::string& value, const Where& where,
                const Message& message, std::vector<Finding>& findings) {
    if (value.empty()) return;
    const auto [first, is_new] = seen.try_emplace(value, where);
    if (!is_new && first->second.file != where.file)
        findings.push_back(
            make_finding(message, where, value, first->second.file, first->second.line));
}

}  // namespace

std::vector<Finding> shared_names(const std::vector<Manifest>& files) {
    std::vector<Finding> findings;
    std::map<std::string, Where> codes, numbers;
    for (const Manifest& file : files)
        for (const ManifestCommunity& each : file.communities) {
            find_again(codes, each.community.code, each.where("code"), messages::kCodeElsewhere,
                       findings);
            find_again(numbers, each.community.number.str(), each.where("number"),
                       messages::kNumberElsewhere, findings);
        }
    return findings;
}

Manifest merged(std::vector<Manifest> files) {
    Manifest all;
    auto shared = shared_names(files);
    for (Manifest& file : files) {
        std::move(file.findings.begin(), file.findings.end(), std::back_inserter(all.findings));
        std::move(file.communities.begin(), file.communities.end(),
                  std::back_inserter(all.communities));
    }
    std::move(shared.begin(), shared.end(), std::back_inserter(all.findings));
    return all;
}

}  // namespace skyn3t::provision
