#pragma once

#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "verify/board.hpp"
#include "verify/community_check.hpp"

namespace skyn3t::verify {

// `skyn3t verify`: runs one verification at a time, a few communities side by side. HTTP threads
// ask; what happens, happens on the signalling thread. Owned by the server.
class Verifications final : public rest::Verifications {
  public:
    using FindDirectory = std::function<std::shared_ptr<const call::Directory>()>;  // any thread
    // Null equipment: this server cannot verify, for `reason`.
    Verifications(std::unique_ptr<const Equipment> equipment, std::string reason,
                  asio::any_io_executor executor, FindDirectory directory, const Clock& clock);
    ~Verifications() override;

    // Besides what rest:: says, Errc::unsupported without equipment.
    Result<rest::VerificationView> start(const rest::VerificationRequest& request) override;
    Result<std::optional<rest::VerificationView>> find(const VerificationSid& sid) override {
        return board_.find(sid);
    }

  private:
    Result<std::vector<call::TenantPtr>> tenants(const std::vector<std::string>& codes) const;
    void run(const VerificationSid& sid, const std::vector<call::TenantPtr>& tenants, Ring ring);
    void start_next();
    void on_done();

    std::unique_ptr<const Equipment> equipment_;
    std::string reason_;
    asio::any_io_executor executor_;
    FindDirectory directory_;
    const Clock& clock_;
    Board board_;
    asio::thread_pool workers_;  // compare audio and read the call log

    // Of the verification that runs, or ran last; signalling thread.
    VerificationSid sid_;
    std::vector<std::unique_ptr<CommunityCheck>> checks_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
};

}  // namespace skyn3t::verify
