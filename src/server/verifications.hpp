#pragma once

#include "rest/services.hpp"

namespace skyn3t::server {

class Verifications final : public rest::Verifications {
  public:
    Result<rest::VerificationView> start(const rest::VerificationRequest&) override {
        return fail(Errc::unsupported, "verify is not built yet");
    }
    Result<std::optional<rest::VerificationView>> find(const VerificationSid&) override {
        return std::optional<rest::VerificationView>();
    }
};

}  // namespace skyn3t::server
