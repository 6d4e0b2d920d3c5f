#pragma once

#include <optional>
#include <string>

#include "cli/commands.hpp"

// `number: buy` as people read it, from the API's "purchases".
namespace skyn3t::cli {

// What would be bought or was, what it costs, and what Twilio asks for.
[[nodiscard]] std::string render_purchases(const Json& purchases, const Style& style);
// "1 número por 4.00 USD al mes"; nothing when nothing is to be paid.
[[nodiscard]] std::optional<std::string> price_of(const Json& purchases, const Style& style);
// The lines by which communities.yaml learns its numbers.
[[nodiscard]] std::string numbers_to_write(const Json& purchases, const Style& style);
// Why nothing was applied, with what was looked up for it.
Exit print_refusal(const Session& session, const ApiError& error);

}  // namespace skyn3t::cli
