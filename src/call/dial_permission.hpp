#pragma once

#include "call/services.hpp"
#include "model/dialling.hpp"

namespace skyn3t::call {

// Whether the community may dial that number, and as whom: model::judge_dialling() with what this
// server knows. Asked when a call is dialled, and by the API before it takes one.
[[nodiscard]] model::DialVerdict judge_dialling(const model::DialOrder& order, const Tenant& tenant,
                                                const Directory& directory,
                                                const model::EmergencyNumbers& emergency);

}  // namespace skyn3t::call
