#pragma once

#include "base/result.hpp"
#include "cli/environment.hpp"
#include "cli/options.hpp"
#include "provision/account_lint.hpp"

namespace skyn3t::cli {

// Reads the account that options.lint.account names: this server's, through its API, or Twilio's,
// with TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, else as skyn3t.yaml has it. The error says in the
// reader's language what is missing. Changes nothing.
[[nodiscard]] Result<provision::Account> read_named_account(const Options& options,
                                                            const Environment& environment);

}  // namespace skyn3t::cli
