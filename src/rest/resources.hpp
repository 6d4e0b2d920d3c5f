#pragma once

#include "http/router.hpp"
#include "rest/api.hpp"

// One function for each file of resources; api.cpp calls them.
namespace skyn3t::rest {

void add_calls(http::Router& router, const AccountSid& account, const ApiServices& services);
void add_call_story(http::Router& router, const AccountSid& account, const ApiServices& services);
void add_communities(http::Router& router, const ApiServices& services);
void add_community_changes(http::Router& router, const ApiServices& services);
void add_registrations(http::Router& router, const ApiServices& services);
void add_recordings(http::Router& router, const ApiServices& services);
void add_blocks(http::Router& router, const ApiServices& services);
void add_verifications(http::Router& router, const ApiServices& services);
void add_provisionings(http::Router& router, const ApiServices& services);
void add_documents(http::Router& router, const ApiServices& services);
void add_status(http::Router& router, const ApiServices& services);

}  // namespace skyn3t::rest
