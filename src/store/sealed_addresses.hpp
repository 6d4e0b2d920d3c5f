#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

// Addresses of web servers that bear a password ("https://user:password@voice.example.cl/menu", as
// Twilio's VoiceUrl may): stored sealed as a whole, and logged without the password.
namespace skyn3t::store {

[[nodiscard]] bool has_password(std::string_view address);
// "https://user:***@voice.example.cl/menu"
[[nodiscard]] std::string without_password(std::string_view address);

// Of a resource's properties, those that are such addresses, in place. What does not open becomes
// empty: nobody is asked for a document with another password than the one that was given.
void seal_addresses(nlohmann::json& properties, const SecretBox& box, const std::string& sid);
void open_addresses(nlohmann::json& properties, const SecretBox* box, const std::string& sid);

// Seals what an earlier version has stored in clear. At a start, once the database has its box.
[[nodiscard]] Result<void> seal_stored_addresses(Database& database);

}  // namespace skyn3t::store
