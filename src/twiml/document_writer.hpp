#pragma once

#include <string>
#include <string_view>

#include "twiml/community_documents.hpp"

// The pieces that a community's documents are written of; community_documents.cpp.
namespace skyn3t::twiml::writer {

inline constexpr unsigned kRingTimeout = 30;
inline constexpr std::string_view kNotConnected = "No se pudo completar la conexión. Adiós.";

std::string document(std::string_view verbs);
std::string say(std::string_view text, std::string_view language, unsigned indent = 2,
                unsigned loop = 1);
std::string hangup();
// "/twiml/CODE/LEAF", escaped.
std::string address(const CommunityIvr& community, std::string_view leaf, unsigned attempt);
std::string connecting(const CommunityRole& role);
std::string caller_id(const CommunityIvr& community);  // a Dial's attribute, or nothing

}  // namespace skyn3t::twiml::writer
