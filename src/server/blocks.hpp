#pragma once

#include <asio/any_io_executor.hpp>

#include "rest/services.hpp"
#include "sip/guess_limiter.hpp"
#include "store/audit_store.hpp"

namespace skyn3t::server {

// Who has guessed wrong, as the API sees it. On the HTTP threads; the limiter is asked on the
// signalling thread.
class Blocks final : public rest::Blocks {
  public:
    struct Parts {
        asio::any_io_executor executor;
        sip::GuessLimiter& limiter;
        store::AuditStore& audit;
        const Clock& clock;
    };
    explicit Blocks(Parts parts) : parts_(std::move(parts)) {}

    Result<std::vector<rest::BlockView>> list() override;
    Result<std::size_t> clear(const std::string& address, const std::string& user,
                              const std::string& actor) override;

  private:
    Parts parts_;
};

}  // namespace skyn3t::server
