#pragma once

#include <memory>

#include "base/result.hpp"
#include "server/config.hpp"

namespace skyn3t::server {

// The whole server: builds the objects, starts and stops the threads. The thread that calls run()
// is the signalling thread.
class Server {
  public:
    // Opens everything that may fail: database, sockets, prompts. The error says what and how to
    // mend it.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(const Config& config);
    ~Server();

    // Until SIGTERM or SIGINT: refuses new calls, lets the others end, and returns.
    void run();

    struct Parts;  // server/parts.hpp

  private:
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// `skyn3t serve`: the exit code. Without a file every setting has its default.
int serve(const std::optional<std::filesystem::path>& config_file);

}  // namespace skyn3t::server
