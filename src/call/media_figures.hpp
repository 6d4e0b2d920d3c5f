#pragma once

#include "media/stream_stats.hpp"
#include "model/call_record.hpp"

namespace skyn3t::call {

// A stream's figures as the call log keeps them.
[[nodiscard]] model::MediaStats media_figures(const media::StreamStats& stats);

// Whether so little of what the peer should have sent came that nobody understood a word: none of
// it, or less than a tenth.
[[nodiscard]] bool never_came(const media::StreamStats& stats);

}  // namespace skyn3t::call
