#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/result.hpp"
#include "store/account_store.hpp"

// What a start leaves for people and scripts: the account's file, the addresses, the lines on the
// terminal.
namespace skyn3t::server {

[[nodiscard]] std::string node_name();
// Honours SKYN3T_ACCOUNT_SID and SKYN3T_AUTH_TOKEN.
[[nodiscard]] Result<store::AccountStore::Opened> open_account(store::Database& database,
                                                               const store::SecretBox& box);
// DATA/account.json, mode 0600.
[[nodiscard]] Result<void> write_account_file(const std::filesystem::path& data,
                                              const store::Account& account);
// DATA/endpoints.json: the addresses that were really taken, for whoever configured port 0.
[[nodiscard]] Result<void> write_endpoints_file(const std::filesystem::path& data,
                                                const std::map<std::string, std::string>& sip,
                                                const std::string& http);
void print_start(const std::map<std::string, std::string>& sip, const std::string& http,
                 const std::filesystem::path& data, const store::Account& account,
                 bool account_is_new);

}  // namespace skyn3t::server
