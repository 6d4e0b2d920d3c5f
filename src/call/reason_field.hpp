#pragma once

#include "model/end_reason.hpp"
#include "sip/invite_dialog.hpp"

namespace skyn3t::call {

// The Reason field (RFC 3326) of the CANCEL or BYE that ends a leg for this reason, so that the
// other side can tell its user: a phone shows no missed call when another one answered (cause 200).
[[nodiscard]] sip::ExtraHeaders reason_field(model::EndReason why);

}  // namespace skyn3t::call
