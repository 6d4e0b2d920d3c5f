#pragma once

#include <asio/ip/address.hpp>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/networks.hpp"

namespace skyn3t::http {

// How many connections are open, in all and from one address: one client leaves room for others.
// From any thread. Outlives its tickets.
class Admissions {
  public:
    struct Limits {
        std::size_t all = 512;
        std::size_t per_address = 100;
        Networks proxies{};  // each is many clients, and has no limit of its own
    };
    explicit Admissions(Limits limits) : limits_(std::move(limits)) {}

    // The place of one connection, given back at its end.
    class Ticket {
      public:
        Ticket(Admissions& admissions, std::string network)
            : admissions_(&admissions), network_(std::move(network)) {}
        Ticket(Ticket&& other) noexcept;
        Ticket& operator=(Ticket&& other) noexcept;
        ~Ticket();

      private:
        Admissions* admissions_;
        std::string network_;  // empty: a proxy's
    };
    [[nodiscard]] std::optional<Ticket> admit(const asio::ip::address& address);

  private:
    struct Client {
        std::size_t open = 0;
        bool is_told = false;  // in the log
    };
    void leave(const std::string& network) noexcept;

    const Limits limits_;
    std::mutex mutex_;
    std::size_t open_ = 0;
    std::unordered_map<std::string, Client> clients_;
};

}  // namespace skyn3t::http
