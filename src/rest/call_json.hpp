#pragma once

#include <map>
#include <string>

#include "base/sid.hpp"
#include "model/call_record.hpp"
#include "rest/json.hpp"
#include "rest/services.hpp"

namespace skyn3t::rest {

using CommunityCodes = std::map<CommunitySid, std::string>;
[[nodiscard]] CommunityCodes codes_of(Communities& communities);

// A call as Twilio's API shows it (rest-api.md, 5.2), and under "skyn3t" what is ours.
[[nodiscard]] Json call_json(const model::CallRecord& call, const AccountSid& account,
                             const CommunityCodes& codes);

}  // namespace skyn3t::rest
