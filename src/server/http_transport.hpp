#pragma once

#include <functional>
#include <utility>

#include "http/client.hpp"

namespace skyn3t::server {

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
