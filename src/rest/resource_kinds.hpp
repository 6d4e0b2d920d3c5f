#pragma once

#include <memory>

#include "http/router.hpp"
#include "rest/resource_type.hpp"

// One function for each kind of stored resources; api.cpp calls them. `context` outlives the
// router's handlers by being held by each.
namespace skyn3t::rest {

using SharedContext = std::shared_ptr<ResourceContext>;  // of all handlers of resources

void add_sip_domains(http::Router& router, const SharedContext& context);
void add_domain_mappings(http::Router& router, const SharedContext& context);
void add_credential_lists(http::Router& router, const SharedContext& context);
void add_credentials(http::Router& router, const SharedContext& context);
void add_ip_access_control_lists(http::Router& router, const SharedContext& context);
void add_ip_addresses(http::Router& router, const SharedContext& context);
void add_incoming_phone_numbers(http::Router& router, const SharedContext& context);
void add_available_phone_numbers(http::Router& router, const SharedContext& context);
void add_keys(http::Router& router, const SharedContext& context);
void add_applications(http::Router& router, const SharedContext& context);
void add_outgoing_caller_ids(http::Router& router, const SharedContext& context);
void add_queues(http::Router& router, const SharedContext& context);
void add_empty_lists(http::Router& router, const SharedContext& context);
void add_usage_records(http::Router& router, const SharedContext& context);
void add_accounts(http::Router& router, const SharedContext& context);
void add_stored_documents(http::Router& router, const SharedContext& context);
void add_document_previews(http::Router& router, const SharedContext& context);
void add_signing_secrets(http::Router& router, const SharedContext& context);
void add_trunks(http::Router& router, const SharedContext& context);

}  // namespace skyn3t::rest
