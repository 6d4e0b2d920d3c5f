#pragma once

#include <functional>
#include <utility>

#include "base/sid.hpp"
#include "http/client.hpp"
#include "model/secret.hpp"

namespace skyn3t::server {

// What requests to the web server of a community's application are signed with (ADR 14).
using SigningSecretOf = std::function<model::Secret(const CommunitySid&)>;

// http::Client::send(); a test's own.
using HttpTransport = std::function<Result<void>(http::ClientRequest, http::Client::Completion)>;

// The client outlives it.
inline HttpTransport over(http::Client& client) {
    return [&client](http::ClientRequest request, http::Client::Completion done) -> Result<void> {
        const auto sent = client.send(std::move(request), std::move(done));
        if (!sent) return tl::unexpected(sent.error());
        return {};
    };
}

}  // namespace skyn3t::server
