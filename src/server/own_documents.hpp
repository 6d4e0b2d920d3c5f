#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "call/directory.hpp"
#include "model/emergency.hpp"
#include "rest/services.hpp"
#include "server/published.hpp"
#include "server/stored_documents.hpp"

namespace skyn3t::server {

// The documents of communities and those that the API has stored, at their addresses: for Twilio's
// cloud over HTTP, and for our own calls without it. Any thread.
class OwnDocuments final : public rest::Documents {
  public:
    // `twilio_domain`: where the phones of communities at Twilio are.
    OwnDocuments(const Published<call::Directory>& directory,
                 const Published<StoredDocuments>& stored, model::EmergencyNumbers emergency,
                 std::string twilio_domain = {})
        : directory_(directory),
          stored_(stored),
          emergency_(std::move(emergency)),
          twilio_domain_(std::move(twilio_domain)) {}

    Result<std::string> main(std::string_view code, const http::Params& params) override;
    Result<std::string> route(std::string_view code, const http::Params& params) override;
    Result<std::string> domain(const http::Params& params) override;
    Result<std::string> stored(std::string_view sid, const http::Params& params) override;
    // By the path of the address, "/twiml/CODE/main", for a call of this community: a stored
    // document is there for its own community's calls, or for everybody's when it is the account's
    // own. Errc::not_found for any other.
    Result<std::string> by_path(std::string_view path, const http::Params& params,
                                const CommunitySid& community);

  private:
    Result<call::TenantPtr> tenant(std::string_view code) const;
    twiml::CommunityIvr ivr_of(const call::Tenant& tenant) const;

    const Published<call::Directory>& directory_;
    const Published<StoredDocuments>& stored_;
    const model::EmergencyNumbers emergency_;
    const std::string twilio_domain_;
};

}  // namespace skyn3t::server
