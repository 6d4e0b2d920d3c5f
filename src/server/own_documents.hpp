#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "call/directory.hpp"
#include "model/emergency.hpp"
#include "rest/services.hpp"
#include "server/published.hpp"

namespace skyn3t::server {

// The documents of DESIGN.md section 6 at their addresses: for Twilio's cloud over HTTP, and for
// our own calls without it. Any thread.
class OwnDocuments final : public rest::Documents {
  public:
    OwnDocuments(const Published<call::Directory>& directory, model::EmergencyNumbers emergency)
        : directory_(directory), emergency_(std::move(emergency)) {}

    Result<std::string> main(std::string_view code, const http::Params& params) override;
    Result<std::string> route(std::string_view code, const http::Params& params) override;
    Result<std::string> domain(const http::Params& params) override;
    // By the path of the address, "/twiml/CODE/main". Errc::not_found for any other.
    Result<std::string> by_path(std::string_view path, const http::Params& params);

  private:
    Result<call::TenantPtr> tenant(std::string_view code) const;

    const Published<call::Directory>& directory_;
    const model::EmergencyNumbers emergency_;
};

}  // namespace skyn3t::server
