#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "rest/api.hpp"
#include "rest/caller.hpp"
#include "rest/json.hpp"
#include "rest/twilio_errors.hpp"

namespace skyn3t::rest {

// What all handlers of stored resources stand on; shared by them, any thread.
class ResourceContext {
  public:
    ResourceContext(ApiOptions options, const ApiServices& services)
        : options_(std::move(options)), services_(services) {}

    const ApiOptions& options() const { return options_; }
    const ApiServices& services() const { return services_; }
    store::ResourceStore& store() const { return services_.resources; }

    // Held while something is checked and then written: limits and names hold for both.
    std::unique_lock<std::mutex> begin_write() { return std::unique_lock(writing_); }
    // Grows with each call, so that what was made later is listed first. Within begin_write().
    WallTime next_time();

    // Scheme and authority of this server: as configured, else as the request's Host says.
    std::string base_of(const http::Request& request) const;
    // "/2010-04-01/Accounts/AC.../" and the rest.
    std::string uri(std::string_view rest) const;

    Checked<std::optional<CommunityName>> community_by_code(std::string_view code) const;
    Checked<std::optional<CommunityName>> community_by_number(std::string_view number) const;
    Checked<std::optional<CommunityName>> community_by_sid(const CommunitySid& sid) const;

    // `detail`: {"sid": ..., "before": {...}, "after": {...}}, never a secret.
    store::AuditEntry audit(const http::Request& request, std::string action,
                            const CommunitySid& community, const nlohmann::json& detail) const;
    // Tells the server; what was stored stays stored when this fails.
    Checked<void> changed() const;

  private:
    template <class Test>
    Checked<std::optional<CommunityName>> find_community(Test test) const;

    ApiOptions options_;
    ApiServices services_;
    std::mutex writing_;
    WallTime last_{};
};

}  // namespace skyn3t::rest
