#pragma once

#include "base/result.hpp"
#include "model/secret.hpp"
#include "twilio/resources.hpp"

namespace skyn3t::provision {

// What a target does not tell: the passwords that its credentials have. Any thread.
class Memory {
  public:
    virtual ~Memory() = default;
    // False as well when nobody knows, or when somebody has changed the credential since.
    virtual bool has_password(const twilio::Credential& credential,
                              const model::Secret& password) const = 0;
    // `credential` as the target answered when it took the password.
    virtual Result<void> took_password(const twilio::Credential& credential,
                                       const model::Secret& password) = 0;
};

}  // namespace skyn3t::provision
