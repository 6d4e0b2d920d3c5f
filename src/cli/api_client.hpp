#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "cli/connection.hpp"
#include "cli/environment.hpp"
#include "cli/json.hpp"
#include "http/client.hpp"

namespace skyn3t::cli {

// An error's answer, for --json and for messages that its body explains.
struct ApiError {
    std::string text;  // in the reader's language: what, and how to mend it
    int status = 0;    // 0 when there was no answer
    Json body;
};
template <class T>
using ApiResult = tl::expected<T, ApiError>;

// The server's API, one request after the other.
class ApiClient {
  public:
    ApiClient(Connection connection, const Environment& environment)
        : connection_(std::move(connection)), environment_(environment) {}

    ApiResult<Json> get(const std::string& path, http::Params query = {});
    // `waiting` is called every now and then while the answer is not there.
    ApiResult<Json> post(const std::string& path, http::Params form,
                         const std::function<void()>& waiting = {});
    // `body` as it is: a file that is uploaded.
    ApiResult<Json> upload(const std::string& path, std::string body,
                           const std::function<void()>& waiting = {});
    // An answer that is no JSON: sound.
    ApiResult<std::string> download(std::string method, const std::string& path, http::Params form);
    ApiResult<Json> remove(const std::string& path, http::Params query = {});
    const std::string& account() const { return connection_.account_sid; }

  private:
    ApiResult<Json> request(http::ClientRequest wanted, const std::string& path,
                            const std::function<void()>& waiting);
    // The answer as it came, unless it is an error's.
    ApiResult<http::ClientResponse> send(http::ClientRequest wanted, const std::string& path,
                                         const std::function<void()>& waiting);
    ApiError explain(const http::FetchError& error) const;
    ApiError explain(int status, Json body) const;

    Connection connection_;
    const Environment& environment_;
    http::Client client_{connection_.client};
};

}  // namespace skyn3t::cli
