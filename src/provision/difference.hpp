#pragma once

#include <vector>

#include "provision/actual.hpp"
#include "provision/desired.hpp"
#include "provision/memory.hpp"
#include "provision/step.hpp"

namespace skyn3t::provision {

// What makes `actual` what is wanted, in an order that never leaves a phone unable to register:
// domain, list, credentials, mappings, number; then what is left of old names, which has been
// replaced by then: number, credentials, mappings, lists (rest-api.md, 3.6). The domain, which all
// share, comes before whatever may fail for one community alone. Pure.
[[nodiscard]] std::vector<Step> difference(const Wanted& wanted, const Actual& actual,
                                           const TargetSettings& target, const Memory& memory);

// What is in a list of ours and of nobody we know: shown, never touched.
[[nodiscard]] std::vector<std::string> strangers(const Wanted& wanted, const Actual& actual);

}  // namespace skyn3t::provision
