#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace skyn3t::test {

// A private PostgreSQL server in a temporary directory, on a unix socket only. The first who asks
// starts it; it ends with the test program, whichever way that ends.
class PostgresCluster {
  public:
    static PostgresCluster& instance();
    // A new empty database, as a URL for DatabaseOptions. The one before is dropped.
    std::string create_database();

    void start();
    void stop();

  private:
    std::string url(const std::string& database) const;

    std::filesystem::path directory_;
    pid_t server_ = -1;
    int databases_ = 0;
};

}  // namespace skyn3t::test
