#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "cli/run.hpp"
#include "http/server.hpp"
#include "support/temporary_directory.hpp"

namespace skyn3t::test {}
namespace skyn3t::cli::test {
using namespace skyn3t::test;

using TempDirectory = skyn3t::test::TemporaryDirectory;

// The command line with streams and variables of the test.
struct CommandLine {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in;
    std::map<std::string, std::string> variables{
        {"LC_ALL", "es_CL.UTF-8"},
        {"SKYN3T_ACCOUNT_SID", "AC11111111111111111111111111111111"},
        {"SKYN3T_AUTH_TOKEN", "token"}};
    bool is_terminal = false;

    Environment environment() {
        return {out,
                err,
                in,
                is_terminal,
                is_terminal,
                [this](const char* name) -> std::optional<std::string> {
                    const auto found = variables.find(name);
                    if (found == variables.end()) return std::nullopt;
                    return found->second;
                },
                std::chrono::milliseconds(1)};
    }
    int run(const std::vector<std::string>& arguments) {
        return cli::run(arguments, environment(), [](const ServeOptions&) { return 0; });
    }
};

// A server with canned answers, which notes what it was asked.
class CannedApi {
  public:
    struct Asked {
        std::string what;  // "GET /v1/Communities"
        http::Request request;
    };

    void answer(const char* method, const char* pattern, std::string body, int status = 200) {
        router_.add_sync(method, pattern, [this, body, status](const http::Request& request) {
            note(request);
            http::Response response;
            response.status = status;
            response.body = body;
            return response;
        });
    }
    void answer_with(const char* method, const char* pattern, http::SyncHandler handler) {
        router_.add_sync(method, pattern, [this, handler](const http::Request& request) {
            note(request);
            return handler(request);
        });
    }
    // Starts the server; the command line is pointed at it.
    void serve(CommandLine& line) {
        http::ServerOptions options;
        options.port = 0;
        options.threads = 1;
        server_ = http::Server::start(options, router_).value();
        line.variables["SKYN3T_URL"] = "http://127.0.0.1:" + std::to_string(server_->port());
    }
    const std::vector<Asked>& asked() const { return asked_; }

  private:
    // One server thread, and the command line waits for each answer: no lock.
    void note(const http::Request& request) {
        asked_.push_back({request.method + " " + request.path, request});
    }

    http::Router router_;
    std::vector<Asked> asked_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace skyn3t::cli::test
