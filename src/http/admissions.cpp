#include "http/admissions.hpp"

#include <utility>

#include "base/log.hpp"

namespace skyn3t::http {

Admissions::Ticket::Ticket(Ticket&& other) noexcept
    : admissions_(std::exchange(other.admissions_, nullptr)), network_(std::move(other.network_)) {}

Admissions::Ticket& Admissions::Ticket::operator=(Ticket&& other) noexcept {
    std::swap(admissions_, other.admissions_);
    std::swap(network_, other.network_);
    return *this;
}

Admissions::Ticket::~Ticket() {
    if (admissions_ != nullptr) admissions_->leave(network_);
}

std::optional<Admissions::Ticket> Admissions::admit(const asio::ip::address& address) {
    const std::string network =
        limits_.proxies.contains(address) ? std::string() : network_of(address);
    const std::lock_guard lock(mutex_);
    if (open_ >= limits_.all) return std::nullopt;
    if (!network.empty()) {
        Client& client = clients_[network];
        if (client.open >= limits_.per_address) {
            // Once until some of them end: it may go on for long.
            if (!std::exchange(client.is_told, true))
                log::warn("too many HTTP connections of one address, others are closed address={}",
                          network);
            return std::nullopt;
        }
        ++client.open;
    }
    ++open_;
    return Ticket(*this, network);
}

void Admissions::leave(const std::string& network) noexcept {
    const std::lock_guard lock(mutex_);
    --open_;
    const auto found = clients_.find(network);
    if (found == clients_.end()) return;
    if (--found->second.open == 0)
        clients_.erase(found);
    else if (found->second.open < limits_.per_address / 2)
        found->second.is_told = false;
}

}  // namespace skyn3t::http
