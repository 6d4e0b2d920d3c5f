#pragma once

#include <functional>
#include <string>

#include "http/router.hpp"
#include "model/secret.hpp"
#include "server/places.hpp"
#include "store/resource_store.hpp"
#include "store/secret_box.hpp"

namespace skyn3t::server {

// This server as a place where communities live: its own API, called in the process as the
// account, so with the same checks and answers as over the network, no limit and no socket.
struct LocalPlaceParts {
    const http::Router& router;  // filled before the first request
    store::ResourceStore& resources;
    const store::SecretBox& box;
    std::string account;
    PhoneAccess phones;
    std::string documents;  // where the documents are
};
[[nodiscard]] Place local_place(const LocalPlaceParts& parts, Pause& pause);

}  // namespace skyn3t::server
