#pragma once

#include <spdlog/spdlog.h>

#include "base/text.hpp"

// The event in words, then key=value, the call first: log::info("leg answered call_sid={}
// codec={}", ...). error: someone must act. warn: handled, but odd. info: a line per change of a
// call's state. debug: SIP messages. Never passwords, digests, tokens or DTMF digits; a peer's text
// goes through quoted().
namespace skyn3t::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

enum class Level { debug, info, warn, error };
// Lines go to stderr with time and level; call once, before threads start.
void set_up(Level level);

}  // namespace skyn3t::log
