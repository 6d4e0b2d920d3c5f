#pragma once

#include <string>
#include <string_view>

#include "twiml/community_documents.hpp"

// The pieces that a community's documents are written of; community_documents.cpp.
namespace skyn3t::twiml::writer {

inline constexpr unsigned kRingTimeout = 30;

std::string document(std::string_view verbs);
std::string say(std::string_view text, std::string_view language, unsigned indent = 2,
                unsigned loop = 1);
std::string hangup();
// Why nobody could be joined, by the DialCallStatus.
std::string not_connected(std::string_view dial_call_status);
// "/twiml/CODE/LEAF", escaped.
std::string address(const CommunityIvr& community, std::string_view leaf, unsigned attempt);
std::string connecting(const CommunityRole& role);
std::string caller_id(const CommunityIvr& community);  // a Dial's attribute, or nothing

}  // namespace skyn3t::twiml::writer
