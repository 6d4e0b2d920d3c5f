#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/account_store.hpp"
#include "store/database.hpp"
#include "store/secret_box.hpp"

// What a start leaves for people and scripts: the account's file, the addresses, the lines on the
// terminal.
namespace skyn3t::server {

// Which of the servers that may share a database this one is: `configured` (node: in skyn3t.yaml),
// else DATA/node, made at the first start. Not the host's name: a container has another at each
// start. What was left under the host's name, by a version that used it, is taken over.
[[nodiscard]] Result<std::string> open_node(const std::filesystem::path& data,
                                            const std::string& configured,
                                            store::Database& database);
// A word of at most 64 letters, digits, dots, hyphens and underscores.
[[nodiscard]] bool is_node_name(std::string_view name);
// The key of the stored secrets. It is made only where none are stored yet: another key would open
// none of them.
[[nodiscard]] Result<store::SecretBox> open_box(const std::filesystem::path& data,
                                                store::Database& database);
// Why the database does not open, for people.
[[nodiscard]] Error database_refusal(const Error& why);
// An empty database file where a server has run before is what a full disk or a broken copy leaves:
// refused, since a new installation would be made in it.
[[nodiscard]] Result<void> check_database_file(const store::DatabaseOptions& options);
// Whether a token that a person chose may open the API: long, and not one character over and over.
[[nodiscard]] bool is_strong_token(std::string_view token);
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
