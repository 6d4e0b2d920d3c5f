#pragma once

#include <span>
#include <string_view>

#include "cli/options.hpp"

namespace skyn3t::cli {

// A command's help in both languages.
struct Help {
    Command command;
    std::string_view es;
    std::string_view en;
};
[[nodiscard]] std::span<const Help> community_help();  // help_communities.cpp
[[nodiscard]] std::span<const Help> log_help();        // help_log.cpp
[[nodiscard]] std::span<const Help> document_help();   // help_documents.cpp

}  // namespace skyn3t::cli
