#include "rest/resource_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace skyn3t::rest {

WallTime ResourceContext::next_time() {
    // The store keeps milliseconds.
    const auto now = std::chrono::time_point_cast<milliseconds>(services_.clock.wall());
    last_ = std::max<WallTime>(now, last_ + milliseconds(1));
    return last_;
}

std::string ResourceContext::base_of(const http::Request& request) const {
    if (!options_.public_url.empty()) return options_.public_url;
    return fmt::format("{}://{}", options_.is_tls ? "https" : "http",
                       request.headers.find("Host").value_or("localhost"));
}

std::string ResourceContext::uri(std::string_view rest) const {
    return fmt::format("/2010-04-01/Accounts/{}/{}", options_.account.str(), rest);
}

template <class Test>
Checked<std::optional<CommunityName>> ResourceContext::find_community(Test test) const {
    const auto names = services_.communities.names();
    if (!names) return tl::unexpected(refusal_of(names.error()));
    const auto found = std::find_if(names->begin(), names->end(), test);
    if (found == names->end()) return std::optional<CommunityName>();
    return std::optional(*found);
}

Checked<std::optional<CommunityName>> ResourceContext::community_by_code(
    std::string_view code) const {
    return find_community([code](const CommunityName& name) { return name.code == code; });
}
Checked<std::optional<CommunityName>> ResourceContext::community_by_number(
    std::string_view number) const {
    return find_community([number](const CommunityName& name) { return name.number == number; });
}
Checked<std::optional<CommunityName>> ResourceContext::community_by_sid(
    const CommunitySid& sid) const {
    return find_community([&sid](const CommunityName& name) { return name.sid == sid; });
}

store::AuditEntry ResourceContext::audit(const http::Request& request, std::string action,
                                         const CommunitySid& community,
                                         const nlohmann::json& detail) const {
    return {services_.clock.wall(), actor_of(request), std::move(action), community,
            detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Checked<void> ResourceContext::changed() const {
    const auto done = services_.changes.changed();
    if (done) return {};
    log::error("a resource was stored, but calls do not run on it yet reason={}",
               skyn3t::quoted(done.error().detail));
    return refuse(20503, "The change is stored, but not in effect yet: " + done.error().detail);
}

}  // namespace skyn3t::rest
