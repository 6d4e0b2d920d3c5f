#include "rest/api.hpp"

#include <fmt/format.h>

#include "rest/guard.hpp"
#include "rest/resource_kinds.hpp"
#include "rest/resources.hpp"
#include "rest/twilio_paths.hpp"

namespace skyn3t::rest {

void add_api(http::Router& router, const ApiOptions& options, const ApiServices& services) {
    // Shared by the copies of the guard.
    const auto limits = std::make_shared<RateLimits>(options.limits, services.clock);
    router.set_guard([options, services, limits](http::Request& request) {
        return check_access(options, services, *limits, request);
    });
    router.set_absence([](std::string_view path) -> http::Router::Absence {
        if (!is_path_of_twilio(path)) return {};
        return {20010, fmt::format("{} is of Twilio's API and not built here", path)};
    });
    add_status(router, services);
    add_calls(router, options.account, services);
    add_call_story(router, options.account, services);
    add_communities(router, services);
    add_community_changes(router, services);
    add_provisionings(router, services);
    add_registrations(router, services);
    add_recordings(router, services);
    add_blocks(router, services);
    add_verifications(router, services);
    add_documents(router, services);
    const auto context = std::make_shared<ResourceContext>(options, services);
    for (const auto add :
         {add_sip_domains, add_domain_mappings, add_credential_lists, add_credentials,
          add_ip_access_control_lists, add_ip_addresses, add_incoming_phone_numbers,
          add_available_phone_numbers, add_keys, add_applications, add_outgoing_caller_ids,
          add_queues, add_empty_lists, add_usage_records, add_accounts, add_trunks,
          add_stored_documents, add_document_previews, add_signing_secrets})
        add(router, context);
}

}  // namespace skyn3t::rest
