#pragma once

#include <functional>
#include <string>

#include "call/directory.hpp"
#include "store/resource_store.hpp"

namespace skyn3t::server {

// Null: no such application.
using FindApplication = std::function<const store::Resource*(const std::string& sid)>;

// The voice properties of a number: those of its VoiceApplicationSid, if it has one, before its own
// (rest-api.md, 4.2).
[[nodiscard]] call::Voice voice_of_number(const store::Resource& number,
                                          const FindApplication& find);
[[nodiscard]] call::Voice voice_of_domain(const store::Resource& domain);

}  // namespace skyn3t::server
